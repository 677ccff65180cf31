using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Kernels;

/// <summary>
/// A guest's memory as its kernel means it, with the lwps (threads, tasks) in it. It reads what is in the machine at the moment at which it is
/// asked, and changes nothing.
/// </summary>
public sealed unsafe class GuestKernel
{
    private const int MaxLwps = 4096;
    private const int MaxName = 32;

    /// <summary>How often the structures are looked for in memory that seems to hold them: a kernel of another version is given up then.</summary>
    private const int MaxAttempts = 1024;

    private readonly Processor _processor;
    private readonly KernelFacts _facts;
    private readonly KnownKernel? _known;
    private readonly Func<KernelDescription, KernelDescription> _keys;
    private readonly KernelDescription _basis;
    private KernelDescription _description;
    private bool _isComplete;
    private bool _isLooking;
    private int _attempts;
    private string? _lack;

    /// <summary>Chooses what is known of a guest.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="name">One of <see cref="KernelCatalog.All"/>.</param>
    /// <param name="facts">What is known ahead of its first instruction.</param>
    /// <param name="keys">What a person says of it, which wins; null for nothing.</param>
    /// <exception cref="InputException">There is no such kernel, or the guest lacks its symbols.</exception>
    public GuestKernel(Board board, string name, KernelFacts facts, Func<KernelDescription, KernelDescription>? keys = null)
    {
        Board = board;
        _processor = board.Processor;
        _facts = facts;
        _keys = keys ?? (description => description);
        _known = KernelCatalog.Choose(KernelCatalog.Check(name), facts);
        _basis = _known?.Begin(facts) ?? new KernelDescription();
        _description = _keys(_basis);
        _isComplete = _known is null;
        Symbol[] low = [.. _known?.LowCode(facts) ?? []];
        LowCode = low.Length > 0 ? new SymbolTable(low) : null;
    }

    /// <summary>Takes a description as it is.</summary>
    public GuestKernel(Board board, KernelDescription description)
        : this(board, KernelCatalog.None, new KernelFacts([], null, 0), _ => description)
    {
    }

    /// <summary>The machine.</summary>
    public Board Board { get; }

    /// <summary>Names for code at low addresses, where the kernel's symbols have none; null for none.</summary>
    public SymbolTable? LowCode { get; }

    /// <summary>Its name: one of those of known kernels, or <c>none</c>.</summary>
    public string Name => _known?.Name ?? KernelCatalog.None;

    /// <summary>What is known of it now: more, as soon as its structures are in memory.</summary>
    public KernelDescription Description
    {
        get
        {
            Complete();
            return _description;
        }
    }

    /// <summary>What of a known kernel could not be found, in a sentence; null when nothing is missing.</summary>
    public string? Lack
    {
        get
        {
            Complete();
            return _known is null ? null
                : _isComplete ? _lack
                : !_known.IsReady(_facts, this) ? $"The structures of {Name} are not in memory yet."
                : $"The structures of {Name} do not look as those of a version that is known: {_lack}; 'kernel:' in a scenario may give offsets.";
        }
    }

    /// <summary>Whether it is known which lwp runs and where its stack is, or will be as soon as the kernel's structures are in memory.</summary>
    public bool KnowsStacks => (_known is not null && !_isComplete)
        || _description is { LwpUArea: not null, UAreaSize: not null } and ({ CurrentLwp: not null } or { CurrentLwpRegister: not null });

    private CpuState* State => _processor.State;

    /// <summary>
    /// Gives the physical address that the kernel means by an effective one when translation is on: by what is known of
    /// the kernel's mapping, else by the TLB, which under a user's PID may hold that user's pages.
    /// </summary>
    /// <returns>False when neither knows.</returns>
    public bool TryTranslate(uint effective, out uint physical)
    {
        if (TryTranslateByKernel(effective, out physical))
            return true;
        int index = _processor.Tlb.Find(effective);
        if (index < 0)
            return false;
        uint mask = State->TlbMask[index];
        physical = (State->TlbLo[index] & mask) | (effective & ~mask);
        return true;
    }

    /// <summary>Gives the physical address of an effective one by the kernel's direct map and page tables alone.</summary>
    /// <returns>False when none covers it, or the page table's word is not valid.</returns>
    public bool TryTranslateByKernel(uint effective, out uint physical)
    {
        if (TryTranslateDirectly(effective, out physical))
            return true;
        KernelDescription kernel = _description;
        if (kernel.PageTable is { } table && effective - table.Virtual < table.Size)
        {
            uint index = (effective - table.Virtual) / kernel.PageSize;
            return TryReadWord(table.Base + (4 * index), out uint word) && (word & table.ValidMask) != 0
                && IsFrame(word & table.FrameMask, effective, out physical);
        }

        return kernel.PageTree is { } tree && effective >= tree.Virtual && TryLookUp(tree, tree.Base, effective, out physical);
    }

    /// <summary>
    /// Gives the physical address of an effective one as an lwp's own page table has it, and the kernel's where that is for the kernel.
    /// </summary>
    /// <returns>False when it is not mapped, or the page table is not known.</returns>
    public bool TryTranslateFor(uint lwp, uint effective, out uint physical)
    {
        physical = 0;
        KernelDescription kernel = Description;
        if (kernel.KernelStart is not { } start || effective >= start)
            return TryTranslateByKernel(effective, out physical);
        return kernel.PageTree is { } tree && TreeOf(lwp) is { } own && TryLookUp(tree, own, effective, out physical);
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

    /// <summary>Reads a word of the kernel's data; null when it cannot be read.</summary>
    public uint? Word(uint effective) => TryReadWord(effective, out uint value) ? value : null;

    /// <summary>What the kernel says which lwp runs, whether or not it is one; 0 for none. It costs next to nothing.</summary>
    public uint RunningWord
    {
        get
        {
            KernelDescription kernel = Description;
            if (kernel.CurrentLwpRegister is var (spr, add))
                return _processor.TryReadSpr(spr, out uint value) && value != 0 ? value + add : 0;
            return kernel.CurrentLwp is { } word && TryReadWord(word, out uint lwp) ? lwp : 0;
        }
    }

    /// <summary>Address of the running lwp; null when the kernel's description does not say or there is none yet.</summary>
    public uint? CurrentLwp => RunningWord is not 0 and var lwp && (_known is null || IsLwp(lwp)) ? lwp : null;

    /// <summary>The name of the running lwp for people; null when there is none, or it is not known.</summary>
    public string? RunningName => CurrentLwp is { } lwp ? NameOf(lwp) : null;

    /// <summary>The name alone of the running lwp, empty for one without; null when it is not known which one runs, or where names are.</summary>
    public string? RunningLabel => Description is { LwpName: null, ProcessName: null } ? null : CurrentLwp is { } lwp ? NameAt(lwp) : null;

    /// <summary>The lwps, the running one first, then all in the kernel's order, in which the running one may be again.</summary>
    public IEnumerable<uint> Lwps()
    {
        if (CurrentLwp is { } current)
            yield return current;
        if (Description.AllLwps is not { } all)
            yield break;
        if (all.IsRing)
        {
            foreach (uint member in Ring(all))
            {
                yield return member;
                foreach (uint other in ThreadsOf(member))
                    yield return other;
            }

            yield break;
        }

        for (uint n = 0; n < Math.Min(all.Count, MaxLwps); n++)
            yield return all.First + (n * all.Step);
        if (all.Count > 0 || !TryReadWord(all.First, out uint lwp))
            yield break;
        for (int n = 0; n < MaxLwps && lwp != 0; n++)
        {
            yield return lwp;
            if (!TryReadWord(lwp + all.Step, out lwp))
                yield break;
        }
    }

    /// <summary>Gives all lwps with what people want to know of them, in the kernel's order, the running one at its place.</summary>
    public IReadOnlyList<GuestLwp> All()
    {
        uint? current = CurrentLwp;
        List<uint> lwps = [.. Lwps()];
        if (lwps.Count > 1 && current is { } running && lwps.IndexOf(running, 1) > 0)
            lwps.RemoveAt(0);
        return [.. lwps.Distinct().Where(lwp => _known is null || IsLwp(lwp)).Select(lwp => Describe(lwp, lwp == current))];
    }

    /// <summary>Gives what people want to know of an lwp.</summary>
    public GuestLwp Describe(uint lwp, bool isRunning) => new(lwp, NameAt(lwp), NumberOf(lwp), isRunning)
    {
        Doing = isRunning ? "running" : StateOf(lwp) is { } state ? Description.LwpDoing(state) : "not running",
        UArea = UAreaOf(lwp),
    };

    /// <summary>Gives an lwp's name for people: <c>lwp 'softnet'</c>, <c>task 'sh' (42)</c>, or its address where it has none.</summary>
    public string NameOf(uint lwp)
    {
        KernelDescription kernel = Description;
        string name = NameAt(lwp);
        if (name.Length == 0)
            return $"{kernel.LwpWord} 0x{lwp:x8}";
        return NumberOf(lwp) is { } number ? $"{kernel.LwpWord} '{name}' ({number})" : $"{kernel.LwpWord} '{name}'";
    }

    /// <summary>Gives the characters of an lwp's name, or of its process's; empty when there are none.</summary>
    public string NameAt(uint lwp)
    {
        KernelDescription kernel = Description;
        if (kernel.LwpName is { } offset)
        {
            uint address = lwp + offset;
            bool isThere = !kernel.LwpNameIsPointer || (TryReadWord(address, out address) && address != 0);
            if (isThere && ReadText(address, MaxName) is { Length: > 0 } own)
                return own;
        }

        return kernel.LwpProcess is { } process && kernel.ProcessName is { } name && TryReadWord(lwp + process, out uint of) && of != 0
            ? ReadText(of + name, MaxName) : "";
    }

    /// <summary>Gives the number of an lwp, or of its process; null when it is not known.</summary>
    public uint? NumberOf(uint lwp)
    {
        KernelDescription kernel = Description;
        if (kernel.LwpNumber is { } offset)
            return Word(lwp + offset);
        return kernel.LwpProcess is { } process && kernel.ProcessNumber is { } number && TryReadWord(lwp + process, out uint of) && of != 0
            ? Word(of + number) : null;
    }

    /// <summary>Base address of an lwp's u-area; null when it is not known.</summary>
    public uint? UAreaOf(uint lwp) => Description.LwpUArea is { } offset && TryReadWord(lwp + offset, out uint area) && area != 0 ? area : null;

    /// <summary>Finds the lwp in whose u-area an effective address lies: the running one first, then all.</summary>
    public UAreaPlace? FindUArea(uint effective)
    {
        if (Description.UAreaSize is not { } size)
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
        ? $"0x{effective:x8} (page {place.Offset / Description.PageSize} of the u-area 0x{place.UArea:x8} of {NameOf(place.Lwp)})"
        : $"0x{effective:x8}";

    /// <summary>
    /// Says how a kernel's stack pointer is not in the stack of the lwp that runs: <c>in the u-area 0x... of lwp 'init'</c>, <c>in its own pcb</c>,
    /// <c>in no u-area</c>; null when it is, or the kernel's stacks are not known.
    /// </summary>
    public string? OutsideStack(uint pointer)
    {
        if (!KnowsStacks || Description is not { UAreaSize: { } size, PcbSize: var pcb } || CurrentLwp is not { } lwp || UAreaOf(lwp) is not { } area)
            return null;

        // An empty stack begins just behind the u-area.
        if (pointer - area <= size)
            return pointer - area < pcb ? $"in the pcb of {NameOf(lwp)} itself, at 0x{area:x8}" : null;
        string where = FindUArea(pointer) is { } place ? $"in the u-area 0x{place.UArea:x8} of {NameOf(place.Lwp)}" : "in no u-area";
        return $"{where}, while {NameOf(lwp)} runs, whose u-area is 0x{area:x8} to 0x{area + size - 1:x8}";
    }

    /// <summary>Gives the registers with which an lwp goes on that does not run; null when they are not known, or make no sense.</summary>
    public SavedRegisters? SavedBy(uint lwp)
    {
        KernelDescription kernel = Description;
        if (kernel.LwpIdleState is { } idle && StateOf(lwp) == idle)
            return null;
        if (kernel.SwitchFrame is not { } frame || StackPointerOf(lwp) is not { } first)
            return null;
        uint?[] general = new uint?[32];
        for (int n = frame.FirstRegister; n <= frame.LastRegister; n++)
            general[n] = Word(first + frame.Registers + (4 * (uint)(n - frame.FirstRegister)));
        general[2] = frame.R2IsLwp ? lwp : frame.R2 is { } second ? Word(first + second) : null;
        uint stack = first;
        for (int n = 0; n < frame.Frames; n++)
        {
            // A stack only grows down: the frame of a caller is above.
            if (Word(stack) is not { } next || next <= stack || (next & 3) != 0)
                return null;
            stack = next;
            foreach ((int register, uint offset) in n == 0 ? frame.InSecond : [])
                general[register] = Word(stack + offset);
        }

        general[1] = stack;
        return (frame.Pc is { } place ? Word(first + place) : Word(stack + 4)) is { } pc and not 0
            ? new SavedRegisters(pc, stack, general, frame.Cr is { } cr ? Word(first + cr) : null)
            : null;
    }

    /// <summary>Gives the calls that led to where an lwp that does not run goes on, the innermost first; nothing when they are not known.</summary>
    public IReadOnlyList<uint> CallsOf(uint lwp) => SavedBy(lwp) is { } saved ? Backtrace.Walk(saved.Pc, saved.StackPointer, Word) : [];

    /// <summary>Reads the characters of a name.</summary>
    /// <returns>Empty when it cannot be read.</returns>
    internal string ReadText(uint effective, int most)
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

    /// <summary>Whether what is at an address looks like an lwp of a known kernel: it has a name, and a stack that the kernel maps.</summary>
    internal bool IsLwp(uint lwp) =>
        (lwp & 3) == 0 && NameAt(lwp).Length > 0
        && (_description.LwpUArea is not { } offset || (Word(lwp + offset) is { } area && area != 0 && (area & (_description.PageSize - 1)) == 0
            && TryTranslateByKernel(area, out _)));

    /// <summary>Follows a ring of lwps.</summary>
    internal IEnumerable<uint> Ring(LwpTable ring)
    {
        uint lwp = ring.First;
        for (int n = 0; n < MaxLwps; n++)
        {
            yield return lwp;
            if (!TryReadWord(lwp + ring.Step, out uint link) || link == 0 || link - ring.Step == ring.First)
                yield break;
            lwp = link - ring.Step;
        }
    }

    /// <summary>Gives the other lwps of the process of one that leads to them.</summary>
    private IEnumerable<uint> ThreadsOf(uint lwp)
    {
        if (_description.Threads is not { } threads || Word(lwp + threads.Process) is not { } process)
            yield break;
        uint link = lwp + threads.Link;
        for (int n = 0; n < MaxLwps && TryReadWord(link, out link) && link != lwp + threads.Link; n++)
        {
            uint other = link - threads.Link;
            if (Word(other + threads.Process) == process && IsLwp(other))
                yield return other;
        }
    }

    private uint? StateOf(uint lwp) => Description.LwpState is { } offset ? Word(lwp + offset) : null;

    private uint? StackPointerOf(uint lwp)
    {
        KernelDescription kernel = _description;
        return kernel.LwpStackPointer is { } own ? Word(lwp + own)
            : kernel.PcbStackPointer is { } offset && UAreaOf(lwp) is { } pcb ? Word(pcb + offset)
            : null;
    }

    private uint? TreeOf(uint lwp)
    {
        KernelDescription kernel = _description;
        if (kernel.LwpPageTree is { } own)
            return Word(lwp + own) is { } tree and not 0 ? tree : null;
        return kernel.PcbPmap is { } offset && UAreaOf(lwp) is { } pcb && Word(pcb + offset) is { } pmap and not 0 ? pmap + kernel.PmapTables : null;
    }

    private bool TryTranslateDirectly(uint effective, out uint physical)
    {
        physical = 0;
        if (_description.DirectMap is not { } direct || effective - direct.Virtual >= direct.Size)
            return false;
        physical = effective - direct.Virtual + direct.Physical;
        return true;
    }

    private bool TryLookUp(PageTree tree, uint root, uint effective, out uint physical)
    {
        physical = 0;
        uint place = root + (4 * (effective >> tree.SegmentShift));

        // The tables themselves are where the kernel maps all memory: looking them up in themselves would not end.
        if (!TryTranslateDirectly(place, out uint upper) || !TryReadPhysicalWord(upper, out uint entry) || (entry & tree.EntryValid) == 0)
            return false;
        uint table = (entry & tree.EntryMask) + (4 * ((effective & ((1u << tree.SegmentShift) - 1)) / _description.PageSize));
        if (!tree.EntriesArePhysical && !TryTranslateDirectly(table, out table))
            return false;
        return TryReadPhysicalWord(table, out uint word) && (word & tree.PageValid) != 0 && IsFrame(word & tree.FrameMask, effective, out physical);
    }

    private bool IsFrame(uint frame, uint effective, out uint physical)
    {
        uint inPage = _description.PageSize - 1;
        physical = (frame & ~inPage) | (effective & inPage);
        return true;
    }

    /// <summary>Looks for the structures in memory, as soon as they can be there.</summary>
    private void Complete()
    {
        if (_isComplete || _isLooking || _attempts >= MaxAttempts || !_known!.IsReady(_facts, this))
            return;
        _attempts++;
        _isLooking = true;
        KernelDescription? complete = _known.Complete(_facts, _basis, this, out _lack);
        _isLooking = false;
        if (complete is null)
            return;
        _isComplete = true;
        _description = _keys(complete);
    }
}

/// <summary>An lwp, thread or task of a guest.</summary>
/// <param name="Address">Effective address of the kernel's structure.</param>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="Number">Its number, or that of its process; null when it is not known.</param>
/// <param name="IsRunning">Whether it is the one that runs.</param>
public sealed record GuestLwp(uint Address, string Name, uint? Number, bool IsRunning)
{
    /// <summary>What it does, in a word.</summary>
    public required string Doing { get; init; }

    /// <summary>Base address of its u-area or kernel stack; null when it is not known.</summary>
    public uint? UArea { get; init; }

    /// <summary>The name as one word, as Linux's tracers write it: <c>sh-42</c>; the address where there is none.</summary>
    public string Label => (Name.Length == 0 ? $"0x{Address:x8}" : Name) + (Number is { } number ? $"-{number}" : "");
}

/// <summary>A place in a u-area.</summary>
/// <param name="Lwp">Address of the lwp that owns it.</param>
/// <param name="UArea">Base address of the u-area.</param>
/// <param name="Offset">Bytes from the base.</param>
public readonly record struct UAreaPlace(uint Lwp, uint UArea, uint Offset);
