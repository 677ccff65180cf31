namespace PpcJit.Machine.Devices.I2c;

/// <summary>Bits of the IIC controller's registers.</summary>
internal static class IicBits
{
    // CNTL
    public const byte HaltTransfer = 0x80;
    public const byte TenBitAddress = 0x40;
    public const byte RepeatedStart = 0x08;
    public const byte ChainTransfer = 0x04;
    public const byte Read = 0x02;
    public const byte PendingTransfer = 0x01;

    // MDCNTL
    public const byte FlushSlaveBuffer = 0x80;
    public const byte FlushMasterBuffer = 0x40;
    public const byte EnableInterrupt = 0x04;

    // STS
    public const byte BufferHasData = 0x20;
    public const byte BufferFull = 0x10;
    public const byte StopComplete = 0x08;
    public const byte Error = 0x04;
    public const byte InterruptActive = 0x02;
    public const byte ClearableStatus = StopComplete | InterruptActive;

    // EXTSTS
    public const byte BusMasterTransfer = 0x30;
    public const byte BusFree = 0x40;
    public const byte LostArbitration = 0x04;
    public const byte IncompleteTransfer = 0x02;
    public const byte TransferAborted = 0x01;
    public const byte Errors = LostArbitration | IncompleteTransfer | TransferAborted;
    public const byte ClearableExtendedStatus = 0x8f;

    // INTRMSK
    public const byte TransferAbortedInterrupt = 0x02;
    public const byte TransferCompleteInterrupt = 0x01;

    // XTCNTLSS
    public const byte SoftReset = 0x01;

    // DIRECTCNTL
    public const byte DriveData = 0x08;
    public const byte DriveClock = 0x04;
    public const byte MonitorData = 0x02;
    public const byte MonitorClock = 0x01;
}
