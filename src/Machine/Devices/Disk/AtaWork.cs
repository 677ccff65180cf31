namespace PpcJit.Machine.Devices.Disk;

/// <summary>What a disk does while it is busy.</summary>
internal enum AtaWork : byte
{
    None,

    /// <summary>It comes out of a software reset.</summary>
    Reset,

    /// <summary>It tests itself.</summary>
    Diagnose,

    /// <summary>It fetches what IDENTIFY gives.</summary>
    Describe,

    /// <summary>It fetches a block from the medium.</summary>
    Load,

    /// <summary>It puts a block onto the medium.</summary>
    Store,

    /// <summary>It carries out a command without data.</summary>
    Finish,

    /// <summary>It ends a command with an error.</summary>
    Fail,
}

/// <summary>Where the data of a disk's command go.</summary>
internal enum AtaTransfer : byte
{
    None,

    /// <summary>From the medium to the host.</summary>
    In,

    /// <summary>From the host to the medium.</summary>
    Out,

    /// <summary>What the drive says of itself, to the host.</summary>
    Description,
}
