namespace PpcJit.Kernel.Booting;

/// <summary>What becomes of the file of a flash.</summary>
public enum FlashKeeping
{
    /// <summary>What the guest programs is written back.</summary>
    WriteBack,

    /// <summary>The chip is write-protected: the guest changes nothing.</summary>
    ReadOnly,

    /// <summary>The guest's changes end with the run.</summary>
    Snapshot,
}

/// <summary>What a board's flash holds at first.</summary>
/// <param name="Path">The file; null for an erased flash that is kept nowhere.</param>
public sealed record FlashOptions(string? Path)
{
    /// <summary>Bytes of the flash; null for those of the file, or the board's usual size.</summary>
    public uint? Size { get; init; }

    /// <summary>What becomes of the file.</summary>
    public FlashKeeping Keeping { get; init; }
}
