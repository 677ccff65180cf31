namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Decodes compressed blocks of a frame of Zstandard (RFC 8878, 3.1.1.3): literals, and sequences that say how many of them come before what is
/// copied from where. Tables and distances are kept from block to block.
/// </summary>
/// <param name="output">Where the bytes go; its part is the frame.</param>
internal sealed class ZstdBlocks(LimitedBuffer output)
{
    /// <summary>Most bytes of a block.</summary>
    public const int LargestBlock = 128 << 10;

    private static readonly Kind LiteralLengths = new(
        [
            .. Enumerable.Range(0, 16).Select(n => ((uint)n, 0)),
            (16, 1), (18, 1), (20, 1), (22, 1), (24, 2), (28, 2), (32, 3), (40, 3), (48, 4), (64, 6), (128, 7), (256, 8), (512, 9),
            (1024, 10), (2048, 11), (4096, 12), (8192, 13), (16384, 14), (32768, 15), (65536, 16),
        ],
        MostLog: 9,
        ZstdStates.Of(6, [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1]));

    private static readonly Kind MatchLengths = new(
        [
            .. Enumerable.Range(3, 32).Select(n => ((uint)n, 0)),
            (35, 1), (37, 1), (39, 1), (41, 1), (43, 2), (47, 2), (51, 3), (59, 3), (67, 4), (83, 4), (99, 5), (131, 7), (259, 8), (515, 9),
            (1027, 10), (2051, 11), (4099, 12), (8195, 13), (16387, 14), (32771, 15), (65539, 16),
        ],
        MostLog: 9,
        ZstdStates.Of(6,
        [
            1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            -1, -1, -1, -1, -1, -1, -1,
        ]));

    private static readonly Kind Offsets = new(
        [.. Enumerable.Range(0, 32).Select(n => (1u << n, n))],
        MostLog: 8,
        ZstdStates.Of(5, [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]));

    private readonly byte[] _literals = new byte[LargestBlock];
    private readonly ulong[] _recent = new ulong[3];
    private int _literalCount;
    private ZstdCode? _code;
    private ZstdStates? _literalLengths;
    private ZstdStates? _matchLengths;
    private ZstdStates? _offsets;

    /// <summary>Begins a frame.</summary>
    public void Begin()
    {
        ((ReadOnlySpan<ulong>)[1, 4, 8]).CopyTo(_recent);
        (_code, _literalLengths, _matchLengths, _offsets) = (null, null, null, null);
    }

    /// <summary>Decodes a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="most">Most bytes that may come out.</param>
    /// <exception cref="InputException">It is damaged, or too much comes out.</exception>
    public void Decode(CompressedInput block, int most)
    {
        int before = output.Length;
        ReadLiterals(block);
        int used = ReadSequences(block, before, most);
        output.Add(_literals.AsSpan(used, _literalCount - used));
        block.Require(output.Length - before <= most);
    }

    private void ReadLiterals(CompressedInput block)
    {
        byte first = block.Peek();
        int type = first & 3;
        int format = (first >> 2) & 3;
        if (type < 2)
        {
            int shift = (format & 1) == 0 ? 3 : 4;
            _literalCount = (int)(block.Little(format switch { 1 => 2, 3 => 3, _ => 1 }) >> shift);
            block.Require(_literalCount <= LargestBlock);
            if (type == 0)
                block.Take(_literalCount).CopyTo(_literals);
            else
                _literals.AsSpan(0, _literalCount).Fill(block.Byte());
            return;
        }

        (int bytes, int bits) = format switch { 2 => (4, 14), 3 => (5, 18), _ => (3, 10) };
        ulong sizes = block.Little(bytes) >> 4;
        _literalCount = (int)(sizes & ((1ul << bits) - 1));
        block.Require(_literalCount <= LargestBlock);
        CompressedInput packed = block.Part((long)(sizes >> bits));
        if (type == 2)
            _code = ZstdCode.Read(packed);
        if (_code is not { } code)
            throw block.Damaged();
        if (format == 0)
            code.Decode(packed, _literals.AsSpan(0, _literalCount));
        else
            DecodeStreams(packed, code);
    }

    private void DecodeStreams(CompressedInput packed, ZstdCode code)
    {
        Span<long> sizes = [(long)packed.Little(2), (long)packed.Little(2), (long)packed.Little(2), 0];
        sizes[3] = packed.Left - sizes[0] - sizes[1] - sizes[2];
        int quarter = (_literalCount + 3) / 4;
        packed.Require(3 * quarter <= _literalCount);
        for (int n = 0; n < 4; n++)
            code.Decode(packed.Part(sizes[n]), _literals.AsSpan(n * quarter, n < 3 ? quarter : _literalCount - (3 * quarter)));
    }

    /// <summary>Carries out the sequences.</summary>
    /// <returns>How many literals were used.</returns>
    private int ReadSequences(CompressedInput block, int before, int most)
    {
        int count = block.Byte();
        if (count == 0)
        {
            block.Require(block.Left == 0);
            return 0;
        }

        if (count >= 128)
            count = count == 255 ? (int)block.Little(2) + 0x7f00 : ((count - 128) << 8) + block.Byte();
        byte modes = block.Byte();
        block.Require((modes & 3) == 0);
        ZstdStates literalTable = _literalLengths = Table(block, modes >> 6, LiteralLengths, _literalLengths);
        ZstdStates offsetTable = _offsets = Table(block, (modes >> 4) & 3, Offsets, _offsets);
        ZstdStates matchTable = _matchLengths = Table(block, (modes >> 2) & 3, MatchLengths, _matchLengths);
        ReadOnlySpan<byte> stream = block.Rest;
        block.Require(stream is [.., not 0]);
        BackwardBits bits = new(stream);
        uint literalState = bits.Take(literalTable.Log);
        uint offsetState = bits.Take(offsetTable.Log);
        uint matchState = bits.Take(matchTable.Log);
        int used = 0;
        for (int n = 0; n < count; n++)
        {
            int offsetCode = offsetTable.Symbol(offsetState);
            ulong offset = (1ul << offsetCode) + bits.Take(offsetCode);
            int match = (int)Value(MatchLengths, matchTable.Symbol(matchState), ref bits);
            int literals = (int)Value(LiteralLengths, literalTable.Symbol(literalState), ref bits);
            block.Require(literals <= _literalCount - used && bits.Left >= 0);
            output.Add(_literals.AsSpan(used, literals));
            used += literals;
            block.Require(output.Length - before <= most - match);
            output.Repeat(Distance(offset, literals == 0), match);
            if (n == count - 1)
                break;
            literalState = literalTable.Next(literalState, ref bits);
            matchState = matchTable.Next(matchState, ref bits);
            offsetState = offsetTable.Next(offsetState, ref bits);
        }

        block.Require(bits.Left == 0);
        return used;
    }

    private static uint Value(Kind kind, byte symbol, ref BackwardBits bits)
    {
        (uint start, int more) = kind.Values[symbol];
        return start + bits.Take(more);
    }

    /// <summary>The values 1 to 3 stand for the last three distances; where no literals came before, for others.</summary>
    private ulong Distance(ulong offset, bool isFirst)
    {
        if (offset > 3)
        {
            (_recent[2], _recent[1], _recent[0]) = (_recent[1], _recent[0], offset - 3);
            return _recent[0];
        }

        int which = (int)offset - 1 + (isFirst ? 1 : 0);
        ulong distance = which == 3 ? _recent[0] - 1 : _recent[which];
        if (which >= 2)
            _recent[2] = _recent[1];
        if (which >= 1)
            (_recent[1], _recent[0]) = (_recent[0], distance);
        return distance;
    }

    private static ZstdStates Table(CompressedInput block, int mode, Kind kind, ZstdStates? last)
    {
        switch (mode)
        {
            case 0:
                return kind.Usual;
            case 1:
                byte symbol = block.Byte();
                block.Require(symbol < kind.Values.Length);
                return ZstdStates.OfOne(symbol);
            case 2:
                return ZstdStates.Read(block, kind.Values.Length, kind.MostLog);
            default:
                return last ?? throw block.Damaged();
        }
    }

    /// <summary>A kind of number in sequences.</summary>
    /// <param name="Values">For each symbol where its values begin, and how many bits tell them apart.</param>
    /// <param name="MostLog">Most bits of a state.</param>
    /// <param name="Usual">The table where a block has none.</param>
    private sealed record Kind((uint Start, int Bits)[] Values, int MostLog, ZstdStates Usual);
}
