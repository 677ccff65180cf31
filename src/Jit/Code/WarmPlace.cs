using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Code;

/// <summary>A place that has become hot while a run is short, and is compiled when it has done so several times.</summary>
internal sealed class WarmPlace
{
    /// <summary>How often a place has to reach its threshold.</summary>
    public const int Patience = 4;

    private readonly bool[] _executed = new bool[CodePage.Words];
    private int _times;

    /// <summary>Notes which instructions were executed until now.</summary>
    /// <param name="page">The instructions of its page.</param>
    public WarmPlace(ReadOnlySpan<DecodedInstruction> page)
    {
        for (int word = 0; word < page.Length; word++)
            _executed[word] = page[word].Code != Codes.Undecoded;
    }

    /// <summary>Counts once more.</summary>
    /// <returns>Whether it is to be compiled.</returns>
    public bool IsHotAgain() => ++_times >= Patience;

    /// <summary>
    /// Takes out of a copy of the page what was not executed when the place was hot for the first time. Only once: a region that is compiled anew
    /// has to have what its place has come to since.
    /// </summary>
    public void LeaveOutLater(DecodedInstruction[] page)
    {
        for (int word = 0; word < page.Length; word++)
        {
            if (!_executed[word])
                page[word] = default;
            _executed[word] = true;
        }
    }
}
