using static PpcJit.Machine.Tests.Devices.Ethernet.EthernetBench;

namespace PpcJit.Machine.Tests.Devices.Ethernet;

/// <summary>Descriptor rings that are wrong in every way a driver's mistakes and a hostile guest can make them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MalErrorTests : IDisposable
{
    private const uint DescriptorError = 0x80100010, BusError = 0x80010001, OfReceiver = 0x40000000;
    private readonly EthernetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void A_packet_without_its_next_buffer_is_a_descriptor_error_that_stops_the_channel()
    {
        _bench.Open();
        _bench.Fill(0, Content(Other, Own, 0x0800, 60), Ready | GenerateFcs);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Is.Empty);
        AssertTransmitterStopped(DescriptorError, isDescriptor: true);
    }

    [Test]
    public void A_packet_that_never_ends_goes_once_around_its_ring([Values] bool hasWrap, [Values] bool isContinuous)
    {
        _bench.Open();
        for (int n = 0; n < 256; n++)
        {
            int control = Ready | (isContinuous ? Continuous : 0) | (hasWrap && n == 7 ? Wrap : 0);
            _bench.Describe(TransmitTable, n, (ushort)control, 4095, 0);
        }

        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Is.Empty);
        AssertTransmitterStopped(DescriptorError, isDescriptor: true);
    }

    [TestCase(0x7ffff000u)]
    [TestCase(0xef600700u)]
    [TestCase(0xfffffff8u)]
    [TestCase(0x000ffffcu)]
    public void A_transmit_table_outside_of_memory_is_a_bus_error(uint table)
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Txctp0r, table);
        _bench.Memory.TryWrite(0xffff8, 4, (uint)Ready << 16);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        AssertTransmitterStopped(BusError, isDescriptor: false);
    }

    [TestCase(0x7ffff000u)]
    [TestCase(0xef600700u)]
    [TestCase(0xfffffff0u)]
    [TestCase(0x000ffff0u)]
    public void A_transmit_buffer_outside_of_memory_is_a_bus_error(uint buffer)
    {
        _bench.Open();
        _bench.Describe(TransmitTable, 0, Ready | Last | GenerateFcs, 100, buffer);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Is.Empty);
        AssertTransmitterStopped(BusError, isDescriptor: false);
    }

    [Test]
    public void A_transmit_table_in_ROM_cannot_be_written_back()
    {
        _bench.Open();
        _bench.Memory.TryCopyIn(0xfff80000, [0x92, 0, 0, 60, 0, 0, 0, 0]);
        _bench.Mal.WriteDcr(Txctp0r, 0xfff80000);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Sent, Has.Count.EqualTo(1));
        Assert.That(_bench.Mal.ReadDcr(Esr), Is.EqualTo(BusError));
    }

    [TestCase(0x7ffff000u)]
    [TestCase(0xef600700u)]
    [TestCase(0xfff80000u)]
    [TestCase(0xfffffff0u)]
    [TestCase(0x000ffff0u)]
    public void A_receive_buffer_outside_of_writable_memory_is_a_bus_error(uint buffer)
    {
        _bench.Open();
        _bench.Describe(ReceiveTable, 0, Empty, 0, buffer);
        _bench.Receive(Frame(Own));
        AssertReceiverStopped(BusError, isDescriptor: false);
        Assert.That(_bench.Control(ReceiveTable, 0), Is.EqualTo(Empty));
    }

    [Test]
    public void A_frame_without_an_empty_buffer_is_a_descriptor_error_and_the_channel_begins_anew_when_activated()
    {
        _bench.Open();
        for (int n = 0; n < Descriptors + 1; n++)
            _bench.Receive(Frame(Own, 0x1000 + n));
        AssertReceiverStopped(DescriptorError, isDescriptor: true);

        _bench.Mal.WriteDcr(Rxdeir, 0x80000000);
        _bench.Mal.WriteDcr(Esr, _bench.Mal.ReadDcr(Esr));
        Assert.That((_bench.RxDe.Level, _bench.SystemError.Level), Is.EqualTo((false, false)));
        _bench.Describe(ReceiveTable, 0, Empty, 0, ReceiveBuffers);
        _bench.Mal.WriteDcr(Rxcasr, 0x80000000);
        _bench.Receive(Frame(Own, 0x1077));
        Assert.That(_bench.Received(0, 14)[13], Is.EqualTo(0x77), "from the head of the table");
    }

    [Test]
    public void A_receive_table_without_a_wrap_bit_wraps_after_256()
    {
        _bench.Open();
        for (int n = 0; n < 257; n++)
            _bench.Describe(ReceiveTable, n, Empty, 0, ReceiveBuffers);
        for (int n = 0; n < 256; n++)
            _bench.Receive(Frame(Own));
        Assert.That(_bench.RxDe.Level, Is.False);
        _bench.Receive(Frame(Own));
        AssertReceiverStopped(DescriptorError, isDescriptor: true);
        Assert.That(_bench.Control(ReceiveTable, 256), Is.EqualTo(Empty));
    }

    [Test]
    public void A_continuous_receive_ring_of_one_takes_every_frame_but_keeps_none_with_an_error()
    {
        _bench.Open(receiveMode: 0x40500000 | 0x10000000);
        _bench.Describe(ReceiveTable, 0, Empty | Continuous | Wrap, 0, ReceiveBuffers);
        for (int n = 0; n < 10; n++)
            _bench.Receive(Frame(Own));
        Assert.That(_bench.Control(ReceiveTable, 0), Is.EqualTo(Empty | Continuous | Wrap | First | Last));
        byte[] bad = Frame(Own);
        bad[^1] ^= 1;
        _bench.Receive(bad);
        Assert.That(_bench.Control(ReceiveTable, 0), Is.EqualTo(Continuous | Wrap | First | Last | 8));
    }

    [Test]
    public void A_buffer_size_of_zero_does_not_hang()
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Rcbs0, 0);
        _bench.Receive(Frame(Own));
        Assert.That(_bench.Length(ReceiveTable, 0), Is.EqualTo(114));
    }

    [Test]
    public void Locked_errors_keep_the_first_and_unlocked_ones_show_the_last([Values] bool isLocked)
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Cfg, isLocked ? 2u : 0);
        _bench.Describe(TransmitTable, 0, Ready | Last, 100, 0x7ffff000);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        _bench.Describe(ReceiveTable, 0, 0, 0, 0);
        _bench.Receive(Frame(Own));
        uint details = isLocked ? 0x80010000u : 0xc0100000;
        Assert.That(_bench.Mal.ReadDcr(Esr), Is.EqualTo(details | 0x11));
    }

    [Test]
    public void A_masked_error_raises_no_system_error_but_a_descriptor_error_cannot_be_masked()
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Ier, 0);
        _bench.Describe(ReceiveTable, 0, 0, 0, 0);
        _bench.Receive(Frame(Own));
        Assert.That((_bench.SystemError.Level, _bench.RxDe.Level), Is.EqualTo((false, true)));
        _bench.Mal.WriteDcr(Ier, 0x10);
        Assert.That(_bench.SystemError.Level, Is.True);
    }

    [Test]
    public void Interrupts_come_with_marked_buffers_or_at_the_end_of_each_packet()
    {
        _bench.Open();
        _bench.Mal.WriteDcr(Cfg, 0x00840082);
        _bench.Receive(Frame(Own));
        Assert.That(_bench.RxEob.Level, Is.False);
        _bench.Describe(ReceiveTable, 1, Empty | Interrupt, 0, ReceiveBuffers);
        _bench.Receive(Frame(Own));
        Assert.That(_bench.RxEob.Level, Is.True);
    }

    [Test]
    public void A_MAL_reset_stops_the_channels_and_the_registers_show_which_are_active()
    {
        _bench.Mal.WriteDcr(Txcasr, 0xffffffff);
        Assert.That((_bench.Mal.ReadDcr(Txcasr), _bench.Mal.ReadDcr(Txcarr)), Is.EqualTo((0xf0000000u, 0xf0000000u)), "four channels");
        _bench.Mal.WriteDcr(Txcarr, 0x80000000);
        Assert.That(_bench.Mal.ReadDcr(Txcasr), Is.EqualTo(0x70000000));
        _bench.Mal.WriteDcr(Rxcasr, 0x80000000);
        _bench.Mal.WriteDcr(Cfg, 0x80000000);
        Assert.That((_bench.Mal.ReadDcr(Cfg) >> 31, _bench.Mal.ReadDcr(Txcasr), _bench.Mal.ReadDcr(Rxcasr)), Is.EqualTo((0u, 0u, 0u)));
    }

    [Test]
    public void All_tables_of_a_direction_lie_in_the_same_half_megabyte()
    {
        _bench.Mal.WriteDcr(Txctp0r, 0x00112340);
        _bench.Mal.WriteDcr(Txctp0r + 2, 0x07f80008);
        _bench.Mal.WriteDcr(Rxctp0r, 0x00212340);
        Assert.That((_bench.Mal.ReadDcr(Txctp0r), _bench.Mal.ReadDcr(Txctp0r + 1)), Is.EqualTo((0x07f92340u, 0x07f80000u)));
        Assert.That(_bench.Mal.ReadDcr(Rxctp0r), Is.EqualTo(0x00212340));
    }

    [Test]
    public void Registers_that_do_not_exist_are_reported_once()
    {
        for (int n = 0; n < 3; n++)
        {
            _bench.Mal.ReadDcr(0x1ff);
            _bench.Emac.Read(0x70, 4);
        }

        Assert.That(_bench.Reports, Is.EqualTo(new[]
        {
            "read of register 0x1ff of MAL0, which it does not have", "read of register 0x70 of EMAC0, which it does not have",
        }));
    }

    [Test]
    public void Random_rings_neither_hang_nor_throw([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        _bench.Open(receiveMode: 0x7f780000);
        for (int n = 0; n < 300; n++)
        {
            byte[] junk = new byte[random.Next(64)];
            random.NextBytes(junk);
            _bench.Memory.TryCopyIn((uint)(0x1000 + random.Next(0x1800)), junk);
            switch (random.Next(8))
            {
                case 0: _bench[Tmr0] = (uint)random.NextInt64(1L << 32); break;
                case 1: _bench.Mal.WriteDcr((uint)random.Next(0x180, 0x200), (uint)random.NextInt64(1L << 32)); break;
                case 2: _bench.Mal.WriteDcr(Txctp0r + (uint)random.Next(2), (uint)random.Next(0x1000, 0x2800)); break;
                case 3: _bench.Mal.WriteDcr(Rxctp0r, (uint)random.Next(0x1000, 0x2800)); break;
                case 4: _bench[(uint)random.Next(0x20) * 4] = (uint)random.NextInt64(1L << 32); break;
                case 5: _bench[Mr0] = Enabled; break;
                case 6: _bench.Mal.WriteDcr(random.Next(2) == 0 ? Txcasr : Rxcasr, 0xf0000000); break;
                default: _bench.Emac.Receive(junk.Length < 14 ? Frame(Own, dataLength: random.Next(2000)) : junk); break;
            }

            _bench.Clock.Advance((ulong)random.Next(20_000));
        }

        Assert.That(_bench.Sent, Has.Count.LessThan(10_000));
    }

    private void AssertTransmitterStopped(uint error, bool isDescriptor)
    {
        Assert.That(_bench.Mal.ReadDcr(Esr), Is.EqualTo(error));
        Assert.That((_bench.Mal.ReadDcr(Txcasr), _bench.Mal.ReadDcr(Txdeir)), Is.EqualTo((0u, isDescriptor ? 0x80000000 : 0u)));
        Assert.That((_bench.TxDe.Level, _bench.SystemError.Level), Is.EqualTo((isDescriptor, true)));
        Assert.That((_bench[Tmr0], _bench[Isr]), Is.EqualTo((0u, 0x40u)), "the EMAC gives up with a transmit error");
    }

    private void AssertReceiverStopped(uint error, bool isDescriptor)
    {
        Assert.That(_bench.Mal.ReadDcr(Esr), Is.EqualTo(error | OfReceiver));
        Assert.That((_bench.Mal.ReadDcr(Rxcasr), _bench.Mal.ReadDcr(Rxdeir)), Is.EqualTo((0u, isDescriptor ? 0x80000000 : 0u)));
        Assert.That((_bench.RxDe.Level, _bench.SystemError.Level), Is.EqualTo((isDescriptor, true)));
    }
}
