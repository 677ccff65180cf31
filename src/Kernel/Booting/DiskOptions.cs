namespace PpcJit.Kernel.Booting;

/// <summary>What a board's disk holds at first.</summary>
/// <param name="Path">The file: the disk's sectors of 512 bytes, one after the other.</param>
public sealed record DiskOptions(string Path)
{
    /// <summary>What becomes of the file.</summary>
    public FileKeeping Keeping { get; init; }

    /// <summary>What the file held before a run wrote it, as <see cref="DiskFile.Before"/> gives it; empty for what it holds.</summary>
    public ReadOnlyMemory<byte> Before { get; init; }
}
