namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>The two-wire management bus (MDC and MDIO; IEEE 802.3, clause 22) with the PHYs on it.</summary>
public sealed class MiiBus
{
    private const int AddressCount = 32;
    private readonly MiiPhy?[] _phys = new MiiPhy?[AddressCount];

    /// <summary>Puts a PHY onto the bus.</summary>
    /// <param name="address">Its address, 0 to 31.</param>
    /// <param name="phy">The PHY.</param>
    public void Attach(int address, MiiPhy phy) => _phys[address] = phy;

    /// <summary>Reads a register of a PHY.</summary>
    /// <returns>False, and all ones as on a bus that nobody drives, when no PHY has the address.</returns>
    public bool TryRead(uint address, uint register, out ushort value)
    {
        MiiPhy? phy = _phys[address % AddressCount];
        value = phy?.Read(register) ?? ushort.MaxValue;
        return phy is not null;
    }

    /// <summary>
    /// Writes a register of a PHY; without one nothing happens, and nobody is told, as nothing on the bus acknowledges.
    /// </summary>
    public void Write(uint address, uint register, ushort value) => _phys[address % AddressCount]?.Write(register, value);
}
