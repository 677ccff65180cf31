using System.Buffers.Binary;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Devices.Ethernet;

/// <summary>
/// An EMAC and a MAL on a bench, driven as a driver does. The clock runs at 100 MHz, so that an instruction lasts as
/// long as a bit at 100 Mbit/s. The tables stand at <see cref="TransmitTable"/> and <see cref="ReceiveTable"/>.
/// </summary>
internal sealed class EthernetBench : IDisposable
{
    public const uint Mr0 = 0x00, Mr1 = 0x04, Tmr0 = 0x08, Rmr = 0x10, Isr = 0x14, Iser = 0x18, Iahr = 0x1c,
        Ialr = 0x20, Vtpid = 0x24, Vtci = 0x28, Ptr = 0x2c, Iaht1 = 0x30, Gaht1 = 0x40, Lsah = 0x50, Lsal = 0x54,
        Stacr = 0x5c, Rwmr = 0x64, Octx = 0x68, Ocrx = 0x6c;
    public const uint Cfg = 0x180, Esr = 0x181, Ier = 0x182, Txcasr = 0x184, Txcarr = 0x185, Txeobisr = 0x186,
        Txdeir = 0x187, Rxcasr = 0x190, Rxcarr = 0x191, Rxeobisr = 0x192, Rxdeir = 0x193, Txctp0r = 0x1a0,
        Rxctp0r = 0x1c0, Rcbs0 = 0x1e0;

    public const uint GetNewPacket0 = 0x80000000, Enabled = 0x18000000;
    public const uint TransmitTable = 0x1000, ReceiveTable = 0x2000, TransmitBuffers = 0x10000, ReceiveBuffers = 0x20000;
    public const ushort Ready = 0x8000, Empty = 0x8000, Wrap = 0x4000, Continuous = 0x2000, Last = 0x1000,
        First = 0x0800, Interrupt = 0x0400;
    public const ushort GenerateFcs = 0x0200, Pad = 0x0100;
    public const int BufferSize = 0x800, Descriptors = 4;

    public static readonly MacAddress Own = new(0x020000000001);
    public static readonly MacAddress Other = new(0x0200000000ff);

    public EthernetBench(bool isConnected = true, bool isEmac4 = false)
    {
        Log.Reported += Reports.Add;
        Memory = new PhysicalAddressSpace(1 << 20, Log) { CodeWritten = (address, _) => CodeWrites.Add(address) };
        unsafe
        {
            Memory.MapMemory("ROM", 0xfff80000, 4096, writable: false);
        }

        Memory.MapDevice("GPIO", 0xef600700, Gpio.WindowSize, new Gpio(Log));
        Mal = new Mal(Memory, 4, 2, new MalInterrupts(TxEob, RxEob, TxDe, RxDe, SystemError), Log, isEmac4);
        Phy = new MiiPhy(Clock.Events, isEmac4 ? MiiPhyModel.M88E1111 : null) { IsConnected = isConnected };
        MiiBus management = new();
        management.Attach(1, Phy);
        Bridge = new RgmiiBridge(Log);
        EmacConnections connections = new(Mal, 0, 0, Phy, isEmac4 ? Bridge.ManagementOf(0, management) : management, EmacLine)
        {
            Bridge = isEmac4 ? speed => Bridge.Passes(0, speed) : null,
        };
        Emac = new Emac("EMAC0", Clock.Events, connections, Log, isEmac4 ? EmacModel.Emac4 : null)
        {
            Transmitted = frame => Sent.Add(frame.ToArray()),
        };
        Clock.Advance(1_000_000); // the PHY negotiates for a hundredth of a second
    }

    public DeviceClock Clock { get; } = new(100_000_000);

    public HardwareLog Log { get; } = new();

    public List<string> Reports { get; } = [];

    public List<uint> CodeWrites { get; } = [];

    public PhysicalAddressSpace Memory { get; }

    public Mal Mal { get; }

    public Emac Emac { get; }

    public MiiPhy Phy { get; }

    /// <summary>What stands between an EMAC4 and its PHY; an older EMAC has nothing there.</summary>
    public RgmiiBridge Bridge { get; }

    public List<byte[]> Sent { get; } = [];

    public InterruptLine TxEob { get; } = InterruptLine.Unconnected;

    public InterruptLine RxEob { get; } = InterruptLine.Unconnected;

    public InterruptLine TxDe { get; } = InterruptLine.Unconnected;

    public InterruptLine RxDe { get; } = InterruptLine.Unconnected;

    public InterruptLine SystemError { get; } = InterruptLine.Unconnected;

    public InterruptLine EmacLine { get; } = InterruptLine.Unconnected;

    public uint this[uint offset]
    {
        get => Emac.Read(offset, 4);
        set => Emac.Write(offset, 4, value);
    }

    /// <summary>
    /// What a driver does when its interface comes up: rings of four, full duplex, own address and broadcast.
    /// </summary>
    public EthernetBench Open(uint mode1 = 0x81788000, uint receiveMode = 0x40500000)
    {
        Mal.WriteDcr(Cfg, 0x80000000);
        Mal.WriteDcr(Cfg, 0x00840086);
        Mal.WriteDcr(Ier, 0x1f);
        this[Mr0] = 0x20000000;
        this[Mr1] = mode1;
        this[Iahr] = (uint)(Own.Value >> 32);
        this[Ialr] = (uint)Own.Value;
        this[Rmr] = receiveMode;
        this[Iser] = 0x03ff03ff;
        Mal.WriteDcr(Txctp0r, TransmitTable);
        Mal.WriteDcr(Rxctp0r, ReceiveTable);
        Mal.WriteDcr(Rcbs0, BufferSize / 16);
        for (int n = 0; n < Descriptors; n++)
        {
            ushort wrap = n == Descriptors - 1 ? Wrap : (ushort)0;
            Describe(TransmitTable, n, wrap, 0, 0);
            Describe(ReceiveTable, n, (ushort)(Empty | wrap), 0, ReceiveBuffers + (uint)(n * BufferSize));
        }

        Mal.WriteDcr(Txcasr, 0x80000000);
        Mal.WriteDcr(Rxcasr, 0x80000000);
        this[Mr0] = Enabled;
        return this;
    }

    public void Describe(uint table, int index, ushort control, ushort length, uint buffer)
    {
        uint address = table + (uint)(8 * index);
        Memory.TryWrite(address, 4, ((uint)control << 16) | length);
        Memory.TryWrite(address + 4, 4, buffer);
    }

    public ushort Control(uint table, int index) => (ushort)(Word(table + (uint)(8 * index)) >> 16);

    public ushort Length(uint table, int index) => (ushort)Word(table + (uint)(8 * index));

    /// <summary>Puts bytes into a transmit buffer and fills its descriptor.</summary>
    public void Fill(int index, ReadOnlySpan<byte> bytes, ushort control = Ready | Last | GenerateFcs | Pad)
    {
        uint buffer = TransmitBuffers + (uint)(index * BufferSize);
        Memory.TryCopyIn(buffer, bytes);
        ushort wrap = index == Descriptors - 1 ? Wrap : (ushort)0;
        Describe(TransmitTable, index, (ushort)(control | wrap), (ushort)bytes.Length, buffer);
    }

    /// <summary>Lets time pass in which everything that is under way comes to an end.</summary>
    public void Settle() => Clock.Advance(1_000_000);

    public void Receive(byte[] frame)
    {
        Emac.Receive(frame);
        Settle();
    }

    public byte[] Received(int index, int length)
    {
        byte[] bytes = new byte[length];
        Assert.That(Memory.TryCopyOut(ReceiveBuffers + (uint)(index * BufferSize), bytes), Is.True);
        return bytes;
    }

    /// <summary>Content of a frame: addresses, type, and bytes that count up.</summary>
    public static byte[] Content(MacAddress to, MacAddress from, int type, int dataLength)
    {
        byte[] content = new byte[14 + dataLength];
        to.CopyTo(content);
        from.CopyTo(content.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(12), (ushort)type);
        for (int n = 0; n < dataLength; n++)
            content[14 + n] = (byte)(n + 1);
        return content;
    }

    /// <summary>A frame as it is on the wire.</summary>
    public static byte[] Frame(MacAddress to, int type = 0x0800, int dataLength = 100) =>
        EthernetFrame.Complete(Content(to, Other, type, dataLength));

    public void Dispose() => Memory.Dispose();

    private uint Word(uint address) => Memory.TryRead(address, 4, out uint value) ? value : throw new AssertionException("no memory");
}
