using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>CPC0, the clock and power control of a 405EP: the registers from which software computes its clocks.</summary>
/// <remarks>
/// The machine keeps the CPU clock that the reset values give, since it is the unit of all guest time: a new PLL mode
/// reads back but changes nothing (it would need a chip reset on hardware too). The UART clocks do follow CPC0_UCR.
/// </remarks>
public sealed class Cpc405Ep : IDcrDevice, INamedRegisters
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0xf0;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0xf9;

    /// <summary>CPC0_PLLMR0 after reset: CPU:PLB 3, PLB:OPB 2, PLB:EBC 2.</summary>
    public const uint ResetPllMode0 = 0x00021002;

    /// <summary>CPC0_PLLMR1 after reset: PLL on, feedback 10, both forward divisors 3.</summary>
    public const uint ResetPllMode1 = 0x80a552be;

    /// <summary>CPC0_UCR after reset: both UART clocks are the CPU clock divided by 70.</summary>
    public const uint ResetUartControl = 0x00004646;

    private const uint PllMode0 = 0xf0;
    private const uint PllMode1 = 0xf4;
    private const uint UartControl = 0xf5;

    private readonly uint _systemClock;
    private readonly RegisterFile _registers;

    /// <summary>Creates the unit in its reset state.</summary>
    /// <param name="systemClock">The crystal in Hz.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public Cpc405Ep(uint systemClock, HardwareLog log)
    {
        _systemClock = systemClock;
        _registers = new RegisterFile(
            "CPC0",
            log,
            new Register(PllMode0, "PLLMR0", ResetPllMode0),
            Register.ReadOnly(0xf1, "BOOT", 0x00000010),
            new Register(0xf2, "CR1"),
            new Register(0xf3, "EPCTL"),
            new Register(PllMode1, "PLLMR1", ResetPllMode1),
            new Register(UartControl, "UCR", ResetUartControl),
            new Register(0xf6, "SRR", 0x00040000),
            Register.ReadOnly(0xf7, "JTAGID", 0x20267049),
            new Register(0xf9, "PCI"));
    }

    /// <summary>Called with the new clocks when CPC0_UCR changed.</summary>
    public Action<Clocks405Ep>? UartClocksChanged { get; set; }

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => _registers.Read(number);

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        uint before = _registers.Read(number);
        if (!_registers.Write(number, value) || _registers[number] == before)
            return;
        if (number is PllMode0 or PllMode1)
            _registers.ReportUnmodelled(number, "a changed PLL mode does not change the CPU clock");
        if (number == UartControl)
            UartClocksChanged?.Invoke(Clocks405Ep.Compute(_systemClock, ResetPllMode0, ResetPllMode1, value));
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _registers.Load(reader);
}
