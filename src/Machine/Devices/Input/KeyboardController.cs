using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Input;

/// <summary>
/// An 8042-compatible controller (the Walnut's 82C42PC) with nothing plugged into its keyboard and mouse ports: all
/// commands of the controller itself work, and a byte sent to a port is answered as the chip does when no clock comes,
/// with 0xFE and the time-out bit, so that a driver's probe ends soon.
/// </summary>
/// <param name="keyboardInterrupt">
/// High while a byte of the keyboard port waits and the command byte enables its interrupt.
/// </param>
/// <param name="mouseInterrupt">The same for the mouse port.</param>
public sealed class KeyboardController(InterruptLine keyboardInterrupt, InterruptLine mouseInterrupt) : ByteDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 2;

    private const int MemorySize = 32;
    private const byte Resend = 0xfe;

    // Status register
    private const byte OutputFull = 0x01;
    private const byte SystemFlag = 0x04;
    private const byte LastWasCommand = 0x08;
    private const byte NotInhibited = 0x10;
    private const byte FromMouse = 0x20;
    private const byte TimedOut = 0x40;

    // Command byte: byte 0 of the controller's memory
    private const byte KeyboardInterruptEnabled = 0x01;
    private const byte MouseInterruptEnabled = 0x02;
    private const byte KeyboardDisabled = 0x10;
    private const byte MouseDisabled = 0x20;

    private readonly byte[] _memory = CreateMemory();
    private byte _command; // the command that waits for its data byte; 0 for none
    private byte _output;
    private byte _outputStatus; // OutputFull and what goes with it; 0 while the buffer is empty
    private bool _lastWasCommand;
    private byte _outputPort = 0x03;

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write(_memory);
        writer.Write(_command);
        writer.Write(_output);
        writer.Write(_outputStatus);
        writer.Write(_lastWasCommand);
        writer.Write(_outputPort);
        writer.Write(keyboardInterrupt.Level);
        writer.Write(mouseInterrupt.Level);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        reader.ReadBytes(_memory);
        _command = reader.ReadByte();
        _output = reader.ReadByte();
        _outputStatus = reader.ReadByte();
        _lastWasCommand = reader.ReadBoolean();
        _outputPort = reader.ReadByte();
        keyboardInterrupt.Restore(reader.ReadBoolean());
        mouseInterrupt.Restore(reader.ReadBoolean());
    }

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset)
    {
        if (offset != 0)
            return (byte)(_outputStatus | NotInhibited | (_memory[0] & SystemFlag) | (_lastWasCommand ? LastWasCommand : 0));
        _outputStatus = 0;
        UpdateInterrupts();
        return _output;
    }

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        _lastWasCommand = offset != 0;
        if (offset != 0)
            TakeCommand(value);
        else
            TakeData(value);
        UpdateInterrupts();
    }

    private static byte[] CreateMemory()
    {
        byte[] memory = new byte[MemorySize];
        memory[0] = KeyboardDisabled | MouseDisabled;
        return memory;
    }

    private void TakeCommand(byte command)
    {
        _command = 0;
        switch (command)
        {
            case >= 0x20 and < 0x40: Answer(_memory[command & 0x1f]); break;
            case (>= 0x60 and < 0x80) or (>= 0xd1 and <= 0xd4): _command = command; break;
            case 0xa7: _memory[0] |= MouseDisabled; break;
            case 0xa8: _memory[0] &= unchecked((byte)~MouseDisabled); break;
            case 0xa9 or 0xab: Answer(0); break; // the port's lines are all right
            case 0xaa: SelfTest(); break;
            case 0xad: _memory[0] |= KeyboardDisabled; break;
            case 0xae: _memory[0] &= unchecked((byte)~KeyboardDisabled); break;
            case 0xc0: Answer(0x80); break; // input port: keyboard not locked
            case 0xd0: Answer(_outputPort); break;
            default: break; // pulses of output lines that lead nowhere, and what the chip ignores
        }
    }

    private void TakeData(byte value)
    {
        byte command = _command;
        _command = 0;
        switch (command)
        {
            case >= 0x60 and < 0x80: _memory[command & 0x1f] = value; break;
            case 0xd1: _outputPort = value; break;
            case 0xd2: Answer(value); break; // as if the keyboard had sent it
            case 0xd3: Answer(value, FromMouse); break;
            case 0xd4: Answer(Resend, FromMouse | TimedOut); break;
            default:
                _memory[0] &= unchecked((byte)~KeyboardDisabled); // sending enables the port
                Answer(Resend, TimedOut);
                break;
        }
    }

    private void SelfTest()
    {
        _memory[0] = SystemFlag | KeyboardDisabled | MouseDisabled;
        Answer(0x55);
    }

    private void Answer(byte value, int flags = 0)
    {
        _output = value;
        _outputStatus = (byte)(OutputFull | flags);
    }

    private void UpdateInterrupts()
    {
        bool isFull = _outputStatus != 0;
        bool isMouse = (_outputStatus & FromMouse) != 0;
        keyboardInterrupt.Set(isFull && !isMouse && (_memory[0] & KeyboardInterruptEnabled) != 0);
        mouseInterrupt.Set(isFull && isMouse && (_memory[0] & MouseInterruptEnabled) != 0);
    }
}
