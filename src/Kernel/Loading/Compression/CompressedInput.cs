using System.Runtime.InteropServices;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>Compressed bytes that are read from the first to the last, and never past their end.</summary>
internal sealed class CompressedInput
{
    /// <summary>What is said of compressed data that cannot be.</summary>
    public const string IsDamaged = "its compressed data is damaged";

    private readonly ImageBytes _file;
    private readonly byte[] _bytes;
    private readonly int _first;
    private readonly int _end;
    private int _at;

    /// <summary>Begins at a place of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="length">How many bytes; null for all that follow.</param>
    /// <exception cref="InputException">The file ends before that.</exception>
    public CompressedInput(ImageBytes file, long start = 0, long? length = null)
    {
        _file = file;
        ReadOnlyMemory<byte> bytes = file.Slice(start, length ?? Math.Max(0, file.Length - start), "the compressed data");
        ArraySegment<byte> array = MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> found) ? found : bytes.ToArray();
        (_bytes, _at, _end) = (array.Array!, array.Offset, array.Offset + array.Count);
        _first = array.Offset - (int)start;
    }

    /// <summary>Where in the file the next byte is.</summary>
    public int Position => _at - _first;

    /// <summary>How many bytes follow.</summary>
    public int Left => _end - _at;

    /// <summary>The bytes that follow, which stay where they are.</summary>
    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_at, Left);

    /// <summary>Takes a byte.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public byte Byte() => _at < _end ? _bytes[_at++] : throw CutOff();

    /// <summary>Gives the next byte without taking it.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public byte Peek() => _at < _end ? _bytes[_at] : throw CutOff();

    /// <summary>Takes bytes.</summary>
    /// <exception cref="InputException">There are fewer.</exception>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw CutOff();
        ReadOnlySpan<byte> taken = _bytes.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    /// <summary>Takes a number whose first byte is its least significant one.</summary>
    /// <param name="bytes">How many bytes it has, up to 8.</param>
    /// <exception cref="InputException">There are fewer.</exception>
    public ulong Little(int bytes)
    {
        ulong value = 0;
        ReadOnlySpan<byte> taken = Take(bytes);
        for (int n = bytes - 1; n >= 0; n--)
            value = (value << 8) | taken[n];
        return value;
    }

    /// <summary>Takes a number whose first byte is its most significant one.</summary>
    /// <param name="bytes">How many bytes it has, up to 4.</param>
    /// <exception cref="InputException">There are fewer.</exception>
    public uint Big(int bytes)
    {
        uint value = 0;
        foreach (byte one in Take(bytes))
            value = (value << 8) | one;
        return value;
    }

    /// <summary>Gives some of the bytes that follow as an input of their own, and goes on behind them.</summary>
    /// <exception cref="InputException">There are fewer.</exception>
    public CompressedInput Part(long count)
    {
        int start = Position;
        Take(count);
        return new CompressedInput(_file, start, count);
    }

    /// <summary>Refuses data that cannot be.</summary>
    /// <exception cref="InputException">It cannot.</exception>
    public void Require(bool isSound)
    {
        if (!isSound)
            throw Damaged();
    }

    /// <summary>Makes the error that the data cannot be.</summary>
    public InputException Damaged() => _file.Bad(IsDamaged);

    /// <summary>Makes the error that a checksum is another one.</summary>
    /// <param name="method">How it is compressed.</param>
    public InputException WrongChecksum(string method) => _file.Bad($"it is damaged: its {method} checksum does not match");

    /// <summary>Makes the error that names the file and a reason.</summary>
    public InputException Bad(string reason) => _file.Bad(reason);

    private InputException CutOff() => _file.Bad("its compressed data is cut off");
}
