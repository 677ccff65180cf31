namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// The clocks of a 405GP or 405GPr with a crystal of 33⅓ MHz, in Hz (405GP User's Manual, "Clocking"). The PLL
/// multiplies the crystal by its feedback divisor to the processor local bus, and the core runs a whole multiple
/// faster.
/// </summary>
/// <param name="Feedback">The PLL's feedback divisor, 1 to 4: processor local bus over crystal.</param>
/// <param name="CpuToPlb">Core over processor local bus, 1 to 4.</param>
public readonly record struct Clocks405Gp(uint Feedback, uint CpuToPlb)
{
    private const ulong TripleCrystal = 100_000_000;
    private const uint MaxCpuToPlb = 4;

    /// <summary>Most for the processor local bus, as a multiple of the crystal: 133 MHz.</summary>
    private const uint MaxFeedback = 4;

    /// <summary>Core, timebase and PIT.</summary>
    public uint Cpu => Times(Feedback * CpuToPlb);

    /// <summary>Processor local bus.</summary>
    public uint Plb => Times(Feedback);

    /// <summary>On-chip peripheral bus.</summary>
    public uint Opb => Plb / OpbDivisor;

    /// <summary>External bus controller.</summary>
    public uint Ebc => Plb / ExternalDivisor;

    /// <summary>PCI bus, which these boards run from the crystal.</summary>
    public uint Pci => Times(1);

    /// <summary>
    /// CPC0_PLLMR that says so: forward divisors 3, and PCI from the feedback divisor. The external bus never has the
    /// divisor that the PLL has: software reads that as another mode of a 405GPr.
    /// </summary>
    public uint PllMode
    {
        get
        {
            const uint forward = 8 - 3;
            uint pciDivisor = Feedback;
            return (forward << 29) | ((Feedback & 0xf) << 25) | ((CpuToPlb - 1) << 17) | ((OpbDivisor - 1) << 15)
                | ((pciDivisor - 1) << 13) | ((ExternalDivisor - 2) << 11) | forward;
        }
    }

    /// <summary>
    /// The clock fields of CPC0_PSR, the pins from which the PLL mode comes at power-on (405GP User's Manual, "Pin Strapping"; U-Boot's ppc405.h has
    /// the places): forward divisor 3, and the same divisors as <see cref="PllMode"/>.
    /// </summary>
    public uint Strapping
    {
        get
        {
            const uint forwardThree = 1;
            return (forwardThree << 30) | ((Feedback - 1) << 28) | ((CpuToPlb - 1) << 23) | ((OpbDivisor - 1) << 21) | ((Feedback - 1) << 19)
                | ((ExternalDivisor - 2) << 17);
        }
    }

    private static uint OpbDivisor => 2;

    private uint ExternalDivisor => Feedback == 2 ? 3u : 2u;

    /// <summary>Gives the clocks for a speed of the core: the fastest bus that can be.</summary>
    /// <param name="hz">The speed, within a hundredth.</param>
    /// <returns>Null when no setting gives it.</returns>
    public static Clocks405Gp? For(ulong hz)
    {
        ulong multiple = ((3 * hz) + (TripleCrystal / 2)) / TripleCrystal;
        for (uint feedback = MaxFeedback; feedback > 0; feedback--)
        {
            Clocks405Gp clocks = new(feedback, (uint)(multiple / feedback));
            if (multiple % feedback == 0 && clocks.CpuToPlb is >= 1 and <= MaxCpuToPlb && IsNear(clocks.Cpu, hz))
                return clocks;
        }

        return null;
    }

    private static bool IsNear(ulong actual, ulong wanted) => Math.Max(actual, wanted) - Math.Min(actual, wanted) <= actual / 100;

    private static uint Times(uint multiple) => (uint)(TripleCrystal * multiple / 3);
}
