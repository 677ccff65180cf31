using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>
/// An LM75 (and its likes, as the DS1775): a thermometer with a pointer register, a configuration, and two limits. Always 25 °C. The first byte
/// of a write is the pointer; 16-bit registers are sent and taken with the high byte first, over and over.
/// </summary>
/// <param name="address">Its 7-bit address, 0x48 to 0x4f.</param>
public sealed class Lm75(byte address) : II2cTarget
{
    private const int Temperature = 0;
    private const int Configuration = 1;
    private const int Degrees = 25;
    private readonly byte[] _registers = [Degrees, 0, 0, 0, 75, 0, 80, 0]; // Temperature, configuration, hysteresis, limit
    private byte _pointer;
    private bool _expectsPointer;
    private bool _isLow;

    /// <inheritdoc/>
    public byte Address => address;

    /// <summary>Where the next byte is: each register has two, of which the configuration uses one.</summary>
    private int Place => (2 * _pointer) + (_isLow && _pointer != Configuration ? 1 : 0);

    /// <inheritdoc/>
    public void Start(bool isRead)
    {
        _expectsPointer = !isRead;
        _isLow = false;
    }

    /// <inheritdoc/>
    public bool Write(byte value)
    {
        if (_expectsPointer)
        {
            _pointer = (byte)(value & 3);
            _expectsPointer = false;
            return true;
        }

        if (_pointer != Temperature)
            _registers[Place] = value;
        _isLow = !_isLow;
        return true;
    }

    /// <inheritdoc/>
    public byte Read()
    {
        byte value = _registers[Place];
        _isLow = !_isLow;
        return value;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        // Nothing waits for the end of a transfer
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_registers);
        writer.Write(_pointer);
        writer.Write(_expectsPointer);
        writer.Write(_isLow);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.ReadBytes(_registers);
        _pointer = (byte)(reader.ReadByte() & 3);
        _expectsPointer = reader.ReadBoolean();
        _isLow = reader.ReadBoolean();
    }
}
