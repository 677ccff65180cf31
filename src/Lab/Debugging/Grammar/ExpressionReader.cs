using PpcJit.Kernel;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>Reads an expression out of a text, as far as it goes.</summary>
/// <param name="text">The text.</param>
/// <param name="position">Characters ahead of the expression.</param>
/// <param name="arguments">
/// What the arguments of the function are that begins where the value is looked up; null when it is not looked up
/// there.
/// </param>
public sealed class ExpressionReader(string text, int position = 0, FunctionArguments? arguments = null)
{
    /// <summary>Parts that an expression may have: far more than a person writes, and few enough for any stack.</summary>
    private const int MaxParts = 400;

    /// <summary>Binary operators by rising precedence, as in C.</summary>
    private static readonly string[][] Levels =
        [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<=", ">=", "<", ">"], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]];

    /// <summary>All operators, those first of which others are the beginning.</summary>
    private static readonly string[] Operators = [.. Levels.SelectMany(level => level).OrderByDescending(text => text.Length)];

    /// <summary>Registers whose names contain a minus sign.</summary>
    private static readonly string[] SplitNames = [.. RegisterNames.All.Where(name => name.Contains('-', StringComparison.Ordinal))];

    private int _parts;

    /// <summary>Characters ahead of what has not been read.</summary>
    public int Position { get; private set; } = position;

    /// <summary>What is wrong; null while nothing is.</summary>
    public GrammarError? Error { get; private set; }

    /// <summary>Reads an expression.</summary>
    /// <param name="expected">What it is for, for errors.</param>
    /// <returns>Null when there is none: <see cref="Error"/> says why.</returns>
    public Expression? Read(string expected = "a value")
    {
        SkipBlanks();
        if (Position == text.Length)
            return Fail($"{expected} is missing.");
        return Choice();
    }

    private char Next => Position < text.Length ? text[Position] : '\0';

    private static bool IsNameStart(char character) => char.IsAsciiLetter(character) || character is '_' or '.' or '$';

    private static bool IsNamePart(char character) => IsNameStart(character) || char.IsAsciiDigit(character);

    private Expression? Choice()
    {
        if (Binary(0) is not { } condition)
            return null;
        if (!TryTake('?'))
            return condition;
        if (Choice() is not { } whenTrue)
            return null;
        if (!TryTake(':'))
            return Fail("':' is missing after '?'.");
        return Choice() is { } whenFalse ? new ChoiceExpression(condition, whenTrue, whenFalse) : null;
    }

    private Expression? Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();
        Expression? left = Binary(level + 1);
        while (left is not null && PeekOperator() is { } found && Levels[level].Contains(found))
        {
            Position += found.Length;
            SkipBlanks();
            bool isInBrackets = Next == '(';
            if (!Count() || Binary(level + 1) is not { } right)
                return null;
            left = isInBrackets ? new BinaryExpression(found, left, right) : Combine(found, left, right);
        }

        return left;
    }

    /// <summary>
    /// <c>r3 &amp; 2 == 0</c>: in C the comparison binds closer. That of two numbers has always the same value and is never meant, so it is taken as
    /// <c>(r3 &amp; 2) == 0</c>.
    /// </summary>
    private static BinaryExpression Combine(string found, Expression left, Expression right) =>
        found is "&" or "^" or "|" && left is not NumberExpression
        && right is BinaryExpression { Operator: "==" or "!=", Left: NumberExpression mask, Right: NumberExpression value } comparison
            ? new BinaryExpression(comparison.Operator, new BinaryExpression(found, left, mask), value)
            : new BinaryExpression(found, left, right);

    private Expression? Unary()
    {
        SkipBlanks();
        if (Next is '-' or '~' or '!' or '+')
        {
            char sign = text[Position++];
            if (!Count() || Unary() is not { } operand)
                return null;
            return sign == '+' ? operand : new UnaryExpression(sign, operand);
        }

        return Count() ? Postfix() : null;
    }

    private Expression? Postfix()
    {
        int start = Position;
        if (Primary() is not { } value)
            return null;
        List<string> members = TakeMembers();
        return members.Count == 0 ? value : new MemberExpression(value, members, start);
    }

    /// <summary><c>(struct NAME *)VALUE</c>, the opening bracket of which has been read; null when it is none.</summary>
    private Expression? Cast()
    {
        if (!TryTakeWord("struct") && !TryTakeWord("union"))
            return null;
        SkipBlanks();
        if (!IsNameStart(Next))
            return Fail("the name of a structure is missing.");
        string structure = TakeName();
        if (!TryTake('*'))
            return Fail($"'*' is missing: a value can point to a structure, as in '(struct {structure} *)r3'.");
        if (!TryTake(')'))
            return Fail("')' is missing.");
        return Unary() is { } pointer ? new CastExpression(structure, pointer) : null;
    }

    private Expression? Primary()
    {
        int start = Position;
        switch (Next)
        {
            case '(':
                Position++;
                if (Cast() is { } cast)
                    return cast;
                if (Error is not null || Choice() is not { } inner)
                    return null;
                return TryTake(')') ? inner : Fail("')' is missing.");
            case '[':
                return Memory(4);
            case '&':
                Position++;
                SkipBlanks();
                start = Position;
                return IsNameStart(Next) ? new SymbolExpression(TakeName(), start) : Fail("a symbol is missing after '&'.");
            case >= '0' and <= '9':
                return Number();
        }

        if (!IsNameStart(Next))
        {
            int end = Math.Min(text.Length, Position + 1);
            return Fail(Position == text.Length
                ? "a value is missing."
                : $"a value is expected, not {GrammarError.Quote(text.AsSpan(Position, end - Position))}.");
        }

        if (SplitNames.FirstOrDefault(name => text.AsSpan(Position).StartsWith(name, StringComparison.Ordinal)) is { } split)
        {
            Position += split.Length;
            return new RegisterExpression(split);
        }

        string word = TakeName();
        if (Next == '[' && word is "u8" or "u16" or "u32")
            return Memory(word switch { "u8" => 1, "u16" => 2, _ => 4 });
        if (Question(word) is { } question)
            return question;
        if (Error is not null)
            return null;
        if (KernelExpression.Names.Contains(word))
            return new KernelExpression(word);
        string register = word.StartsWith('$') ? word[1..] : word;
        if (register == CountExpression.Name)
            return new CountExpression();
        if (RegisterNames.Exists(register))
            return new RegisterExpression(register);
        if (arguments?.Has(word) != true)
            return new SymbolExpression(word, start);
        return arguments.Find(word, TakeMembers(), out string problem) ?? FailAt(start, problem);
    }

    /// <summary>Reads what follows a word that begins a question about what runs; null when it does not, as it may be a symbol's name too.</summary>
    private Expression? Question(string word)
    {
        int start = Position;
        SkipBlanks();
        switch (word)
        {
            case "lwp" or "task" when Next == '\'':
                int end = text.IndexOf('\'', Position + 1);
                if (end < 0)
                    return Fail("the closing quotation mark is missing.");
                string name = text[(Position + 1)..end];
                Position = end + 1;
                return new TaskExpression(name);
            case "caller" when TryTakeWord("is"):
                SkipBlanks();
                int at = Position;
                return IsNameStart(Next) ? new CallerExpression(new SymbolExpression(TakeName(), at)) : Fail("the name of a function is missing.");
            case "stack" when TryTakeWord("is"):
                return TryTakeWord("new") ? new NewStackExpression() : Fail("'new' is missing: a stack is new or not.");
        }

        Position = start;
        return null;
    }

    private bool TryTakeWord(string word)
    {
        SkipBlanks();
        int end = Position + word.Length;
        if (string.CompareOrdinal(text, Position, word, 0, word.Length) != 0 || (end < text.Length && IsNamePart(text[end])))
            return false;
        Position = end;
        return true;
    }

    /// <summary>Takes <c>-&gt;next-&gt;name</c>.</summary>
    private List<string> TakeMembers()
    {
        List<string> members = [];
        while (Next == '-' && Position + 2 < text.Length && text[Position + 1] == '>' && IsNameStart(text[Position + 2]))
        {
            Position += 2;
            members.Add(TakeName());
        }

        return members;
    }

    private Expression? FailAt(int start, string message)
    {
        Position = start;
        return Fail(message);
    }

    private Expression? Memory(int size)
    {
        Position++;
        if (Choice() is not { } address)
            return null;
        return TryTake(']') ? new MemoryExpression(address, size) : Fail("']' is missing.");
    }

    private Expression? Number()
    {
        int start = Position;
        while (char.IsAsciiLetterOrDigit(Next) || Next is '_' or '.')
            Position++;
        string word = text[start..Position];
        if (Numbers.TryCount(word, out ulong value))
            return new NumberExpression(value);
        Position = start;
        return Fail($"{GrammarError.Quote(word)} is not a number such as 4096, 0x1000 or 5M.");
    }

    private string TakeName()
    {
        int start = Position;
        while (IsNamePart(Next))
            Position++;
        return text[start..Position];
    }

    private string? PeekOperator()
    {
        SkipBlanks();
        foreach (string found in Operators)
        {
            if (string.CompareOrdinal(text, Position, found, 0, found.Length) == 0)
                return found;
        }

        return null;
    }

    private bool TryTake(char wanted)
    {
        SkipBlanks();
        if (Next != wanted)
            return false;
        Position++;
        return true;
    }

    private void SkipBlanks()
    {
        while (Position < text.Length && char.IsWhiteSpace(text[Position]))
            Position++;
    }

    private bool Count()
    {
        if (++_parts <= MaxParts)
            return true;
        Fail($"an expression has at most {MaxParts} parts.");
        return false;
    }

    private Expression? Fail(string message)
    {
        Error ??= new GrammarError(Position, message);
        return null;
    }
}
