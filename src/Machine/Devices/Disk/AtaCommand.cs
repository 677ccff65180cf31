namespace PpcJit.Machine.Devices.Disk;

/// <summary>
/// Commands of an ATA drive (AT Attachment with Packet Interface 6, chapter 8; RECALIBRATE, SEEK and INITIALIZE DEVICE PARAMETERS: ATA-3).
/// </summary>
internal enum AtaCommand : byte
{
    None = 0x00,
    Recalibrate = 0x10,
    ReadSectors = 0x20,
    ReadSectorsNoRetry = 0x21,
    ReadSectorsExtended = 0x24,
    ReadMultipleExtended = 0x29,
    WriteSectors = 0x30,
    WriteSectorsNoRetry = 0x31,
    WriteSectorsExtended = 0x34,
    WriteMultipleExtended = 0x39,
    ReadVerify = 0x40,
    ReadVerifyNoRetry = 0x41,
    ReadVerifyExtended = 0x42,
    Seek = 0x70,
    ExecuteDiagnostic = 0x90,
    InitializeParameters = 0x91,
    ReadMultiple = 0xc4,
    WriteMultiple = 0xc5,
    SetMultiple = 0xc6,
    StandbyImmediate = 0xe0,
    IdleImmediate = 0xe1,
    Standby = 0xe2,
    Idle = 0xe3,
    CheckPowerMode = 0xe5,
    FlushCache = 0xe7,
    FlushCacheExtended = 0xea,
    Identify = 0xec,
    SetFeatures = 0xef,
}
