using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// SDR0, the system device registers of the 405EX: strapping, what the pins do, the clocks of the UARTs, and the control of the two PCI Express
/// ports, which find no link: nothing is in their slots.
/// </summary>
public sealed class Sdr0 : IndirectDcrDevice
{
    /// <summary>DCR number of SDR0_CFGADDR; CFGDATA is the next one.</summary>
    public const uint AddressDcr = 0x0e;

    private const uint FirstUart = 0x120;
    private const uint ExternalUartClock = 0x00800000;
    private const uint DivisorMask = 0xff;
    private const uint FirstPort = 0x400;
    private const uint PortDistance = 0x40;
    private const uint PhyOutOfReset = 0x00001000;

    /// <summary>PINSTP: strapped from the EEPROM at 0x52.</summary>
    private const uint StrappedByEeprom = 0xe0000000;

    private readonly uint _plbHz;
    private readonly uint _externalUartHz;

    /// <summary>Creates the unit as firmware leaves it: both UARTs on their external clock.</summary>
    /// <param name="plbHz">Clock of the processor local bus in Hz.</param>
    /// <param name="externalUartHz">The clock at the chip's UART clock input in Hz.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public Sdr0(uint plbHz, uint externalUartHz, HardwareLog log)
        : base(AddressDcr, CreateRegisters(log)) => (_plbHz, _externalUartHz) = (plbHz, externalUartHz);

    /// <summary>Called when software changed the clock of a UART, with its number and its clock in Hz.</summary>
    public Action<int, uint>? UartClockChanged { get; set; }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        base.Load(reader);
        for (int n = 0; n < 2; n++)
            TellUartClock(n);
    }

    /// <inheritdoc/>
    protected override void WriteRegister(uint index, uint value)
    {
        if (Registers.Write(index, value) && index - FirstUart < 2)
            TellUartClock((int)(index - FirstUart));
    }

    private void TellUartClock(int uart)
    {
        uint register = Registers[FirstUart + (uint)uart];
        uint divisor = register & DivisorMask;
        UartClockChanged?.Invoke(uart, (register & ExternalUartClock) != 0 ? _externalUartHz : _plbHz / (divisor == 0 ? 256 : divisor));
    }

    private static RegisterFile CreateRegisters(HardwareLog log)
    {
        List<Register> registers =
        [
            Register.ReadOnly(0x40, "PINSTP", StrappedByEeprom),
            new(0x60, "SDCS0"),
            Register.ReadOnly(0x80, "ECID0"),
            Register.ReadOnly(0x81, "ECID1"),
            Register.ReadOnly(0x82, "ECID2"),
            Register.ReadOnly(0x83, "ECID3"),
            new(FirstUart, "UART0", ExternalUartClock),
            new(FirstUart + 1, "UART1", ExternalUartClock),
            new(0x200, "SRST"),
            new(0x4000, "CUST0"),
            new(0x4100, "PFC0"),
            new(0x4101, "PFC1"),
            new(0x4300, "MFR"),
        ];
        for (uint port = 0; port < 2; port++)
        {
            uint first = FirstPort + (port * PortDistance);
            registers.Add(new Register(first, $"PE{port}UTLSET1"));
            registers.Add(new Register(first + 1, $"PE{port}UTLSET2"));
            registers.Add(new Register(first + 2, $"PE{port}DLPSET"));
            registers.Add(Register.ReadOnly(first + 3, $"PE{port}LOOP")); // Neither a card nor a link
            registers.Add(new Register(first + 4, $"PE{port}RCSSET"));
            registers.Add(Register.ReadOnly(first + 5, $"PE{port}RCSSTS")); // The reset is over as soon as it begins
            registers.Add(new Register(first + 6, $"PE{port}PHYSET1"));
            registers.Add(new Register(first + 7, $"PE{port}PHYSET2"));
            registers.Add(new Register(first + 8, $"PE{port}BIST"));
            registers.Add(new Register(first + 0xb, $"PE{port}LPB"));
            registers.Add(Register.ReadOnly(first + 0xc, $"PE{port}PHYSTA", PhyOutOfReset));
        }

        return new RegisterFile("SDR0", log, [.. registers]);
    }
}
