using System.Buffers.Binary;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// OCM0, the 4 KB on-chip memory and its controller (405GP User's Manual, "On-Chip Memory"). DSARC names the 64 MB in which loads and stores
/// find it while DSCNTL enables that, ISARC those in which instructions are fetched from it while ISCNTL does; the 4 KB repeat there. Where the
/// board has something else, that answers.
/// </summary>
/// <param name="log">Where what is not modelled is reported.</param>
public sealed class OnChipMemory(HardwareLog log) : IDcrDevice, INamedRegisters, ILastResort
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0x18;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0x1b;

    private const uint Size = 4096;
    private const uint InstructionAddress = FirstDcr;
    private const uint InstructionControl = 0x19;
    private const uint DataAddress = 0x1a;
    private const uint DataControl = 0x1b;
    private const uint Enabled = 0x80000000;
    private const uint AddressMask = 0xfc000000;

    private readonly byte[] _contents = new byte[Size];

    private readonly RegisterFile _registers = new(
        "OCM0",
        log,
        new Register(InstructionAddress, "ISARC", Writable: AddressMask),
        new Register(InstructionControl, "ISCNTL", Writable: Enabled),
        new Register(DataAddress, "DSARC", Writable: AddressMask),
        new Register(DataControl, "DSCNTL", Writable: 0xc0000000));

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <summary>Whether software has set it up; before, its content is nothing that anybody could see.</summary>
    private bool IsInUse =>
        (_registers[DataAddress] | _registers[DataControl] | _registers[InstructionAddress] | _registers[InstructionControl]) != 0;

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => _registers.Read(number);

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        _registers.Write(number, value);
        if (!IsInUse)
            Array.Clear(_contents);
    }

    /// <inheritdoc/>
    public bool TryRead(uint physical, int size, out uint value)
    {
        value = 0;
        if (!Answers(physical, size, DataControl, DataAddress))
            return false;
        for (uint n = 0; n < size; n++)
            value = (value << 8) | _contents[(physical + n) % Size];
        return true;
    }

    /// <inheritdoc/>
    public bool TryFetch(uint physical, out uint word)
    {
        bool answers = Answers(physical, 4, InstructionControl, InstructionAddress);
        word = answers ? BinaryPrimitives.ReadUInt32BigEndian(_contents.AsSpan((int)(physical % Size))) : 0;
        return answers;
    }

    /// <inheritdoc/>
    public bool TryWrite(uint physical, int size, uint value)
    {
        if (!Answers(physical, size, DataControl, DataAddress))
            return false;
        for (int n = 0; n < size; n++)
            _contents[(physical + (uint)n) % Size] = (byte)(value >> (8 * (size - 1 - n)));
        return true;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        _registers.Save(writer);
        if (IsInUse)
            writer.Write(_contents.AsSpan());
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _registers.Load(reader);
        if (IsInUse)
            reader.ReadBytes(_contents);
        else
            Array.Clear(_contents);
    }

    private bool Answers(uint physical, int size, uint control, uint address) => (_registers[control] & Enabled) != 0
        && ((physical ^ _registers[address]) & AddressMask) == 0 && ((physical ^ (physical + (uint)size - 1)) & AddressMask) == 0;
}
