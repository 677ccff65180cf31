using static PpcJit.Machine.Tests.Devices.Serial.UartBench;

namespace PpcJit.Machine.Tests.Devices.Serial;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UartReceiveTests
{
    private readonly UartBench _uart = new();

    [SetUp]
    public void Use_8N1() => _uart[Lcr] = 3;

    [Test]
    public void Without_FIFOs_an_overrun_replaces_the_character()
    {
        _uart.Receive((byte)'a');
        Assert.That(_uart.Uart.CanReceive, Is.False);
        _uart.Receive((byte)'b');
        Assert.That(_uart[Lsr] & 3, Is.EqualTo(3), "data ready and overrun");
        Assert.That(_uart[Lsr] & 3, Is.EqualTo(1), "reading LSR clears the overrun");
        Assert.That(_uart[Rbr], Is.EqualTo('b'));
        Assert.That(_uart[Lsr] & 1, Is.Zero);
    }

    [Test]
    public void With_FIFOs_an_overrun_loses_the_new_character()
    {
        _uart[Fcr] = 1;
        Assert.That(_uart.Uart.ReceiveRoom, Is.EqualTo(16));
        for (byte n = 0; n < 17; n++)
            _uart.Receive(n);
        Assert.That(_uart.Uart.ReceiveRoom, Is.Zero);
        Assert.That(_uart[Lsr] & 2, Is.EqualTo(2));
        for (int n = 0; n < 16; n++)
            Assert.That(_uart[Rbr], Is.EqualTo(n));
        Assert.That(_uart[Lsr] & 1, Is.Zero);
    }

    [TestCase(0, 1)]
    [TestCase(1, 4)]
    [TestCase(2, 8)]
    [TestCase(3, 14)]
    public void The_receive_interrupt_comes_at_the_trigger_level(int field, int level)
    {
        _uart[Fcr] = (uint)((field << 6) | 1);
        _uart[Ier] = 1;
        for (int n = 1; n < level; n++)
            _uart.Receive(0x55);
        Assert.That(_uart.Line.Level, Is.False);
        _uart.Receive(0x55);
        Assert.That(_uart.Line.Level, Is.True);
        Assert.That(_uart[Iir], Is.EqualTo(0xc4));
        _ = _uart[Rbr];
        Assert.That(_uart.Line.Level, Is.False, "below the trigger level again");
    }

    [Test]
    public void Four_character_times_of_silence_raise_the_timeout_interrupt()
    {
        // Divisor 1 of a 16 x 9600 Hz clock: 9600 baud, 10 bits, so 1041 instructions (microseconds) for a character
        _uart[Fcr] = 0xc1;
        _uart[Ier] = 1;
        _uart.Receive((byte)'a');
        Assert.That(_uart.Uart.InstructionsPerCharacter, Is.EqualTo(1041));
        _uart.Clock.Advance((4 * 1041) - 1);
        Assert.That(_uart.Line.Level, Is.False);
        _uart.Clock.Advance(1);
        Assert.That(_uart[Iir], Is.EqualTo(0xcc));
        Assert.That(_uart.Line.Level, Is.True, "reading IIR does not end it");
        _ = _uart[Rbr];
        Assert.That(_uart.Line.Level, Is.False);
        Assert.That(_uart.Clock.Events.NextDue, Is.EqualTo(ulong.MaxValue), "with an empty FIFO there is nothing to wait for");
    }

    [Test]
    public void Each_character_and_each_read_starts_the_timeout_again()
    {
        _uart[Fcr] = 0xc1;
        _uart[Ier] = 1;
        for (int n = 0; n < 5; n++)
        {
            _uart.Receive((byte)'a');
            _uart.Clock.Advance(4000);
            Assert.That(_uart.Line.Level, Is.False);
        }

        _ = _uart[Rbr];
        _uart.Clock.Advance(4000);
        Assert.That(_uart.Line.Level, Is.False);
        _uart.Clock.Advance(200);
        Assert.That(_uart.Line.Level, Is.True);
    }

    [TestCase(0x00u, 7 * 2, TestName = "5N1 is 7 bits")]
    [TestCase(0x04u, 15, TestName = "5 bits with two stop bits have one and a half")]
    [TestCase(0x03u, 10 * 2, TestName = "8N1 is 10 bits")]
    [TestCase(0x0fu, 12 * 2, TestName = "8 bits, parity and two stop bits are 12")]
    public void A_character_time_follows_from_the_format(uint lineControl, int halfBits)
    {
        _uart[Lcr] = 0x80;
        _uart[Dll] = 12;
        _uart[Lcr] = lineControl;
        Assert.That(_uart.Uart.InstructionsPerCharacter, Is.EqualTo((ulong)halfBits * 1_000_000 / 1600));
    }

    [Test]
    public void Errors_show_when_their_character_reaches_the_top_of_the_FIFO()
    {
        _uart[Fcr] = 1;
        _uart[Ier] = 4;
        _uart.Receive((byte)'a');
        _uart.Uart.ReceiveBreak();
        _uart.Receive((byte)'b');
        Assert.That(_uart[Lsr], Is.EqualTo(0xe1), "an error somewhere in the FIFO");
        Assert.That(_uart.Line.Level, Is.False);
        Assert.That(_uart[Rbr], Is.EqualTo('a'));
        Assert.That(_uart[Iir], Is.EqualTo(0xc6), "the receiver line status interrupt has the highest priority");
        Assert.That(_uart[Lsr], Is.EqualTo(0xf1), "break indication");
        Assert.That(_uart[Lsr], Is.EqualTo(0x61));
        Assert.That(_uart.Line.Level, Is.False);
        Assert.That(_uart[Rbr], Is.Zero, "a break reads as a zero character");
        Assert.That(_uart[Rbr], Is.EqualTo('b'));
    }

    [Test]
    public void Clearing_or_switching_the_FIFO_drops_its_characters_and_its_timeout()
    {
        _uart[Fcr] = 1;
        _uart[Ier] = 1;
        _uart.Receive(1, 2, 3);
        _uart[Fcr] = 3;
        Assert.That(_uart[Lsr], Is.EqualTo(0x60));
        _uart.Receive(1, 2, 3);
        _uart[Fcr] = 0;
        Assert.That(_uart[Lsr], Is.EqualTo(0x60));
        _uart.Clock.Advance(1_000_000);
        Assert.That(_uart.Line.Level, Is.False);
    }

    [Test]
    public void In_loopback_mode_the_line_is_disconnected()
    {
        _uart[Mcr] = 0x10;
        Assert.That(_uart.Uart.CanReceive, Is.False);
        _uart.Receive((byte)'x');
        _uart.Uart.ReceiveBreak();
        Assert.That(_uart[Lsr] & 1, Is.Zero);
        _uart[Lcr] = 0x43;
        Assert.That(_uart[Lsr] & 0x11, Is.EqualTo(0x11), "its own break comes back");
    }

    [Test]
    public void Modem_changes_interrupt_until_MSR_is_read()
    {
        _uart[Ier] = 8;
        _uart.Uart.ModemInputs = 0x70; // DCD falls, RI rises
        Assert.That(_uart[Iir], Is.Zero);
        Assert.That(_uart[Msr], Is.EqualTo(0x78), "RI counts only when it ends");
        Assert.That(_uart.Line.Level, Is.False);
        _uart.Uart.ModemInputs = 0x30;
        Assert.That(_uart[Msr], Is.EqualTo(0x34));
        Assert.That(_uart[Msr], Is.EqualTo(0x30));
    }

    [Test]
    public void Wide_accesses_are_byte_accesses_in_address_order()
    {
        _uart.Uart.Write(3, 4, 0x03_0b_00_00);
        Assert.That((_uart[Lcr], _uart[Mcr]), Is.EqualTo((0x03u, 0x0bu)));
        _uart.Receive((byte)'q');
        Assert.That(_uart.Uart.Read(0, 4), Is.EqualTo(0x71_00_01_03), "RBR, IER, IIR, LCR");
        Assert.That(_uart[Lsr] & 1, Is.Zero, "the character was taken");
        Assert.That(_uart.Uart.Read(6, 2), Is.EqualTo(0xb000));
    }

    [Test]
    public void A_divisor_of_zero_counts_65536()
    {
        _uart[Lcr] = 0x83;
        _uart[Dll] = 0;
        _uart[Dlm] = 0;
        Assert.That(_uart.Uart.InstructionsPerCharacter, Is.EqualTo(20UL * 8 * 65536 * 1_000_000 / (16 * 9600)));
    }
}
