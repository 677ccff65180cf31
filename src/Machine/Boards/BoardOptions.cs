namespace PpcJit.Machine.Boards;

/// <summary>What a person may choose when creating a board.</summary>
public sealed record BoardOptions
{
    /// <summary>Bytes of RAM; what most boards usually have where nothing is said.</summary>
    public uint MemoryBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Bytes of the flash at the top of the address space; null for none, where a board's firmware is taken for granted.</summary>
    public uint? FlashBytes { get; init; }

    /// <summary>Whether there is a disk.</summary>
    public bool HasDisk { get; init; }

    /// <summary>CPU clock in Hz, within a hundredth; null for the board's usual one.</summary>
    public ulong? ClockHz { get; init; }
}
