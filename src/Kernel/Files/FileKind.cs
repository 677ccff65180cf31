namespace PpcJit.Kernel.Files;

/// <summary>What stands at a path.</summary>
public enum FileKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A pipe, with a name or without.</summary>
    Pipe,

    /// <summary>A character or block device, a terminal included.</summary>
    Device,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>What else a host has.</summary>
    Other,
}
