namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>What distinguishes one generation of the EMAC from another.</summary>
public sealed record EmacModel
{
    /// <summary>The EMAC of the 405GP and 405EP.</summary>
    public static readonly EmacModel Emac3 = new()
    {
        TransmitChannels = 2,
        TransmitRequests = [0x00018000, 0x00006000],
        ReceiveFifoShift = 20,
        ReceiveFifoMask = 3,
        LowWaterShift = 23,
        HighWaterShift = 7,
        WaterMask = 0x1ff,
        Interrupts = 0x03ff03ff,
        IndividualHash = 0x30,
        HashRegisters = 4,
        HashWidth = 16,
        StationRead = 0x00001000,
        StationWrite = 0x00002000,
    };

    /// <summary>
    /// The EMAC4 of the 405EX, which Linux calls EMAC4SYNC (drivers/net/ethernet/ibm/emac/emac.h): 1 Gbit/s and jumbo frames, one transmit channel,
    /// larger tables, and another STACR.
    /// </summary>
    public static readonly EmacModel Emac4 = new()
    {
        IsEmac4 = true,
        TransmitChannels = 1,
        TransmitRequests = [0x00008000],
        ReceiveFifoShift = 19,
        ReceiveFifoMask = 7,
        LowWaterShift = 22,
        HighWaterShift = 6,
        WaterMask = 0x3ff,
        Interrupts = 0x3fff03ff,
        IndividualHash = 0x80,
        HashRegisters = 8,
        HashWidth = 32,
        StationRead = 0x00001000,
        StationWrite = 0x00000800,
        StationIndirect = 0x00002000,
    };

    private EmacModel()
    {
    }

    /// <summary>Whether it is an EMAC4.</summary>
    public bool IsEmac4 { get; private init; }

    /// <summary>How many transmit channels of the MAL it has.</summary>
    public int TransmitChannels { get; private init; }

    /// <summary>For each channel the bits of MR1 that are set unless single packets are sent.</summary>
    internal IReadOnlyList<uint> TransmitRequests { get; private init; } = [];

    /// <summary>Where MR1 has the size of the receive FIFO: 512 bytes, doubled as often as it says.</summary>
    internal int ReceiveFifoShift { get; private init; }

    internal uint ReceiveFifoMask { get; private init; }

    internal int LowWaterShift { get; private init; }

    internal int HighWaterShift { get; private init; }

    internal uint WaterMask { get; private init; }

    /// <summary>The bits of ISR and ISER.</summary>
    internal uint Interrupts { get; private init; }

    /// <summary>Offset of the hash table for individual addresses; that for groups follows.</summary>
    internal uint IndividualHash { get; private init; }

    internal int HashRegisters { get; private init; }

    /// <summary>Bits that each register of a hash table has.</summary>
    internal int HashWidth { get; private init; }

    internal uint GroupHash => IndividualHash + (4 * (uint)HashRegisters);

    /// <summary>The operation of STACR that reads a PHY's register.</summary>
    internal uint StationRead { get; private init; }

    /// <summary>The operation of STACR that writes one.</summary>
    internal uint StationWrite { get; private init; }

    /// <summary>The operations of STACR for PHYs with indirect addresses (IEEE 802.3, clause 45); none where it is 0.</summary>
    internal uint StationIndirect { get; private init; }

    /// <summary>STACR[OC] while nothing goes on, and while a cycle does.</summary>
    internal uint StationIdle => IsEmac4 ? 0 : EmacBits.OperationComplete;

    internal uint StationBusy => EmacBits.OperationComplete ^ StationIdle;
}
