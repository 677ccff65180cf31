using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Devices.I2c;

/// <summary>Chips behind lines that software moves, and what software may do wrong there.</summary>
public sealed class BitBangTests
{
    [Test]
    public void Bytes_written_to_an_EEPROM_read_back()
    {
        BitBangedBus bus = new(new I2cEeprom(0x50));
        Assert.That(bus.Write(0x50, 0x10, 0xc0, 0xff, 0xee), Is.EqualTo(5));
        Assert.That(bus.Read(0x50, [0x10], 4), Is.EqualTo(new byte[] { 0xc0, 0xff, 0xee, 0xff }));
    }

    [Test]
    public void Nobody_acknowledges_another_address()
    {
        BitBangedBus bus = new(new I2cEeprom(0x50));
        Assert.That(bus.Write(0x51, 0x10, 0xc0), Is.Zero);
        Assert.That(bus.Read(0x50, [0x10], 1), Is.EqualTo(new byte[] { 0xff }), "and nothing was written");
    }

    [Test]
    public void A_transfer_in_the_middle_of_a_bit_is_saved()
    {
        BitBangedBus original = new(new I2cEeprom(0x50));
        original.Start();
        original.Send(0xa0);
        original.Send(0x10);
        StateWriter saved = new();
        original.Iic.Save(saved);

        BitBangedBus copy = new(new I2cEeprom(0x50));
        copy.Iic.Load(new StateReader(saved.Written.ToArray()));
        Assert.That(copy.Send(0x77), Is.True, "the chip is still selected");
    }

    [Test]
    public void Lines_moved_at_random_do_no_harm_and_leave_a_bus_that_works()
    {
        BitBangedBus bus = new(new I2cEeprom(0x50), new Ds1307(new DeviceClock().Events), new X1226(new DeviceClock().Events));
        Random random = new(4);
        for (int n = 0; n < 20_000; n++)
            bus.Iic.Write(16, 1, (uint)random.Next(16));
        bus.Stop();
        Assert.That(bus.Write(0x50, 0x20, 0x5a), Is.EqualTo(3));
        Assert.That(bus.Read(0x50, [0x20], 1), Is.EqualTo(new byte[] { 0x5a }));
    }

    [Test]
    public void A_soft_reset_lets_the_lines_go()
    {
        BitBangedBus bus = new(new I2cEeprom(0x50));
        bus.Start();
        bus.Iic.Write(15, 1, 1);
        Assert.That(bus.Iic.Read(16, 1), Is.EqualTo(0x0f));
    }
}
