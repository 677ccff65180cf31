using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// A window onto PCI memory, I/O or interrupt acknowledge cycles in which no device answers: the bridge ends such a
/// cycle with a master abort, which reads as all ones and takes writes without effect.
/// </summary>
public sealed class EmptyPciWindow : IMmioDevice
{
    /// <inheritdoc/>
    public uint Read(uint offset, int size) => uint.MaxValue;

    /// <inheritdoc/>
    public void Write(uint offset, int size, uint value)
    {
        // Nobody takes it
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        // It has no state
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        // It has no state
    }
}
