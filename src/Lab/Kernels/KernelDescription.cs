namespace PpcJit.Lab.Kernels;

/// <summary>
/// What is known of a guest's kernel, so that lwps (threads, tasks), stacks and pages can be spoken of. Everything is optional: who needs
/// something that is missing says so.
/// </summary>
public sealed record KernelDescription
{
    /// <summary>Bytes of a page of the kernel.</summary>
    public uint PageSize { get; init; } = 4096;

    /// <summary>What the kernel calls that of which one runs: an lwp or a task.</summary>
    public string LwpWord { get; init; } = "lwp";

    /// <summary>The PID under which the kernel's own TLB entries are made; null when they match under every PID.</summary>
    public uint? KernelPid { get; init; }

    /// <summary>
    /// Effective addresses that the kernel maps to physical ones by adding a constant; null when it has none.
    /// </summary>
    public DirectMap? DirectMap { get; init; }

    /// <summary>
    /// Where the kernel keeps the address of the running lwp (thread, task): effective address of that word.
    /// </summary>
    public uint? CurrentLwp { get; init; }

    /// <summary>
    /// The special purpose register that leads to the running lwp instead, and what to add to it for the lwp's effective address.
    /// </summary>
    public (int Spr, uint Add)? CurrentLwpRegister { get; init; }

    /// <summary>Offset in an lwp of its name.</summary>
    public uint? LwpName { get; init; }

    /// <summary>
    /// Whether <see cref="LwpName"/> is the offset of a pointer to the name and not of the characters themselves.
    /// </summary>
    public bool LwpNameIsPointer { get; init; }

    /// <summary>Offset in an lwp of the address of its process, whose name stands in for a missing name of the lwp.</summary>
    public uint? LwpProcess { get; init; }

    /// <summary>Offset in a process of the characters of its name.</summary>
    public uint? ProcessName { get; init; }

    /// <summary>Offset in a process of its number.</summary>
    public uint? ProcessNumber { get; init; }

    /// <summary>Offset in an lwp of its number, or of that of its process.</summary>
    public uint? LwpNumber { get; init; }

    /// <summary>Offset in an lwp of a word that says what it does.</summary>
    public uint? LwpState { get; init; }

    /// <summary>What an lwp that does not run does, in a word, by that word.</summary>
    public Func<uint, string> LwpDoing { get; init; } = _ => "not running";

    /// <summary>That word of lwps that begin anew whenever they run, so that what they left on their stacks means nothing; null for none.</summary>
    public uint? LwpIdleState { get; init; }

    /// <summary>Offset in an lwp of the address of its u-area: the pages with pcb and kernel stack.</summary>
    public uint? LwpUArea { get; init; }

    /// <summary>Offset in an lwp of the stack pointer with which it was switched away from.</summary>
    public uint? LwpStackPointer { get; init; }

    /// <summary>Offset in a pcb, at the base of the u-area, of the stack pointer with which an lwp was switched away from.</summary>
    public uint? PcbStackPointer { get; init; }

    /// <summary>What stands where that stack pointer points; null when it is not known.</summary>
    public SwitchFrame? SwitchFrame { get; init; }

    /// <summary>All lwps; null when they cannot be found.</summary>
    public LwpTable? AllLwps { get; init; }

    /// <summary>How each lwp of that list leads to the others of its process; null where all of them are in the list, or it is not known.</summary>
    public ThreadRing? Threads { get; init; }

    /// <summary>Bytes of a u-area.</summary>
    public uint? UAreaSize { get; init; }

    /// <summary>Bytes at the base of a u-area that belong to the pcb (and whatever the stack must not grow into).</summary>
    public uint PcbSize { get; init; }

    /// <summary>The code that handles TLB misses, where it runs; empty when it is not known.</summary>
    public IReadOnlyList<(uint Address, uint Size)> TlbHandlers { get; init; } = [];

    /// <summary>Effective address of the word that says how many TLB entries, from the first on, are never replaced; null for none.</summary>
    public uint? ReservedTlbEntries { get; init; }

    /// <summary>
    /// The kernel's own table of the addresses that it maps page by page; null when its format is not known.
    /// </summary>
    public PageTable? PageTable { get; init; }

    /// <summary>The kernel's page table when it has two levels; null when it has none, or its format is not known.</summary>
    public PageTree? PageTree { get; init; }

    /// <summary>Offset in an lwp of the effective address of the upper level of its own page table.</summary>
    public uint? LwpPageTree { get; init; }

    /// <summary>Offset in a pcb of the address of a pmap, in which the upper level begins at <see cref="PmapTables"/>.</summary>
    public uint? PcbPmap { get; init; }

    /// <summary>Offset in a pmap of the upper level of its page table.</summary>
    public uint PmapTables { get; init; }

    /// <summary>First effective address that belongs to the kernel under every page table; null when each has its own whole space.</summary>
    public uint? KernelStart { get; init; }

    /// <summary>Texts with which the kernel gives up, or shows its debugger, beside those of every kernel.</summary>
    public IReadOnlyList<string> DeathTexts { get; init; } = [];

    /// <summary>Whether a page table of the kernel is known.</summary>
    public bool HasPageTable => PageTable is not null || PageTree is not null;

    /// <summary>Whether an effective address is one that the kernel's page table is for, mapped or not.</summary>
    public bool IsInPageTable(uint effective) =>
        (PageTable is { } table && effective - table.Virtual < table.Size) || (PageTree is { } tree && effective >= tree.Virtual);
}

/// <summary>A range that is mapped by adding a constant.</summary>
/// <param name="Virtual">First effective address.</param>
/// <param name="Physical">The physical address it is mapped to.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct DirectMap(uint Virtual, uint Physical, uint Size);

/// <summary>All lwps, in an array or a linked list.</summary>
/// <param name="First">
/// Effective address of the first one; of a list, that of the word that holds the address of the first one.
/// </param>
/// <param name="Count">How many there are in the array; 0 for a list.</param>
/// <param name="Step">
/// Bytes of an lwp in the array; in a list, offset in an lwp of the address of the next one, where 0 ends the list.
/// </param>
public readonly record struct LwpTable(uint First, uint Count, uint Step)
{
    /// <summary>
    /// Whether the list is a ring as Linux makes them: <see cref="First"/> is the address of the first lwp itself, and a link points to
    /// the next lwp's link.
    /// </summary>
    public bool IsRing { get; init; }
}

/// <summary>A ring through the lwps of a process, in which its head is too, which is no lwp.</summary>
/// <param name="Link">Offset in an lwp of its link, which points to the next one's link.</param>
/// <param name="Process">Offset in an lwp of its process's number, which all of a ring have in common.</param>
public readonly record struct ThreadRing(uint Link, uint Process);

/// <summary>A linear table with one word for each page of a range of effective addresses.</summary>
/// <param name="Base">Effective address of the table.</param>
/// <param name="Virtual">First effective address that it maps.</param>
/// <param name="Size">Bytes that it maps.</param>
/// <param name="FrameMask">The bits of a word that are the physical address.</param>
/// <param name="ValidMask">The bits of which one must be set in a valid word.</param>
public readonly record struct PageTable(uint Base, uint Virtual, uint Size, uint FrameMask, uint ValidMask);

/// <summary>A page table of two levels: a word for each segment of the address space leads to a table with a word for each page in it.</summary>
/// <param name="Base">Effective address of the upper level, whose first word is that of address 0.</param>
/// <param name="Virtual">First effective address that is looked up in it.</param>
/// <param name="SegmentShift">Two to this power are the bytes of a segment.</param>
/// <param name="EntryValid">The bits of which one must be set in a valid word of the upper level.</param>
/// <param name="EntryMask">The bits of such a word that are the address of a table.</param>
/// <param name="EntriesArePhysical">Whether these addresses are physical.</param>
/// <param name="FrameMask">The bits of a page's word that are the physical address.</param>
/// <param name="PageValid">The bits of which one must be set in a valid word of a page.</param>
public sealed record PageTree(
    uint Base, uint Virtual, int SegmentShift, uint EntryValid, uint EntryMask, bool EntriesArePhysical, uint FrameMask, uint PageValid);

/// <summary>What a kernel leaves on the stack of an lwp that it switches away from.</summary>
/// <param name="FirstRegister">Number of the first general register that is saved in a row.</param>
/// <param name="LastRegister">Number of the last one.</param>
/// <param name="Registers">Offset of the first one.</param>
/// <param name="Frames">
/// Frames, from the one in which the registers are, that are left before the lwp goes on: each begins with the address of the next one.
/// </param>
public sealed record SwitchFrame(int FirstRegister, int LastRegister, uint Registers, int Frames)
{
    /// <summary>Offset of the address at which the lwp goes on; null where it is the return address that the ABI puts into the last frame.</summary>
    public uint? Pc { get; init; }

    /// <summary>Offset of CR; null when it is not saved.</summary>
    public uint? Cr { get; init; }

    /// <summary>Whether r2 always holds the address of the running lwp.</summary>
    public bool R2IsLwp { get; init; }

    /// <summary>Offset of r2; null when it is not saved.</summary>
    public uint? R2 { get; init; }

    /// <summary>Registers that are in the second frame instead, by number, with their offsets there.</summary>
    public IReadOnlyList<(int Register, uint Offset)> InSecond { get; init; } = [];
}
