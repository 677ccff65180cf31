using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>
/// What a scenario says about its kernel (the block <c>kernel:</c>), so that checks can speak of lwps, stacks and
/// pages. Everything is optional; a check that needs something that is missing says so.
/// </summary>
public sealed record KernelDescription
{
    /// <summary>Bytes of a page of the kernel.</summary>
    public uint PageSize { get; init; } = 4096;

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

    /// <summary>Offset in an lwp of its name.</summary>
    public uint? LwpName { get; init; }

    /// <summary>
    /// Whether <see cref="LwpName"/> is the offset of a pointer to the name and not of the characters themselves.
    /// </summary>
    public bool LwpNameIsPointer { get; init; }

    /// <summary>Offset in an lwp of the address of its u-area: the pages with pcb and kernel stack.</summary>
    public uint? LwpUArea { get; init; }

    /// <summary>All lwps; null when they cannot be found.</summary>
    public LwpTable? AllLwps { get; init; }

    /// <summary>Bytes of a u-area.</summary>
    public uint? UAreaSize { get; init; }

    /// <summary>Bytes at the base of a u-area that belong to the pcb (and whatever the stack must not grow into).</summary>
    public uint PcbSize { get; init; }

    /// <summary>The functions that handle TLB misses; empty when they are not known.</summary>
    public IReadOnlyList<(uint Address, uint Size)> TlbHandlers { get; init; } = [];

    /// <summary>
    /// How many TLB entries the kernel never replaces, from entry 0 on: a number, or where it keeps it; null for none.
    /// </summary>
    public Operand? ReservedTlbEntries { get; init; }

    /// <summary>
    /// The kernel's own table of the addresses that it maps page by page; null when its format is not known.
    /// </summary>
    public PageTable? PageTable { get; init; }
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
public readonly record struct LwpTable(uint First, uint Count, uint Step);

/// <summary>A linear table with one word for each page of a range of effective addresses.</summary>
/// <param name="Base">Effective address of the table.</param>
/// <param name="Virtual">First effective address that it maps.</param>
/// <param name="Size">Bytes that it maps.</param>
/// <param name="FrameMask">The bits of a word that are the physical address.</param>
/// <param name="ValidMask">The bits of which one must be set in a valid word.</param>
public readonly record struct PageTable(uint Base, uint Virtual, uint Size, uint FrameMask, uint ValidMask);
