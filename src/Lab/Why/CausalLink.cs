using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why;

/// <summary>What a value comes from that is traced no further.</summary>
public enum LinkEnd
{
    /// <summary>It is traced further.</summary>
    None,

    /// <summary>The instruction itself says the value.</summary>
    Constant,

    /// <summary>Nothing has written it since the machine was reset and loaded: what was loaded, or zero.</summary>
    Beginning,

    /// <summary>Nothing has written it since history begins, and the run is older.</summary>
    Forgotten,

    /// <summary>A register of a device was read.</summary>
    Device,

    /// <summary>A device, or a person, stored into memory.</summary>
    ForeignStore,

    /// <summary>The time base, a timer or another register that the machine itself changes.</summary>
    Machine,

    /// <summary>An entry of the TLB was read.</summary>
    TlbEntry,

    /// <summary>It is an exception, and what it did.</summary>
    Exception,

    /// <summary>The same has been shown already.</summary>
    Shown,

    /// <summary>A bound was reached.</summary>
    CutOff,
}

/// <summary>A link of a dynamic slice: what put a value where it was found.</summary>
/// <param name="Place">Where the value is.</param>
/// <param name="Value">The value; null where it cannot be read.</param>
/// <param name="At">The moment before the event; null when nothing is known to have written the place.</param>
/// <param name="Pc">Effective address of the instruction.</param>
/// <param name="Word">The instruction; 0 for none.</param>
/// <param name="Exception">The exception; null for none.</param>
/// <param name="End">Why it is traced no further.</param>
public sealed record CausalLink(ValuePlace Place, uint? Value, Moment? At, uint Pc, uint Word, ExceptionKind? Exception, LinkEnd End)
{
    /// <summary>The event's place in the program, with its symbol.</summary>
    public string Where { get; init; } = "";

    /// <summary>What runs; null where the kernel is not known.</summary>
    public string? Task { get; init; }

    /// <summary>What else is to be said, in one sentence; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>What the value was made from, each a link of its own.</summary>
    public IReadOnlyList<CausalLink> From { get; init; } = [];

    /// <summary>Whether the value was only moved from one place to another.</summary>
    public bool IsCopy { get; init; }
}
