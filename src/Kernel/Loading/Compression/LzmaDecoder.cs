namespace PpcJit.Kernel.Loading.Compression;

/// <summary>
/// Decodes LZMA (I. Pavlov, "LZMA specification", 2015), the method of .lzma files and, in chunks, of .xz files. The output is its dictionary.
/// </summary>
/// <param name="output">Where the bytes go; its part is the dictionary.</param>
internal sealed class LzmaDecoder(LimitedBuffer output)
{
    /// <summary>A length of which it is not known how many bytes it has: a marker ends the data.</summary>
    public const ulong Unknown = ulong.MaxValue;

    private const int States = 12;
    private const int PositionStates = 16;
    private const int ProbabilityBits = 11;
    private const int AdaptBits = 5;
    private const uint LeastRange = 1 << 24;
    private const int LiteralCoder = 0x300;
    private const int FirstCodedSlot = 4;
    private const int FirstDirectSlot = 14;
    private const int ShortestMatch = 2;
    private const uint EndMarker = uint.MaxValue;

    private readonly ushort[] _isMatch = new ushort[States * PositionStates];
    private readonly ushort[] _isRepeat = new ushort[States];
    private readonly ushort[] _isOther = new ushort[States];
    private readonly ushort[] _isThirdOrFourth = new ushort[States];
    private readonly ushort[] _isFourth = new ushort[States];
    private readonly ushort[] _isLong = new ushort[States * PositionStates];
    private readonly ushort[] _slots = new ushort[4 * 64];
    private readonly ushort[] _distances = new ushort[1 + 128 - FirstDirectSlot];
    private readonly ushort[] _aligned = new ushort[16];
    private readonly LengthCoder _matchLength = new();
    private readonly LengthCoder _repeatLength = new();
    private ushort[] _literals = [];
    private CompressedInput _input = null!;
    private int _contextBits;
    private int _positionMask;
    private int _stateMask;
    private int _state;
    private uint _range;
    private uint _code;
    private uint _last0;
    private uint _last1;
    private uint _last2;
    private uint _last3;

    /// <summary>Sets how literals and positions are coded, and forgets all statistics.</summary>
    /// <param name="properties">The byte of a header.</param>
    /// <param name="mostLiteralBits">Most bits that choose the coder of a literal.</param>
    /// <returns>Whether there are such properties.</returns>
    public bool TrySetProperties(byte properties, int mostLiteralBits = 12)
    {
        const int contexts = 9;
        const int positions = 5;
        if (properties >= contexts * positions * positions)
            return false;
        _contextBits = properties % contexts;
        int literalPositionBits = properties / contexts % positions;
        if (_contextBits + literalPositionBits > mostLiteralBits)
            return false;
        _positionMask = (1 << literalPositionBits) - 1;
        _stateMask = (1 << (properties / contexts / positions)) - 1;
        _literals = new ushort[LiteralCoder << (_contextBits + literalPositionBits)];
        Reset();
        return true;
    }

    /// <summary>Forgets all statistics.</summary>
    public void Reset()
    {
        ushort[][] all = [_literals, _isMatch, _isRepeat, _isOther, _isThirdOrFourth, _isFourth, _isLong, _slots, _distances, _aligned];
        foreach (ushort[] probabilities in (ushort[][])[.. all, .. _matchLength.All, .. _repeatLength.All])
            Array.Fill(probabilities, (ushort)(1 << (ProbabilityBits - 1)));
        (_state, _last0, _last1, _last2, _last3) = (0, 0, 0, 0, 0);
    }

    /// <summary>Decodes data, which ends as its encoder ended it.</summary>
    /// <param name="input">The data.</param>
    /// <param name="length">How many bytes come out; <see cref="Unknown"/> when a marker says it.</param>
    /// <param name="mayHaveMarker">Whether a marker may stand at its end although the length is known.</param>
    /// <exception cref="InputException">It is damaged, or too much comes out.</exception>
    public void Decode(CompressedInput input, ulong length, bool mayHaveMarker)
    {
        _input = input;
        input.Require(input.Byte() == 0);
        (_range, _code) = (uint.MaxValue, input.Big(4));
        input.Require(_code != uint.MaxValue);
        ulong left = length;
        while (left != 0 || (_code != 0 && mayHaveMarker))
        {
            int positionState = output.PartLength & _stateMask;
            int before = output.Length;
            if (Bit(ref _isMatch[(_state * PositionStates) + positionState]) == 0)
            {
                input.Require(left != 0);
                DecodeLiteral();
                left--;
                continue;
            }

            if (!DecodeMatch(positionState, left))
            {
                input.Require((length == Unknown || left == 0) && mayHaveMarker);
                break;
            }

            left -= (ulong)(output.Length - before);
        }

        input.Require(_code == 0);
    }

    private void DecodeLiteral()
    {
        int previous = output.PartLength > 0 ? output.Before(1) : 0;
        int context = ((output.PartLength & _positionMask) << _contextBits) + (previous >> (8 - _contextBits));
        Span<ushort> coder = _literals.AsSpan(LiteralCoder * context, LiteralCoder);
        int symbol = 1;
        if (_state >= 7)
        {
            int matched = output.Before(_last0 + 1ul);
            while (symbol < 0x100)
            {
                int expected = (matched >> 7) & 1;
                matched <<= 1;
                int bit = (int)Bit(ref coder[((1 + expected) << 8) + symbol]);
                symbol = (symbol << 1) | bit;
                if (expected != bit)
                    break;
            }
        }

        while (symbol < 0x100)
            symbol = (symbol << 1) | (int)Bit(ref coder[symbol]);
        output.Add((byte)symbol);
        _state = _state < 4 ? 0 : _state < 10 ? _state - 3 : _state - 6;
    }

    /// <summary>Decodes a match.</summary>
    /// <returns>False when it is the marker at the end.</returns>
    private bool DecodeMatch(int positionState, ulong left)
    {
        int length;
        if (Bit(ref _isRepeat[_state]) != 0)
        {
            if (Bit(ref _isOther[_state]) == 0)
            {
                if (Bit(ref _isLong[(_state * PositionStates) + positionState]) == 0)
                {
                    _input.Require(left != 0);
                    _state = _state < 7 ? 9 : 11;
                    output.Repeat(_last0 + 1ul, 1);
                    return true;
                }
            }
            else
            {
                ChooseEarlier();
            }

            length = Length(_repeatLength, positionState);
            _state = _state < 7 ? 8 : 11;
        }
        else
        {
            (_last3, _last2, _last1) = (_last2, _last1, _last0);
            length = Length(_matchLength, positionState);
            _state = _state < 7 ? 7 : 10;
            _last0 = Distance(length);
            if (_last0 == EndMarker)
                return false;
        }

        length += ShortestMatch;
        _input.Require((ulong)length <= left);
        output.Repeat(_last0 + 1ul, length);
        return true;
    }

    /// <summary>Takes one of the earlier distances as the last one.</summary>
    private void ChooseEarlier()
    {
        uint chosen = _last1;
        if (Bit(ref _isThirdOrFourth[_state]) != 0)
        {
            chosen = _last2;
            if (Bit(ref _isFourth[_state]) != 0)
                (chosen, _last3) = (_last3, _last2);
            _last2 = _last1;
        }

        (_last1, _last0) = (_last0, chosen);
    }

    private int Length(LengthCoder coder, int positionState)
    {
        if (Bit(ref coder.Choices[0]) == 0)
            return (int)Tree(coder.Low.AsSpan(positionState << 3, 8), 3);
        return Bit(ref coder.Choices[1]) == 0
            ? 8 + (int)Tree(coder.Middle.AsSpan(positionState << 3, 8), 3)
            : 16 + (int)Tree(coder.High, 8);
    }

    private uint Distance(int length)
    {
        uint slot = Tree(_slots.AsSpan(Math.Min(length, 3) * 64, 64), 6);
        if (slot < FirstCodedSlot)
            return slot;
        int bits = (int)(slot >> 1) - 1;
        uint distance = (2 | (slot & 1)) << bits;
        if (slot < FirstDirectSlot)
            return distance + ReverseTree(_distances.AsSpan((int)(distance - slot)), bits);
        distance += Direct(bits - 4) << 4;
        return distance + ReverseTree(_aligned, 4);
    }

    private uint Tree(Span<ushort> probabilities, int bits)
    {
        uint index = 1;
        for (int n = 0; n < bits; n++)
            index = (index << 1) | Bit(ref probabilities[(int)index]);
        return index - (1u << bits);
    }

    private uint ReverseTree(Span<ushort> probabilities, int bits)
    {
        uint index = 1;
        uint value = 0;
        for (int n = 0; n < bits; n++)
        {
            uint bit = Bit(ref probabilities[(int)index]);
            index = (index << 1) | bit;
            value |= bit << n;
        }

        return value;
    }

    private uint Direct(int bits)
    {
        uint value = 0;
        for (int n = 0; n < bits; n++)
        {
            _range >>= 1;
            uint bit = _code >= _range ? 1u : 0;
            if (bit != 0)
                _code -= _range;
            value = (value << 1) | bit;
            Normalize();
        }

        return value;
    }

    private uint Bit(ref ushort probability)
    {
        uint bound = (_range >> ProbabilityBits) * probability;
        uint bit;
        if (_code < bound)
        {
            _range = bound;
            probability += (ushort)(((1 << ProbabilityBits) - probability) >> AdaptBits);
            bit = 0;
        }
        else
        {
            _range -= bound;
            _code -= bound;
            probability -= (ushort)(probability >> AdaptBits);
            bit = 1;
        }

        Normalize();
        return bit;
    }

    private void Normalize()
    {
        if (_range >= LeastRange)
            return;
        _range <<= 8;
        _code = (_code << 8) | _input.Byte();
    }

    private sealed class LengthCoder
    {
        public ushort[] Choices { get; } = new ushort[2];

        public ushort[] Low { get; } = new ushort[PositionStates * 8];

        public ushort[] Middle { get; } = new ushort[PositionStates * 8];

        public ushort[] High { get; } = new ushort[256];

        public ushort[][] All => [Choices, Low, Middle, High];
    }
}
