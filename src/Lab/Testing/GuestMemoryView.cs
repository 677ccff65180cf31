using System.Buffers.Binary;
using System.Text;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Testing;

/// <summary>
/// A guest's memory where it stands: by effective addresses, as the processor's data accesses find it then, or by physical ones. Reading changes
/// nothing. A write begins another run there: what the guest did after that moment is forgotten.
/// </summary>
public sealed class GuestMemoryView
{
    /// <summary>Bytes of the smallest page: between two multiples of it, addresses that follow each other are neighbours.</summary>
    private const uint PageSize = 1024;

    private readonly Timeline _timeline;
    private readonly bool _isPhysical;

    internal GuestMemoryView(Timeline timeline, bool isPhysical) => (_timeline, _isPhysical) = (timeline, isPhysical);

    private Board Board => _timeline.Machine.Board;

    /// <summary>Reads a byte.</summary>
    /// <exception cref="GuestException">No plain memory is mapped there.</exception>
    public byte ReadByte(uint address) => (byte)ReadNumber(address, 1);

    /// <summary>Reads two bytes as a load would give them.</summary>
    /// <inheritdoc cref="ReadByte"/>
    public ushort ReadUInt16(uint address) => (ushort)ReadNumber(address, 2);

    /// <summary>Reads four bytes as a load would give them.</summary>
    /// <inheritdoc cref="ReadByte"/>
    public uint ReadUInt32(uint address) => ReadNumber(address, 4);

    /// <summary>Reads bytes in the order of their addresses.</summary>
    /// <param name="address">Address of the first.</param>
    /// <param name="length">How many.</param>
    /// <inheritdoc cref="ReadByte"/>
    public byte[] Read(uint address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        byte[] bytes = new byte[length];
        for (int n = 0; n < length; n++)
            bytes[n] = ReadByte(address + (uint)n);
        return bytes;
    }

    /// <summary>Reads a text that a zero byte ends, as UTF-8.</summary>
    /// <param name="address">Address of its first byte.</param>
    /// <param name="most">Bytes to read at most.</param>
    /// <inheritdoc cref="ReadByte"/>
    public string ReadText(uint address, int most = 4096)
    {
        List<byte> bytes = [];
        while (bytes.Count < most && ReadByte(address + (uint)bytes.Count) is > 0 and var next)
            bytes.Add(next);
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Writes a byte.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteByte(uint address, byte value) => Write(address, [value]);

    /// <summary>Writes two bytes as a store would.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteUInt16(uint address, ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        WriteNumber(address, bytes);
    }

    /// <summary>Writes four bytes as a store would.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteUInt32(uint address, uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        WriteNumber(address, bytes);
    }

    /// <summary>Writes bytes in the order of their addresses.</summary>
    /// <param name="address">Address of the first.</param>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="GuestException">No plain memory is mapped there; nothing was written.</exception>
    public void Write(uint address, ReadOnlySpan<byte> bytes)
    {
        List<MemoryInjection> changes = [];
        while (!bytes.IsEmpty)
        {
            int length = (int)Math.Min((uint)bytes.Length, PageSize - (address % PageSize));
            (uint physical, _) = Translate(address);
            if (!GuestMemory.TryReadByte(Board, physical, out _) || !GuestMemory.TryReadByte(Board, physical + (uint)length - 1, out _))
                throw Missing(address);
            changes.Add(new MemoryInjection(physical, bytes[..length].ToArray()));
            bytes = bytes[length..];
            address += (uint)length;
        }

        foreach (MemoryInjection change in changes)
        {
            if (!_timeline.Change(change))
                throw new GuestException($"The memory at 0x{change.Physical:x8} cannot be written.");
        }
    }

    private void WriteNumber(uint address, byte[] bytes)
    {
        if ((Translate(address).Attributes & StorageAttributes.LittleEndian) != 0)
            Array.Reverse(bytes);
        Write(address, bytes);
    }

    private uint ReadNumber(uint address, int size)
    {
        uint value;
        bool isThere = _isPhysical
            ? GuestMemory.TryReadPhysical(Board, address, size, out value)
            : GuestMemory.TryRead(Board, address, size, out value);
        return isThere ? value : throw Missing(address);
    }

    private (uint Physical, StorageAttributes Attributes) Translate(uint address) => _isPhysical ? (address, default)
        : GuestMemory.TryTranslate(Board, address, out uint physical, out StorageAttributes attributes) ? (physical, attributes)
        : throw Missing(address);

    private GuestException Missing(uint address) =>
        new($"There is no plain memory at the {(_isPhysical ? "physical" : "effective")} address 0x{address:x8} at {_timeline.Present}.");
}
