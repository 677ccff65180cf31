using PpcJit.Machine;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Reads .lzo files as lzop, U-Boot and Linux have them (lzop 1.04; Linux, Documentation/staging/lzo.rst): a header, then blocks of LZO1X. All
/// checksums that a file has are compared. What follows the last block is left alone.
/// </summary>
internal sealed class Lzop
{
    private const string Method = "LZO";
    private const uint LargestBlock = 64 << 20;
    private const ushort LevelVersion = 0x940;
    private const uint HasAdlerOfContents = 0x1;
    private const uint HasAdlerOfData = 0x2;
    private const uint HasExtraField = 0x40;
    private const uint HasCrcOfContents = 0x100;
    private const uint HasCrcOfData = 0x200;
    private const uint HasFilter = 0x800;
    private const uint HasHeaderCrc = 0x1000;
    private const uint FarDistance = 0x4000;
    private static readonly byte[] Magic = [0x89, (byte)'L', (byte)'Z', (byte)'O', 0, 0x0d, 0x0a, 0x1a, 0x0a];

    private readonly CompressedInput _input;
    private readonly LimitedBuffer _output;
    private uint _flags;

    private Lzop(ImageBytes file, uint limit)
    {
        _input = new CompressedInput(file);
        _output = new LimitedBuffer(file, limit, expected: 0);
    }

    /// <summary>Whether a file begins as these files do.</summary>
    public static bool IsLzop(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <exception cref="InputException">It is damaged, cut off or decompresses to too much.</exception>
    public static ImageBytes Decompress(ImageBytes file, uint limit)
    {
        Lzop reader = new(file, limit);
        reader.ReadHeader();
        while (reader.TryReadBlock())
        {
        }

        return new ImageBytes(file.Name, reader._output.Contents);
    }

    private void ReadHeader()
    {
        _input.Require(_input.Take(Magic.Length).SequenceEqual(Magic));
        ReadOnlySpan<byte> header = _input.Rest;
        int start = _input.Position;
        uint version = _input.Big(2);
        _input.Big(2); // The library's version
        if (version >= LevelVersion)
            _input.Big(2); // The version that is needed to read it
        byte method = _input.Byte();
        if (method is not (1 or 2 or 3))
            throw _input.Bad($"its LZO method {method} is not read here");
        if (version >= LevelVersion)
            _input.Byte();
        _flags = _input.Big(4);
        if ((_flags & HasFilter) != 0)
            throw _input.Bad("its LZO data went through a filter, which is not read here");
        _input.Take(version >= LevelVersion ? 12 : 8); // Mode and time
        _input.Take(_input.Byte()); // Name
        Compare(header[..(_input.Position - start)], (_flags & HasHeaderCrc) != 0);
        if ((_flags & HasExtraField) == 0)
            return;
        ReadOnlySpan<byte> extra = _input.Rest;
        start = _input.Position;
        _input.Take(_input.Big(4));
        Compare(extra[..(_input.Position - start)], (_flags & HasHeaderCrc) != 0);
    }

    private bool TryReadBlock()
    {
        uint length = _input.Big(4);
        if (length == 0)
            return false;
        uint packed = _input.Big(4);
        _input.Require(length <= LargestBlock && packed <= length);
        uint? adler = (_flags & HasAdlerOfContents) != 0 ? _input.Big(4) : null;
        uint? crc = (_flags & HasCrcOfContents) != 0 ? _input.Big(4) : null;
        bool isPacked = packed < length;
        uint? packedAdler = isPacked && (_flags & HasAdlerOfData) != 0 ? _input.Big(4) : null;
        uint? packedCrc = isPacked && (_flags & HasCrcOfData) != 0 ? _input.Big(4) : null;
        CompressedInput data = _input.Part(packed);
        Compare(data.Rest, packedAdler, packedCrc);

        _output.BeginPart();
        if (isPacked)
            Decode(data);
        else
            _output.Add(data.Take(packed));
        _input.Require((uint)_output.PartLength == length && data.Left == 0);
        Compare(_output.From(_output.Start), adler, crc);
        return true;
    }

    /// <summary>Decodes a block of LZO1X. An instruction's meaning depends on how many literals came before it.</summary>
    private void Decode(CompressedInput data)
    {
        const byte firstLiterals = 17;
        int literals = 0;
        if (data.Rest is [> firstLiterals, ..])
            literals = Copy(data, data.Byte() - firstLiterals);
        while (true)
        {
            uint instruction = data.Byte();
            if (instruction < 16 && literals == 0)
            {
                literals = Copy(data, 3 + Length(data, instruction, 15));
                continue;
            }

            uint low;
            uint distance;
            int length;
            switch (instruction)
            {
                case < 16:
                    low = instruction;
                    distance = (uint)(data.Byte() << 2) + (instruction >> 2) + 1;
                    length = 2;
                    if (literals > 3)
                        (distance, length) = (distance + 0x800, 3);
                    break;
                case < 32:
                    length = 2 + Length(data, instruction & 7, 7);
                    low = (uint)data.Little(2);
                    distance = FarDistance + ((instruction & 8) << 11) + (low >> 2);
                    if (distance == FarDistance)
                    {
                        data.Require(length == 3);
                        return;
                    }

                    break;
                case < 64:
                    length = 2 + Length(data, instruction & 31, 31);
                    low = (uint)data.Little(2);
                    distance = (low >> 2) + 1;
                    break;
                default:
                    low = instruction;
                    distance = (uint)(data.Byte() << 3) + ((instruction >> 2) & 7) + 1;
                    length = instruction < 128 ? 3 + (int)((instruction >> 5) & 1) : 5 + (int)((instruction >> 5) & 3);
                    break;
            }

            _output.Repeat(distance, length);
            literals = (int)(low & 3);
            _output.Add(data.Take(literals));
        }
    }

    /// <summary>Copies literals.</summary>
    /// <returns>How many there were; 4 for more.</returns>
    private int Copy(CompressedInput data, int count)
    {
        _output.Add(data.Take(count));
        return Math.Min(count, 4);
    }

    /// <summary>A field of zeros is continued in bytes: as many zeros as fit, then the rest.</summary>
    private static int Length(CompressedInput data, uint field, int most)
    {
        if (field != 0)
            return (int)field;
        int zeros = data.Rest.IndexOfAnyExcept((byte)0);
        data.Require(zeros is >= 0 and <= (int)(LargestBlock / 255));
        data.Take(zeros);
        return most + (255 * zeros) + data.Byte();
    }

    private void Compare(ReadOnlySpan<byte> bytes, bool isCrc)
    {
        uint checksum = _input.Big(4);
        Compare(bytes, isCrc ? null : checksum, isCrc ? checksum : null);
    }

    private void Compare(ReadOnlySpan<byte> bytes, uint? adler, uint? crc)
    {
        if ((adler is { } one && one != Adler32(bytes)) || (crc is { } other && other != Crc32.Of(bytes)))
            throw _input.WrongChecksum(Method);
    }

    /// <summary>The checksum of zlib (RFC 1950).</summary>
    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        const uint prime = 65521;
        (uint sum, uint sums) = (1, 0);
        foreach (byte value in bytes)
        {
            sum = (sum + value) % prime;
            sums = (sums + sum) % prime;
        }

        return (sums << 16) | sum;
    }
}
