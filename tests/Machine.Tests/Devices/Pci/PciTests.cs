using System.Buffers.Binary;
using PpcJit.Machine.Devices.Pci;

namespace PpcJit.Machine.Tests.Devices.Pci;

/// <summary>
/// The PCI bridge as NetBSD's pchb and Linux's PCI code use it: configuration cycles through little-endian registers.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PciTests
{
    private readonly PciLocalRegisters _local = new();
    private readonly PciConfigurationPort _port;

    public PciTests() => _port = new PciConfigurationPort(new PciHostBridge(_local));

    [Test]
    public void Device_0_is_a_host_bridge_of_IBM()
    {
        Assert.That(Read(0, 0x00), Is.EqualTo(0x01561014u), "device and vendor");
        Assert.That(Read(0, 0x08) >> 8, Is.EqualTo(0x060000u), "class: bridge, host");
        Assert.That((Read(0, 0x0c) >> 16) & 0xff, Is.Zero, "header type");
    }

    [TestCase(0xffff0001u, 0xffff0000u)]
    [TestCase(0xfffff001u, 0xfffff000u)]
    [TestCase(0xffff0000u, 0u, Description = "it is off")]
    public void The_second_window_into_memory_has_the_size_of_its_mask(uint written, uint mask)
    {
        _local.Write(0x38, 4, BinaryPrimitives.ReverseEndianness(written));
        Assert.That(_local.Window2Mask, Is.EqualTo(mask));
    }

    [Test]
    public void Empty_slots_other_functions_and_other_buses_read_as_all_ones()
    {
        for (uint device = 1; device < 32; device++)
            Assert.That(Read(device << 11, 0), Is.EqualTo(uint.MaxValue));
        Assert.That(Read(1 << 8, 0), Is.EqualTo(uint.MaxValue), "function 1");
        Assert.That(Read(1 << 16, 0), Is.EqualTo(uint.MaxValue), "bus 1");
        Write(5 << 11, 0x10, 0x1234);
        Assert.That(Read(5 << 11, 0x10), Is.EqualTo(uint.MaxValue));
    }

    [Test]
    public void Without_the_enable_bit_there_is_no_cycle()
    {
        _port.Write(0, 4, 0);
        Assert.That(_port.Read(4, 4), Is.EqualTo(uint.MaxValue));
        _port.Write(4, 4, 0x12345678);
        Assert.That(Read(0, 0), Is.EqualTo(0x01561014u));
    }

    [Test]
    public void The_address_register_reads_back_little_endian()
    {
        _port.Write(0, 4, 0x44332211);
        Assert.That((_port.Read(0, 4), _port.Read(3, 1)), Is.EqualTo((0x44332211u, 0x11u)));
    }

    [Test]
    public void Bytes_and_halfwords_of_a_register_are_at_their_lanes()
    {
        Select(0, 0x00);
        Assert.That((_port.Read(4, 2), _port.Read(6, 2), _port.Read(7, 1)), Is.EqualTo((0x1410u, 0x5601u, 0x01u)));
    }

    [Test]
    public void Bus_mastering_can_be_switched_on_and_identification_cannot_be_changed()
    {
        Write(0, 0x04, 0x0007);
        Assert.That(Read(0, 0x04) & 0xffff, Is.EqualTo(0x0006), "the bridge has no I/O space");
        Write(0, 0x00, 0);
        Write(0, 0x08, 0);
        Assert.That((Read(0, 0x00), Read(0, 0x08) >> 8), Is.EqualTo((0x01561014u, 0x060000u)));
    }

    [Test]
    public void A_window_into_memory_is_sized_by_its_mask()
    {
        WriteLocal(0x30, 0xf0000001);
        Write(0, 0x14, uint.MaxValue);
        Assert.That(Read(0, 0x14), Is.EqualTo(0xf0000008u), "256 MB, prefetchable");
        Write(0, 0x14, 0x40000000);
        Assert.That(Read(0, 0x14), Is.EqualTo(0x40000008u));
        Write(0, 0x18, uint.MaxValue);
        Assert.That(Read(0, 0x18), Is.EqualTo(0x00000008u), "the second window is off");
    }

    [Test]
    public void Local_registers_hold_what_the_driver_wrote_at_both_places_that_drivers_use()
    {
        WriteLocal(0x04, 0xf0000001);
        WriteLocal(0x00, 0x80000000);
        WriteLocal(0x08, 0x80000000);
        Assert.That(Swap(_local.Read(0x04, 4)), Is.EqualTo(0xf0000001u));
        Assert.That(_local.Read(0x80004, 4), Is.EqualTo(_local.Read(0x04, 4)));
    }

    [Test]
    public void Random_cycles_do_no_harm()
    {
        Random random = new(0x156);
        for (int n = 0; n < 20_000; n++)
        {
            uint offset = (uint)random.Next(8);
            int size = Math.Min(1 << random.Next(3), 8 - (int)offset);
            if (size == 3)
                size = 2;
            _port.Write(offset, size, (uint)random.Next());
            _port.Read(offset, size);
        }

        Assert.That(Read(0, 0), Is.EqualTo(0x01561014u));
    }

    [Test]
    public void An_empty_window_reads_as_all_ones()
    {
        EmptyPciWindow window = new();
        window.Write(0x3f8, 4, 0);
        Assert.That(window.Read(0x3f8, 4), Is.EqualTo(uint.MaxValue));
    }

    private static uint Swap(uint value) => BinaryPrimitives.ReverseEndianness(value);

    private void Select(uint slot, uint register) => _port.Write(0, 4, Swap(0x80000000 | slot | register));

    private uint Read(uint slot, uint register)
    {
        Select(slot, register);
        return Swap(_port.Read(4, 4));
    }

    private void Write(uint slot, uint register, uint value)
    {
        Select(slot, register);
        _port.Write(4, 4, Swap(value));
    }

    private void WriteLocal(uint register, uint value) => _local.Write(register, 4, Swap(value));
}
