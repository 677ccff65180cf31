using System.Buffers.Binary;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Reads .zst files (RFC 8878): frames, whose contents follow each other, and frames to be skipped. A frame's checksum is compared where it has one.
/// What follows the last frame is left alone.
/// </summary>
internal static class Zstd
{
    private const uint Magic = 0xfd2fb528;
    private const uint SkippedMagic = 0x184d2a50;
    private const int RawBlock = 0;
    private const int RepeatedBlock = 1;
    private const int CompressedBlock = 2;

    /// <summary>Whether a file begins as these files do.</summary>
    public static bool IsZstd(ReadOnlySpan<byte> bytes) => bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic;

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <exception cref="InputException">It is damaged, cut off, decompresses to too much, or needs a dictionary.</exception>
    public static ImageBytes Decompress(ImageBytes file, uint limit)
    {
        CompressedInput input = new(file);
        LimitedBuffer output = new(file, limit, expected: 0);
        ZstdBlocks blocks = new(output);
        do
            ReadFrame(input, output, blocks);
        while (FindNextFrame(input));
        return new ImageBytes(file.Name, output.Contents);
    }

    private static bool FindNextFrame(CompressedInput input)
    {
        while (input.Left >= 8 && (BinaryPrimitives.ReadUInt32LittleEndian(input.Rest) & ~0xfu) == SkippedMagic)
        {
            input.Little(4);
            input.Take((long)input.Little(4));
        }

        return IsZstd(input.Rest);
    }

    private static void ReadFrame(CompressedInput input, LimitedBuffer output, ZstdBlocks blocks)
    {
        input.Require((uint)input.Little(4) == Magic);
        byte descriptor = input.Byte();
        input.Require((descriptor & 8) == 0);
        bool isSingle = (descriptor & 0x20) != 0;
        ulong window = 0;
        if (!isSingle)
        {
            byte size = input.Byte();
            window = 1ul << (10 + (size >> 3));
            window += (window >> 3) * (size & 7u);
        }

        int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
        if (input.Little(dictionaryBytes) != 0)
            throw input.Bad("its Zstandard data needs a dictionary, which is not read here");
        int lengthBytes = (descriptor >> 6) switch { 0 => isSingle ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        ulong? length = lengthBytes == 0 ? null : input.Little(lengthBytes) + (lengthBytes == 2 ? 256u : 0);
        int mostOfBlock = (int)Math.Min(isSingle ? length ?? 0 : window, ZstdBlocks.LargestBlock);

        output.BeginPart();
        blocks.Begin();
        while (!ReadBlock(input, output, blocks, mostOfBlock))
        {
        }

        input.Require(length is null || length == (ulong)output.PartLength);
        if ((descriptor & 4) != 0 && (uint)input.Little(4) != (uint)XxHash.Hash64(output.From(output.Start)))
            throw input.WrongChecksum("Zstandard");
    }

    /// <summary>Reads a block.</summary>
    /// <returns>Whether it is the frame's last one.</returns>
    private static bool ReadBlock(CompressedInput input, LimitedBuffer output, ZstdBlocks blocks, int most)
    {
        uint header = (uint)input.Little(3);
        int size = (int)(header >> 3);
        input.Require(size <= most);
        switch ((int)(header >> 1) & 3)
        {
            case RawBlock:
                output.Add(input.Take(size));
                break;
            case RepeatedBlock:
                output.Add(input.Byte(), size);
                break;
            case CompressedBlock:
                blocks.Decode(input.Part(size), most);
                break;
            default:
                throw input.Damaged();
        }

        return (header & 1) != 0;
    }
}
