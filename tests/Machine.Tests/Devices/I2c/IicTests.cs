using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Devices.I2c;

/// <summary>The IIC controller driven as Linux's ibm_iic and NetBSD's gpiic drivers do.</summary>
public sealed class IicTests
{
    private const uint Mdbuf = 0, Lmadr = 4, Cntl = 6, Mdcntl = 7, Sts = 8, Extsts = 9, Intrmsk = 13, Xfrcnt = 14,
        Xtcntlss = 15, Directcntl = 16;
    private const byte Chained = 0x04, RepeatedStart = 0x08, Reading = 0x02, Go = 0x01;
    private InterruptLine _line = null!;
    private IicController _iic = null!;

    [SetUp]
    public void Build()
    {
        _line = InterruptLine.Unconnected;
        _iic = new IicController(_line, new I2cBus(new I2cEeprom(0x50)));
        Write(Xtcntlss, 0x01);
        Write(Xtcntlss, 0x00);
        Write(Mdcntl, 0x06);
    }

    [Test]
    public void A_byte_written_to_the_EEPROM_reads_back_after_a_repeated_start()
    {
        Write(Lmadr, 0xa0);
        Send([0x10, 0xc0, 0xff, 0xee], 0);
        Send([0x10], RepeatedStart);
        Assert.That(Read(Extsts) & 0x70, Is.EqualTo(0x30), "the bus is held");
        Write(Cntl, (3 << 4) | Reading | Chained | Go);
        Assert.That(Read(Xfrcnt) & 7, Is.EqualTo(4));
        Assert.That(Read(Sts) & 0x35, Is.EqualTo(0x30), "buffer full, nothing pending, no error");
        Assert.That((Read(Mdbuf), Read(Mdbuf), Read(Mdbuf), Read(Mdbuf)), Is.EqualTo((0xc0u, 0xffu, 0xeeu, 0xffu)));
        Write(Cntl, Reading | Go);
        Assert.That(Read(Mdbuf), Is.EqualTo(0xff));
        Assert.That(Read(Extsts) & 0x70, Is.EqualTo(0x40), "the bus is free");
    }

    [TestCase(RepeatedStart, 0x77)]
    [TestCase(Chained, 0xff)]
    public void A_saved_transfer_goes_on_where_it_was(byte mode, int expected)
    {
        Write(Lmadr, 0xa0);
        Send([0x20, 0x77], 0);
        Send([0x20], mode);
        StateWriter saved = new();
        _iic.Save(saved);
        Write(Cntl, 0x80);
        _iic.Load(new StateReader(saved.Written.ToArray()));
        Send([0x20], 0);
        Write(Cntl, Reading | Go);
        Assert.That(Read(Mdbuf), Is.EqualTo(expected), "after a restart the byte is an address, in a chain it is data");
    }

    [Test]
    public void An_address_without_a_chip_aborts_the_transfer()
    {
        Write(Lmadr, 0x42);
        Send([0x00], 0);
        Assert.That(Read(Sts) & 0x05, Is.EqualTo(0x04), "error, nothing pending");
        Assert.That(Read(Extsts), Is.EqualTo(0x41), "aborted, bus free");
        Assert.That(Read(Xfrcnt) & 7, Is.Zero);
        Write(Extsts, 0x8f);
        Write(Mdcntl, 0x46);
        Assert.That(Read(Sts) & 0x34, Is.Zero, "error and buffer are cleared");
    }

    [Test]
    public void Ten_bit_addresses_find_nobody()
    {
        Write(Lmadr, 0xa0);
        Write(Cntl, 0x40 | Go);
        Assert.That(Read(Sts) & 0x04, Is.EqualTo(0x04));
    }

    [Test]
    public void A_completed_transfer_interrupts_until_it_is_acknowledged()
    {
        Write(Intrmsk, 0x01);
        Write(Lmadr, 0xa0);
        Send([0x00], 0);
        Assert.That(_line.Level, Is.True);
        Write(Sts, 0x0a);
        Assert.That(_line.Level, Is.False);
    }

    [Test]
    public void Nothing_keeps_a_driver_waiting()
    {
        Random random = new(16);
        for (int n = 0; n < 5000; n++)
        {
            Write((uint)random.Next((int)IicController.WindowSize), (byte)random.Next(256));
            Assert.That(Read(Sts) & 1, Is.Zero, "no transfer is ever pending");
        }

        Write(Cntl, 0x80);
        Assert.That(Read(Extsts) & 0x70, Is.EqualTo(0x40), "halting frees the bus");
        Write(Xtcntlss, 0x01);
        Assert.That((Read(Sts), Read(Extsts), Read(Cntl), Read(Mdcntl)), Is.EqualTo((0u, 0x40u, 0u, 0u)), "a soft reset completes");
        Assert.That(_line.Level, Is.False);
    }

    [Test]
    public void Idle_bus_lines_are_pulled_up()
    {
        Assert.That(Read(Directcntl), Is.EqualTo(0x0f));
        Write(Directcntl, 0x04);
        Assert.That(Read(Directcntl), Is.EqualTo(0x05), "SDA low, SCL high");
    }

    [Test]
    public void Page_writes_to_the_EEPROM_wrap_within_eight_bytes()
    {
        I2cEeprom eeprom = new(0x50);
        eeprom.Start(isRead: false);
        foreach (byte value in new byte[] { 0x06, 1, 2, 3 })
            eeprom.Write(value);
        eeprom.Start(isRead: false);
        eeprom.Write(0);
        eeprom.Start(isRead: true);
        byte[] page = new byte[9];
        for (int n = 0; n < page.Length; n++)
            page[n] = eeprom.Read();
        Assert.That(page, Is.EqualTo(new byte[] { 3, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 0xff }));
    }

    private void Send(byte[] bytes, byte mode)
    {
        foreach (byte value in bytes)
            Write(Mdbuf, value);
        Write(Cntl, (byte)(((bytes.Length - 1) << 4) | mode | Go));
    }

    private uint Read(uint offset) => _iic.Read(offset, 1);

    private void Write(uint offset, byte value) => _iic.Write(offset, 1, value);
}
