using System.Text;
using PpcJit.Kernel;

namespace PpcJit.Lab.Observing.Lines;

/// <summary>Reads the numbers of which DWARF is made (DWARF 5, section 7), big-endian, and never past its end.</summary>
/// <param name="section">The bytes.</param>
/// <param name="position">Where to begin.</param>
/// <param name="end">Where to end; null for the section's end.</param>
internal sealed class DwarfReader(ImageBytes section, long position = 0, long? end = null)
{
    private const string What = "debug information";

    /// <summary>Most bytes of a name: what a compiler makes of C++ is long, but not longer.</summary>
    private const int MaxName = 1 << 16;

    /// <summary>Bytes ahead of what has not been read.</summary>
    public long Position { get; set; } = position;

    /// <summary>Where it ends.</summary>
    public long End { get; } = Math.Min(end ?? section.Length, section.Length);

    /// <summary>Whether nothing is left.</summary>
    public bool IsAtEnd => Position >= End;

    /// <summary>Reads a byte.</summary>
    public byte Byte() => Take(1).Span[0];

    /// <summary>Reads a halfword.</summary>
    public ushort Half()
    {
        Position += 2;
        return section.Half(Position - 2, What);
    }

    /// <summary>Reads a word.</summary>
    public uint Word()
    {
        Position += 4;
        return section.Word(Position - 4, What);
    }

    /// <summary>Reads an unsigned number of any length (LEB128).</summary>
    public ulong Unsigned()
    {
        ulong value = 0;
        int shift = 0;
        byte part;
        do
        {
            part = Byte();
            value |= shift < 64 ? (ulong)(part & 0x7f) << shift : 0;
            shift += 7;
        }
        while ((part & 0x80) != 0);
        return value;
    }

    /// <summary>Reads a signed number of any length (LEB128).</summary>
    public long Signed()
    {
        long value = 0;
        int shift = 0;
        byte part;
        do
        {
            part = Byte();
            value |= shift < 64 ? (long)(part & 0x7f) << shift : 0;
            shift += 7;
        }
        while ((part & 0x80) != 0);
        return shift < 64 && (part & 0x40) != 0 ? value | (-1L << shift) : value;
    }

    /// <summary>Reads a text that a zero ends.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> rest = section.Slice(Position, Math.Max(0, End - Position), What).Span;
        int length = rest[..Math.Min(rest.Length, MaxName)].IndexOf((byte)0);
        if (length < 0)
            throw section.Bad("its debug information is damaged: a name does not end");
        Position += length + 1;
        return Encoding.UTF8.GetString(rest[..length]);
    }

    /// <summary>Takes bytes.</summary>
    public ReadOnlyMemory<byte> Take(long length)
    {
        Position += length;
        return section.Slice(Position - length, length, What);
    }
}
