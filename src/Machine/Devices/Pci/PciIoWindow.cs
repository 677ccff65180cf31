using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// A window onto PCI's I/O space. Where no function answers, the bridge ends the cycle with a master abort, which reads as all ones and takes
/// writes without effect.
/// </summary>
/// <param name="targets">The functions that answer I/O cycles. They are saved by the board.</param>
public sealed class PciIoWindow(params IReadOnlyList<IPciIoTarget> targets) : IMmioDevice
{
    /// <inheritdoc/>
    public uint Read(uint offset, int size)
    {
        foreach (IPciIoTarget target in targets)
        {
            if (target.TryReadIo(offset, size, out uint value))
                return value;
        }

        return uint.MaxValue;
    }

    /// <inheritdoc/>
    public void Write(uint offset, int size, uint value)
    {
        foreach (IPciIoTarget target in targets)
        {
            if (target.TryWriteIo(offset, size, value))
                return;
        }
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
