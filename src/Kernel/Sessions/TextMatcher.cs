namespace PpcJit.Kernel.Sessions;

/// <summary>Finds a text in a stream of bytes, one byte at a time, however the stream is cut (the algorithm of Knuth, Morris and Pratt).</summary>
public sealed class TextMatcher
{
    private readonly byte[] _text;
    private readonly int[] _fallback;
    private int _matched;

    /// <summary>Creates a matcher.</summary>
    /// <param name="text">What is looked for; an empty text is never found.</param>
    public TextMatcher(ReadOnlySpan<byte> text)
    {
        _text = text.ToArray();
        _fallback = new int[_text.Length];
        for (int n = 1, k = 0; n < _text.Length; n++)
        {
            while (k > 0 && _text[n] != _text[k])
                k = _fallback[k - 1];
            if (_text[n] == _text[k])
                k++;
            _fallback[n] = k;
        }
    }

    /// <summary>Forgets what it has read.</summary>
    public void Restart() => _matched = 0;

    /// <summary>Takes the next byte of the stream.</summary>
    /// <returns>True when the text ends with this byte.</returns>
    public bool Next(byte value)
    {
        if (_text.Length == 0)
            return false;
        while (_matched > 0 && _text[_matched] != value)
            _matched = _fallback[_matched - 1];
        if (_text[_matched] == value)
            _matched++;
        if (_matched < _text.Length)
            return false;
        _matched = _fallback[_matched - 1];
        return true;
    }
}
