using PpcJit.Kernel;
using PpcJit.Lab.Debugging.Grammar;

namespace PpcJit.Lab.Scenarios.Syntax;

/// <summary>
/// The words of a sentence in a scenario file, read from left to right. Commas separate words and mean nothing.
/// </summary>
internal sealed class Sentence
{
    private readonly SourceLocation _start;
    private readonly bool _exact;
    private readonly List<(string Text, int Offset)> _words = [];
    private int _next;

    /// <summary>Takes a sentence apart.</summary>
    /// <param name="text">Its text with settings substituted.</param>
    /// <param name="start">Where it begins in the file.</param>
    /// <param name="exact">
    /// Whether columns within it are those of the file, as they are when nothing was substituted.
    /// </param>
    public Sentence(string text, SourceLocation start, bool exact)
    {
        (Text, _start, _exact) = (text, start, exact);
        int n = 0;
        while (n < text.Length)
        {
            int first = n;
            if (char.IsWhiteSpace(text[n]) || text[n] == ',')
            {
                n++;
                continue;
            }

            if (text[n] == '=')
                n++;
            else
                while (n < text.Length && !char.IsWhiteSpace(text[n]) && text[n] is not (',' or '='))
                    n++;
            _words.Add((text[first..n], first));
        }
    }

    /// <summary>The whole sentence.</summary>
    public string Text { get; }

    /// <summary>Whether all words have been read.</summary>
    public bool AtEnd => _next == _words.Count;

    /// <summary>Where the next word stands, or the end.</summary>
    public SourceLocation Here => At(AtEnd ? Text.TrimEnd().Length : _words[_next].Offset);

    /// <summary>Reads a word if it is the one given, in any letter case.</summary>
    public bool TryTake(string word)
    {
        if (AtEnd || !string.Equals(_words[_next].Text, word, StringComparison.OrdinalIgnoreCase))
            return false;
        _next++;
        return true;
    }

    /// <summary>Reads the words given.</summary>
    /// <exception cref="InputException">Others stand there.</exception>
    public void Expect(params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (!TryTake(word))
                throw Unexpected($"'{word}'", [word]);
        }
    }

    /// <summary>Reads any word.</summary>
    /// <param name="expected">What it is, for the error.</param>
    /// <exception cref="InputException">The sentence has ended.</exception>
    public string Take(string expected) => AtEnd ? throw Unexpected(expected, []) : _words[_next++].Text;

    /// <summary>Reads a count of instructions or calls.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public ulong TakeCount(string expected)
    {
        if (!AtEnd && Numbers.TryCount(_words[_next].Text, out ulong value))
        {
            _next++;
            return value;
        }

        throw Unexpected(expected, []);
    }

    /// <summary>Reads a symbol with an optional offset, or an address.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public SymbolReference TakeSymbol(string expected)
    {
        SourceLocation here = Here;
        return Reference(Take(expected), here);
    }

    /// <summary>Reads a value: an expression, as in the debugger.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public Operand TakeOperand(string expected)
    {
        if (AtEnd)
            throw Unexpected(expected, []);
        ExpressionReader reader = new(Text, _words[_next].Offset);
        if (reader.Read(expected) is not { } value)
            throw At(reader.Error!.Position).Error(reader.Error.Message);
        while (!AtEnd && _words[_next].Offset < reader.Position)
            _next++;
        (string last, int offset) = _words[_next - 1];
        return offset + last.Length <= reader.Position
            ? new Operand(value, _start, _exact)
            : throw At(reader.Position)
                .Error($"{expected} ends here, and '{Text[reader.Position..(offset + last.Length)]}' cannot follow.");
    }

    /// <summary>Reads <c>when</c> and a condition, if it follows.</summary>
    /// <returns>Null when it does not.</returns>
    /// <exception cref="InputException">The condition is none.</exception>
    public Operand? TakeCondition() => TryTake("when") ? TakeOperand("a condition") : null;

    private SourceLocation At(int offset) => _start.At(_exact ? offset : 0);

    private static SymbolReference Reference(string word, SourceLocation here)
    {
        int sign = word.LastIndexOfAny(['+', '-']);
        bool isOffset = sign > 0 && (word[sign] == '+' || char.IsAsciiDigit(word.AsSpan(sign + 1).IsEmpty ? 'x' : word[sign + 1]));
        if (!isOffset)
            return new SymbolReference(word, 0, here);
        if (!Numbers.TryCount(word[(sign + 1)..], out ulong offset) || offset > uint.MaxValue)
            throw here.Error($"'{word}' has no offset such as +0x1c after its symbol.");
        return new SymbolReference(word[..sign], word[sign] == '+' ? (uint)offset : 0 - (uint)offset, here);
    }

    /// <summary>Makes the error that something else is expected at the next word.</summary>
    public InputException Unexpected(string expected, IEnumerable<string> valid)
    {
        string found = AtEnd ? "the end of the sentence" : $"'{_words[_next].Text}'";
        string question = AtEnd ? "" : NearestName.Question(_words[_next].Text, valid);
        return Here.Error($"{expected} is expected here, not {found}.{question}");
    }
}
