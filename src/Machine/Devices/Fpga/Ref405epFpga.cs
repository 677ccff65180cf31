using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Fpga;

/// <summary>
/// The FPGA of the 405EP reference board: two byte registers that hold what was written. What their bits do on the
/// board is not documented, so nothing happens.
/// </summary>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class Ref405epFpga(HardwareLog log) : ByteDevice
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x100;

    private byte _register0;
    private byte _register1 = 0x0f;

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        writer.Write(_register0);
        writer.Write(_register1);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        _register0 = reader.ReadByte();
        _register1 = reader.ReadByte();
    }

    /// <inheritdoc/>
    protected override byte ReadByte(uint offset)
    {
        switch (offset)
        {
            case 0: return _register0;
            case 1: return _register1;
            default:
                log.ReportOnce($"read of register 0x{offset:x2} of the FPGA, which it does not have");
                return 0;
        }
    }

    /// <inheritdoc/>
    protected override void WriteByte(uint offset, byte value)
    {
        switch (offset)
        {
            case 0: _register0 = value; break;
            case 1: _register1 = value; break;
            default:
                log.ReportOnce($"write of 0x{value:x2} to register 0x{offset:x2} of the FPGA, which it does not have",
                    $"write FPGA {offset:x}");
                break;
        }
    }
}
