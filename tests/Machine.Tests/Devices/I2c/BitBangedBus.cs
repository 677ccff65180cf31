using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.I2c;

namespace PpcJit.Machine.Tests.Devices.I2c;

/// <summary>
/// Moves the lines of the IIC controller as NetBSD's gpiic does: controller in soft reset, clock and data by
/// DIRECTCNTL.
/// </summary>
internal sealed class BitBangedBus
{
    private const uint Xtcntlss = 15, Directcntl = 16;
    private const byte Data = 0x08, Clock = 0x04;

    public BitBangedBus(params IReadOnlyList<II2cTarget> chips)
    {
        Iic = new IicController(InterruptLine.Unconnected, new I2cBus(chips));
        Iic.Write(Xtcntlss, 1, 1);
        Set(Clock | Data);
    }

    public IicController Iic { get; }

    /// <summary>Writes bytes to a chip, with a stop condition.</summary>
    /// <returns>How many bytes were acknowledged, the address included.</returns>
    public int Write(byte address, params byte[] bytes)
    {
        int acknowledged = SendAll(address, bytes);
        Stop();
        return acknowledged;
    }

    /// <summary>Writes a register number, and reads after a repeated start condition.</summary>
    public byte[] Read(byte address, byte[] register, int count)
    {
        Assert.That(SendAll(address, register), Is.EqualTo(1 + register.Length));
        Start();
        Assert.That(Send((byte)((address << 1) | 1)), Is.True);
        byte[] bytes = new byte[count];
        for (int n = 0; n < count; n++)
            bytes[n] = Receive(isLast: n == count - 1);
        Stop();
        return bytes;
    }

    public void Start()
    {
        Set(Data | Clock);
        Set(Clock);
        Set(0);
    }

    public void Stop()
    {
        Set(0);
        Set(Clock);
        Set(Data | Clock);
    }

    public bool Send(byte value)
    {
        for (int mask = 0x80; mask != 0; mask >>= 1)
            Pulse((value & mask) != 0);
        Set(Data);
        Set(Data | Clock);
        bool acknowledged = !DataIsHigh;
        Set(Data);
        return acknowledged;
    }

    public byte Receive(bool isLast)
    {
        int value = 0;
        Set(Data);
        for (int n = 0; n < 8; n++)
        {
            Set(Data | Clock);
            value = (value << 1) | (DataIsHigh ? 1 : 0);
            Set(Data);
        }

        Pulse(isLast);
        Set(Data);
        return (byte)value;
    }

    private bool DataIsHigh => (Iic.Read(Directcntl, 1) & 2) != 0;

    private int SendAll(byte address, byte[] bytes)
    {
        Start();
        int acknowledged = Send((byte)(address << 1)) ? 1 : 0;
        foreach (byte value in bytes)
            acknowledged += Send(value) ? 1 : 0;
        return acknowledged;
    }

    private void Pulse(bool data)
    {
        byte level = data ? Data : (byte)0;
        Set(level);
        Set((byte)(level | Clock));
        Set(level);
    }

    private void Set(byte lines) => Iic.Write(Directcntl, 1, lines);
}
