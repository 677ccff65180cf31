using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Buses;

/// <summary>The device control register bus: 1024 registers, each belonging to at most one device.</summary>
/// <param name="log">Where accesses to numbers without a device are reported, once each.</param>
public sealed class DcrBus(HardwareLog log)
{
    private const int Count = 1024;
    private readonly IDcrDevice?[] _owners = new IDcrDevice?[Count];
    private readonly List<DcrRange> _ranges = [];

    /// <summary>The mapped ranges in the order in which the board mapped them.</summary>
    public IReadOnlyList<DcrRange> Ranges => _ranges;

    /// <summary>How often a register was written, or read where that may change its device: one may have changed since this was less.</summary>
    public ulong Accesses { get; private set; }

    /// <summary>How many of them were writes of interrupt controllers.</summary>
    public ulong ControllerWrites { get; private set; }

    /// <summary>Raised when a register of a device was read, or is about to be written; for observers.</summary>
    public event Action<BusAccess>? Accessed;

    /// <summary>Gives the numbers <paramref name="first"/> to <paramref name="last"/> (inclusive) to a device.</summary>
    /// <exception cref="InvalidOperationException">A number already has a device.</exception>
    public void Map(uint first, uint last, IDcrDevice device, string name)
    {
        for (uint number = first; number <= last; number++)
        {
            if (_owners[number] is not null)
                throw new InvalidOperationException($"DCR 0x{number:x} of {name} already belongs to another device.");
            _owners[number] = device;
        }

        _ranges.Add(new DcrRange(first, last, name));
    }

    /// <summary>Reads a register; a number without a device reads as zero and is reported once.</summary>
    public uint Read(uint number)
    {
        if (number < Count && _owners[number] is { } device)
        {
            Accesses += device.IsChangedByReads ? 1u : 0;
            uint value = device.ReadDcr(number);
            Accessed?.Invoke(new BusAccess(number, 4, value, IsWrite: false));
            return value;
        }

        log.ReportOnce($"read of DCR 0x{number:x}, which no device of this board has");
        return 0;
    }

    /// <summary>Writes a register; a write to a number without a device has no effect and is reported once.</summary>
    public void Write(uint number, uint value)
    {
        Accesses++;
        if (number >= Count || _owners[number] is not { } device)
        {
            log.ReportOnce($"write of 0x{value:x8} to DCR 0x{number:x}, which no device of this board has", $"write DCR {number:x}");
            return;
        }

        ControllerWrites += device.IsInterruptController ? 1u : 0;
        Accessed?.Invoke(new BusAccess(number, 4, value, IsWrite: true));
        device.WriteDcr(number, value);
    }
}

/// <summary>A range of device control registers and the device that has them.</summary>
/// <param name="First">Lowest number.</param>
/// <param name="Last">Highest number, inclusive.</param>
/// <param name="Name">Name of the device as the manual calls it.</param>
public sealed record DcrRange(uint First, uint Last, string Name);
