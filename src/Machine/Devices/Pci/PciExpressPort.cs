using System.Buffers.Binary;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// A PCI Express port of the 405EX with nothing in its slot (Linux, arch/powerpc/platforms/4xx/pci.c; U-Boot, 4xx_pcie.h). Its device control
/// registers say where the bus sees its windows: CFG for the configuration of what is behind it, and in the middle of that its own; REG for the
/// registers of its upper transaction layer; OMR1 to OMR3 for memory and I/O. Behind the port nobody answers, which reads as ones.
/// </summary>
/// <remarks>
/// The port's own configuration keeps what is written. Its identity and class, which are read at 0, are written at 0x200. In the status of the root
/// complex (RCSTA), which says that a device asked to be tried again, writing 1 clears.
/// </remarks>
/// <param name="first">Number of its first DCR.</param>
/// <param name="name">Its name.</param>
/// <param name="log">Where accesses to absent registers are reported.</param>
public sealed class PciExpressPort(uint first, string name, HardwareLog log) : IDcrDevice, INamedRegisters, ILastResort
{
    /// <summary>Number of its DCRs.</summary>
    public const uint RegisterCount = 0x20;

    private const uint Valid = 1;
    private const uint ConfigurationBase = 0x01;
    private const uint ConfigurationMask = 0x02;
    private const uint MessageBase = 0x04;
    private const uint MessageMask = 0x05;
    private const uint RegistersBase = 0x13;
    private const uint RegistersMask = 0x14;
    private const uint OwnConfiguration = 0x10000000;
    private const int PageSize = 4096;
    private const int IdentityCopy = 0x200;
    private const int RootStatus = 0xb0;
    private const int IdentitySize = 12;

    private static readonly (uint Base, uint Mask)[] OutboundWindows = [(0x07, 0x09), (0x0b, 0x0d), (0x0f, 0x11)];

    private static readonly string[] Names =
    [
        "CFGBAH", "CFGBAL", "CFGMSK", "MSGBAH", "MSGBAL", "MSGMSK", "OMR1BAH", "OMR1BAL", "OMR1MSKH", "OMR1MSKL", "OMR2BAH", "OMR2BAL",
        "OMR2MSKH", "OMR2MSKL", "OMR3BAH", "OMR3BAL", "OMR3MSKH", "OMR3MSKL", "REGBAH", "REGBAL", "REGMSK", "SPECIAL", "CFG", "ESR", "EARH",
        "EARL", "EATR",
    ];

    private readonly RegisterFile _registers = new(name, log, [.. Names.Select((register, n) => new Register((uint)n, register))]);
    private readonly byte[] _configuration = new byte[PageSize];
    private readonly byte[] _transaction = new byte[PageSize];

    /// <summary>Whether anything was ever written behind the windows: before, there is nothing to save.</summary>
    private bool _isUsed;

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => Names.Select((register, n) => new DeviceRegister(register, first + (uint)n));

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => _registers.Read(number - first);

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value) => _registers.Write(number - first, value);

    /// <inheritdoc/>
    public bool TryRead(uint physical, int size, out uint value)
    {
        value = uint.MaxValue >> (32 - (8 * size));
        if (Page(physical, out int offset, out bool answers) is not { } page || offset + size > PageSize)
            return answers;
        Span<byte> bytes = stackalloc byte[4];
        page.AsSpan(offset, size).CopyTo(bytes[(4 - size)..]);
        value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(uint physical, int size, uint value)
    {
        if (Page(physical, out int offset, out bool answers) is not { } page || offset + size > PageSize)
            return answers;
        _isUsed = true;
        for (int n = 0; n < size; n++)
            WriteByte(page, offset + n, (byte)(value >> (8 * (size - 1 - n))));
        return true;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        _registers.Save(writer);
        writer.Write(_isUsed);
        if (!_isUsed)
            return;
        writer.Write(_configuration);
        writer.Write(_transaction);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _registers.Load(reader);
        _isUsed = reader.ReadBoolean();
        foreach (byte[] page in (byte[][])[_configuration, _transaction])
        {
            if (_isUsed)
                reader.ReadBytes(page);
            else
                Array.Clear(page);
        }
    }

    private void WriteByte(byte[] page, int offset, byte value)
    {
        if (page == _transaction && offset is >= RootStatus and < RootStatus + 4)
        {
            page[offset] &= (byte)~value;
            return;
        }

        if (page == _configuration && offset is >= IdentityCopy and < IdentityCopy + IdentitySize && offset - IdentityCopy is not (>= 4 and < 8))
            page[offset - IdentityCopy] = value;
        bool isIdentity = page == _configuration && offset is < 4 or (>= 8 and < IdentitySize);
        if (!isIdentity)
            page[offset] = value;
    }

    /// <summary>Finds the registers at an address.</summary>
    /// <param name="physical">The address.</param>
    /// <param name="offset">Where in the page they are.</param>
    /// <param name="answers">Whether the port answers there at all, if only for those behind it.</param>
    private byte[]? Page(uint physical, out int offset, out bool answers)
    {
        offset = 0;
        answers = true;
        if (Hits(physical, ConfigurationBase, ConfigurationMask, out uint inside))
        {
            offset = (int)(inside % PageSize);
            return (inside & ~(uint)(PageSize - 1)) == OwnConfiguration ? _configuration : null;
        }

        if (Hits(physical, RegistersBase, RegistersMask, out inside))
        {
            offset = (int)(inside % PageSize);
            return _transaction;
        }

        answers = Hits(physical, MessageBase, MessageMask, out _)
            || Array.Exists(OutboundWindows, window => Hits(physical, window.Base, window.Mask, out _));
        return null;
    }

    private bool Hits(uint physical, uint baseRegister, uint maskRegister, out uint inside)
    {
        uint register = _registers[maskRegister];
        uint mask = register & ~(uint)(PageSize - 1);

        // The mask of the page of registers has its valid size in other bits: U-Boot and Linux write 0x00007001 for one page
        if (maskRegister == RegistersMask)
            mask = ~(uint)(PageSize - 1);
        inside = physical - (_registers[baseRegister] & mask);
        return (register & Valid) != 0 && ((physical ^ _registers[baseRegister]) & mask) == 0;
    }
}
