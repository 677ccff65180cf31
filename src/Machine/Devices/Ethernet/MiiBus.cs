namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>The two-wire management bus (MDC and MDIO; IEEE 802.3, clause 22) with the PHYs on it.</summary>
public sealed class MiiBus : IManagementBus
{
    private const int AddressCount = 32;
    private readonly MiiPhy?[] _phys = new MiiPhy?[AddressCount];

    /// <summary>Puts a PHY onto the bus.</summary>
    /// <param name="address">Its address, 0 to 31.</param>
    /// <param name="phy">The PHY.</param>
    public void Attach(int address, MiiPhy phy) => _phys[address] = phy;

    /// <inheritdoc/>
    public bool TryRead(uint address, uint register, out ushort value)
    {
        MiiPhy? phy = _phys[address % AddressCount];
        value = phy?.Read(register) ?? ushort.MaxValue;
        return phy is not null;
    }

    /// <inheritdoc/>
    public void Write(uint address, uint register, ushort value) => _phys[address % AddressCount]?.Write(register, value);
}
