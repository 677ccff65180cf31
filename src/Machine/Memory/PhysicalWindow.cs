namespace PpcJit.Machine.Memory;

/// <summary>A range of physical addresses that one memory or device answers.</summary>
/// <param name="name">Name as the board's manual gives it.</param>
/// <param name="start">First address.</param>
/// <param name="size">Number of bytes.</param>
/// <param name="host">Host address of the memory; null for a device without one.</param>
/// <param name="writable">Whether stores change it as they do RAM.</param>
/// <param name="device">The device; null for memory alone. One that has memory takes the stores, and the loads too while the memory is
/// not plain.</param>
public sealed unsafe class PhysicalWindow(string name, uint start, uint size, byte* host, bool writable, IMmioDevice? device)
{
    /// <summary>Name as the board's manual gives it.</summary>
    public string Name => name;

    /// <summary>First address.</summary>
    public uint Start => start;

    /// <summary>Number of bytes.</summary>
    public uint Size => size;

    /// <summary>Host address of the memory; null for a device without one.</summary>
    public byte* Host { get; } = host;

    /// <summary>Whether there is memory, whoever answers for it.</summary>
    public bool IsMemory { get; } = host != null;

    /// <summary>Whether loads and instruction fetches are answered by the memory: always where there is no device, and while a flash
    /// shows its array.</summary>
    public bool IsPlain { get; internal set; } = host != null;

    /// <summary>Whether stores change it as they do RAM.</summary>
    public bool Writable => writable;

    /// <summary>The device; null for memory alone.</summary>
    public IMmioDevice? Device => device;

    /// <summary>Whether an access that begins in this window also ends in it.</summary>
    public bool Holds(uint physical, int bytes) => (uint)bytes <= size && physical - start <= size - (uint)bytes;
}
