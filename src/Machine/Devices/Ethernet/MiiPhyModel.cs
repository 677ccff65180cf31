namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>A kind of PHY: its identity, whether it knows 1 Gbit/s, and its vendor's own registers.</summary>
/// <param name="Name">Name of the chip.</param>
/// <param name="Identifier">Registers 2 and 3.</param>
/// <param name="IsGigabit">Whether it knows 1000BASE-T.</param>
/// <param name="Stored">Registers 16 to 31, as bits, that keep what is written.</param>
/// <param name="StatusRegister">Which of the vendor's registers says at a glance what became of the negotiation.</param>
/// <param name="DescribeLink">What that register says.</param>
public sealed record MiiPhyModel(
    string Name, uint Identifier, bool IsGigabit, uint Stored, uint StatusRegister, Func<MiiLink, uint> DescribeLink)
{
    /// <summary>
    /// Intel's LXT971A, which kernels know. It keeps port configuration, interrupt enable, LED configuration and transmit control.
    /// </summary>
    public static readonly MiiPhyModel Lxt971A = new("LXT971A", 0x001378e2, IsGigabit: false, 0x40150000, 17, static link =>
        (link.BitsPerSecond > 10_000_000 ? 0x4000u : 0) | (link.IsUp ? 0x0400u : 0) | (link.IsFullDuplex ? 0x0200u : 0)
        | (link.Negotiates ? 0x0100u : 0) | (link.IsNegotiated ? 0x0080u : 0));

    /// <summary>
    /// Marvell's 88E1111. It keeps its control, interrupt enable, extended control, LED and fiber registers.
    /// </summary>
    public static readonly MiiPhyModel M88E1111 = new("88E1111", 0x01410cc2, IsGigabit: true, 0x0d150000, 17, static link =>
        (link.BitsPerSecond switch { 1_000_000_000 => 0x8000u, 100_000_000 => 0x4000, _ => 0 })
        | (link.IsFullDuplex ? 0x2000u : 0) | (link.IsUp ? 0x0c00u : 0));

    /// <summary>Broadcom's BCM5461. It keeps its control, expansion, interrupt mask and shadow registers.</summary>
    public static readonly MiiPhyModel Bcm5461 = new("BCM5461", 0x002060c1, IsGigabit: true, 0x18a10000, 25, static link =>
        !link.IsUp ? 0 : 0x8004 | ((link.BitsPerSecond switch { 1_000_000_000 => 6u, 100_000_000 => link.IsFullDuplex ? 4u : 3, _ => 1 }
            + (link.IsFullDuplex ? 1u : 0)) << 8));
}

/// <summary>What a PHY knows of its link.</summary>
/// <param name="BitsPerSecond">Speed.</param>
/// <param name="IsUp">Whether there is one.</param>
/// <param name="IsFullDuplex">Whether both sides send at once.</param>
/// <param name="Negotiates">Whether the PHY negotiates.</param>
/// <param name="IsNegotiated">Whether that is over.</param>
public readonly record struct MiiLink(uint BitsPerSecond, bool IsUp, bool IsFullDuplex, bool Negotiates, bool IsNegotiated);
