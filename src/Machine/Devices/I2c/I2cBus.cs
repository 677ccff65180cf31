using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>An I2C bus with its chips, in terms of bytes.</summary>
/// <param name="targets">The chips; none for an empty bus. They are saved by the board.</param>
public sealed class I2cBus(params IReadOnlyList<II2cTarget> targets) : IStateful
{
    private const int Nobody = -1;
    private int _selected = Nobody;

    /// <summary>Makes a start or repeated start condition and sends an address.</summary>
    /// <param name="address">The address in bits 7:1; bit 0 says that the chip is to send.</param>
    /// <returns>Whether a chip acknowledges.</returns>
    public bool Start(byte address)
    {
        Stop();
        for (int n = 0; n < targets.Count; n++)
        {
            if (targets[n].Address != address >> 1)
                continue;
            _selected = n;
            targets[n].Start((address & 1) != 0);
        }

        return _selected != Nobody;
    }

    /// <summary>Sends a byte to the selected chip.</summary>
    /// <returns>Whether it acknowledges; false without a chip.</returns>
    public bool Write(byte value) => _selected != Nobody && targets[_selected].Write(value);

    /// <summary>Takes a byte from the selected chip; ones without a chip, since nobody pulls the line low.</summary>
    public byte Read() => _selected == Nobody ? (byte)0xff : targets[_selected].Read();

    /// <summary>Makes a stop condition.</summary>
    public void Stop()
    {
        if (_selected != Nobody)
            targets[_selected].Stop();
        _selected = Nobody;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => writer.Write(_selected);

    /// <inheritdoc/>
    public void Load(StateReader reader) => _selected = Math.Clamp(reader.ReadInt32(), Nobody, targets.Count - 1);
}
