namespace PpcJit.Machine.Memory;

/// <summary>A range of physical addresses that one memory or device answers.</summary>
/// <param name="name">Name as the board's manual gives it.</param>
/// <param name="start">First address.</param>
/// <param name="size">Number of bytes.</param>
/// <param name="host">Host address of plain memory; null for a device.</param>
/// <param name="writable">Whether stores change it.</param>
/// <param name="device">The device; null for plain memory.</param>
public sealed unsafe class PhysicalWindow(string name, uint start, uint size, byte* host, bool writable, IMmioDevice? device)
{
    /// <summary>Name as the board's manual gives it.</summary>
    public string Name => name;

    /// <summary>First address.</summary>
    public uint Start => start;

    /// <summary>Number of bytes.</summary>
    public uint Size => size;

    /// <summary>Host address of plain memory; null for a device.</summary>
    public byte* Host { get; } = host;

    /// <summary>Whether stores change it.</summary>
    public bool Writable => writable;

    /// <summary>The device; null for plain memory.</summary>
    public IMmioDevice? Device => device;

    /// <summary>Whether an access that begins in this window also ends in it.</summary>
    public bool Holds(uint physical, int bytes) => (uint)bytes <= size && physical - start <= size - (uint)bytes;
}
