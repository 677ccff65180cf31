using static PpcJit.Machine.Tests.Devices.Serial.UartBench;

namespace PpcJit.Machine.Tests.Devices.Serial;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UartTransmitTests
{
    private readonly UartBench _uart = new();

    [Test]
    public void A_character_leaves_at_once_and_the_transmitter_is_empty_again()
    {
        _uart[Lcr] = 3;
        foreach (byte character in "PpcJit"u8)
        {
            Assert.That(_uart[Lsr] & 0x60, Is.EqualTo(0x60), "THRE and TEMT");
            _uart[Thr] = character;
        }

        Assert.That(_uart.Sent, Is.EqualTo("PpcJit"u8.ToArray()));
    }

    [Test]
    public void Shorter_words_lose_their_high_bits()
    {
        _uart[Lcr] = 2;
        _uart[Thr] = 0xff;
        Assert.That(_uart.Sent, Is.EqualTo(new byte[] { 0x7f }));
    }

    [Test]
    public void Reading_IIR_clears_the_THRE_interrupt_and_writing_THR_brings_it_back()
    {
        _uart[Lcr] = 3;
        _uart[Ier] = 2;
        Assert.That(_uart.Line.Level, Is.True);
        Assert.That(_uart[Iir], Is.EqualTo(2));
        Assert.That(_uart.Line.Level, Is.False);
        Assert.That(_uart[Iir], Is.EqualTo(1), "nothing pending");

        _uart[Thr] = 'x';
        Assert.That(_uart.Line.Level, Is.True);
        Assert.That(_uart[Iir], Is.EqualTo(2));
    }

    [Test]
    public void Reading_IIR_leaves_the_THRE_interrupt_when_another_source_was_reported()
    {
        _uart[Lcr] = 3;
        _uart[Ier] = 3;
        _uart.Receive((byte)'a');
        Assert.That(_uart[Iir], Is.EqualTo(4), "received data comes first");
        Assert.That(_uart[Rbr], Is.EqualTo('a'));
        Assert.That(_uart[Iir], Is.EqualTo(2), "the THRE interrupt is still there");
    }

    [Test]
    public void While_a_break_is_sent_characters_are_lost()
    {
        _uart[Lcr] = 0x43;
        _uart[Thr] = 'x';
        _uart[Lcr] = 0x03;
        _uart[Thr] = 'y';
        Assert.That(_uart.Sent, Is.EqualTo("y"u8.ToArray()));
    }

    [Test]
    public void Writes_to_the_status_registers_do_nothing()
    {
        _uart[Lsr] = 0;
        _uart[Msr] = 0;
        Assert.That((_uart[Lsr], _uart[Msr]), Is.EqualTo((0x60u, 0xb0u)));
    }
}
