using System.Text;
using PpcJit.Kernel;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>
/// Reads a text with values in braces: <c>{r3}</c>, <c>{r3:d}</c>, <c>{u32[r4+8]}</c>, <c>{string(r5)}</c>,
/// <c>{symbol(lr)}</c>, <c>{task}</c>, <c>{backtrace}</c>.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="position">Where it begins.</param>
/// <param name="arguments">The arguments of the function that begins where it is printed; null for none.</param>
internal sealed class PrintTemplateReader(string text, int position, FunctionArguments? arguments)
{
    private static readonly Dictionary<string, PrintForm> Functions = new() { ["string"] = PrintForm.String, ["symbol"] = PrintForm.Symbol };
    private static readonly Dictionary<string, PrintForm> Words = new() { ["task"] = PrintForm.Task, ["backtrace"] = PrintForm.Backtrace };
    private static readonly Dictionary<string, PrintForm> Forms = new() { ["x"] = PrintForm.Hex, ["d"] = PrintForm.Signed, ["u"] =
        PrintForm.Unsigned };

    /// <summary>Characters ahead of what has not been read.</summary>
    public int Position { get; private set; } = position;

    /// <summary>What is wrong; null while nothing is.</summary>
    public GrammarError? Error { get; private set; }

    /// <summary>Reads to the end; null when something is wrong.</summary>
    public IReadOnlyList<PrintPart>? Read()
    {
        List<PrintPart> parts = [];
        StringBuilder plain = new();
        while (Position < text.Length)
        {
            char character = text[Position++];
            bool isDoubled = Position < text.Length && text[Position] == character;
            if (character is '{' or '}' && isDoubled)
            {
                plain.Append(character);
                Position++;
            }
            else if (character == '}')
            {
                Position--;
                return Fail("'}' without '{': '}}' prints one.");
            }
            else if (character != '{')
            {
                plain.Append(character);
            }
            else
            {
                if (plain.Length > 0)
                    parts.Add(new PrintPart(PrintForm.Text, plain.ToString()));
                plain.Clear();
                if (ReadValue() is not { } value)
                    return null;
                parts.Add(value);
            }
        }

        if (plain.Length > 0)
            parts.Add(new PrintPart(PrintForm.Text, plain.ToString()));
        return parts.Count > 0 ? parts : Fail("a text to be printed is missing.");
    }

    private PrintPart? ReadValue()
    {
        int start = Position;
        string word = Word();
        PrintPart? part = Next switch
        {
            '}' when Words.TryGetValue(word, out PrintForm form) => new PrintPart(form),
            '(' when word.Length > 0 => ReadFunction(word, start),
            _ => ReadExpression(start),
        };
        if (part is null)
            return null;
        if (Next != '}')
        {
            Fail("'}' is missing.");
            return null;
        }

        Position++;
        return part;
    }

    private PrintPart? ReadFunction(string word, int start)
    {
        if (!Functions.TryGetValue(word, out PrintForm form))
        {
            Position = start;
            Fail($"there is no function {GrammarError.Quote(word)}.{NearestName.Question(word, Functions.Keys)} There is: "
                + $"{string.Join(", ", Functions.Keys)}.");
            return null;
        }

        // The parentheses are the expression's own.
        return Expression(Position) is { } value ? new PrintPart(form, Value: value) : null;
    }

    private PrintPart? ReadExpression(int start)
    {
        if (Expression(start) is not { } value)
            return null;
        if (Next != ':')
            return new PrintPart(PrintForm.Hex, Value: value);
        Position++;
        string name = Word();
        if (Forms.TryGetValue(name, out PrintForm form))
            return new PrintPart(form, Value: value);
        Position -= name.Length;
        Fail($"a value is printed as x (hexadecimal), d (signed) or u (unsigned), not as {GrammarError.Quote(name)}.");
        return null;
    }

    private Expression? Expression(int start)
    {
        ExpressionReader reader = new(text, start, arguments);
        Expression? value = reader.Read();
        Position = reader.Position;
        Error ??= reader.Error;
        while (Next == ' ')
            Position++;
        return Error is null ? value : null;
    }

    private char Next => Position < text.Length ? text[Position] : '\0';

    private string Word()
    {
        int start = Position;
        while (char.IsAsciiLetterOrDigit(Next) || Next == '_')
            Position++;
        return text[start..Position];
    }

    private IReadOnlyList<PrintPart>? Fail(string message)
    {
        Error ??= new GrammarError(Position, message);
        return null;
    }
}
