using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.OnChip;


namespace PpcJit.Machine.Tests.Devices.OnChip;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GptTests
{
    private const uint Tbc = 0, Im = 0x18, Iss = 0x1c, Isc = 0x20, Ie = 0x24, Comp = 0x80, Mask = 0xc0, Timer0 = 0x8000;
    private readonly DeviceClock _clock = new(3_000_000);
    private readonly InterruptLine[] _lines = new InterruptLine[Gpt.TimerCount];
    private readonly Gpt _gpt;

    public GptTests()
    {
        for (int n = 0; n < _lines.Length; n++)
            _lines[n] = InterruptLine.Unconnected;
        _gpt = new Gpt(_clock.Events, _lines, 1_000_000, new HardwareLog());
    }

    [Test]
    public void The_time_base_counts_at_its_own_clock_and_can_be_set()
    {
        _clock.Advance(299);
        Assert.That(Read(Tbc), Is.EqualTo(99));
        _clock.Advance(1);
        Assert.That(Read(Tbc), Is.EqualTo(100));
        Write(Tbc, 0xfffffffe);
        _clock.Advance(9);
        Assert.That(Read(Tbc), Is.EqualTo(1), "it wraps");
    }

    [Test]
    public void A_compare_timer_interrupts_at_exactly_its_tick()
    {
        Start(50, uint.MaxValue);
        _clock.Advance(149);
        Assert.That(_lines[0].Level, Is.False);
        _clock.Advance(1);
        Assert.That(_lines[0].Level, Is.True);
        Assert.That((Read(Iss), Read(Isc)), Is.EqualTo((Timer0, Timer0)));
        Write(Isc, Timer0);
        Assert.That(_lines[0].Level, Is.False);
    }

    [Test]
    public void A_mask_makes_the_timer_periodic()
    {
        Start(0, 0xff);
        for (int n = 0; n < 3; n++)
        {
            Assert.That(Read(Iss), Is.Zero);
            _clock.Advance(256 * 3);
            Assert.That(Read(Iss), Is.EqualTo(Timer0));
            Write(Isc, Timer0);
        }
    }

    [Test]
    public void An_empty_mask_matches_every_tick_without_flooding_the_machine_with_events()
    {
        Start(0, 0);
        _clock.Advance(3);
        Assert.That(_lines[0].Level, Is.True);
        Assert.That(_clock.Events.NextDue, Is.EqualTo(ulong.MaxValue), "a status that is set already cannot change");
        Write(Isc, Timer0);
        Assert.That(_clock.Events.NextDue, Is.EqualTo(_clock.Count + 3));
    }

    [Test]
    public void Software_can_set_status_and_a_mask_bit_silences_the_line()
    {
        Write(Iss, 0xf800);
        Write(Im, 0x0800);
        Assert.That((_lines[0].Level, _lines[4].Level), Is.EqualTo((false, true)));
    }

    [Test]
    public void Random_compares_and_masks_match_when_counting_tick_by_tick_would()
    {
        Random random = new(405);
        for (int round = 0; round < 300; round++)
        {
            uint start = (uint)random.Next(0x1000) - 0x800;
            uint mask = (uint)random.Next(0x400) | (random.Next(4) == 0 ? 0xffff0000 : 0);
            uint compare = (uint)random.Next(0x800);
            uint expected = 1;
            while (expected < 5000 && ((start + expected) & mask) != (compare & mask))
                expected++;

            Write(Ie, 0);
            Write(Mask, mask);
            Write(Comp, compare);
            Write(Tbc, start);
            Write(Isc, uint.MaxValue);
            Write(Ie, Timer0);
            _clock.Advance(((ulong)expected - 1) * 3);
            Assert.That(Read(Iss), Is.Zero, $"start {start:x} mask {mask:x} compare {compare:x}");
            _clock.Advance(3);
            Assert.That(Read(Iss), Is.EqualTo(expected < 5000 ? Timer0 : 0), $"start {start:x} mask {mask:x} compare {compare:x}");
        }
    }

    private void Start(uint compare, uint mask)
    {
        Write(Comp, compare);
        Write(Mask, mask);
        Write(Ie, Timer0);
        Write(Im, Timer0);
    }

    private uint Read(uint offset) => _gpt.Read(offset, 4);

    private void Write(uint offset, uint value) => _gpt.Write(offset, 4, value);
}
