using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>
/// A 24C02 serial EEPROM: 256 bytes, erased (all ones) at first, 8-byte pages for writing. The first byte of a write is
/// the address; reads go on from there. Writing takes no time, so the chip never refuses its address afterwards.
/// </summary>
/// <param name="address">Its 7-bit address, 0x50 to 0x57.</param>
/// <param name="contents">What it holds at first; null for an erased one.</param>
public sealed class I2cEeprom(byte address, byte[]? contents = null) : II2cTarget
{
    /// <summary>Bytes that it holds.</summary>
    public const int Size = 256;

    private const int PageMask = 7;
    private readonly byte[] _contents = (byte[]?)contents?.Clone() ?? CreateErased();
    private byte _pointer;
    private bool _expectsAddress;

    /// <inheritdoc/>
    public byte Address => address;

    /// <summary>Writes all of it at once, as a programmer does before the chip is mounted.</summary>
    /// <param name="contents">All that it is to hold.</param>
    public void Program(byte[] contents) => contents.CopyTo(_contents, 0);

    /// <inheritdoc/>
    public void Start(bool isRead) => _expectsAddress = !isRead;

    /// <inheritdoc/>
    public bool Write(byte value)
    {
        if (_expectsAddress)
        {
            _pointer = value;
            _expectsAddress = false;
        }
        else
        {
            _contents[_pointer] = value;
            _pointer = (byte)((_pointer & ~PageMask) | ((_pointer + 1) & PageMask)); // a page write wraps within its page
        }

        return true;
    }

    /// <inheritdoc/>
    public byte Read() => _contents[_pointer++];

    /// <inheritdoc/>
    public void Stop()
    {
        // A page write is carried out byte by byte
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_contents);
        writer.Write(_pointer);
        writer.Write(_expectsAddress);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.ReadBytes(_contents);
        _pointer = reader.ReadByte();
        _expectsAddress = reader.ReadBoolean();
    }

    private static byte[] CreateErased()
    {
        byte[] contents = new byte[Size];
        for (int n = 0; n < contents.Length; n++)
            contents[n] = 0xff; // Array.Fill would be compiled by the runtime first
        return contents;
    }
}
