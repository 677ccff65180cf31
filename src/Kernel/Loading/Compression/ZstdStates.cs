namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// A table of Zstandard's entropy coder (RFC 8878, 4.1): in each state a symbol, and how many bits lead to the next state.
/// </summary>
internal sealed class ZstdStates
{
    private readonly byte[] _symbols;
    private readonly byte[] _bits;
    private readonly ushort[] _bases;

    private ZstdStates(int log)
    {
        Log = log;
        (_symbols, _bits, _bases) = (new byte[1 << log], new byte[1 << log], new ushort[1 << log]);
    }

    /// <summary>How many bits a state has.</summary>
    public int Log { get; }

    /// <summary>A table of one state, which is always the same symbol.</summary>
    public static ZstdStates OfOne(byte symbol)
    {
        ZstdStates table = new(0);
        table._symbols[0] = symbol;
        return table;
    }

    /// <summary>Makes the table of a distribution.</summary>
    /// <param name="log">How many bits a state has.</param>
    /// <param name="counts">How many states each symbol has; -1 for less than one. They add up to all states.</param>
    public static ZstdStates Of(int log, ReadOnlySpan<short> counts)
    {
        ZstdStates table = new(log);
        int size = 1 << log;
        int high = size;
        ushort[] next = new ushort[counts.Length];
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            next[symbol] = (ushort)Math.Abs((int)counts[symbol]);
            if (counts[symbol] < 0)
                table._symbols[--high] = (byte)symbol;
        }

        int step = (size >> 1) + (size >> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            for (int n = 0; n < counts[symbol]; n++)
            {
                table._symbols[at] = (byte)symbol;
                do
                    at = (at + step) & (size - 1);
                while (at >= high);
            }
        }

        for (int state = 0; state < size; state++)
        {
            int value = next[table._symbols[state]]++;
            table._bits[state] = (byte)(log - int.Log2(value));
            table._bases[state] = (ushort)((value << table._bits[state]) - size);
        }

        return table;
    }

    /// <summary>Reads a distribution and makes its table.</summary>
    /// <param name="input">Where it stands; it ends with a byte.</param>
    /// <param name="mostSymbols">How many symbols there can be.</param>
    /// <param name="mostLog">Most bits of a state.</param>
    /// <exception cref="InputException">It cannot be.</exception>
    public static ZstdStates Read(CompressedInput input, int mostSymbols, int mostLog)
    {
        ReadOnlySpan<byte> bytes = input.Rest;
        int position = 0;
        int log = (int)Bits(bytes, ref position, 4) + 5;
        input.Require(log <= mostLog);
        int left = 1 << log;
        short[] counts = new short[mostSymbols];
        int symbol = 0;
        while (left > 0)
        {
            input.Require(symbol < mostSymbols && position < 8 * bytes.Length);
            int width = int.Log2(left + 1) + 1;
            int value = (int)Bits(bytes, ref position, width);
            int low = value & ((1 << (width - 1)) - 1);
            int threshold = (1 << width) - 2 - left;
            if (low < threshold)
            {
                position--;
                value = low;
            }
            else if (value >= 1 << (width - 1))
            {
                value -= threshold;
            }

            counts[symbol++] = (short)(value - 1);
            left -= Math.Abs(value - 1);
            input.Require(left >= 0);
            for (int more = value == 1 ? 3 : 0; more == 3;)
            {
                more = (int)Bits(bytes, ref position, 2);
                symbol += more;
                input.Require(symbol <= mostSymbols);
            }
        }

        input.Take((position + 7) / 8);
        return Of(log, counts.AsSpan(0, symbol));
    }

    /// <summary>The symbol of a state.</summary>
    public byte Symbol(uint state) => _symbols[state];

    /// <summary>How many bits lead to the next state.</summary>
    public int BitsOf(uint state) => _bits[state];

    /// <summary>The state that follows.</summary>
    public uint Next(uint state, ref BackwardBits bits) => _bases[state] + bits.Take(_bits[state]);

    /// <summary>Takes bits forward, the least significant one first; what is missing is 0.</summary>
    private static uint Bits(ReadOnlySpan<byte> bytes, ref int position, int count)
    {
        uint value = 0;
        for (int n = 0; n < count; n++, position++)
        {
            if (position < 8 * bytes.Length && (bytes[position >> 3] & (1 << (position & 7))) != 0)
                value |= 1u << n;
        }

        return value;
    }
}
