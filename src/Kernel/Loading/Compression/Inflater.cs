namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Decompresses DEFLATE data (RFC 1951). Our own, because .NET's streams neither report data that was cut off nor where the compressed data ends, and
/// both decide whether an image is whole.
/// </summary>
internal ref struct Inflater(ReadOnlySpan<byte> input, int limit)
{
    private const int EndOfBlock = 256;
    private static readonly byte[] CodeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    private static readonly ushort[] LengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static readonly byte[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly ushort[] DistanceBase =
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ];

    private static readonly HuffmanCode FixedLiterals = MakeFixedLiterals();
    private static readonly HuffmanCode FixedDistances = HuffmanCode.Build(Enumerable.Repeat((byte)5, 30).ToArray())!;

    private readonly ReadOnlySpan<byte> _input = input;
    private byte[] _output = new byte[Math.Min(limit, 1 << 16)];
    private int _produced;
    private ulong _bits;
    private int _bitCount;
    private int _position;

    /// <summary>Why decompression failed.</summary>
    public string? Error { get; private set; }

    /// <summary>Number of input bytes that belonged to the compressed data.</summary>
    public readonly int Consumed => _position - (_bitCount / 8);

    /// <summary>Decompresses.</summary>
    /// <returns>False when the data is damaged, cut off, or longer than the limit: see <see cref="Error"/>.</returns>
    public bool TryRun(out ReadOnlyMemory<byte> output)
    {
        bool last = false;
        while (!last && Error is null)
        {
            last = Take(1) != 0;
            switch (Take(2))
            {
                case 0: CopyStored(); break;
                case 1: Decode(FixedLiterals, FixedDistances); break;
                case 2: DecodeDynamic(); break;
                default: Fail("its compressed data is damaged"); break;
            }
        }

        output = _output.AsMemory(0, _produced);
        return Error is null;
    }

    private static HuffmanCode MakeFixedLiterals()
    {
        byte[] lengths = new byte[288];
        lengths.AsSpan(0, 144).Fill(8);
        lengths.AsSpan(144, 112).Fill(9);
        lengths.AsSpan(256, 24).Fill(7);
        lengths.AsSpan(280, 8).Fill(8);
        return HuffmanCode.Build(lengths)!;
    }

    private void Fail(string reason) => Error ??= reason;

    private void Fill()
    {
        while (_bitCount <= 48 && _position < _input.Length)
        {
            _bits |= (ulong)_input[_position++] << _bitCount;
            _bitCount += 8;
        }
    }

    private uint Take(int count)
    {
        if (_bitCount < count)
            Fill();
        uint value = (uint)_bits & ((1u << count) - 1);
        Skip(count);
        return value;
    }

    private void Skip(int count)
    {
        if (_bitCount < count)
        {
            Fail("its compressed data is cut off");
            count = _bitCount;
        }

        _bits >>= count;
        _bitCount -= count;
    }

    private int Symbol(HuffmanCode code)
    {
        Fill();
        int symbol = code.Decode((uint)_bits, out int length);
        if (symbol < 0)
            Fail(_bitCount < 15 ? "its compressed data is cut off" : "its compressed data is damaged");
        else
            Skip(length);
        return symbol;
    }

    private void CopyStored()
    {
        Skip(_bitCount & 7);
        uint length = Take(16);
        if (Take(16) != (~length & 0xffff))
            Fail("its compressed data is damaged");
        if (Error is not null)
            return;
        int start = Consumed;
        if (length > _input.Length - start)
        {
            Fail("its compressed data is cut off");
            return;
        }

        if (!Reserve((int)length))
            return;
        _input.Slice(start, (int)length).CopyTo(_output.AsSpan(_produced));
        _produced += (int)length;
        _position = start + (int)length;
        _bits = 0;
        _bitCount = 0;
    }

    private void DecodeDynamic()
    {
        int literals = (int)Take(5) + 257;
        int distances = (int)Take(5) + 1;
        int codes = (int)Take(4) + 4;
        Span<byte> lengths = stackalloc byte[320];
        lengths.Clear();
        for (int n = 0; n < codes; n++)
            lengths[CodeLengthOrder[n]] = (byte)Take(3);
        if (Error is not null || HuffmanCode.Build(lengths[..19]) is not { } lengthCode || !ReadLengths(lengthCode, lengths, literals + distances))
        {
            Fail("its compressed data is damaged");
            return;
        }

        HuffmanCode? literalCode = HuffmanCode.Build(lengths[..literals]);
        HuffmanCode? distanceCode = HuffmanCode.Build(lengths.Slice(literals, distances));
        if (literalCode is null || distanceCode is null)
            Fail("its compressed data is damaged");
        else
            Decode(literalCode, distanceCode);
    }

    private bool ReadLengths(HuffmanCode code, scoped Span<byte> lengths, int count)
    {
        lengths.Clear();
        int n = 0;
        while (n < count && Error is null)
        {
            int symbol = Symbol(code);
            if (symbol < 0)
                return false;
            if (symbol < 16)
            {
                lengths[n++] = (byte)symbol;
                continue;
            }

            if (symbol == 16 && n == 0)
                return false;
            byte repeated = symbol == 16 ? lengths[n - 1] : (byte)0;
            int times = symbol switch { 16 => 3 + (int)Take(2), 17 => 3 + (int)Take(3), _ => 11 + (int)Take(7) };
            if (times > count - n)
                return false;
            lengths.Slice(n, times).Fill(repeated);
            n += times;
        }

        return Error is null;
    }

    private void Decode(HuffmanCode literals, HuffmanCode distances)
    {
        while (Error is null)
        {
            int symbol = Symbol(literals);
            if (symbol == EndOfBlock || Error is not null)
                return;
            if (symbol < EndOfBlock)
            {
                if (Reserve(1))
                    _output[_produced++] = (byte)symbol;
            }
            else
            {
                CopyEarlier(symbol - EndOfBlock - 1, distances);
            }
        }
    }

    private void CopyEarlier(int lengthSymbol, HuffmanCode distances)
    {
        if (lengthSymbol >= LengthBase.Length)
        {
            Fail("its compressed data is damaged");
            return;
        }

        int length = LengthBase[lengthSymbol] + (int)Take(LengthExtra[lengthSymbol]);
        int distanceSymbol = Symbol(distances);
        if (distanceSymbol >= DistanceBase.Length || Error is not null)
        {
            Fail("its compressed data is damaged");
            return;
        }

        int extra = Math.Max(0, (distanceSymbol / 2) - 1);
        int distance = DistanceBase[distanceSymbol] + (int)Take(extra);
        if (distance > _produced)
            Fail("its compressed data is damaged");
        if (Error is not null || !Reserve(length))
            return;
        for (int n = 0; n < length; n++, _produced++)
            _output[_produced] = _output[_produced - distance];
    }

    private bool Reserve(int count)
    {
        if (count > limit - _produced)
        {
            Fail($"it decompresses to more than {limit} bytes, which do not fit into memory");
            return false;
        }

        if (_produced + count > _output.Length)
            Array.Resize(ref _output, (int)Math.Min(limit, Math.Max(_output.Length * 2L, _produced + count)));
        return true;
    }
}
