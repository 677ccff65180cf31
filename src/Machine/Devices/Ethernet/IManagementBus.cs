namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>What an EMAC's STACR drives: the management bus itself, or a bridge that leads to it.</summary>
public interface IManagementBus
{
    /// <summary>Reads a register of a PHY.</summary>
    /// <returns>False, and all ones as on a bus that nobody drives, when no PHY answers.</returns>
    bool TryRead(uint address, uint register, out ushort value);

    /// <summary>
    /// Writes a register of a PHY; without one nothing happens, and nobody is told, as nothing on the bus acknowledges.
    /// </summary>
    void Write(uint address, uint register, ushort value);
}
