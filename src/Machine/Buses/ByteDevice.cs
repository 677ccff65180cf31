using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Buses;

/// <summary>
/// A device with 8-bit registers. The PLB to OPB bridge (and the EBC) sizes the bus dynamically: a wider access becomes
/// byte accesses at ascending addresses, each with its own side effects.
/// </summary>
public abstract class ByteDevice : IMmioDevice
{
    /// <inheritdoc/>
    public uint Read(uint offset, int size)
    {
        uint value = 0;
        for (uint n = 0; n < size; n++)
            value = (value << 8) | ReadByte(offset + n);
        return value;
    }

    /// <inheritdoc/>
    public void Write(uint offset, int size, uint value)
    {
        for (int n = 0; n < size; n++)
            WriteByte(offset + (uint)n, (byte)(value >> (8 * (size - 1 - n))));
    }

    /// <inheritdoc/>
    public abstract void Save(StateWriter writer);

    /// <inheritdoc/>
    public abstract void Load(StateReader reader);

    /// <summary>Reads the register at an offset from the start of the window.</summary>
    protected abstract byte ReadByte(uint offset);

    /// <summary>Writes the register at an offset from the start of the window.</summary>
    protected abstract void WriteByte(uint offset, byte value);
}
