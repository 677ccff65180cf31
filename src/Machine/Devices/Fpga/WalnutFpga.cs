using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Fpga;

/// <summary>
/// The FPGA of the Walnut board (Walnut User's Manual, "FPGA Registers"): board status, board control, and an interrupt
/// collector for mouse (bit 0) and keyboard (bit 1), whose status is latched when it is edge-triggered. By board
/// control the mouse has a line of its own, or shares the keyboard's.
/// </summary>
public sealed class WalnutFpga : ByteDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x10;

    private const int Status = 0;
    private const int Enable = 1;
    private const int Polarity = 2;
    private const int Trigger = 3;
    private const int Control = 4;
    private const int BoardStatus1 = 5;
    private const int BoardStatus2 = 6;
    private const int SpareInputs = 14;
    private const int SpareOutputs = 15;
    private const byte Sources = 0x1f;
    private const byte Mouse = 0x01;
    private const byte MouseIsSeparate = 0x80;

    /// <summary>100 MHz SDRAM, 33 MHz PCI, the 405GP's own PCI arbiter.</summary>
    private const byte ClockStatus = 0x17;

    private readonly HardwareLog _log;
    private readonly InterruptLine _common;
    private readonly InterruptLine _mouse;
    private readonly InterruptLine[] _lines = new InterruptLine[2];
    private readonly byte[] _registers = new byte[WindowSize];
    private byte _levels;
    private byte _latched;

    /// <summary>Creates the FPGA in its reset state: nothing enabled, sources active-high and level-triggered.</summary>
    /// <param name="common">The line of all sources.</param>
    /// <param name="mouse">The line that the mouse may have for itself.</param>
    /// <param name="log">Where accesses to absent registers are reported.</param>
    public WalnutFpga(InterruptLine common, InterruptLine mouse, HardwareLog log)
    {
        _common = common;
        _mouse = mouse;
        _log = log;
        _registers[Polarity] = Sources;
        _registers[Trigger] = Sources;
        _registers[BoardStatus1] = 0; // boot flash at the high addresses, enabled
        _registers[BoardStatus2] = ClockStatus;
        for (int n = 0; n < _lines.Length; n++)
        {
            byte bit = (byte)(1 << n);
            _lines[n] = new InterruptLine(level => SourceChanged(bit, level));
        }
    }

    /// <summary>The line from the mouse port.</summary>
    public InterruptLine MouseInput => _lines[0];

    /// <summary>The line from the keyboard port.</summary>
    public InterruptLine KeyboardInput => _lines[1];

    /// <summary>
    /// Sources that are active now: high ones of positive polarity and low ones of negative. Only two are connected;
    /// the others are idle.
    /// </summary>
    private byte Active => (byte)~(_levels ^ _registers[Polarity]);

    private byte Pending
    {
        get
        {
            const byte connected = 0x03;
            byte level = _registers[Trigger];
            return (byte)(((Active & level) | (_latched & ~level)) & connected);
        }
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write(_registers);
        writer.Write(_levels);
        writer.Write(_latched);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        reader.ReadBytes(_registers);
        _levels = reader.ReadByte();
        _latched = reader.ReadByte();
        for (int n = 0; n < _lines.Length; n++)
            _lines[n].Restore((_levels & (1 << n)) != 0);
        (bool common, bool mouse) = Outputs();
        _common.Restore(common);
        _mouse.Restore(mouse);
    }

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset)
    {
        if (offset == Status)
            return Pending;
        if (offset <= BoardStatus2 || offset >= SpareInputs)
            return _registers[offset];
        _log.ReportOnce($"read of register 0x{offset:x2} of the FPGA, which it does not have");
        return 0;
    }

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        switch (offset)
        {
            case Status: _latched &= (byte)~value; break;
            case Enable or Polarity or Trigger: _registers[offset] = (byte)(value & Sources); break;
            case Control or SpareOutputs: _registers[offset] = value; break;
            case BoardStatus1 or BoardStatus2 or SpareInputs: break; // read-only
            default:
                _log.ReportOnce($"write of 0x{value:x2} to register 0x{offset:x2} of the FPGA, which it does not have",
                    $"write FPGA {offset:x}");
                break;
        }

        UpdateLines();
    }

    private void SourceChanged(byte bit, bool level)
    {
        _levels = (byte)(level ? _levels | bit : _levels & ~bit);
        _latched |= (byte)(Active & bit);
        UpdateLines();
    }

    private (bool Common, bool Mouse) Outputs()
    {
        byte asserted = (byte)(Pending & _registers[Enable]);
        byte separate = (_registers[Control] & MouseIsSeparate) != 0 ? Mouse : (byte)0;
        return ((asserted & ~separate) != 0, (asserted & separate) != 0);
    }

    private void UpdateLines()
    {
        (bool common, bool mouse) = Outputs();
        _common.Set(common);
        _mouse.Set(mouse);
    }
}
