namespace PpcJit.Machine.Boards;

/// <summary>What a person may choose when creating a board.</summary>
public sealed record BoardOptions
{
    /// <summary>Bytes of RAM.</summary>
    public uint MemoryBytes { get; init; } = 128 * 1024 * 1024;
}
