using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>
/// A guest as checks and injections see it: registers, memory, TLB, symbols, lwps and stacks. Nothing that it reads
/// changes the machine.
/// </summary>
public sealed unsafe class GuestView
{
    private readonly Processor _processor;
    private readonly GuestKernel _kernel;
    private readonly Action<Finding> _report;

    /// <summary>Creates a view.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="symbols">The image's symbols.</param>
    /// <param name="kernel">What is known about the kernel.</param>
    /// <param name="recent">The last events, oldest first.</param>
    /// <param name="report">Takes findings.</param>
    public GuestView(Board board, GuestSymbols symbols, GuestKernel kernel, IReadOnlyList<GuestEvent> recent, Action<Finding> report)
    {
        Board = board;
        _processor = board.Processor;
        Symbols = symbols;
        _kernel = kernel;
        Recent = recent;
        _report = report;
    }

    /// <summary>The machine.</summary>
    public Board Board { get; }

    /// <summary>The image's symbols.</summary>
    public GuestSymbols Symbols { get; }

    /// <summary>What is known about the kernel.</summary>
    public KernelDescription Kernel => _kernel.Description;

    /// <summary>The guest as its kernel means it.</summary>
    public GuestKernel Guest => _kernel;

    /// <summary>The last events, the oldest first: as many as are kept.</summary>
    public IReadOnlyList<GuestEvent> Recent { get; }

    /// <summary>The architected state, to be read only.</summary>
    public CpuState* State => _processor.State;

    /// <summary>Completed instructions.</summary>
    public ulong Count => State->InstructionCount;

    /// <summary>A general register.</summary>
    public uint Gpr(int number) => State->Gpr[number];

    /// <summary>A special register; 0 when there is none of that number.</summary>
    public uint Spr(int number) => _processor.TryReadSpr(number, out uint value) ? value : 0;

    /// <summary>Index of the TLB entry that maps an address under the present PID; -1 for none.</summary>
    public int FindTlb(uint effective) => _processor.Tlb.Find(effective);

    /// <inheritdoc cref="GuestKernel.TryTranslate"/>
    public bool TryTranslate(uint effective, out uint physical) => _kernel.TryTranslate(effective, out physical);

    /// <inheritdoc cref="GuestKernel.TryTranslateByKernel"/>
    public bool TryTranslateByKernel(uint effective, out uint physical) => _kernel.TryTranslateByKernel(effective, out physical);

    /// <inheritdoc cref="GuestKernel.TryReadWord"/>
    public bool TryReadWord(uint effective, out uint value) => _kernel.TryReadWord(effective, out value);

    /// <inheritdoc cref="GuestKernel.TryReadPhysicalWord"/>
    public bool TryReadPhysicalWord(uint physical, out uint value) => _kernel.TryReadPhysicalWord(physical, out value);

    /// <summary>
    /// The instruction at an effective address, as the processor or, failing that, the kernel's mapping finds it; null
    /// when neither does.
    /// </summary>
    public uint? Instruction(uint address)
    {
        if ((State->Msr & Msr.Ir) == 0)
            return TryReadPhysicalWord(address, out uint real) ? real : null;
        return TryReadWord(address, out uint word) ? word : null;
    }

    /// <summary>
    /// Whether a store with translation off to a real address is what every handler does: it goes to RAM that the kernel has not mapped elsewhere.
    /// </summary>
    public bool IsOrdinaryRealStore(uint physical) =>
        TryTranslateByKernel(physical, out uint meant) ? meant == physical : physical < Board.Memory.RamSize;

    /// <summary>
    /// The word of code at an effective address as the kernel maps it, or at the equal real one before it maps anything; null for none.
    /// </summary>
    public uint? TryReadCode(uint address) => TryReadWord(address, out uint word) || TryReadPhysicalWord(address, out word) ? word : null;

    /// <summary>Reports something wrong: the run ends here.</summary>
    public void Report(Finding finding) => _report(finding);

    /// <summary>Lets the machine stand still when the present instruction has completed, and raises <see cref="GuestEventKind.Boundary"/>.</summary>
    public void LookAgain() => BoundaryWanted?.Invoke();

    /// <summary>Called by <see cref="LookAgain"/>; null where nobody can let the machine stand still.</summary>
    public Action? BoundaryWanted { get; set; }

    /// <inheritdoc cref="GuestKernel.CurrentLwp"/>
    public uint? CurrentLwp => _kernel.CurrentLwp;

    /// <inheritdoc cref="GuestKernel.NameOf"/>
    public string NameOf(uint lwp) => _kernel.NameOf(lwp);

    /// <summary>The return address of the function that runs, by its stack and its code; null when it is not known.</summary>
    public uint? Caller => Symbols.CallerOn(Board);

    /// <summary>The name of the running lwp, empty for one without; null when it is not known which one runs, or where names are.</summary>
    public string? RunningName => _kernel.RunningLabel;

    /// <summary>
    /// How many TLB entries the kernel never replaces, from entry 0 on, as the scenario says it; null for what is known of the kernel otherwise.
    /// </summary>
    public Operand? ReservedTlbEntries { get; init; }

    /// <summary>The stacks that lwps had where a search made its first injection; null outside of such a search.</summary>
    public IReadOnlySet<(uint Lwp, uint UArea)>? KnownStacks { get; set; }

    /// <summary>Whether r1 points into a stack that is none of <see cref="KnownStacks"/>; null when that is not known.</summary>
    public bool? IsOnNewStack => KnownStacks is not { } known || Kernel.UAreaSize is null || Kernel.LwpUArea is null
        ? null
        : FindUArea(Gpr(1)) is { } place && !known.Contains((place.Lwp, place.UArea));

    /// <summary>Gives the stacks that lwps have now.</summary>
    public IReadOnlySet<(uint Lwp, uint UArea)> Stacks()
    {
        HashSet<(uint, uint)> stacks = [];
        foreach (uint lwp in _kernel.Lwps())
        {
            if (UAreaOf(lwp) is { } area)
                stacks.Add((lwp, area));
        }

        return stacks;
    }

    /// <inheritdoc cref="GuestKernel.NameAt"/>
    public string NameAt(uint lwp) => _kernel.NameAt(lwp);

    /// <inheritdoc cref="GuestKernel.UAreaOf"/>
    public uint? UAreaOf(uint lwp) => _kernel.UAreaOf(lwp);

    /// <inheritdoc cref="GuestKernel.FindUArea"/>
    public UAreaPlace? FindUArea(uint effective) => _kernel.FindUArea(effective);

    /// <inheritdoc cref="GuestKernel.DescribeStack"/>
    public string DescribeStack(uint effective) => _kernel.DescribeStack(effective);
}
