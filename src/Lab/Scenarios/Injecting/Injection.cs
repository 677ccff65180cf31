using PpcJit.Lab.Debugging;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>Something that a scenario changes in a running machine.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Place">Where or when; null in a search, and for <see cref="ReturnValue"/>, which has its own.</param>
/// <param name="Frequency">At which arrivals.</param>
/// <param name="Text">The sentence of the file.</param>
/// <param name="Location">Where that stands.</param>
public sealed record Injection(InjectionAction Action, InjectionPlace? Place, Frequency Frequency, string Text, SourceLocation Location)
{
    /// <summary>What must hold where it acts, or an arrival does not count; null for nothing.</summary>
    public Operand? When { get; init; }

    /// <summary>The symbol at which it acts; null when it acts at a count, or nowhere by itself.</summary>
    public SymbolReference? Symbol => Action is ReturnValue { From: var function } ? function : Place?.Symbol;
}

/// <summary>What is done.</summary>
public abstract record InjectionAction;

/// <summary>A function returns a value at once, without having run.</summary>
/// <param name="Value">What it returns in r3.</param>
/// <param name="From">The function.</param>
public sealed record ReturnValue(Operand Value, SymbolReference From) : InjectionAction;

/// <summary>
/// An interrupt is raised: a pulse, which stays pending until the processor takes it or software acknowledges it.
/// </summary>
/// <param name="Interrupt">Which.</param>
public sealed record RaiseInterrupt(InterruptChoice Interrupt) : InjectionAction;

/// <summary>
/// The TLB entry that maps an address becomes invalid, as if another had replaced it. Nothing happens when there is none, when the kernel
/// reserves it, or when the next instruction is fetched through it; reports say so.
/// </summary>
/// <param name="Address">The effective address.</param>
public sealed record EvictTlb(Operand Address) : InjectionAction;

/// <summary>A register or memory is overwritten.</summary>
/// <param name="Register">The register; null for memory.</param>
/// <param name="Address">The effective address in memory, as the kernel maps it; null for a register.</param>
/// <param name="Size">Bytes in memory: 1, 2 or 4.</param>
/// <param name="Value">The value.</param>
public sealed record WriteValue(string? Register, Operand? Address, int Size, Operand Value) : InjectionAction;

/// <summary>Something that came in a run comes at another place: earlier, or later.</summary>
public abstract record ShiftAction : InjectionAction;

/// <summary>A key or a frame enters at another place.</summary>
/// <param name="Keys">Whether keys are moved.</param>
/// <param name="Frames">Whether frames are moved.</param>
public sealed record MoveInput(bool Keys, bool Frames) : ShiftAction;

/// <summary>An interrupt of the core is taken later than it could be.</summary>
/// <param name="Interrupt">Which.</param>
public sealed record DelayInterrupt(InterruptChoice Interrupt) : ShiftAction;

/// <summary>Interrupts of the core are held from now on, or let go: a half of <see cref="DelayInterrupt"/>.</summary>
/// <param name="Source">Which.</param>
/// <param name="Holds">Whether they are held.</param>
internal sealed record HoldInterrupt(InterruptSource Source, bool Holds) : InjectionAction;

/// <summary>
/// The kernel itself calls a function of its own again and again, in the context of whoever comes to the place, until a condition holds; then
/// that one goes on as if nothing had been. What the calls have done stays.
/// </summary>
/// <param name="Function">The function.</param>
/// <param name="Arguments">Its arguments, looked up ahead of each call.</param>
/// <param name="Until">The condition.</param>
public sealed record CallUntil(SymbolReference Function, IReadOnlyList<Operand> Arguments, Operand Until) : InjectionAction
{
    /// <summary>The arguments that are passed in registers (System V ABI, PowerPC supplement, "Parameter Passing").</summary>
    public const int MaxArguments = 8;

    /// <summary>Calls after which the condition will not hold any more.</summary>
    internal const int MaxCalls = 100_000;
}

/// <summary>When an injection acts.</summary>
/// <param name="Count">At this count of completed instructions; null for a symbol.</param>
/// <param name="Symbol">Ahead of the instruction there; null for a count.</param>
public sealed record InjectionPlace(ulong? Count, SymbolReference? Symbol);

/// <summary>At which arrivals at its symbol an injection acts.</summary>
/// <param name="Call">Only at this one, from 1; 0 for every one.</param>
/// <param name="Probability">With this probability, 0 to 1.</param>
/// <param name="Seed">From which the dice are thrown, so that every run throws the same.</param>
public readonly record struct Frequency(ulong Call, double Probability, ulong Seed)
{
    /// <summary>At every arrival.</summary>
    public static Frequency Always => new(0, 1, 0);

    /// <summary>At the first arrival.</summary>
    public static Frequency Once => new(1, 1, 0);
}
