using PpcJit.Machine.Buses;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>CPR0, clocking and power-on reset of the 405EX: the divisors from which software computes its clocks.</summary>
/// <remarks>
/// The machine keeps the clocks that it starts with, since the CPU clock is the unit of all guest time: other divisors read back but change nothing.
/// </remarks>
public sealed class Cpr0 : IndirectDcrDevice
{
    /// <summary>DCR number of CPR0_CFGADDR; CFGDATA is the next one.</summary>
    public const uint AddressDcr = 0x0c;

    /// <summary>Creates the unit in its reset state.</summary>
    /// <param name="clocks">The chip's clocks.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public Cpr0(in Clocks405Ex clocks, HardwareLog log)
        : base(AddressDcr, new RegisterFile(
            "CPR0",
            log,
            new Register(0x20, "CLKUPD"),
            new Register(0x40, "PLLC", clocks.PllControl),
            new Register(0x60, "PLLD", clocks.PllDivisors),
            new Register(0x80, "CPUD", clocks.Primary.Cpu),
            new Register(0xa0, "PLBD", clocks.Primary.Plb),
            new Register(0xc0, "OPBD0", clocks.OpbRegister),
            new Register(0xe0, "PERD", clocks.ExternalRegister)))
    {
    }

    /// <inheritdoc/>
    protected override void WriteRegister(uint index, uint value)
    {
        uint before = Registers.Read(index);
        if (Registers.Write(index, value) && Registers[index] != before)
            Registers.ReportUnmodelled(index, "other divisors do not change the clocks");
    }
}
