namespace PpcJit.Machine.Buses;

/// <summary>A device whose registers have names, for people who look at them.</summary>
public interface INamedRegisters
{
    /// <summary>Its registers in the order of the manual.</summary>
    IEnumerable<DeviceRegister> NamedRegisters { get; }
}

/// <summary>A register of a device.</summary>
/// <param name="Name">Name as the manual gives it, without the device's name.</param>
/// <param name="Place">Byte offset in the device's window, full DCR number, or index behind CFGADDR.</param>
/// <param name="Size">Bytes: 1, 2 or 4.</param>
/// <param name="IsReadable">
/// Whether reading at its place gives this register, as the device is now: not one that is only written, or that
/// another one covers.
/// </param>
/// <param name="IsWritable">
/// Whether writing at its place writes this register, as the device is now; said only where several share a place.
/// </param>
public sealed record DeviceRegister(string Name, uint Place, int Size = 4, bool IsReadable = true, bool IsWritable = true);
