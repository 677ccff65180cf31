namespace PpcJit.Kernel.Booting;

/// <summary>What a board's flash holds at first.</summary>
/// <param name="Path">The file; null for an erased flash that is kept nowhere.</param>
public sealed record FlashOptions(string? Path)
{
    /// <summary>Bytes of the flash; null for those of the file, or the board's usual size.</summary>
    public uint? Size { get; init; }

    /// <summary>What becomes of the file.</summary>
    public FileKeeping Keeping { get; init; }
}
