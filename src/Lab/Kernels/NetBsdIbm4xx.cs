using PpcJit.Kernel.Loading;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Kernels;

/// <summary>
/// NetBSD/evbppc on the ibm4xx family (sys/arch/powerpc/ibm4xx). Offsets differ by version and options: they are read off <c>lwp0</c>,
/// <c>proc0</c> and <c>cpu_info</c>, which point to each other, and checked on all lwps, where no debug information says them.
/// </summary>
internal sealed class NetBsdIbm4xx : KnownKernel
{
    private const uint PageBytes = 16384, KernelPid = 1, KernelVirtual = 0x80000000;

    /// <summary>Where <c>pm_ptbl</c> is in a pmap: behind its context, count of references and two counts of pages.</summary>
    private const uint PmapTables = 16;

    /// <summary>A pmap has a table for each 64 MB: 4096 words, a page of 16 KB each.</summary>
    private const int SegmentShift = 26;

    /// <summary>Where a pcb has its pmap and its stack pointer (powerpc/pcb.h since 2003).</summary>
    private const uint PcbPmap = 0, PcbStackPointer = 4;

    /// <summary>Where cpu_switchto's frame has CR, r2 and r14, and the frame above it r30 and r31 (powerpc/frame.h).</summary>
    private const uint FrameCr = 12, FrameR2 = 16, FrameR14 = 24, CallFrameR30 = 8, CallFrameR31 = 12;

    /// <summary>Ahead of and behind <c>l_proc</c> (sys/lwp.h): the list of all, the lwp's number, its name.</summary>
    private const uint ListAheadOfProcess = 12, NameBehindProcess = 32;

    /// <summary>From <c>p_pid</c> to <c>p_lwps</c>, the list of a process's lwps (sys/proc.h).</summary>
    private const uint NumberAheadOfLwps = 28;

    /// <summary>Bytes of a pcb where nothing says them: with the registers of an FPU and of AltiVec, which no 405 has.</summary>
    private const uint UsualPcb = 832;

    /// <summary>The most that is looked through of each structure.</summary>
    private const uint MostLwp = 0x600, MostProcess = 0x600, MostCpu = 0x800, MostCode = 0x400;

    private const uint VectorBytes = 0x100;

    /// <summary>From <c>l_addr</c> to <c>l_stat</c>, with what powerpc keeps and the flags between them (sys/lwp.h, powerpc/proc.h).</summary>
    private const uint StateBehindArea = 20;

    /// <summary>
    /// States (sys/lwp.h): idle is a new lwp, or that of a soft interrupt which does not run; on a processor is also one that a soft interrupt has
    /// interrupted.
    /// </summary>
    private const uint StateIdle = 1, StateReady = 2, StateSleeping = 3, StateStopped = 4, StateZombie = 5, StateOnProcessor = 7, StateSuspended = 8;

    private const uint MostArea = 8 * PageBytes;

    /// <inheritdoc/>
    public override string Name => "netbsd-ibm4xx";

    /// <inheritdoc/>
    public override string Title => "NetBSD/evbppc for the IBM 4xx, as of 2015 (7.99)";

    /// <inheritdoc/>
    public override IReadOnlyList<string> NeededSymbols => ["alllwp", "lwp0", "proc0", "cpu_info", "kernel_pmap_"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Marks => ["s4xx_miss", "tlb_nreserved", "pmap_tlbmiss"];

    /// <inheritdoc/>
    public override KernelDescription Begin(KernelFacts facts) => new()
    {
        PageSize = PageBytes,
        KernelPid = KernelPid,
        DirectMap = new DirectMap(0, 0, Math.Min(facts.MemoryBytes, KernelVirtual)),
        PageTree = new PageTree(facts.Find("kernel_pmap_")!.Value + (facts.Offset("pmap", "pm_ptbl") ?? PmapTables), KernelVirtual, SegmentShift,
            EntryValid: uint.MaxValue, EntryMask: uint.MaxValue, EntriesArePhysical: false, FrameMask: ~(PageBytes - 1), PageValid: uint.MaxValue),
        TlbHandlers = [.. Handlers(facts)],
        ReservedTlbEntries = facts.Find("tlb_nreserved"),
        PcbSize = facts.Layouts is { } layouts && layouts.TrySize("pcb", out uint size) ? size : UsualPcb,
        PcbStackPointer = facts.Offset("pcb", "pcb_sp") ?? PcbStackPointer,
        PcbPmap = facts.Offset("pcb", "pcb_pm") ?? PcbPmap,
        PmapTables = facts.Offset("pmap", "pm_ptbl") ?? PmapTables,
        SwitchFrame = new SwitchFrame(FirstRegister: 14, LastRegister: 29, FrameR14, Frames: 2)
        {
            Cr = FrameCr, R2 = FrameR2, InSecond = [(30, CallFrameR30), (31, CallFrameR31)],
        },
        DeathTexts = ["panic: ", "Stopped in pid ", "--db_more--"],
    };

    /// <inheritdoc/>
    public override IEnumerable<Symbol> LowCode(KernelFacts facts)
    {
        // The kernel copies its vectors to where the processor looks for them, where no symbols are.
        uint[] all = [.. Enum.GetValues<ExceptionKind>().Select(Processor.Vector).Order()];
        foreach (ExceptionKind kind in Enum.GetValues<ExceptionKind>())
        {
            uint address = Processor.Vector(kind);
            uint next = all.FirstOrDefault(other => other > address, address + VectorBytes);
            yield return new Symbol($"vector_{kind}", address, Math.Min(next - address, VectorBytes), SymbolKind.Label, IsGlobal: false);
        }
    }

    /// <inheritdoc/>
    public override bool IsReady(KernelFacts facts, GuestKernel guest)
    {
        // The first lwp is on the list of all as soon as lwpinit() has run; the idle lwp comes next.
        uint head = facts.Find("alllwp")!.Value;
        return guest.Word(head) is { } newest && newest != 0 && (newest & 3) == 0 && newest != facts.Find("lwp0");
    }

    /// <inheritdoc/>
    public override KernelDescription? Complete(KernelFacts facts, KernelDescription basis, GuestKernel guest, out string? lack)
    {
        uint first = facts.Find("lwp0")!.Value;
        uint zero = facts.Find("proc0")!.Value;
        lack = "lwp0 does not point to proc0";
        if ((facts.Offset("lwp", "l_proc") ?? Find(guest, first, MostLwp, word => word == zero)) is not { } process)
            return null;
        uint next = facts.Offset("lwp", "l_list.le_next") ?? process - ListAheadOfProcess;
        lack = "lwp0 has no pcb with the kernel's pmap";
        if ((facts.Offset("lwp", "l_addr") ?? Area(facts, guest, first)) is not { } area)
            return null;
        LwpTable all = new(facts.Find("alllwp")!.Value, 0, next);
        uint[] lwps = [.. Follow(guest, all)];
        lack = "the list alllwp does not lead to lwps";
        if (lwps.Length == 0 || !lwps.Contains(first) || lwps.Any(lwp => !IsLwp(guest, lwp, process, area)))
            return null;
        lack = "cpu_info does not say which lwp runs";
        uint cpu = facts.Find("cpu_info")!.Value;
        if ((facts.Offset("cpu_info", "ci_curlwp") ?? Current(guest, cpu, lwps, area)) is not { } current)
            return null;
        lack = "nothing tells how large a u-area is: neither softint_fast_dispatch nor an lwp that sleeps";
        if (AreaBytes(facts, guest, lwps, area, guest.Word(cpu + current) ?? 0) is not { } bytes)
            return null;
        uint? text = facts.Offset("proc", "p_comm") ?? ProcessName(guest, zero);
        uint? number = facts.Offset("proc", "p_pid") ?? ProcessNumber(facts, guest, zero, lwps, process);
        lack = text is null ? "the names of processes are not found" : number is null ? "the numbers of processes are not found" : null;
        return basis with
        {
            CurrentLwp = cpu + current,
            LwpName = facts.Offset("lwp", "l_name") ?? process + NameBehindProcess,
            LwpNameIsPointer = true,
            LwpProcess = process,
            ProcessName = text,
            ProcessNumber = number,
            LwpState = facts.Offset("lwp", "l_stat") ?? State(guest, lwps, area, guest.Word(cpu + current) ?? 0),
            LwpDoing = Doing,
            LwpIdleState = StateIdle,
            LwpUArea = area,
            UAreaSize = bytes,
            AllLwps = all,
        };
    }

    /// <summary>Where an lwp's state is: the running one's is known, and those of all others are states.</summary>
    private static uint? State(GuestKernel guest, uint[] lwps, uint area, uint running)
    {
        uint place = area + StateBehindArea;
        return guest.Word(running + place) == StateOnProcessor && lwps.All(lwp => guest.Word(lwp + place) is >= StateIdle and <= StateSuspended)
            ? place : null;
    }

    private static string Doing(uint state) => state switch
    {
        StateIdle => "idle",
        StateReady => "ready",
        StateSleeping => "sleeping",
        StateStopped => "stopped",
        StateZombie => "zombie",
        StateOnProcessor => "interrupted",
        StateSuspended => "suspended",
        _ => "not running",
    };

    /// <summary>The vectors, and what they lead to, with the labels in it, up to the next function.</summary>
    private static IEnumerable<(uint Address, uint Size)> Handlers(KernelFacts facts)
    {
        yield return (0x1100, VectorBytes);
        yield return (0x1200, VectorBytes);
        if (facts.Find("s4xx_miss") is not { } handler)
            yield break;
        uint[] behind = [.. facts.Symbols.SelectMany(table => table.All)
            .Where(symbol => symbol.Kind == SymbolKind.Function && symbol.Address > handler).Select(symbol => symbol.Address)];
        yield return (handler, behind.Length == 0 ? MostCode : Math.Min(MostCode, behind.Min() - handler));
    }

    private static uint? Find(GuestKernel guest, uint start, uint bytes, Func<uint, bool> isIt)
    {
        for (uint offset = 0; offset < bytes; offset += 4)
        {
            if (guest.Word(start + offset) is { } word && isIt(word))
                return offset;
        }

        return null;
    }

    /// <summary>A pcb begins with the address of a pmap: of the first lwp, the kernel's.</summary>
    private static uint? Area(KernelFacts facts, GuestKernel guest, uint first)
    {
        uint pmap = facts.Find("kernel_pmap_")!.Value;
        return Find(guest, first, MostLwp, word => word != 0 && (word & (PageBytes - 1)) == 0 && guest.Word(word + PcbPmap) == pmap);
    }

    private static IEnumerable<uint> Follow(GuestKernel guest, LwpTable all)
    {
        const int most = 4096;
        uint? lwp = guest.Word(all.First);
        for (int n = 0; n < most && lwp is { } found && found != 0; n++)
        {
            yield return found;
            lwp = guest.Word(found + all.Step);
        }
    }

    private static bool IsLwp(GuestKernel guest, uint lwp, uint process, uint area) =>
        (lwp & 3) == 0 && guest.Word(lwp + process) is { } of && of != 0 && (of & 3) == 0
        && guest.Word(lwp + area) is { } pcb && (pcb & (PageBytes - 1)) == 0;

    /// <summary>The word ahead of the running lwp's pcb.</summary>
    private static uint? Current(GuestKernel guest, uint cpu, uint[] lwps, uint area)
    {
        for (uint offset = 0; offset < MostCpu; offset += 4)
        {
            if (guest.Word(cpu + offset) is { } lwp && lwps.Contains(lwp) && guest.Word(cpu + offset + 4) is { } pcb && pcb != 0
                && guest.Word(lwp + area) == pcb)
                return offset;
        }

        return null;
    }

    /// <summary>The name of the first process is <c>system</c>, that of NetBSD 4 and before <c>swapper</c>.</summary>
    private static uint? ProcessName(GuestKernel guest, uint zero)
    {
        for (uint offset = 0; offset < MostProcess; offset++)
        {
            if (guest.ReadText(zero + offset, 8) is "system" or "swapper")
                return offset;
        }

        return null;
    }

    private static uint? ProcessNumber(KernelFacts facts, GuestKernel guest, uint zero, uint[] lwps, uint process)
    {
        uint? ofLwps = Find(guest, zero, MostProcess, word => lwps.Contains(word) && guest.Word(word + process) == zero);
        if (ofLwps is not { } place || place < NumberAheadOfLwps || guest.Word(zero + place - NumberAheadOfLwps) != 0)
            return null;
        uint number = place - NumberAheadOfLwps;
        bool isInitThere = facts.Find("initproc") is { } pointer && guest.Word(pointer) is { } init && init != 0;
        return !isInitThere || guest.Word(guest.Word(facts.Find("initproc")!.Value)!.Value + number) == 1 ? number : null;
    }

    /// <summary>
    /// How large a u-area is, is a constant in the code that switches to a soft interrupt's stack; else the stack pointers tell, which are
    /// in the last page of it mostly.
    /// </summary>
    private static uint? AreaBytes(KernelFacts facts, GuestKernel guest, uint[] lwps, uint area, uint running)
    {
        static uint Pages(uint bytes) => (bytes + PageBytes - 1) / PageBytes * PageBytes;
        for (uint offset = 0; facts.Find("softint_fast_dispatch") is { } code && offset < MostCode; offset += 4)
        {
            if (guest.Word(code + offset) is { } word && Decoder.Decode(word) == Op.Addi && Field.Rt(word) == 1 && Field.Ra(word) is not (0 or 1)
                && (short)word > 0)
                return Pages(word & 0xffff);
        }

        uint most = 0;
        foreach (uint lwp in lwps.Where(lwp => lwp != running))
        {
            if (guest.Word(lwp + area) is { } pcb && guest.Word(pcb + PcbStackPointer) is { } stack && stack - pcb is > UsualPcb and < MostArea
                && guest.Word(stack) is { } above && above > stack)
                most = Math.Max(most, stack - pcb);
        }

        return most == 0 ? null : Pages(most);
    }
}
