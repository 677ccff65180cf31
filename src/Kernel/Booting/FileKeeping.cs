namespace PpcJit.Kernel.Booting;

/// <summary>What becomes of the file behind a flash or a disk.</summary>
public enum FileKeeping
{
    /// <summary>What the guest changes is written back.</summary>
    WriteBack,

    /// <summary>The device is write-protected: the guest changes nothing.</summary>
    ReadOnly,

    /// <summary>The guest's changes end with the run.</summary>
    Snapshot,
}
