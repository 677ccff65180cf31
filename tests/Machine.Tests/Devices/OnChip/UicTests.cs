using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.OnChip;


namespace PpcJit.Machine.Tests.Devices.OnChip;

public sealed class UicTests
{
    private const uint Base = 0xc0, Sr = 0, Srs = 1, Er = 2, Cr = 3, Pr = 4, Tr = 5, Msr = 6, Vr = 7, Vcr = 8;
    private InterruptLine _external = null!;
    private InterruptLine _critical = null!;
    private Uic _uic = null!;

    [SetUp]
    public void Build()
    {
        _external = InterruptLine.Unconnected;
        _critical = InterruptLine.Unconnected;
        _uic = new Uic(Base, _external, _critical);
    }

    [Test]
    public void After_reset_on_chip_inputs_are_active_high_level_and_non_critical()
    {
        // NetBSD enables inputs without programming CR, PR or TR
        Write(Er, Bit(0));
        Assert.That(_external.Level, Is.False);
        _uic.Input(0).Set(true);
        Assert.That((_external.Level, _critical.Level), Is.EqualTo((true, false)));
        Assert.That(Read(Msr), Is.EqualTo(Bit(0)));
    }

    [Test]
    public void A_level_cannot_be_acknowledged_while_its_input_is_active()
    {
        // Linux acknowledges level interrupts after the handler has quietened the device
        Write(Er, Bit(1));
        _uic.Input(1).Set(true);
        Write(Sr, Bit(1));
        Assert.That(Read(Sr), Is.EqualTo(Bit(1)));
        _uic.Input(1).Set(false);
        Assert.That(_external.Level, Is.True, "the status is latched");
        Write(Sr, Bit(1));
        Assert.That((_external.Level, Read(Sr)), Is.EqualTo((false, 0u)));
    }

    [Test]
    public void An_edge_is_latched_once()
    {
        Write(Tr, Bit(25));
        Write(Er, Bit(25));
        _uic.Input(25).Set(true);
        Assert.That(_external.Level, Is.True);
        Write(Sr, Bit(25));
        Assert.That(_external.Level, Is.False, "the level alone does nothing");
        _uic.Input(25).Set(false);
        Assert.That(_external.Level, Is.False);
        _uic.Input(25).Set(true);
        Assert.That(_external.Level, Is.True);
    }

    [Test]
    public void A_negative_edge_is_one_with_polarity_0()
    {
        Write(Tr, Bit(26));
        Write(Pr, ~Bit(26));
        Write(Er, Bit(26));
        _uic.Input(26).Set(true);
        Assert.That(_external.Level, Is.False);
        _uic.Input(26).Set(false);
        Assert.That(_external.Level, Is.True);
    }

    [Test]
    public void An_active_low_input_interrupts_while_it_is_low()
    {
        _uic.Input(30).Set(true);
        Write(Sr, Bit(30));
        Write(Pr, ~Bit(30));
        Write(Sr, uint.MaxValue);
        Write(Er, Bit(30));
        Assert.That(_external.Level, Is.False);
        _uic.Input(30).Set(false);
        Assert.That(_external.Level, Is.True);
    }

    [Test]
    public void Status_shows_disabled_inputs_and_MSR_only_enabled_ones()
    {
        _uic.Input(3).Set(true);
        _uic.Input(4).Set(true);
        Write(Er, Bit(4));
        Assert.That((Read(Sr), Read(Msr)), Is.EqualTo((Bit(3) | Bit(4), Bit(4))));
    }

    [Test]
    public void Software_can_set_status_bits()
    {
        Write(Er, Bit(31));
        Write(Srs, Bit(31));
        Assert.That((_external.Level, Read(Sr)), Is.EqualTo((true, 1u)));
        Write(Sr, Bit(31));
        Assert.That(_external.Level, Is.False);
    }

    [Test]
    public void Critical_inputs_use_the_other_output()
    {
        Write(Er, Bit(9) | Bit(10));
        Write(Cr, Bit(9));
        _uic.Input(9).Set(true);
        Assert.That((_external.Level, _critical.Level), Is.EqualTo((false, true)));
        _uic.Input(10).Set(true);
        Assert.That((_external.Level, _critical.Level), Is.EqualTo((true, true)));
        Write(Cr, 0);
        Assert.That((_external.Level, _critical.Level), Is.EqualTo((true, false)));
    }

    [Test]
    public void The_vector_points_512_bytes_further_for_each_lower_priority()
    {
        Write(Cr, uint.MaxValue);
        Write(Er, uint.MaxValue);
        Write(Vcr, 0x10000);
        Assert.That(Read(Vr), Is.Zero, "no critical interrupt");
        _uic.Input(28).Set(true);
        _uic.Input(2).Set(true);
        Assert.That(Read(Vr), Is.EqualTo(0x10000 + (3 * 512)), "input 31 has the highest priority");
        Write(Vcr, 0x10001);
        Assert.That(Read(Vr), Is.EqualTo(0x10000 + (2 * 512)), "input 0 has the highest priority");
        Write(Vcr, 0x10003);
        Assert.That(Read(Vr), Is.EqualTo(0x10000 + (2 * 512)), "neither PRO nor the reserved bit beside it is part of the base address");
        Write(Vcr, 0x10002);
        Assert.That(Read(Vr), Is.EqualTo(0x10000 + (3 * 512)), "the reserved bit does not choose the priority");
        Write(Vcr, 0x10004);
        Assert.That(Read(Vr), Is.EqualTo(0x10004 + (3 * 512)), "the base address has its lowest bit at 4");
        Write(Cr, 0);
        Assert.That(Read(Vr), Is.Zero, "vectors are for critical interrupts only");
    }

    [Test]
    public void Read_only_and_write_only_registers_keep_their_word()
    {
        Write(Msr, uint.MaxValue);
        Write(Vr, uint.MaxValue);
        Write(Vcr, uint.MaxValue);
        Assert.That((Read(Msr), Read(Vr), Read(Vcr)), Is.EqualTo((0u, 0u, 0u)));
    }

    private static uint Bit(int input) => 0x80000000u >> input;

    private uint Read(uint register) => _uic.ReadDcr(Base + register);

    private void Write(uint register, uint value) => _uic.WriteDcr(Base + register, value);
}
