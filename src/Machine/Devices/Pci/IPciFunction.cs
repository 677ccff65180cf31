using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// A function on a PCI bus, as configuration cycles reach it (PCI Local Bus Specification 2.2, chapter 6).
/// </summary>
public interface IPciFunction : IStateful
{
    /// <summary>Reads a byte of the configuration space.</summary>
    /// <param name="register">Offset, 0 to 255.</param>
    byte ReadConfiguration(int register);

    /// <summary>Writes a byte of the configuration space.</summary>
    /// <param name="register">Offset, 0 to 255.</param>
    /// <param name="value">The byte.</param>
    void WriteConfiguration(int register, byte value);
}
