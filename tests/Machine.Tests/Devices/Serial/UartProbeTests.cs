using static PpcJit.Machine.Tests.Devices.Serial.UartBench;

namespace PpcJit.Machine.Tests.Devices.Serial;

/// <summary>The sequences by which Linux's 8250 driver and NetBSD's com driver find out what they have.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UartProbeTests
{
    private readonly UartBench _uart = new();

    [Test]
    public void Only_four_interrupt_enable_bits_exist()
    {
        _uart[Ier] = 0;
        Assert.That(_uart[Ier], Is.Zero);
        _uart[Ier] = 0xff;
        Assert.That(_uart[Ier], Is.EqualTo(0x0f));
    }

    [Test]
    public void Loopback_turns_the_modem_outputs_into_inputs()
    {
        _uart[Mcr] = 0x10 | 0x0a; // OUT2 and RTS
        Assert.That(_uart[Msr] & 0xf0, Is.EqualTo(0x90), "DCD and CTS");
        _uart[Mcr] = 0x10 | 0x05; // OUT1 and DTR
        Assert.That(_uart[Msr] & 0xf0, Is.EqualTo(0x60), "RI and DSR");
        _uart[Mcr] = 0;
        Assert.That(_uart[Msr] & 0xf0, Is.EqualTo(0xb0), "a terminal is connected: CTS, DSR, DCD");
    }

    [Test]
    public void Enabled_fifos_show_in_both_top_bits_of_IIR()
    {
        Assert.That(_uart[Iir] >> 6, Is.Zero);
        _uart[Fcr] = 1;
        Assert.That(_uart[Iir] >> 6, Is.EqualTo(3), "a 16550A, not a 16550 with its broken FIFO");
        _uart[Fcr] = 0;
        Assert.That(_uart[Iir] >> 6, Is.Zero);
    }

    [Test]
    public void There_is_no_extended_feature_register_of_later_UARTs()
    {
        _uart[Fcr] = 1;
        _uart[Lcr] = 0x80;
        Assert.That(_uart[Iir], Is.Not.Zero, "a 16650 would show EFR = 0");
        _uart[Lcr] = 0xbf;
        Assert.That(_uart[Iir], Is.Not.Zero);
    }

    [Test]
    public void The_scratch_register_and_the_divisor_latch_hold_what_was_written()
    {
        _uart[Scr] = 0x5a;
        _uart[Lcr] = 0x83;
        _uart[Dll] = 0x34;
        _uart[Dlm] = 0x12;
        Assert.That((_uart[Dll], _uart[Dlm], _uart[Scr]), Is.EqualTo((0x34u, 0x12u, 0x5au)));
        _uart[Lcr] = 0x03;
        Assert.That(_uart[Ier], Is.Zero, "the divisor is not IER");
        Assert.That(_uart.Sent, Is.Empty, "and DLL is not THR");
    }

    [Test]
    public void Enabling_the_THRE_interrupt_again_raises_it_again()
    {
        // serial8250_do_startup's test for UARTs that lose the interrupt
        _uart[Ier] = 2;
        uint first = _uart[Iir];
        _uart[Ier] = 0;
        _uart[Ier] = 2;
        uint second = _uart[Iir];
        Assert.That((first, second), Is.EqualTo((2u, 2u)));
    }

    [Test]
    public void A_loopback_burst_finds_sixteen_characters_of_FIFO()
    {
        _uart[Fcr] = 0x07;
        _uart[Mcr] = 0x10;
        for (uint n = 0; n < 256; n++)
            _uart[Thr] = n;
        _uart.Clock.Advance(20_000);

        int count = 0;
        while ((_uart[Lsr] & 1) != 0 && count < 256)
            Assert.That(_uart[Rbr], Is.EqualTo(count++));
        Assert.That(count, Is.EqualTo(16));
        Assert.That(_uart.Sent, Is.Empty, "nothing leaves in loopback mode");
    }
}
