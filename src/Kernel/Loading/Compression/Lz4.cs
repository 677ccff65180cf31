using System.Buffers.Binary;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Reads .lz4 files ("LZ4 Frame Format Description", version 1.6.4): frames, with their checksums, and the legacy format in which Linux packs its
/// kernels. What follows is left alone.
/// </summary>
internal sealed class Lz4
{
    private const string Method = "LZ4";
    private const uint FrameMagic = 0x184d2204;
    private const uint LegacyMagic = 0x184c2102;
    private const uint LegacyBlock = 8 << 20;
    private const uint IsStored = 0x80000000;

    private readonly CompressedInput _input;
    private readonly LimitedBuffer _output;

    private Lz4(ImageBytes file, uint limit)
    {
        _input = new CompressedInput(file);
        _output = new LimitedBuffer(file, limit, expected: 0);
    }

    /// <summary>Whether a file begins as these files do.</summary>
    public static bool IsLz4(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) is FrameMagic or LegacyMagic;

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <exception cref="InputException">It is damaged, cut off or decompresses to too much.</exception>
    public static ImageBytes Decompress(ImageBytes file, uint limit)
    {
        Lz4 reader = new(file, limit);
        do
        {
            if (reader._input.Little(4) == FrameMagic)
                reader.ReadFrame();
            else
                reader.ReadLegacy();
        }
        while (IsLz4(reader._input.Rest));
        return new ImageBytes(file.Name, reader._output.Contents);
    }

    private void ReadFrame()
    {
        ReadOnlySpan<byte> header = _input.Rest;
        byte flags = _input.Byte();
        byte descriptor = _input.Byte();
        _input.Require((flags & 0xc2) == 0x40 && (descriptor & 0x8f) == 0 && descriptor >> 4 >= 4);
        if ((flags & 1) != 0)
            throw _input.Bad("its LZ4 data needs a dictionary, which is not read here");
        bool isIndependent = (flags & 0x20) != 0;
        ulong? length = (flags & 8) != 0 ? _input.Little(8) : null;
        if (_input.Byte() != (byte)(XxHash.Hash32(header[..(length is null ? 2 : 10)]) >> 8))
            throw _input.WrongChecksum(Method);
        uint most = 1u << (8 + (2 * (descriptor >> 4)));
        _output.BeginPart();
        int start = _output.Length;
        while ((uint)_input.Little(4) is var size && size != 0)
        {
            CompressedInput block = _input.Part(size & ~IsStored);
            if ((flags & 0x10) != 0 && _input.Little(4) != XxHash.Hash32(block.Rest))
                throw _input.WrongChecksum(Method);
            if (isIndependent)
                _output.BeginPart();
            int before = _output.Length;
            if ((size & IsStored) != 0)
                _output.Add(block.Rest);
            else
                Decode(block);
            _input.Require((uint)(_output.Length - before) <= most);
        }

        ReadOnlySpan<byte> contents = _output.From(start);
        _input.Require(length is null || length == (ulong)contents.Length);
        if ((flags & 4) != 0 && _input.Little(4) != XxHash.Hash32(contents))
            throw _input.WrongChecksum(Method);
    }

    /// <summary>Blocks of 8 MB, up to one that is smaller; Linux appends a length that is no block.</summary>
    private void ReadLegacy()
    {
        int decoded;
        do
        {
            if (_input.Left < 4)
                return;
            _output.BeginPart();
            Decode(_input.Part((long)_input.Little(4)));
            decoded = _output.PartLength;
            _input.Require((uint)decoded <= LegacyBlock);
        }
        while (decoded == LegacyBlock);
    }

    private void Decode(CompressedInput block)
    {
        const int shortestMatch = 4;
        while (true)
        {
            byte token = block.Byte();
            _output.Add(block.Take(Length(block, token >> 4)));
            if (block.Left == 0)
                return;
            uint distance = (uint)block.Little(2);
            _output.Repeat(distance, shortestMatch + Length(block, token & 15));
        }
    }

    private static int Length(CompressedInput block, int field)
    {
        if (field < 15)
            return field;
        int full = block.Rest.IndexOfAnyExcept((byte)255);
        block.Require(full is >= 0 and < 1 << 22);
        block.Take(full);
        return 15 + (255 * full) + block.Byte();
    }
}
