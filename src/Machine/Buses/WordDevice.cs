using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Buses;

/// <summary>
/// A device with 32-bit registers. A narrow access reads or changes only its byte lanes of the register; one that
/// crosses a register's end becomes byte accesses, as the bus splits it.
/// </summary>
public abstract class WordDevice : IMmioDevice
{
    /// <inheritdoc/>
    public uint Read(uint offset, int size)
    {
        if (Crosses(offset, size))
        {
            uint value = 0;
            for (uint n = 0; n < size; n++)
                value = (value << 8) | Read(offset + n, 1);
            return value;
        }

        return (ReadWord(offset & ~3u) >> Shift(offset, size)) & Mask(size);
    }

    /// <inheritdoc/>
    public void Write(uint offset, int size, uint value)
    {
        if (Crosses(offset, size))
        {
            for (int n = 0; n < size; n++)
                Write(offset + (uint)n, 1, value >> (8 * (size - 1 - n)));
            return;
        }

        int shift = Shift(offset, size);
        uint lanes = Mask(size) << shift;
        WriteWord(offset & ~3u, (value << shift) & lanes, lanes);
    }

    /// <inheritdoc/>
    public abstract void Save(StateWriter writer);

    /// <inheritdoc/>
    public abstract void Load(StateReader reader);

    /// <summary>Reads the register at an offset that is a multiple of 4.</summary>
    protected abstract uint ReadWord(uint offset);

    /// <summary>Writes the register at an offset that is a multiple of 4.</summary>
    /// <param name="offset">Bytes from the start of the window.</param>
    /// <param name="value">The value, zero outside <paramref name="lanes"/>.</param>
    /// <param name="lanes">The bits that the access carries.</param>
    protected abstract void WriteWord(uint offset, uint value, uint lanes);

    private static bool Crosses(uint offset, int size) => (offset & 3) + size > 4;

    private static int Shift(uint offset, int size) => 8 * (4 - (int)(offset & 3) - size);

    private static uint Mask(int size) => size switch { 1 => 0xff, 2 => 0xffff, _ => uint.MaxValue };
}
