using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>What a statement of an explanation is about.</summary>
public enum StatementKind
{
    /// <summary>What a check found.</summary>
    Found,

    /// <summary>The exception from which it did not come back.</summary>
    Fault,

    /// <summary>A return to a place that is none to return to.</summary>
    BadReturn,

    /// <summary>State that an exception had saved was overwritten before anybody had read it.</summary>
    LostState,

    /// <summary>A return address, or code, was overwritten in memory.</summary>
    Overwritten,

    /// <summary>A value was stored to one physical page and is loaded from another.</summary>
    WrongPage,

    /// <summary>A value was loaded that nothing has stored since reset.</summary>
    NeverWritten,

    /// <summary>An interrupt came.</summary>
    Interrupt,

    /// <summary>The stack was changed to one whose page nothing touched before it was needed.</summary>
    MissingTouch,

    /// <summary>The stack pointer left the stack of the lwp that runs.</summary>
    OutsideStack,

    /// <summary>The TLB entry of a page was replaced.</summary>
    Replaced,

    /// <summary>A branch went the way that led to the death.</summary>
    Branch,

    /// <summary>What else is to be known.</summary>
    Remark,
}

/// <summary>A statement about what led to a death.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="At">The moment.</param>
/// <param name="Pc">Effective address of the instruction.</param>
/// <param name="Where">The same with its symbol.</param>
/// <param name="Text">The statement, one sentence.</param>
public sealed record Statement(StatementKind Kind, Moment At, uint Pc, string Where, string Text)
{
    /// <summary>The source line; null where it is not known.</summary>
    public string? Source { get; init; }

    /// <summary>What ran; null where the kernel is not known.</summary>
    public string? Task { get; init; }

    /// <summary>What came from outside then; null for nothing but an interrupt.</summary>
    public OutsideInput? Input { get; init; }

    /// <summary>The exception that came then; null where it is about none.</summary>
    public ExceptionKind? Exception { get; init; }
}

/// <summary>Why a guest died, or came to what a check found.</summary>
/// <param name="Death">How it died, or what was found, in one sentence.</param>
/// <param name="At">When.</param>
/// <param name="Statements">What led there, the newest first.</param>
/// <param name="Chains">The wrong values, each followed back.</param>
/// <param name="Causes">What came from outside and was tried, the newest first.</param>
/// <param name="CutOff">What was cut off, each in a sentence; empty when nothing was.</param>
public sealed record Explanation(
    string Death, Moment At, IReadOnlyList<Statement> Statements, IReadOnlyList<CausalLink> Chains, IReadOnlyList<TriedCause> Causes,
    IReadOnlyList<string> CutOff);
