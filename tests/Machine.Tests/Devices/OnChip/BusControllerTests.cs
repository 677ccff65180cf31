using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Machine.Tests.Devices.OnChip;

/// <summary>What software reads back from the controllers of memory, buses and clocks.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BusControllerTests
{
    private const uint Configuration = 0x20, Status = 0x24, Enabled = 0x80000000, SelfRefresh = 0x40000000;

    private readonly List<string> _reports = [];
    private readonly HardwareLog _log = new();

    public BusControllerTests() => _log.Reported += _reports.Add;

    [TestCase(Enabled)]
    [TestCase(Enabled | SelfRefresh)]
    public void The_status_of_SDRAM_follows_its_configuration(uint configuration)
    {
        SdramController sdram = new([16 << 20], _log);
        Write(sdram, Configuration, configuration);
        sdram.WriteDcr(SdramController.AddressDcr, Status);
        Assert.That(sdram.ReadDcr(SdramController.AddressDcr + 1), Is.EqualTo(configuration));
        Assert.That(_reports, Is.Empty);
    }

    [Test]
    public void SDRAM_that_is_disabled_stays_readable_and_that_is_reported()
    {
        SdramController sdram = new([16 << 20], _log);
        Write(sdram, Configuration, 0);
        Assert.That(_reports, Has.One.Contains("RAM stays readable"));
    }

    [Test]
    public void The_arbiter_of_the_peripheral_bus_has_a_priority_and_a_control_register()
    {
        OpbArbiter arbiter = new();
        Assert.That((arbiter.Read(0, 1), arbiter.Read(1, 1)), Is.EqualTo((0x11u, 0u)));
        arbiter.Write(0, 1, 0x1b);
        arbiter.Write(1, 1, 0xff);
        Assert.That((arbiter.Read(0, 1), arbiter.Read(1, 1)), Is.EqualTo((0x1bu, 0xf8u)));
    }

    /// <summary>The external bus never has the PLL's feedback divisor, which CPC0_PLLMR gives in bits 3 to 6.</summary>
    [TestCase(200_000_000ul, 50_000_000u, 50_000_000u, 0xa602c005u)]
    [TestCase(66_666_667ul, 33_333_333u, 22_222_222u, 0xa400a805u)]
    public void The_buses_of_a_405GP_are_parts_of_the_processor_local_bus(ulong hz, uint peripheral, uint external, uint mode)
    {
        Clocks405Gp clocks = Clocks405Gp.For(hz)!.Value;
        Assert.That((clocks.Opb, clocks.Ebc, clocks.PllMode), Is.EqualTo((peripheral, external, mode)));
    }

    private static void Write(SdramController sdram, uint index, uint value)
    {
        sdram.WriteDcr(SdramController.AddressDcr, index);
        sdram.WriteDcr(SdramController.AddressDcr + 1, value);
    }
}
