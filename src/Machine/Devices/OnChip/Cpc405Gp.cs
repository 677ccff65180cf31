using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// CPC0, clocking and chip control of a 405GP or 405GPr: the registers from which software computes its clocks, and
/// power management.
/// </summary>
/// <remarks>
/// The PLL mode is read-only on the chip. The UART clocks follow CPC0_CR0: an external clock, or the CPU clock divided.
/// </remarks>
public sealed class Cpc405Gp : IDcrDevice, INamedRegisters
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0xb0;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0xba;

    private const uint Control0 = 0xb1;
    private const uint Control1 = 0xb2;
    private const uint PinStrapping = 0xb4;
    private const uint Uart0External = 0x80;
    private const uint Uart1External = 0x40;
    private const uint ExternalTimerClock = 0x00800000;

    /// <summary>CPC0_PSR: PCI clocked by itself, internal arbiter.</summary>
    private const uint PciStrapping = 0x00001400;

    /// <summary>CPC0_PSR[RW]: a boot ROM of 16 bits; 0 is one of 8.</summary>
    private const uint WideRom = 0x00008000;

    private readonly uint _cpuClock;
    private readonly uint _externalUartClock;
    private readonly RegisterFile _registers;

    /// <summary>Creates the unit as firmware leaves it: both UARTs on their external clock.</summary>
    /// <param name="clocks">The chip's clocks.</param>
    /// <param name="externalUartClock">The clock at the chip's UART clock input in Hz.</param>
    /// <param name="jtagId">The chip's JTAG ID.</param>
    /// <param name="hasWideRom">Whether the boot ROM has 16 bits, not 8.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public Cpc405Gp(in Clocks405Gp clocks, uint externalUartClock, uint jtagId, bool hasWideRom, HardwareLog log)
    {
        _cpuClock = clocks.Cpu;
        _externalUartClock = externalUartClock;
        _registers = new RegisterFile(
            "CPC0",
            log,
            Register.ReadOnly(FirstDcr, "PLLMR", clocks.PllMode),
            new Register(Control0, "CR0", Uart0External | Uart1External | 0x3e),
            new Register(Control1, "CR1", 0x2b000000),
            Register.ReadOnly(PinStrapping, "PSR", clocks.Strapping | PciStrapping | (hasWideRom ? WideRom : 0)),
            Register.ReadOnly(0xb5, "JTAGID", jtagId),
            Register.ReadOnly(0xb8, "SR"),
            new Register(0xb9, "ER"),
            new Register(LastDcr, "FR"));
    }

    /// <summary>Called when software changed CPC0_CR0, with the clocks of UART0 and UART1 in Hz.</summary>
    public Action<uint, uint>? UartClocksChanged { get; set; }

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
        if (number == Control0)
            UartClocksChanged?.Invoke(UartClock(Uart0External), UartClock(Uart1External));
        if (number == Control1 && (value & ExternalTimerClock) != 0)
            _registers.ReportUnmodelled(number, "the timers run at the CPU clock, not at an external one (CETE)");
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => _registers.Save(writer);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _registers.Load(reader);

    private uint UartClock(uint external)
    {
        uint control = _registers[Control0];
        return (control & external) != 0 ? _externalUartClock : _cpuClock / (((control >> 1) & 0x1f) + 1);
    }
}
