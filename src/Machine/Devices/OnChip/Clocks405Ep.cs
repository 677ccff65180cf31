namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// The clocks of a 405EP in Hz, which all follow from the PLL mode registers and the crystal (405EP User's Manual,
/// "Clocking").
/// </summary>
/// <param name="Cpu">Core, timebase and PIT.</param>
/// <param name="Plb">Processor local bus.</param>
/// <param name="Opb">On-chip peripheral bus.</param>
/// <param name="Ebc">External bus controller.</param>
/// <param name="Uart0">What UART0 divides by 16 and its divisor.</param>
/// <param name="Uart1">What UART1 divides by 16 and its divisor.</param>
public readonly record struct Clocks405Ep(uint Cpu, uint Plb, uint Opb, uint Ebc, uint Uart0, uint Uart1)
{
    /// <summary>Computes the clocks from what software reads in CPC0.</summary>
    /// <param name="systemClock">The crystal in Hz.</param>
    /// <param name="pllMode0">CPC0_PLLMR0.</param>
    /// <param name="pllMode1">CPC0_PLLMR1.</param>
    /// <param name="uartControl">CPC0_UCR.</param>
    public static Clocks405Ep Compute(uint systemClock, uint pllMode0, uint pllMode1, uint uartControl)
    {
        uint feedback = OrFull((pllMode1 >> 20) & 0xf, 16);
        uint forwardA = 8 - ((pllMode1 >> 16) & 7);
        uint forwardB = 8 - ((pllMode1 >> 12) & 7);
        uint cpuDivisor = ((pllMode0 >> 20) & 3) + 1;
        uint plbDivisor = ((pllMode0 >> 16) & 3) + 1;
        uint opbDivisor = ((pllMode0 >> 12) & 3) + 1;
        bool throughPll = (pllMode1 & 0x80000000) != 0;

        ulong cpu = throughPll
            ? (ulong)systemClock * feedback * forwardB / (forwardA * cpuDivisor)
            : systemClock / cpuDivisor;
        uint plb = (uint)cpu / plbDivisor;
        return new Clocks405Ep(
            (uint)cpu,
            plb,
            plb / opbDivisor,
            plb / (((pllMode0 >> 8) & 3) + 2),
            (uint)cpu / OrFull(uartControl & 0x7f, 128),
            (uint)cpu / OrFull((uartControl >> 8) & 0x7f, 128));
    }

    private static uint OrFull(uint divisor, uint full) => divisor == 0 ? full : divisor;
}
