namespace PpcJit.Machine.Devices.Disk;

/// <summary>Bits of an ATA drive's registers (AT Attachment with Packet Interface 6, chapter 7).</summary>
internal static class AtaBits
{
    /// <summary>Status: the drive works by itself, and its registers are not to be touched.</summary>
    public const byte Busy = 0x80;

    /// <summary>Status: it takes commands.</summary>
    public const byte Ready = 0x40;

    /// <summary>Status: the heads have settled.</summary>
    public const byte SeekComplete = 0x10;

    /// <summary>Status: it wants data read or written.</summary>
    public const byte DataRequest = 0x08;

    /// <summary>Status: the error register says what went wrong.</summary>
    public const byte HasError = 0x01;

    /// <summary>Error: there is no such sector.</summary>
    public const byte IdNotFound = 0x10;

    /// <summary>Error: the command is not known, or not with these parameters.</summary>
    public const byte Aborted = 0x04;

    /// <summary>Error: the medium is write-protected.</summary>
    public const byte WriteProtected = 0x40;

    /// <summary>Error after a diagnostic: nothing was found wrong.</summary>
    public const byte Passed = 0x01;

    /// <summary>Device: drive 1 is meant.</summary>
    public const byte Second = 0x10;

    /// <summary>Device: the address is a logical block address.</summary>
    public const byte Linear = 0x40;

    /// <summary>Device control: no interrupts.</summary>
    public const byte NoInterrupt = 0x02;

    /// <summary>Device control: software reset.</summary>
    public const byte SoftReset = 0x04;

    /// <summary>Device control: the earlier bytes of registers that are two deep are read.</summary>
    public const byte Earlier = 0x80;
}
