using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.I2c;

/// <summary>A chip on an I2C bus.</summary>
public interface II2cTarget : IStateful
{
    /// <summary>Its 7-bit address.</summary>
    byte Address { get; }

    /// <summary>The controller addressed the chip, after a start or repeated start condition.</summary>
    /// <param name="isRead">Whether the chip is to send.</param>
    void Start(bool isRead);

    /// <summary>Takes a byte.</summary>
    /// <returns>Whether the chip acknowledges it.</returns>
    bool Write(byte value);

    /// <summary>Sends a byte.</summary>
    byte Read();

    /// <summary>The transfer is over, or another one begins.</summary>
    void Stop();
}

/// <summary>A chip that a board has on its I2C bus.</summary>
/// <param name="Name">What it is called among the board's devices.</param>
/// <param name="Target">The chip.</param>
public sealed record I2cChip(string Name, II2cTarget Target);
