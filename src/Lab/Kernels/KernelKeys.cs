namespace PpcJit.Lab.Kernels;

/// <summary>A key of the block <c>kernel:</c>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">What its value is.</param>
/// <param name="Help">What it says, in one sentence.</param>
public sealed record KernelKey(string Name, string Value, string Help);

/// <summary>The keys with which a person describes a kernel. Each wins over what is known of it otherwise.</summary>
public static class KernelKeys
{
    private const string Offset = "offset", Address = "symbol or address", Size = "size";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KernelKey> All { get; } =
    [
        new("is", string.Join(", ", KernelCatalog.All.Select(known => known.Name)), "Which known kernel it is; `auto` when it is not given."),
        new("page-size", Size, "Bytes of a page; 4K when nothing says it."),
        new("kernel-pid", "number", "The PID of the kernel's own TLB entries; without it they match under every PID."),
        new("tlb-handlers", "functions, with commas between them", "The code that handles TLB misses."),
        new("tlb-reserved", "expression", "How many TLB entries, from the first on, are never replaced: a number, or `[SYMBOL]`."),
        new("direct-virtual", Address, "First effective address that is mapped by adding a constant; 0 when it is not given."),
        new("direct-physical", Address, "The physical address to which it is mapped; 0 when it is not given."),
        new("direct-size", Size, "Bytes that are mapped so."),
        new("current-lwp", Address, "The word that holds the address of the running lwp (thread, task)."),
        new("lwp-name", Offset, "Where an lwp has its name."),
        new("lwp-name-is-pointer", "yes or no", "Whether a pointer to the name is there, and not its characters."),
        new("lwp-number", Offset, "Where an lwp has its number."),
        new("lwp-process", Offset, "Where an lwp has the address of its process, whose name and number stand in for missing ones."),
        new("process-name", Offset, "Where a process has the characters of its name."),
        new("process-number", Offset, "Where a process has its number."),
        new("lwp-uarea", Offset, "Where an lwp has the address of its u-area: pcb and kernel stack."),
        new("lwp-array", Address, "The first of all lwps, when they are in an array."),
        new("lwp-count", "number or symbol", "How many there are in the array."),
        new("lwp-size", Size, "Bytes from one to the next in the array."),
        new("lwp-list", Address, "The word that holds the address of the first lwp, when they are in a list."),
        new("lwp-next", Offset, "Where an lwp of the list has the address of the next one; 0 ends it."),
        new("uarea-size", Size, "Bytes of a u-area; a product such as `2 * 16K` may be given."),
        new("pcb-size", Size, "Bytes at the beginning of a u-area that the stack must not reach."),
        new("pcb-sp", Offset, "Where a pcb has the stack pointer of an lwp that was switched away from."),
        new("page-table", Address, "A table with one word for each page of a range of effective addresses."),
        new("page-table-virtual", Address, "First effective address of the range."),
        new("page-table-size", Size, "Bytes of the range."),
        new("page-table-frame", "mask", "The bits of a word that are the physical address; 0xfffffc00 when they are not given."),
        new("page-table-valid", "mask", "The bits of which one must be set in a valid word; all when they are not given."),
    ];
}
