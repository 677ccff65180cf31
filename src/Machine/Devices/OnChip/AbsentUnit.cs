using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>A unit of a chip that is not modelled: it reads as 0, takes writes without effect, and is reported once by its name.</summary>
/// <param name="name">Its name.</param>
/// <param name="log">Where its use is reported.</param>
public sealed class AbsentUnit(string name, HardwareLog log) : IMmioDevice
{
    /// <inheritdoc/>
    public uint Read(uint offset, int size)
    {
        Report();
        return 0;
    }

    /// <inheritdoc/>
    public void Write(uint offset, int size, uint value) => Report();

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

    private void Report() => log.ReportOnce($"{name} is not modelled: it reads as 0, and writes have no effect");
}
