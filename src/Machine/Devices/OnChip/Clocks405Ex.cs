namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// The clocks of a 405EX with a crystal of 33⅓ MHz, in Hz, as U-Boot (speed.c) and Linux (boot/4xx.c) compute them: the PLL takes its feedback
/// from the core's clock, which so is a whole multiple of the crystal.
/// </summary>
/// <param name="Feedback">The PLL's feedback divisor: core over crystal.</param>
/// <param name="CpuToPlb">Core over processor local bus: 2 or 3.</param>
public readonly record struct Clocks405Ex(uint Feedback, uint CpuToPlb)
{
    private const ulong TripleCrystal = 100_000_000;

    /// <summary>The speeds that the chip is sold for, and what CPR0_PLLD has for the feedback divisor of each.</summary>
    private static readonly (Clocks405Ex Clocks, uint Code)[] Speeds =
        [(new(10, 2), 0xd4), (new(12, 2), 0xd3), (new(16, 3), 0xb3), (new(18, 3), 0xce)];

    /// <summary>Core, timebase and PIT.</summary>
    public uint Cpu => (uint)(TripleCrystal * Feedback / 3);

    /// <summary>Processor local bus.</summary>
    public uint Plb => Cpu / CpuToPlb;

    /// <summary>On-chip peripheral bus.</summary>
    public uint Opb => Plb / OpbDivisor;

    /// <summary>External bus controller.</summary>
    public uint Ebc => Opb;

    /// <summary>CPR0_PLLC: the VCO is the source, and the core's clock the feedback.</summary>
    public uint PllControl => 0x41000000;

    /// <summary>CPR0_PLLD: the feedback divisor in the PLL's own code, and a forward divisor, which cancels out.</summary>
    public uint PllDivisors
    {
        get
        {
            Clocks405Ex own = this;
            return (Array.Find(Speeds, speed => speed.Clocks == own).Code << 24) | (1 << 16);
        }
    }

    /// <summary>
    /// CPR0_CPUD and CPR0_PLBD: the bus has twice the second divisor, where the core has the first. That it is twice, PLBDV0 in CPR0_PLBD says,
    /// which is fixed; NetBSD takes it for the whole divisor.
    /// </summary>
    public (uint Cpu, uint Plb) Primary => CpuToPlb == 2 ? (1u << 24, Twice | (1u << 16)) : (2u << 24, Twice | (3u << 16));

    /// <summary>CPR0_OPBD0.</summary>
    public uint OpbRegister => OpbDivisor << 24;

    /// <summary>CPR0_PERD: the external bus is as fast as the peripheral bus.</summary>
    public uint ExternalRegister => 1 << 24;

    private static uint OpbDivisor => 2;

    private static uint Twice => 2u << 24;

    /// <summary>Gives the clocks for a speed of the core.</summary>
    /// <param name="hz">The speed, within a hundredth.</param>
    /// <returns>Null when the chip has no such speed.</returns>
    public static Clocks405Ex? For(ulong hz)
    {
        foreach ((Clocks405Ex clocks, _) in Speeds)
        {
            if (Math.Max(clocks.Cpu, hz) - Math.Min(clocks.Cpu, hz) <= clocks.Cpu / 100)
                return clocks;
        }

        return null;
    }
}
