namespace PpcJit.Kernel.Loading.Compression;

/// <summary>A prefix code of DEFLATE, built from the lengths of its codewords (RFC 1951, 3.2.2).</summary>
internal sealed class HuffmanCode
{
    private const int LongestCode = 15;
    private const int FastBits = 10;
    private readonly int[] _counts = new int[LongestCode + 1];
    private readonly ushort[] _symbols;

    /// <summary>For each value of the next <see cref="FastBits"/> bits: symbol and code length (low four bits), 0 when the codeword is longer.</summary>
    private readonly ushort[] _fast = new ushort[1 << FastBits];

    private HuffmanCode(int symbols) => _symbols = new ushort[symbols];

    /// <summary>Builds a code.</summary>
    /// <param name="lengths">Codeword length of each symbol; 0 for symbols that do not occur.</param>
    /// <returns>Null when there are more codewords than the lengths leave room for.</returns>
    public static HuffmanCode? Build(ReadOnlySpan<byte> lengths)
    {
        HuffmanCode code = new(lengths.Length);
        foreach (byte length in lengths)
            code._counts[length]++;
        code._counts[0] = 0;
        Span<int> offsets = stackalloc int[LongestCode + 2];
        int room = 1;
        for (int length = 1; length <= LongestCode; length++)
        {
            room = (room << 1) - code._counts[length];
            if (room < 0)
                return null;
            offsets[length + 1] = offsets[length] + code._counts[length];
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
                code._symbols[offsets[lengths[symbol]]++] = (ushort)symbol;
        }

        code.FillFastTable();
        return code;
    }

    /// <summary>Decodes one symbol.</summary>
    /// <param name="bits">The next bits of the stream, the first in bit 0; at least 15 of them, zeros past the end.</param>
    /// <param name="length">How many bits the codeword has.</param>
    /// <returns>The symbol, or -1 when the bits are no codeword.</returns>
    public int Decode(uint bits, out int length)
    {
        ushort fast = _fast[bits & ((1 << FastBits) - 1)];
        length = fast & 0xf;
        if (length != 0)
            return fast >> 4;

        // Codewords of one length are consecutive numbers: walk the lengths until the number falls into its length's range
        int code = 0;
        int first = 0;
        int index = 0;
        for (length = 1; length <= LongestCode; length++)
        {
            code |= (int)(bits & 1);
            bits >>= 1;
            int count = _counts[length];
            if (code - count < first)
                return _symbols[index + (code - first)];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        return -1;
    }

    private void FillFastTable()
    {
        int code = 0;
        int index = 0;
        for (int length = 1; length <= FastBits; length++, code <<= 1)
        {
            for (int n = 0; n < _counts[length]; n++, code++, index++)
            {
                ushort entry = (ushort)((_symbols[index] << 4) | length);
                for (int bits = Reverse(code, length); bits < _fast.Length; bits += 1 << length)
                    _fast[bits] = entry;
            }
        }
    }

    private static int Reverse(int code, int length)
    {
        int reversed = 0;
        for (int bit = 0; bit < length; bit++)
            reversed |= ((code >> bit) & 1) << (length - 1 - bit);
        return reversed;
    }
}
