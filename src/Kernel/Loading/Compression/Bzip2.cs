namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Reads .bz2 files (J. Seward's bzip2 1.0): streams of blocks, each a Burrows-Wheeler transform under move-to-front, runs and Huffman codes. All
/// checksums are compared. What follows the last stream is left alone.
/// </summary>
internal sealed class Bzip2
{
    private const int HeaderSize = 4;
    private const int UnitOfBlock = 100_000;
    private const int GroupSize = 50;
    private const int MostTables = 6;
    private const int LongestCode = 20;
    private const ulong BlockMagic = 0x314159265359;
    private const ulong EndMagic = 0x177245385090;
    private static readonly uint[] Table = MakeTable();

    private readonly CompressedInput _input;
    private readonly LimitedBuffer _output;
    private uint[] _block = [];
    private uint _bits;
    private int _bitCount;

    private Bzip2(ImageBytes file, uint limit)
    {
        _input = new CompressedInput(file);
        _output = new LimitedBuffer(file, limit, expected: 0);
    }

    /// <summary>Whether a file begins as these files do: with a block, or the end of a stream.</summary>
    public static bool IsBzip2(ReadOnlySpan<byte> bytes) =>
        bytes is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
            or [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..];

    /// <summary>Decompresses a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Most bytes that may come out.</param>
    /// <exception cref="InputException">It is damaged, cut off or decompresses to too much.</exception>
    public static ImageBytes Decompress(ImageBytes file, uint limit)
    {
        Bzip2 reader = new(file, limit);
        do
            reader.ReadStream();
        while (IsBzip2(reader._input.Rest));
        return new ImageBytes(file.Name, reader._output.Contents);
    }

    private void ReadStream()
    {
        ReadOnlySpan<byte> header = _input.Take(HeaderSize);
        _input.Require(header is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9']);
        int size = (header[3] - '0') * UnitOfBlock;
        if (_block.Length < size)
            _block = new uint[size];
        uint combined = 0;
        ulong magic;
        while ((magic = ((ulong)Bits(24) << 24) | Bits(24)) == BlockMagic)
        {
            uint checksum = Bits(32);
            int before = _output.Length;
            ReadBlock(size);
            if (Checksum(_output.From(before)) != checksum)
                throw _input.WrongChecksum("bzip2");
            combined = ((combined << 1) | (combined >> 31)) ^ checksum;
        }

        _input.Require(magic == EndMagic);
        if (Bits(32) != combined)
            throw _input.WrongChecksum("bzip2");
        _bitCount = 0; // The stream is padded to a byte
    }

    private void ReadBlock(int size)
    {
        bool isRandomized = Bits(1) != 0;
        if (isRandomized)
            throw _input.Bad("its bzip2 blocks are randomized, as bzip2 before version 0.9.5 had them; those are not read here");
        int origin = (int)Bits(24);
        List<byte> symbols = ReadSymbols();
        int tables = (int)Bits(3);
        int groups = (int)Bits(15);
        _input.Require(tables is >= 2 and <= MostTables && groups > 0);
        byte[] selectors = ReadSelectors(tables, groups);
        HuffmanCode[] codes = [.. Enumerable.Range(0, tables).Select(_ => ReadCode(symbols.Count + 2))];
        int length = ReadData(symbols, selectors, codes, size);
        _input.Require(origin < length);
        Invert(origin, length);
    }

    private List<byte> ReadSymbols()
    {
        uint used = Bits(16);
        List<byte> symbols = [];
        for (int sixteen = 0; sixteen < 16; sixteen++)
        {
            uint which = (used & (0x8000u >> sixteen)) != 0 ? Bits(16) : 0;
            for (int n = 0; n < 16; n++)
            {
                if ((which & (0x8000u >> n)) != 0)
                    symbols.Add((byte)((sixteen * 16) + n));
            }
        }

        _input.Require(symbols.Count > 0);
        return symbols;
    }

    /// <summary>Each group of symbols says which code it has, as its place in a list in which the last one stands first.</summary>
    private byte[] ReadSelectors(int tables, int groups)
    {
        List<byte> recent = [.. Enumerable.Range(0, tables).Select(n => (byte)n)];
        byte[] selectors = new byte[groups];
        for (int n = 0; n < groups; n++)
        {
            int place = 0;
            while (Bits(1) != 0)
                _input.Require(++place < tables);
            selectors[n] = recent[place];
            recent.RemoveAt(place);
            recent.Insert(0, selectors[n]);
        }

        return selectors;
    }

    private HuffmanCode ReadCode(int symbols)
    {
        byte[] lengths = new byte[symbols];
        int length = (int)Bits(5);
        for (int n = 0; n < symbols; n++)
        {
            while (true)
            {
                _input.Require(length is >= 1 and <= LongestCode);
                if (Bits(1) == 0)
                    break;
                length += Bits(1) == 0 ? 1 : -1;
            }

            lengths[n] = (byte)length;
        }

        return new HuffmanCode(lengths);
    }

    /// <summary>Reads the last column of the transform into the low bytes of the block.</summary>
    private int ReadData(List<byte> symbols, byte[] selectors, HuffmanCode[] codes, int size)
    {
        const int runA = 0;
        const int runB = 1;
        int end = symbols.Count + 1;
        int length = 0;
        long run = 0;
        int weight = 1;
        for (int group = 0; group < selectors.Length; group++)
        {
            HuffmanCode code = codes[selectors[group]];
            for (int n = 0; n < GroupSize; n++)
            {
                int symbol = ReadSymbol(code);
                if (symbol is runA or runB)
                {
                    // The digits of a run, 1 and 2, have weights of powers of two
                    run += (long)weight << symbol;
                    weight <<= 1;
                    _input.Require(run <= size - length);
                    continue;
                }

                _block.AsSpan(length, (int)run).Fill(symbols[0]);
                length += (int)run;
                (run, weight) = (0, 1);
                if (symbol == end)
                    return length;
                _input.Require(length < size);
                byte value = symbols[symbol - 1];
                symbols.RemoveAt(symbol - 1);
                symbols.Insert(0, value);
                _block[length++] = value;
            }
        }

        throw _input.Damaged();
    }

    private int ReadSymbol(HuffmanCode code)
    {
        int value = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            value = (value << 1) | (int)Bits(1);
            int index = value - code.First[length];
            if (index >= 0 && index < code.Count[length])
                return code.Symbols[code.Offset[length] + index];
        }

        throw _input.Damaged();
    }

    /// <summary>Undoes the transform, then the runs: four equal bytes are followed by how many more there are.</summary>
    private void Invert(int origin, int length)
    {
        Span<int> starts = stackalloc int[257];
        for (int n = 0; n < length; n++)
            starts[(int)(_block[n] & 0xff) + 1]++;
        for (int n = 1; n < 257; n++)
            starts[n] += starts[n - 1];
        for (int n = 0; n < length; n++)
            _block[starts[(int)(_block[n] & 0xff)]++] |= (uint)n << 8;

        uint at = _block[origin] >> 8;
        int previous = -1;
        int equal = 0;
        for (int n = 0; n < length; n++)
        {
            byte value = (byte)_block[at];
            at = _block[at] >> 8;
            if (equal == 4)
            {
                _output.Add((byte)previous, value);
                (equal, previous) = (0, -1);
                continue;
            }

            equal = value == previous ? equal + 1 : 1;
            previous = value;
            _output.Add(value);
        }
    }

    /// <summary>Takes up to 32 bits, the most significant one first.</summary>
    private uint Bits(int count)
    {
        uint value = 0;
        for (int left = count; left > 0;)
        {
            if (_bitCount == 0)
                (_bits, _bitCount) = (_input.Byte(), 8);
            int taken = Math.Min(left, _bitCount);
            value = (value << taken) | ((_bits >> (_bitCount - taken)) & ((1u << taken) - 1));
            _bitCount -= taken;
            left -= taken;
        }

        return value;
    }

    /// <summary>The CRC-32 of Ethernet, computed from the other end of each byte.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = (crc << 8) ^ Table[(crc >> 24) ^ value];
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint crc = n << 24;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((crc >> 31) * 0x04c11db7);
            table[n] = crc;
        }

        return table;
    }

    /// <summary>A canonical code: of each length, the first code, how many there are, and which symbols they stand for.</summary>
    private sealed class HuffmanCode
    {
        public HuffmanCode(byte[] lengths)
        {
            foreach (byte length in lengths)
                Count[length]++;
            int code = 0;
            int offset = 0;
            for (int length = 1; length <= LongestCode; length++)
            {
                (First[length], Offset[length]) = (code, offset);
                code = (code + Count[length]) << 1;
                offset += Count[length];
            }

            Symbols = [.. Enumerable.Range(0, lengths.Length).OrderBy(symbol => lengths[symbol])];
        }

        public int[] First { get; } = new int[LongestCode + 1];

        public int[] Count { get; } = new int[LongestCode + 1];

        public int[] Offset { get; } = new int[LongestCode + 1];

        public int[] Symbols { get; }
    }
}
