namespace PpcJit.Kernel.Loading.Compression;

/// <summary>A Huffman code of Zstandard (RFC 8878, 4.2): looked up by as many bits as its longest code has.</summary>
internal sealed class ZstdCode
{
    private const int LongestCode = 11;
    private const int MostWeights = 255;
    private const int WeightLog = 6;
    private const int WeightSymbols = 13;

    private readonly int _longest;
    private readonly byte[] _symbols;
    private readonly byte[] _lengths;

    private ZstdCode(int longest) => (_longest, _symbols, _lengths) = (longest, new byte[1 << longest], new byte[1 << longest]);

    /// <summary>Reads a code.</summary>
    /// <exception cref="InputException">It cannot be.</exception>
    public static ZstdCode Read(CompressedInput input)
    {
        byte header = input.Byte();
        Span<byte> weights = stackalloc byte[MostWeights + 1];
        int count = header < 128 ? ReadWeights(input.Part(header), weights) : ReadDirect(input, header - 127, weights);
        uint sum = 0;
        foreach (byte weight in weights[..count])
        {
            input.Require(weight <= LongestCode);
            sum += (1u << weight) >> 1;
        }

        input.Require(sum > 0);
        int longest = int.Log2((int)sum) + 1;
        uint last = (1u << longest) - sum;
        input.Require(longest <= LongestCode && uint.IsPow2(last));
        weights[count++] = (byte)(uint.Log2(last) + 1);
        ZstdCode code = new(longest);
        int at = 0;
        for (int weight = 1; weight <= longest; weight++)
        {
            for (int symbol = 0; symbol < count; symbol++)
            {
                if (weights[symbol] != weight)
                    continue;
                int entries = 1 << (weight - 1);
                input.Require(at + entries <= code._symbols.Length);
                code._symbols.AsSpan(at, entries).Fill((byte)symbol);
                code._lengths.AsSpan(at, entries).Fill((byte)(longest + 1 - weight));
                at += entries;
            }
        }

        input.Require(at == code._symbols.Length);
        return code;
    }

    /// <summary>Decodes a stream, which must end with the last symbol.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public void Decode(CompressedInput stream, Span<byte> output)
    {
        ReadOnlySpan<byte> bytes = stream.Rest;
        stream.Require(bytes is [.., not 0]);
        BackwardBits bits = new(bytes);
        for (int n = 0; n < output.Length; n++)
        {
            uint index = bits.Peek(_longest);
            output[n] = _symbols[index];
            bits.Skip(_lengths[index]);
        }

        stream.Require(bits.Left == 0);
    }

    private static int ReadDirect(CompressedInput input, int count, Span<byte> weights)
    {
        ReadOnlySpan<byte> bytes = input.Take((count + 1) / 2);
        for (int n = 0; n < count; n++)
            weights[n] = (byte)((n & 1) == 0 ? bytes[n / 2] >> 4 : bytes[n / 2] & 15);
        return count;
    }

    /// <summary>Two states take turns; the one that finds no more bits leaves the last word to the other.</summary>
    private static int ReadWeights(CompressedInput input, Span<byte> weights)
    {
        ZstdStates table = ZstdStates.Read(input, WeightSymbols, WeightLog);
        ReadOnlySpan<byte> bytes = input.Rest;
        input.Require(bytes is [.., not 0]);
        BackwardBits bits = new(bytes);
        uint one = bits.Take(table.Log);
        uint other = bits.Take(table.Log);
        input.Require(bits.Left >= 0);
        for (int count = 0; count < MostWeights - 1;)
        {
            weights[count++] = table.Symbol(one);
            if (bits.Left < table.BitsOf(one))
            {
                weights[count++] = table.Symbol(other);
                return count;
            }

            one = table.Next(one, ref bits);
            (one, other) = (other, one);
        }

        throw input.Damaged();
    }
}
