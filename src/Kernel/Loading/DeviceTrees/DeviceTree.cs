namespace PpcJit.Kernel.Loading.DeviceTrees;

/// <summary>A description of a board's hardware as kernels take it (Devicetree Specification v0.4).</summary>
internal sealed class DeviceTree
{
    /// <summary>The root node.</summary>
    public DeviceTreeNode Root { get; init; } = new(string.Empty);

    /// <summary>Ranges of physical memory that the kernel must leave alone.</summary>
    public IReadOnlyList<MemoryReservation> Reservations { get; init; } = [];

    /// <summary>The processor that starts the kernel, as its node's reg says.</summary>
    public uint BootCpu { get; init; }

    /// <summary>Finds a node by its path: "/chosen"; null when there is none.</summary>
    public DeviceTreeNode? Find(string path)
    {
        DeviceTreeNode? node = Root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = node?.Child(name);
        return node;
    }
}

/// <summary>A range of physical memory that the kernel must leave alone.</summary>
/// <param name="Address">First address.</param>
/// <param name="Size">Bytes.</param>
internal sealed record MemoryReservation(ulong Address, ulong Size);
