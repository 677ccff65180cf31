using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>A run that is explained, and what the rules share.</summary>
/// <param name="timeline">The run.</param>
/// <param name="names">What names mean in it.</param>
/// <param name="cancel">Gives up.</param>
internal sealed unsafe class ExplainedRun(Timeline timeline, DebugNames names, CancellationToken cancel)
{
    /// <summary>The run.</summary>
    public Timeline Timeline => timeline;

    /// <summary>What names mean in it.</summary>
    public DebugNames Names => names;

    /// <summary>Gives up.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>The machine.</summary>
    public Board Board => names.Board;

    /// <summary>The architected state, as it is at the present moment.</summary>
    public CpuState* State => Board.Processor.State;

    /// <summary>LR, as it is at the present moment: the return address at a function's first instruction.</summary>
    public uint ReturnAddress => State->Lr;

    /// <summary>Whether external interrupts are on at the present moment.</summary>
    public bool InterruptsAreOn => (State->Msr & Msr.Ee) != 0;

    /// <summary>The PC at the present moment.</summary>
    public uint Pc => State->Pc;

    /// <summary>Whether an interrupt could be taken at the present moment.</summary>
    public bool Takes(InterruptSource source) => (Board.Processor.EnabledInterrupts & (uint)source) != 0;

    /// <summary>Finds what wrote a place.</summary>
    public DefinitionFinder Finder { get; } = new(timeline, cancel);

    /// <summary>Makes a statement.</summary>
    public Statement Say(StatementKind kind, Moment at, uint pc, string text) =>
        new(kind, at, pc, names.Describe(pc), text) { Source = names.SourceLine?.Invoke(pc) };

    /// <summary>The instruction at an address now as text; null where it cannot be read.</summary>
    public string? Instruction(uint address) => GuestMemory.TryFetch(Board, address, out uint word) ? Text(word, address) : null;

    /// <summary>An instruction as text.</summary>
    public static string Text(uint word, uint address) => string.Join(' ', Disassembler.Disassemble(word, address)
        .Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
