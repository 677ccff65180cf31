namespace PpcJit.Jit.Decoding;

/// <summary>
/// Takes instruction words apart, and remembers how: code that is forgotten because it was written over mostly comes
/// back with the same words, and taking one apart takes longer than the interpreter needs to execute it.
/// </summary>
internal sealed class KnownInstructions
{
    /// <summary>
    /// A bound of 64 KiB. A boot of Linux takes 62,457 of its 134,840 words apart (--jit-opt background=off); with a table of a
    /// quarter 81,311, with four times as much 46,411.
    /// </summary>
    private const int SizeLog = 12;

    /// <summary>
    /// 2 to the power of 32, divided by the golden ratio: words that differ in a few bits are spread over all places.
    /// </summary>
    private const uint Spread = 0x9e3779b9;

    private readonly DecodedInstruction[] _known = new DecodedInstruction[1 << SizeLog];

    /// <summary>How many words were taken apart, those that were known not counted.</summary>
    public long TakenApart { get; private set; }

    /// <summary>Takes a word apart.</summary>
    public DecodedInstruction Decode(uint word)
    {
        ref DecodedInstruction known = ref _known[(word * Spread) >> (32 - SizeLog)];
        if (known.Word != word || known.Code == Codes.Undecoded)
        {
            known = DecodedInstruction.From(word);
            TakenApart++;
        }

        return known;
    }
}
