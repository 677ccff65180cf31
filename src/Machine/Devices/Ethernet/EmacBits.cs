namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>Offsets and bits of the EMAC's registers and of its halves of the MAL's descriptors.</summary>
internal static class EmacBits
{
    // Offsets
    public const uint Mode0 = 0x00;
    public const uint Mode1 = 0x04;
    public const uint TransmitMode0 = 0x08;
    public const uint ReceiveMode = 0x10;
    public const uint InterruptStatus = 0x14;
    public const uint InterruptEnable = 0x18;
    public const uint AddressHigh = 0x1c;
    public const uint AddressLow = 0x20;
    public const uint VlanProtocol = 0x24;
    public const uint VlanControl = 0x28;
    public const uint PauseTimer = 0x2c;
    public const uint LastSourceHigh = 0x50;
    public const uint LastSourceLow = 0x54;
    public const uint StationControl = 0x5c;
    public const uint WaterMarks = 0x64;
    public const uint OctetsTransmitted = 0x68;
    public const uint OctetsReceived = 0x6c;

    // MR0
    public const uint ReceiverIdle = 0x80000000;
    public const uint TransmitterIdle = 0x40000000;
    public const uint SoftReset = 0x20000000;
    public const uint TransmitterEnable = 0x10000000;
    public const uint ReceiverEnable = 0x08000000;
    public const uint WakeUpEnable = 0x04000000;

    // MR1
    public const uint FullDuplex = 0x80000000;
    public const uint InternalLoopBack = 0x40000000;
    public const uint VlanEnable = 0x20000000;
    public const uint IntegratedFlowControl = 0x10000000;
    public const uint AllowPause = 0x08000000;
    public const uint JumboFrames = 0x00000800; // EMAC4 alone

    // TMR0
    public const uint NewPacket0 = 0x80000000;
    public const uint NewPacket1 = 0x40000000;
    public const uint NewPacketDependent = 0x20000000;
    public const uint FirstChannel = 0x10000000;
    public const uint NewPackets = NewPacket0 | NewPacket1 | NewPacketDependent;

    // RMR
    public const uint StripPadding = 0x80000000;
    public const uint StripFcs = 0x40000000;
    public const uint ReceiveRunts = 0x20000000;
    public const uint ReceiveBadFcs = 0x10000000;
    public const uint ReceiveOversize = 0x08000000;
    public const uint ReceiveInRangeErrors = 0x04000000;
    public const uint PropagatePause = 0x02000000;
    public const uint Promiscuous = 0x01000000;
    public const uint PromiscuousMulticast = 0x00800000;
    public const uint Individual = 0x00400000;
    public const uint MultipleIndividual = 0x00200000;
    public const uint Broadcast = 0x00100000;
    public const uint Multicast = 0x00080000;

    // ISR; bits 6 to 15 are the receive status
    public const int ReceiveStatusShift = 16;
    public const uint TransmitError0 = 0x00000040;
    public const uint TransmitError1 = 0x00000008;
    public const uint ManagementSucceeded = 0x00000002;
    public const uint ManagementFailed = 0x00000001;

    // STACR
    public const uint OperationComplete = 0x00008000;
    public const uint PhyError = 0x00004000;
    public const uint StationRegisters = 0xffff3fff;
    public const int PhyDataShift = 16;
    public const int PhyAddressShift = 5;
    public const uint PhyField = 0x1f;

    // Transmit descriptor: control
    public const ushort GenerateFcs = 0x0200;
    public const ushort GeneratePadding = 0x0100;
    public const ushort InsertSource = 0x0080;
    public const ushort ReplaceSource = 0x0040;
    public const ushort InsertVlanTag = 0x0020;
    public const ushort ReplaceVlanTag = 0x0010;

    // Transmit descriptor: status
    public const ushort SentBadFcs = 0x0200;
    public const ushort LossOfCarrier = 0x0080;

    // Receive descriptor: status
    public const ushort Overrun = 0x0200;
    public const ushort PausePacket = 0x0100;
    public const ushort Runt = 0x0040;
    public const ushort ShortEvent = 0x0020;
    public const ushort BadFcs = 0x0008;
    public const ushort TooLong = 0x0004;
    public const ushort OutOfRange = 0x0002;
    public const ushort InRange = 0x0001;
}
