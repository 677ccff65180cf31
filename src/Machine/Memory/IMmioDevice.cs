namespace PpcJit.Machine.Memory;

/// <summary>A device whose registers are reached by loads and stores.</summary>
public interface IMmioDevice : IStateful
{
    /// <summary>Reads a register.</summary>
    /// <param name="offset">Bytes from the start of the device's window.</param>
    /// <param name="size">Width of the access: 1, 2 or 4 bytes.</param>
    /// <returns>The value in the low <paramref name="size"/> bytes, as a big-endian load puts it into a register.</returns>
    uint Read(uint offset, int size);

    /// <summary>Writes a register.</summary>
    /// <param name="offset">Bytes from the start of the device's window.</param>
    /// <param name="size">Width of the access: 1, 2 or 4 bytes.</param>
    /// <param name="value">The value in the low <paramref name="size"/> bytes.</param>
    void Write(uint offset, int size, uint value);
}
