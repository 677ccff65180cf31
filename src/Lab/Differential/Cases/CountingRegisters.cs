using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>
/// A page of registers that notice each access: a read gives how many there have been, and a write mixes its place,
/// size and value into what reads give. So an access that is left out, done twice, or done in another order shows.
/// </summary>
internal sealed class CountingRegisters : IMmioDevice
{
    /// <summary>Bytes of the page.</summary>
    public const uint WindowSize = 0x1000;

    private uint _reads;
    private uint _written;

    /// <inheritdoc/>
    public uint Read(uint offset, int size) => (++_reads * 0x01010101) ^ _written ^ offset;

    /// <inheritdoc/>
    public void Write(uint offset, int size, uint value) => _written = (_written * 31) + (offset << 3) + (uint)size + value;

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_reads);
        writer.Write(_written);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _reads = reader.ReadUInt32();
        _written = reader.ReadUInt32();
    }
}
