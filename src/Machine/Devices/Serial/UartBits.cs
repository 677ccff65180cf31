namespace PpcJit.Machine.Devices.Serial;

/// <summary>Bits of the 16550A's registers.</summary>
internal static class UartBits
{
    // IER
    public const byte ReceiveInterrupt = 0x01;
    public const byte TransmitterEmptyInterrupt = 0x02;
    public const byte LineStatusInterrupt = 0x04;
    public const byte ModemStatusInterrupt = 0x08;

    // IIR, highest priority first
    public const byte LineStatusPending = 0x06;
    public const byte ReceivePending = 0x04;
    public const byte TimeoutPending = 0x0c;
    public const byte TransmitterEmptyPending = 0x02;
    public const byte ModemStatusPending = 0x00;
    public const byte NothingPending = 0x01;
    public const byte FifosEnabled = 0xc0;

    // FCR
    public const byte FifoEnable = 0x01;
    public const byte ClearReceiver = 0x02;
    public const byte ClearTransmitter = 0x04;

    // LCR
    public const byte WordLength = 0x03;
    public const byte StopBits = 0x04;
    public const byte ParityEnable = 0x08;
    public const byte SetBreak = 0x40;
    public const byte DivisorLatch = 0x80;

    // MCR
    public const byte Dtr = 0x01;
    public const byte Rts = 0x02;
    public const byte Out1 = 0x04;
    public const byte Out2 = 0x08;
    public const byte Loopback = 0x10;

    // LSR
    public const byte DataReady = 0x01;
    public const byte Overrun = 0x02;
    public const byte BreakInterrupt = 0x10;
    public const byte CharacterErrors = 0x1c; // PE, FE, BI: those that belong to a character
    public const byte TransmitterHoldingEmpty = 0x20;
    public const byte TransmitterEmpty = 0x40;
    public const byte ErrorInFifo = 0x80;

    // MSR
    public const byte Cts = 0x10;
    public const byte Dsr = 0x20;
    public const byte Ri = 0x40;
    public const byte Dcd = 0x80;
    public const byte ModemLines = 0xf0;

    /// <summary>The modem lines in loopback mode: the four outputs of MCR come back as inputs.</summary>
    public static byte LoopedBack(byte modemControl) => (byte)(
        ((modemControl & Rts) != 0 ? Cts : 0)
        | ((modemControl & Dtr) != 0 ? Dsr : 0)
        | ((modemControl & Out1) != 0 ? Ri : 0)
        | ((modemControl & Out2) != 0 ? Dcd : 0));
}
