using PpcJit.Kernel.Loading;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Kernels;

/// <summary>
/// Linux for the 40x. Its structures differ by version and configuration, and its usual images say nothing of them, so offsets are read off
/// <c>init_task</c>, which points to itself and to other symbols in ways that no other place of the structure does, and checked on all tasks.
/// </summary>
internal sealed class Linux40x : KnownKernel
{
    private const uint PageBytes = 4096;

    /// <summary>The most that is looked through of a task_struct.</summary>
    private const uint MostBytes = 0x2000;

    /// <summary>SPRG3 has the physical address of the running task's thread_struct (arch/powerpc/kernel/head_40x.S).</summary>
    private const int ThreadSpr = Spr.Sprg0 + 3;

    /// <summary>
    /// Where the general registers, NIP and CR are in the frame that <c>_switch</c> makes: pt_regs begins 16 bytes behind its start.
    /// </summary>
    private const uint FrameRegisters = 16, FramePc = 144, FrameCr = 168;

    private const int FirstSaved = 13, LastSaved = 31;

    /// <summary>Words between the stack pointer, with which thread_struct begins, and the page directory in it.</summary>
    private const int LeastToDirectory = 2, MostToDirectory = 5;

    /// <summary>Words between the parent of a task and the leader of its group.</summary>
    private const int Leader = 6;

    /// <summary>The beginning of "Linux version", and of "swapper".</summary>
    private const uint Banner = 0x4c696e75, Swapper = 0x73776170;

    /// <summary>Bytes of a kernel stack, usually and at most.</summary>
    private const uint UsualStack = 0x2000, MostStack = 0x4000;

    /// <inheritdoc/>
    public override string Name => "linux-40x";

    /// <inheritdoc/>
    public override string Title => "Linux for the PowerPC 40x; tested with 6.1";

    /// <inheritdoc/>
    public override IReadOnlyList<string> NeededSymbols => ["init_task", "init_mm", "init_thread_union", "swapper_pg_dir", "linux_banner", "_stext"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Marks => ["tlb_4xx_index", "finish_tlb_load"];

    /// <inheritdoc/>
    public override KernelDescription Begin(KernelFacts facts)
    {
        uint start = facts.Find("_stext")!.Value & ~0x0fffffffu;
        return new KernelDescription
        {
            LwpWord = "task",
            PageSize = PageBytes,
            DirectMap = new DirectMap(start, 0, Math.Min(facts.MemoryBytes, 0u - start)),
            KernelStart = start,

            // A word of the page directory has the physical address of a page of words.
            PageTree = new PageTree(facts.Find("swapper_pg_dir")!.Value, start, SegmentShift: 22, EntryValid: 0x400, EntryMask: ~(PageBytes - 1),
                EntriesArePhysical: true, FrameMask: ~(PageBytes - 1), PageValid: 2),
            TlbHandlers = [.. Handlers(facts, start)],
            DeathTexts = ["Kernel panic", "Oops:", "BUG:", "Unable to handle kernel"],
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Symbol> LowCode(KernelFacts facts)
    {
        // The vectors, and the handlers of TLB misses behind them, run with translation off at the kernel's physical address.
        const uint most = 0x3000;
        uint start = facts.Find("_stext")!.Value & ~0x0fffffffu;
        return facts.Symbols[0].All.Where(symbol => symbol.Kind != SymbolKind.Absolute && symbol.Address - start < most)
            .Select(symbol => symbol with { Address = symbol.Address - start, Kind = SymbolKind.Label });
    }

    /// <inheritdoc/>
    public override bool IsReady(KernelFacts facts, GuestKernel guest) =>
        guest.Board.Processor.TryReadSpr(ThreadSpr, out uint thread) && thread != 0 && (thread & 3) == 0
        && guest.Word(facts.Find("linux_banner")!.Value) == Banner;

    /// <inheritdoc/>
    public override KernelDescription? Complete(KernelFacts facts, KernelDescription basis, GuestKernel guest, out string? lack)
    {
        lack = null;
        if ((FromDebugInformation(facts) ?? FromMemory(facts, guest, out lack)) is not { } layout)
            return null;
        uint start = basis.KernelStart!.Value;
        return basis with
        {
            CurrentLwpRegister = (ThreadSpr, start - layout.Thread),
            LwpName = layout.Name,
            LwpNumber = layout.Number,
            LwpState = layout.State,
            LwpDoing = state => state == 0 ? "ready" : "sleeping",
            LwpUArea = layout.Stack,
            UAreaSize = StackBytes(facts, layout, guest),
            LwpStackPointer = layout.Thread,
            LwpPageTree = layout.Directory,
            AllLwps = new LwpTable(facts.Find("init_task")!.Value, 0, layout.Tasks) { IsRing = true },
            Threads = layout.Threads,
            SwitchFrame = new SwitchFrame(FirstSaved, LastSaved, FrameRegisters + (4 * FirstSaved), Frames: 1)
            {
                Pc = FramePc, Cr = FrameCr, R2IsLwp = true,
            },
        };
    }

    /// <summary>The handlers run with translation off: their symbols are where the kernel is linked.</summary>
    private static IEnumerable<(uint Address, uint Size)> Handlers(KernelFacts facts, uint start)
    {
        const uint most = 0x400;
        foreach (string name in (string[])["DTLBMiss", "ITLBMiss", "finish_tlb_load"])
        {
            if (facts.Find(name) is { } address)
                yield return (address - start, facts.Reach(address, most));
        }
    }

    private static Layout? FromDebugInformation(KernelFacts facts)
    {
        const string task = "task_struct";
        return facts.Offset(task, "comm") is { } name && facts.Offset(task, "pid") is { } number && facts.Offset(task, "tasks") is { } tasks
            && facts.Offset(task, "stack") is { } stack && facts.Offset(task, "thread") is { } thread
            && facts.Offset("thread_struct", "ksp") is { } pointer && facts.Offset("thread_struct", "pgdir") is { } directory
            ? new Layout(name, number, tasks, stack, thread + pointer, thread + directory)
            {
                State = facts.Offset(task, "__state") ?? facts.Offset(task, "state") ?? stack - 4,
                Threads = facts.Offset(task, "thread_node") is { } node && facts.Offset(task, "tgid") is { } group
                    ? new ThreadRing(node, group) : null,
            }
            : null;
    }

    /// <summary>Reads the offsets off <c>init_task</c> as it stands in memory, now or later in its life.</summary>
    private static Layout? FromMemory(KernelFacts facts, GuestKernel guest, out string? lack)
    {
        uint first = facts.Find("init_task")!.Value;
        uint[] words = Read(guest, first, facts.Reach(first, MostBytes));
        lack = "init_task has no name 'swapper'";
        if (Array.FindIndex(words, word => word == Swapper) is not ( >= 0 and var name) || guest.ReadText(first + (4 * (uint)name), 16)
            is not { } comm || !comm.StartsWith("swapper", StringComparison.Ordinal))
            return null;
        uint union = facts.Find("init_thread_union")!.Value;
        lack = "init_task does not point to its stack";
        if (Array.IndexOf(words, union) is not ( > 0 and < 32 and var stack))
            return null;

        // It is its own parent and leader of its group, and has no brothers: 'parent' follows 'real_parent', then come the list of children,
        // that of brothers, and the leader.
        lack = "init_task is not its own parent";
        int parent = Enumerable.Range(0, Math.Max(0, words.Length - 7)).FirstOrDefault(n => words[n] == first && words[n + 1] == first
            && words[n + Leader] == first && words[n + 4] == first + (4 * (uint)(n + 4)) && words[n + 5] == words[n + 4], -1);
        if (parent < 0)
            return null;

        // 'pid' and 'tgid' come before, and between them the canary where there is one.
        int number = parent - 2 - (facts.Find("__stack_chk_fail") is null ? 0 : 1);
        lack = "init_task's number is not 0";
        if (number <= stack || words[number] != 0 || words[number + 1] != 0)
            return null;
        lack = "init_task's stack pointer is not in its stack";
        if (Thread(words, facts.Find("swapper_pg_dir")!.Value, union) is not var (thread, directory))
            return null;
        lack = "the list of tasks cannot be found";
        for (int n = stack + 1; n < parent - 3; n++)
        {
            if (!IsLink(guest, words, first, n) || words[n + 2] != 0 || !IsMemoryDescriptor(facts, guest, words[n + 3]))
                continue;
            Layout layout = new(4 * (uint)name, 4 * (uint)number, 4 * (uint)n, 4 * (uint)stack, 4 * (uint)thread, 4 * (uint)directory)
            {
                State = 4 * (uint)(stack - 1), Threads = Threads(guest, words, first, parent + Leader, 4 * (uint)(number + 1)),
            };
            if (MakesSense(guest, first, layout))
            {
                lack = null;
                return layout;
            }
        }

        return null;
    }

    /// <summary>
    /// Finds the list through the threads of a process: it comes soon behind the leader of the group. That of the first task, which has no others,
    /// has one link and its head, which is in another structure.
    /// </summary>
    private static ThreadRing? Threads(GuestKernel guest, uint[] words, uint start, int leader, uint process)
    {
        const int most = 32;
        for (int n = leader + 1; n < Math.Min(leader + most, words.Length - 1); n++)
        {
            (uint head, uint own) = (words[n], start + (4 * (uint)n));
            if (words[n + 1] == head && head - start >= 4 * (uint)words.Length && guest.Word(head) == own && guest.Word(head + 4) == own)
                return new ThreadRing(4 * (uint)n, process);
        }

        return null;
    }

    /// <summary>Finds where thread_struct begins: its first word is a stack pointer, and a little behind stands the page directory.</summary>
    private static (int Thread, int Directory)? Thread(uint[] words, uint directory, uint stack)
    {
        for (int n = MostToDirectory; n < words.Length; n++)
        {
            for (int back = LeastToDirectory; words[n] == directory && back <= MostToDirectory; back++)
            {
                if (words[n - back] - stack < MostStack && words[n - back] != stack)
                    return (n - back, n);
            }
        }

        return null;
    }

    /// <summary>Whether two words are the links of a list in which those next to them lead back.</summary>
    private static bool IsLink(GuestKernel guest, uint[] words, uint start, int index)
    {
        uint own = start + (4 * (uint)index);
        return guest.Word(words[index] + 4) == own && guest.Word(words[index + 1]) == own && (words[index] & 3) == 0;
    }

    /// <summary>The idle task has no memory of its own, and uses that of whatever ran before it.</summary>
    private static bool IsMemoryDescriptor(KernelFacts facts, GuestKernel guest, uint address) =>
        address == facts.Find("init_mm") || (address != 0 && (address & 3) == 0 && guest.TryTranslateByKernel(address, out _));

    /// <summary>Whether all in a list are tasks: each has a name and a number of its own, and the second is init.</summary>
    private static bool MakesSense(GuestKernel guest, uint first, Layout layout)
    {
        HashSet<uint> numbers = [];
        foreach (uint task in guest.Ring(new LwpTable(first, 0, layout.Tasks)))
        {
            bool isSecond = numbers.Count == 1;
            if (guest.Word(task + layout.Number) is not { } number || !numbers.Add(number) || (isSecond && number != 1)
                || guest.ReadText(task + layout.Name, 16).Length == 0)
                return false;
        }

        return true;
    }

    /// <summary>A kernel stack is as large as that of the first task is aligned: 8 KB, or 16 with larger pages or some debugging.</summary>
    private static uint StackBytes(KernelFacts facts, Layout layout, GuestKernel guest)
    {
        uint pointer = guest.Word(facts.Find("init_task")!.Value + layout.Thread) ?? 0;
        uint offset = pointer - facts.Find("init_thread_union")!.Value;
        return offset < UsualStack ? UsualStack : MostStack;
    }

    private static uint[] Read(GuestKernel guest, uint start, uint bytes)
    {
        uint[] words = new uint[bytes / 4];
        for (int n = 0; n < words.Length; n++)
            words[n] = guest.Word(start + (4 * (uint)n)) ?? 0;
        return words;
    }

    /// <summary>Offsets in a task_struct.</summary>
    private sealed record Layout(uint Name, uint Number, uint Tasks, uint Stack, uint Thread, uint Directory)
    {
        public required uint State { get; init; }

        /// <summary>The list through the threads of a process; null where it cannot be found.</summary>
        public ThreadRing? Threads { get; init; }
    }
}
