using System.Buffers.Binary;
using System.Security.Cryptography;
using PpcJit.Machine;

namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Reads .xz files ("The .xz File Format", version 1.2.0): streams of blocks with LZMA2, and with the branch filter for the PowerPC that Linux
/// uses for its kernels. All of its checks are made. What follows the last stream is left alone.
/// </summary>
internal sealed class Xz
{
    private const string Method = "xz";
    private const int FooterSize = 12;
    private const ulong BranchFilter = 5;
    private const ulong Lzma2Filter = 0x21;
    private const byte LargestDictionary = 40;
    private static readonly byte[] Magic = [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    private readonly CompressedInput _input;
    private readonly LimitedBuffer _output;
    private readonly LzmaDecoder _decoder;
    private readonly List<(ulong Unpadded, ulong Length)> _blocks = [];
    private byte _check;

    private Xz(ImageBytes file, uint limit)
    {
        _input = new CompressedInput(file);
        _output = new LimitedBuffer(file, limit, expected: 0);
        _decoder = new LzmaDecoder(_output);
    }

    /// <summary>Whether a file begins as these files do.</summary>
    public static bool IsXz(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <exception cref="InputException">It is damaged, cut off, decompresses to too much, or uses what is not known here.</exception>
    public static ImageBytes Decompress(ImageBytes file, uint limit)
    {
        Xz reader = new(file, limit);
        do
            reader.ReadStream();
        while (reader.FindNextStream());
        return new ImageBytes(file.Name, reader._output.Contents);
    }

    /// <summary>Another stream may follow after padding of whole words.</summary>
    private bool FindNextStream()
    {
        int padding = _input.Rest.IndexOfAnyExcept((byte)0);
        if (padding < 0 || (padding & 3) != 0 || !IsXz(_input.Rest[padding..]))
            return false;
        _input.Take(padding);
        return true;
    }

    private void ReadStream()
    {
        _input.Require(_input.Take(Magic.Length).SequenceEqual(Magic));
        uint flags = Checked(2);
        _check = (byte)(flags & 0xff);
        if (flags is not (0 or 1 or 4 or 10))
            throw _input.Bad($"its xz stream flags 0x{flags:x4} are not known here");
        _blocks.Clear();
        while (_input.Peek() != 0)
            ReadBlock();
        int index = _input.Position;
        ReadIndex();
        int indexSize = _input.Position - index;
        CompressedInput footer = _input.Part(FooterSize);
        uint checksum = (uint)footer.Little(4);
        ReadOnlySpan<byte> rest = footer.Rest[..6];
        if (Crc32.Of(rest) != checksum)
            throw _input.WrongChecksum(Method);
        _input.Require((footer.Little(4) + 1) * 4 == (ulong)indexSize && footer.Big(2) == flags && footer.Rest is [(byte)'Y', (byte)'Z']);
    }

    private void ReadBlock()
    {
        int start = _input.Position;
        int headerSize = (_input.Peek() + 1) * 4;
        CompressedInput header = Header(headerSize);
        header.Byte();
        byte flags = header.Byte();
        header.Require((flags & 0x3c) == 0);
        ulong? packed = (flags & 0x40) != 0 ? Number(header) : null;
        ulong? length = (flags & 0x80) != 0 ? Number(header) : null;
        uint? branchStart = ReadFilters(header, (flags & 3) + 1);
        header.Require(!header.Rest[..^4].ContainsAnyExcept((byte)0));

        int data = _input.Position;
        _output.BeginPart();
        int before = _output.Length;
        ReadLzma2();
        _input.Require(packed is null || packed == (ulong)(_input.Position - data));
        _input.Require(length is null || length == (ulong)(_output.Length - before));
        if (branchStart is { } first)
            DecodeBranches(_output.From(before), first);
        int unpadded = _input.Position - start;
        _input.Require(!_input.Take(-unpadded & 3).ContainsAnyExcept((byte)0));
        int checkSize = Check(_output.From(before));
        _blocks.Add(((ulong)(unpadded + checkSize), (ulong)(_output.Length - before)));
    }

    /// <summary>Takes a header that ends in its checksum.</summary>
    private CompressedInput Header(int size)
    {
        CompressedInput header = _input.Part(size);
        ReadOnlySpan<byte> bytes = header.Rest;
        return Crc32.Of(bytes[..^4]) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) ? header : throw _input.WrongChecksum(Method);
    }

    /// <summary>Takes a big-endian number that its checksum follows.</summary>
    private uint Checked(int bytes) => Header(bytes + 4).Big(bytes);

    /// <summary>Reads which filters there are.</summary>
    /// <returns>The address at which branches begin; null when they are not filtered.</returns>
    private uint? ReadFilters(CompressedInput header, int count)
    {
        uint? branchStart = null;
        for (int n = 0; n < count; n++)
        {
            ulong filter = Number(header);
            ReadOnlySpan<byte> properties = header.Take((long)Math.Min(Number(header), int.MaxValue));
            if (n == count - 1)
            {
                if (filter != Lzma2Filter || properties is not [<= LargestDictionary])
                    throw NoFilter(filter);
                break;
            }

            if (filter != BranchFilter || branchStart is not null || properties.Length is not (0 or 4))
                throw NoFilter(filter);
            branchStart = properties.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(properties);
        }

        return branchStart;

        InputException NoFilter(ulong filter) =>
            _input.Bad($"its xz filter 0x{filter:x} is not read here, or not in that place: only LZMA2, and that for the PowerPC's "
                + "branches before it");
    }

    /// <summary>Reads chunks up to the one that ends them.</summary>
    private void ReadLzma2()
    {
        bool needsDictionary = true;
        bool needsProperties = true;
        while (_input.Byte() is var control && control != 0)
        {
            bool isNewDictionary = control is 1 or >= 0xe0;
            if (isNewDictionary)
            {
                _output.BeginPart();
                (needsDictionary, needsProperties) = (false, true);
            }

            _input.Require(!needsDictionary);
            if (control < 0x80)
            {
                _input.Require(control is 1 or 2);
                _output.Add(_input.Take(_input.Big(2) + 1));
                continue;
            }

            ulong length = ((control & 0x1fu) << 16) + _input.Big(2) + 1;
            uint packed = _input.Big(2) + 1;
            if (control >= 0xc0)
            {
                _input.Require(_decoder.TrySetProperties(_input.Byte(), mostLiteralBits: 4));
                needsProperties = false;
            }
            else if (control >= 0xa0)
            {
                _decoder.Reset();
            }

            _input.Require(!needsProperties);
            CompressedInput chunk = _input.Part(packed);
            _decoder.Decode(chunk, length, mayHaveMarker: false);
            chunk.Require(chunk.Left == 0);
        }
    }

    /// <summary>Branches that set the link register had their targets put in place of their distances.</summary>
    private static void DecodeBranches(Span<byte> bytes, uint start)
    {
        for (int n = 0; n + 4 <= bytes.Length; n += 4)
        {
            uint word = BinaryPrimitives.ReadUInt32BigEndian(bytes[n..]);
            if ((word & 0xfc000003) == 0x48000001)
                BinaryPrimitives.WriteUInt32BigEndian(bytes[n..], 0x48000001 | ((word - start - (uint)n) & 0x03fffffc));
        }
    }

    /// <summary>Compares the check of a block.</summary>
    /// <returns>How many bytes it has.</returns>
    private int Check(ReadOnlySpan<byte> contents)
    {
        Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes];
        int size = _check switch { 0 => 0, 1 => 4, 4 => 8, _ => SHA256.HashSizeInBytes };
        switch (_check)
        {
            case 1:
                BinaryPrimitives.WriteUInt32LittleEndian(computed, Crc32.Of(contents));
                break;
            case 4:
                BinaryPrimitives.WriteUInt64LittleEndian(computed, Crc64.Of(contents));
                break;
            case 10:
                SHA256.HashData(contents, computed);
                break;
        }

        return _input.Take(size).SequenceEqual(computed[..size]) ? size : throw _input.WrongChecksum(Method);
    }

    /// <summary>The index says once more which blocks there are.</summary>
    private void ReadIndex()
    {
        int start = _input.Position;
        ReadOnlySpan<byte> bytes = _input.Rest;
        _input.Byte();
        _input.Require(Number(_input) == (ulong)_blocks.Count);
        foreach ((ulong unpadded, ulong length) in _blocks)
            _input.Require(Number(_input) == unpadded && Number(_input) == length);
        _input.Require(!_input.Take(-(_input.Position - start) & 3).ContainsAnyExcept((byte)0));
        uint checksum = Crc32.Of(bytes[..(_input.Position - start)]);
        if (_input.Little(4) != checksum)
            throw _input.WrongChecksum(Method);
    }

    /// <summary>Takes a number of seven bits to the byte, the least significant ones first.</summary>
    private static ulong Number(CompressedInput input)
    {
        ulong value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            byte part = input.Byte();
            value |= (part & 0x7ful) << shift;
            if (part < 0x80)
            {
                input.Require(part != 0 || shift == 0);
                return value;
            }
        }

        throw input.Damaged();
    }
}
