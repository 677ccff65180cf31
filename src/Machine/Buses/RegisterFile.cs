using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Buses;

/// <summary>
/// The 32-bit registers of a device, each with its reset value and its writable bits. An offset without a register
/// reads as zero and is reported once; nothing but the registers' own values ever comes back.
/// </summary>
public sealed class RegisterFile : IStateful, INamedRegisters
{
    private readonly string _device;
    private readonly HardwareLog _log;
    private readonly Register[] _registers;
    private readonly uint[] _values;

    /// <summary>Creates the registers in their reset state.</summary>
    /// <param name="device">Name of the device for reports.</param>
    /// <param name="log">Where accesses to absent registers are reported.</param>
    /// <param name="registers">The registers in the order in which their values are saved.</param>
    public RegisterFile(string device, HardwareLog log, params Register[] registers)
    {
        _device = device;
        _log = log;
        _registers = registers;
        _values = new uint[_registers.Length];
        Reset();
    }

    /// <summary>The value of a register that exists.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such register: a mistake in a device, never in a guest.
    /// </exception>
    public uint this[uint offset]
    {
        get => _values[Existing(offset)];
        set => _values[Existing(offset)] = value;
    }

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.Select(register => new DeviceRegister(register.Name, register.Offset));

    /// <summary>Puts every register into its reset state.</summary>
    public void Reset()
    {
        for (int n = 0; n < _registers.Length; n++)
            _values[n] = _registers[n].Reset;
    }

    /// <summary>Reads a register as the guest does.</summary>
    public uint Read(uint offset)
    {
        int index = IndexOf(offset);
        if (index >= 0)
            return _values[index];
        _log.ReportOnce($"read of register 0x{offset:x2} of {_device}, which it does not have");
        return 0;
    }

    /// <summary>Writes a register as the guest does.</summary>
    /// <param name="offset">Which register.</param>
    /// <param name="value">The 32 bits.</param>
    /// <param name="lanes">The bits that the access carries: all, or those of the bytes of a narrow store.</param>
    /// <returns>False, with the attempt reported, when there is no such register.</returns>
    public bool Write(uint offset, uint value, uint lanes = uint.MaxValue)
    {
        int index = IndexOf(offset);
        if (index < 0)
        {
            _log.ReportOnce($"write of 0x{value:x8} to register 0x{offset:x2} of {_device}, which it does not have",
                $"write {_device} {offset:x}");
            return false;
        }

        Register register = _registers[index];
        uint changed = register.Writable & lanes;
        uint cleared = register.WriteOneToClear & lanes & value;
        _values[index] = ((_values[index] & ~changed) | (value & changed)) & ~cleared;
        return true;
    }

    /// <summary>Reports once that a register was used for something that is not modelled.</summary>
    /// <param name="offset">The register.</param>
    /// <param name="what">What the guest asked for and what happens instead.</param>
    public void ReportUnmodelled(uint offset, string what)
    {
        string name = _registers[Existing(offset)].Name;
        _log.ReportOnce($"{_device}_{name} (0x{offset:x2}): {what}", $"use {_device} {offset:x}");
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        foreach (uint value in _values)
            writer.Write(value);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        for (int n = 0; n < _values.Length; n++)
            _values[n] = reader.ReadUInt32();
    }

    private int IndexOf(uint offset)
    {
        for (int n = 0; n < _registers.Length; n++)
        {
            if (_registers[n].Offset == offset)
                return n;
        }

        return -1;
    }

    private int Existing(uint offset)
    {
        int index = IndexOf(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(offset));
        return index;
    }
}
