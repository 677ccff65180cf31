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
    private readonly Action<Finding> _report;

    /// <summary>Creates a view.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="symbols">The image's symbols.</param>
    /// <param name="kernel">What is known about the kernel.</param>
    /// <param name="recent">The last events, oldest first.</param>
    /// <param name="report">Takes findings.</param>
    public GuestView(Board board, GuestSymbols symbols, KernelDescription kernel, IReadOnlyList<GuestEvent> recent, Action<Finding> report)
    {
        Board = board;
        _processor = board.Processor;
        Symbols = symbols;
        Kernel = kernel;
        Recent = recent;
        _report = report;
    }

    /// <summary>The machine.</summary>
    public Board Board { get; }

    /// <summary>The image's symbols.</summary>
    public GuestSymbols Symbols { get; }

    /// <summary>What is known about the kernel.</summary>
    public KernelDescription Kernel { get; }

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

    /// <summary>
    /// Gives the physical address that the kernel means by an effective one when translation is on: by what is known of
    /// the kernel's mapping, else by the TLB, which under a user's PID may hold that user's pages.
    /// </summary>
    /// <returns>False when neither knows.</returns>
    public bool TryTranslate(uint effective, out uint physical)
    {
        if (TryTranslateByKernel(effective, out physical))
            return true;
        int index = FindTlb(effective);
        if (index < 0)
            return false;
        uint mask = State->TlbMask[index];
        physical = (State->TlbLo[index] & mask) | (effective & ~mask);
        return true;
    }

    /// <summary>Gives the physical address of an effective one by the kernel's direct map and page table alone.</summary>
    /// <returns>False when neither covers it, or the page table's word is not valid.</returns>
    public bool TryTranslateByKernel(uint effective, out uint physical)
    {
        physical = 0;
        if (Kernel.DirectMap is { } direct && effective - direct.Virtual < direct.Size)
        {
            physical = effective - direct.Virtual + direct.Physical;
            return true;
        }

        if (Kernel.PageTable is not { } table || effective - table.Virtual >= table.Size)
            return false;
        uint index = (effective - table.Virtual) / Kernel.PageSize;
        if (!TryReadWord(table.Base + (4 * index), out uint word) || (word & table.ValidMask) == 0)
            return false;
        physical = (word & table.FrameMask & ~(Kernel.PageSize - 1)) | (effective & (Kernel.PageSize - 1));
        return true;
    }

    /// <summary>Reads a word of the kernel's data.</summary>
    /// <returns>False when its translation is not known or no memory is there.</returns>
    public bool TryReadWord(uint effective, out uint value)
    {
        value = 0;
        return TryTranslate(effective, out uint physical) && TryReadPhysicalWord(physical, out value);
    }

    /// <summary>Reads a word of plain memory by its physical address.</summary>
    /// <returns>False when no plain memory is there.</returns>
    public bool TryReadPhysicalWord(uint physical, out uint value)
    {
        value = 0;
        return Board.Memory.PlainPage(physical, out _) != null && Board.Memory.TryRead(physical, 4, out value);
    }

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

    /// <summary>Reports something wrong: the run ends here.</summary>
    public void Report(Finding finding) => _report(finding);

    /// <summary>Address of the running lwp; null when the kernel's description does not say or there is none yet.</summary>
    public uint? CurrentLwp => Kernel.CurrentLwp is { } word && TryReadWord(word, out uint lwp) && lwp != 0 ? lwp : null;

    /// <summary>Gives an lwp's name for people: <c>lwp 'softnet'</c>, or its address where the name is not known.</summary>
    public string NameOf(uint lwp)
    {
        string? name = PlainNameOf(lwp);
        return string.IsNullOrEmpty(name) ? $"lwp 0x{lwp:x8}" : $"lwp '{name}'";
    }

    /// <summary>Gives an lwp's name, empty for one without; null when it is not known where names are.</summary>
    private string? PlainNameOf(uint lwp)
    {
        if (Kernel.LwpName is not { } offset)
            return null;
        uint address = lwp + offset;
        if (Kernel.LwpNameIsPointer && (!TryReadWord(address, out address) || address == 0))
            return "";
        return ReadText(address, 32);
    }

    /// <summary>The return address of the function that runs, by its stack and its code; null when it is not known.</summary>
    public uint? Caller => Symbols.CallerOn(Board);

    /// <summary>The name of the running lwp, empty for one without; null when it is not known which one runs, or where names are.</summary>
    public string? RunningName => CurrentLwp is { } lwp ? PlainNameOf(lwp) : null;

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
        foreach (uint lwp in Lwps())
        {
            if (UAreaOf(lwp) is { } area)
                stacks.Add((lwp, area));
        }

        return stacks;
    }

    /// <summary>Base address of an lwp's u-area; null when it is not known.</summary>
    public uint? UAreaOf(uint lwp) => Kernel.LwpUArea is { } offset && TryReadWord(lwp + offset, out uint area) && area != 0 ? area : null;

    /// <summary>Finds the lwp in whose u-area an effective address lies: the running one first, then all.</summary>
    public UAreaPlace? FindUArea(uint effective)
    {
        if (Kernel.UAreaSize is not { } size)
            return null;
        foreach (uint lwp in Lwps())
        {
            if (UAreaOf(lwp) is { } area && effective - area < size)
                return new UAreaPlace(lwp, area, effective - area);
        }

        return null;
    }

    /// <summary>Gives an address of a stack for people: whose, which page of the u-area, and where.</summary>
    public string DescribeStack(uint effective) => FindUArea(effective) is { } place
        ? $"0x{effective:x8} (page {place.Offset / Kernel.PageSize} of the u-area 0x{place.UArea:x8} of {NameOf(place.Lwp)})"
        : $"0x{effective:x8}";

    private IEnumerable<uint> Lwps()
    {
        const int MaxLength = 4096;
        if (CurrentLwp is { } current)
            yield return current;
        if (Kernel.AllLwps is not { } all)
            yield break;
        for (uint n = 0; n < Math.Min(all.Count, MaxLength); n++)
            yield return all.First + (n * all.Step);
        if (all.Count > 0 || !TryReadWord(all.First, out uint lwp))
            yield break;
        for (int n = 0; n < MaxLength && lwp != 0; n++)
        {
            yield return lwp;
            if (!TryReadWord(lwp + all.Step, out lwp))
                yield break;
        }
    }

    private string ReadText(uint effective, int most)
    {
        Span<char> text = stackalloc char[most];
        for (int n = 0; n < most; n++)
        {
            uint address = effective + (uint)n;
            if (!TryReadWord(address & ~3u, out uint word))
                return "";
            char character = (char)((word >> (24 - (8 * (int)(address & 3)))) & 0xff);
            if (character is < ' ' or > '~')
                return new string(text[..n]);
            text[n] = character;
        }

        return new string(text);
    }
}

/// <summary>A place in a u-area.</summary>
/// <param name="Lwp">Address of the lwp that owns it.</param>
/// <param name="UArea">Base address of the u-area.</param>
/// <param name="Offset">Bytes from the base.</param>
public readonly record struct UAreaPlace(uint Lwp, uint UArea, uint Offset);
