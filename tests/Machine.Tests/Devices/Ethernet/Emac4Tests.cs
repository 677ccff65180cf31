using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Machine.Tests.Devices.Ethernet.EthernetBench;

namespace PpcJit.Machine.Tests.Devices.Ethernet;

/// <summary>The EMAC4 of the 405EX with its bridge and a PHY for 1 Gbit/s, driven as Linux and U-Boot do.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class Emac4Tests : IDisposable
{
    private const uint Enable = 0, Speed = 4, Fer = 0x00080005, Ssr1000 = 4, Ssr100 = 2;
    private const uint Mr1 = 0xa1ad8018, Jumbo = 0x00000800; // 1000 FDX as Linux sets it: 16 KB of FIFO each, multiple packets, OPB at 100 MHz
    private const uint Iaht1 = 0x80, Gaht1 = 0xa0, Mahr = 0x30;
    private const int Negotiating = 1_000_000;
    private readonly EthernetBench _bench = new(isEmac4: true);

    public Emac4Tests()
    {
        _bench.Bridge.Write(Enable, 4, Fer);
        _bench.Bridge.Write(Speed, 4, Ssr1000);
    }

    public void Dispose() => _bench.Dispose();

    [Test]
    public void A_management_cycle_begins_with_OC_written_as_1_and_ends_with_OC_0()
    {
        Assert.That(_bench[Stacr] & 0x8000, Is.Zero, "idle");
        _bench[Iser] = 3;
        _bench[Stacr] = 0x9000 | (1 << 5) | 2;
        _bench.Clock.Advance(2559);
        Assert.That(_bench[Stacr] & 0x8000, Is.EqualTo(0x8000), "busy");
        _bench.Clock.Advance(1);
        Assert.That(_bench[Stacr], Is.EqualTo(0x01411022), "the 88E1111's identity");
        Assert.That((_bench[Isr], _bench.EmacLine.Level), Is.EqualTo((2u, true)));
    }

    [TestCase(0x1000u, TestName = "A cycle without OC does not begin")]
    [TestCase(0x8000u, TestName = "A cycle without an operation does not begin")]
    public void What_begins_no_cycle_leaves_the_unit_idle(uint control)
    {
        _bench[Stacr] = control | (1 << 5) | 2;
        Assert.That(_bench[Stacr] & 0x8000, Is.Zero);
        _bench.Settle();
        Assert.That((_bench[Stacr] >> 16, _bench[Isr]), Is.EqualTo((0u, 0u)));
    }

    [Test]
    public void The_old_operation_for_writing_is_that_of_indirect_addresses_and_fails()
    {
        _bench[Stacr] = 0x1234a000 | (1 << 5) | 4;
        _bench.Settle();
        Assert.That((_bench[Stacr] & 0x4000, _bench[Isr] & 3), Is.EqualTo((0x4000u, 1u)));
        Assert.That(_bench.Reports, Has.Some.Contain("EMAC0_STACR (0x5c): no PHY here has indirect addresses"));
    }

    [Test]
    public void The_management_bus_is_that_of_the_EMAC_that_the_bridge_names()
    {
        _bench.Bridge.Write(Enable, 4, 0x00040005); // EMAC1's
        Assert.That(Read(2), Is.EqualTo(0xffff));
        Assert.That(_bench[Stacr] & 0x4000, Is.EqualTo(0x4000));
        Write(4, 0x0061);
        _bench.Bridge.Write(Enable, 4, Fer);
        Assert.That((Read(2), Read(4)), Is.EqualTo((0x0141u, 0x01e1u)), "the write did not arrive");
    }

    [Test]
    public void A_driver_negotiates_1000_full_and_sees_it_in_three_places()
    {
        Assert.That(Read(1) & 0x0100, Is.Not.Zero, "extended status");
        Assert.That(Read(15), Is.EqualTo(0x3000), "1000BASE-T, both duplexes");
        Write(9, 0x0300);
        Write(0, 0x1200);
        Assert.That((Read(1) & 0x20, Read(10)), Is.EqualTo((0u, 0u)), "negotiating");
        _bench.Settle();
        Assert.That(Read(10), Is.EqualTo(0x3c00), "the partner's modes, and both receivers");
        Assert.That(Read(10) & (Read(9) << 2) & 0x0800, Is.Not.Zero);
        Assert.That(Read(17), Is.EqualTo(0xac00), "1000, full, resolved, up");
        Assert.That(_bench.Phy.BitsPerSecond, Is.EqualTo(1_000_000_000));
    }

    [TestCase(0x0100, 0x01e1, 1_000_000_000u, 0x8c00)]
    [TestCase(0x0000, 0x01e1, 100_000_000u, 0x6c00)]
    [TestCase(0x0000, 0x0021, 10_000_000u, 0x0c00)]
    public void The_best_common_mode_wins(int gigabit, int advertised, uint speed, int status)
    {
        Write(9, (ushort)gigabit);
        Write(4, (ushort)advertised);
        Write(0, 0x1200);
        _bench.Settle();
        Assert.That((_bench.Phy.BitsPerSecond, Read(17)), Is.EqualTo((speed, (uint)status)));
    }

    [TestCase(0x0140, 1_000_000_000u)]
    [TestCase(0x2100, 100_000_000u)]
    [TestCase(0x0100, 10_000_000u)]
    public void A_forced_mode_has_a_link_at_once(int control, uint speed)
    {
        Write(0, (ushort)control);
        Assert.That((_bench.Phy.LinkIsUp, _bench.Phy.BitsPerSecond), Is.EqualTo((true, speed)));
    }

    [Test]
    public void A_Broadcom_PHY_says_the_result_in_register_25()
    {
        MiiPhy phy = new(_bench.Clock.Events, MiiPhyModel.Bcm5461) { IsConnected = true };
        _bench.Clock.Advance(Negotiating);
        Assert.That((phy.Read(2), phy.Read(3), phy.Read(25)), Is.EqualTo(((ushort)0x0020, (ushort)0x60c1, (ushort)0x8704)));
        phy.Write(9, 0);
        phy.Write(4, 0x00a1);
        Assert.That(phy.Read(25) & 0x0700, Is.EqualTo(0x0300), "100 half");
    }

    [Test]
    public void A_frame_goes_out_at_a_tenth_of_the_time()
    {
        _bench.Open(Mr1);
        _bench.Fill(0, Content(Other, Own, 0x0800, 100));
        _bench[Tmr0] = GetNewPacket0 | 1;
        _bench.Clock.Advance(110);
        Assert.That((_bench.Sent.Count, _bench.Control(TransmitTable, 0) & Ready), Is.EqualTo((0, Ready)));
        _bench.Clock.Advance(1);
        Assert.That((_bench.Sent.Count, _bench.Control(TransmitTable, 0) & Ready), Is.EqualTo((1, 0)), "138 bytes with preamble and gap");
        Assert.That(_bench.TxEob.Level, Is.True);
    }

    [Test]
    public void There_is_one_transmit_channel()
    {
        _bench.Open(Mr1);
        _bench[Tmr0] = 0x40000007;
        Assert.That(_bench[Tmr0], Is.EqualTo(7), "no second channel to ask");
        _bench.Settle();
        Assert.That(_bench.Sent, Is.Empty);
    }

    [TestCase(0x00000001u, Ssr1000, 0, TestName = "A port that is off carries nothing")]
    [TestCase(Fer, Ssr100, 0, TestName = "A port at another speed carries nothing")]
    [TestCase(Fer, Ssr1000, 1, TestName = "A port that is on, at the PHY's speed, carries frames")]
    public void The_bridge_decides_what_passes(uint enable, uint speed, int passed)
    {
        _bench.Bridge.Write(Enable, 4, enable);
        _bench.Bridge.Write(Speed, 4, speed);
        _bench.Open(Mr1);
        _bench.Fill(0, Content(Other, Own, 0x0800, 100));
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        _bench.Receive(Frame(Own));
        Assert.That((_bench.Sent.Count, _bench.Control(ReceiveTable, 0) & Empty), Is.EqualTo((passed, passed == 0 ? Empty : 0)));
    }

    [Test]
    public void A_jumbo_frame_is_too_long_until_it_is_allowed([Values] bool allowed)
    {
        _bench.Open(Mr1 | (allowed ? Jumbo : 0));
        _bench.Receive(Frame(Own, dataLength: 4000));
        Assert.That(_bench[Isr] & 0x00040000, Is.EqualTo(allowed ? 0 : 0x00040000u));
        Assert.That(_bench.Control(ReceiveTable, 0) & Empty, Is.EqualTo(allowed ? 0 : Empty));
        if (allowed)
            Assert.That(_bench.Length(ReceiveTable, 0) + _bench.Length(ReceiveTable, 1), Is.EqualTo(14 + 4000));
    }

    /// <summary>The place is the one that Linux computes: the upper eight bits of the CRC, from the end of 256.</summary>
    [Test]
    public void Groups_are_found_in_a_table_of_256([Values(0x01005e000001ul, 0x0180c2000000ul, 0x3333ff123456ul)] ulong group)
    {
        _bench.Open(Mr1, receiveMode: 0x40480000);
        MacAddress address = new(group);
        int slot = 255 - (int)(CrcOf(address) >> 24);
        for (uint n = 0; n < 8; n++)
            _bench[Gaht1 + (4 * n)] = n == slot / 32 ? ~(0x80000000u >> (slot % 32)) : uint.MaxValue;
        _bench.Receive(Frame(address));
        Assert.That(_bench.Control(ReceiveTable, 0) & Empty, Is.EqualTo(Empty), "all bits but its own");
        for (uint n = 0; n < 8; n++)
            _bench[Gaht1 + (4 * n)] = n == slot / 32 ? 0x80000000u >> (slot % 32) : 0;
        _bench.Receive(Frame(address));
        Assert.That(_bench.Control(ReceiveTable, 0) & Empty, Is.Zero);
        Assert.That(_bench[Iaht1], Is.Zero, "the table for single addresses is another one");
    }

    [Test]
    public void Matching_groups_by_address_and_mask_is_said_not_to_be_there()
    {
        _bench[Mahr] = 0x0100;
        Assert.That(_bench.Reports, Is.EqualTo(new[] { "EMAC0_MAHR (0x30): groups are received by the hash table alone" }));
    }

    [Test]
    public void A_descriptor_where_there_is_no_memory_is_a_timeout_of_the_bus()
    {
        _bench.Open(Mr1);
        _bench.Mal.WriteDcr(Ier, 0xf7);
        _bench.Mal.WriteDcr(Txcarr, 0x80000000);
        _bench.Mal.WriteDcr(Txctp0r, 0x7ff00000);
        _bench.Mal.WriteDcr(Txcasr, 0x80000000);
        _bench[Tmr0] = GetNewPacket0;
        _bench.Settle();
        Assert.That(_bench.Mal.ReadDcr(Esr), Is.EqualTo(0x80800080));
        Assert.That(_bench.SystemError.Level, Is.True);
        _bench.Mal.WriteDcr(Esr, uint.MaxValue);
        Assert.That(_bench.SystemError.Level, Is.False);
    }

    [Test]
    public void The_receive_FIFO_has_the_size_that_MR1_says_before_frames_are_lost()
    {
        _bench.Open(Mr1);
        _bench.Mal.WriteDcr(Rxcarr, 0x80000000);
        for (int n = 0; n < 12; n++)
            _bench.Receive(Frame(Own, dataLength: 1400));
        Assert.That(_bench[Isr] & 0x02000000, Is.EqualTo(0x02000000), "16 KB hold eleven of 1,418 bytes, and a part of one more");
        using EthernetBench small = new(isEmac4: true);
        small.Bridge.Write(Enable, 4, Fer);
        small.Bridge.Write(Speed, 4, Ssr1000);
        small.Open(0xa1958018); // 2 KB
        small.Mal.WriteDcr(Rxcarr, 0x80000000);
        small.Receive(Frame(Own, dataLength: 1400));
        Assert.That(small[Isr] & 0x02000000, Is.Zero);
        small.Receive(Frame(Own, dataLength: 1400));
        Assert.That(small[Isr] & 0x02000000, Is.EqualTo(0x02000000));
    }

    private static uint CrcOf(MacAddress address)
    {
        Span<byte> bytes = stackalloc byte[6];
        address.CopyTo(bytes);
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((((crc >> 31) ^ (uint)(value >> bit)) & 1) != 0 ? 0x04c11db7u : 0);
        }

        return crc;
    }

    private uint Read(uint register)
    {
        _bench[Stacr] = 0x9000 | (1 << 5) | register;
        _bench.Clock.Advance(2560);
        return _bench[Stacr] >> 16;
    }

    private void Write(uint register, ushort value)
    {
        _bench[Stacr] = 0x8800 | (1 << 5) | register | ((uint)value << 16);
        _bench.Clock.Advance(2560);
    }
}
