using System.Globalization;
using System.Text;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>
/// The one language in which people name moments, values and what they look for, wherever they do: on the command line,
/// in gdb's <c>monitor</c> commands, in the monitor, in files. <c>docs/grammar.md</c> describes it. No text makes it
/// throw.
/// </summary>
public static class DebugGrammar
{
    private const string When = "when";
    private const string Physical = "physical";
    private static readonly string[] Probes = ["exec", "read", "write", "access", "exception", "interrupt", "tlbwe", "device", "console"];
    private static readonly string[] Moments = ["reset", "end", "panic"];

    /// <summary>Reads a value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">What names mean.</param>
    public static Parsed<Expression> ParseExpression(string text, DebugNames names)
    {
        Reader reader = new(text, names);
        Expression? value = reader.Expression("a value");
        return reader.End(value);
    }

    /// <summary>Reads what is looked for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">What names mean.</param>
    public static Parsed<Probe> ParseProbe(string text, DebugNames names)
    {
        Reader reader = new(text, names);
        Probe? probe = ReadProbe(reader);
        if (probe is not null && reader.TryTake(When))
        {
            Expression? condition = reader.Expression("a condition");
            probe = condition is null ? null : probe with { When = _ => condition.Evaluate(names).IsTrue };
        }

        return reader.End(probe);
    }

    /// <summary>
    /// Reads <c>[physical] ADDRESS[,LENGTH]</c>, and looks nothing up: what is in registers and memory may be another at another moment.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="names">What names mean.</param>
    public static Parsed<Expression> CheckAddress(string text, DebugNames names)
    {
        Reader reader = new(text, names);
        reader.TryTake(Physical);
        int start = reader.Here;
        Expression? address = reader.Expression("an address");
        if (address is { IsConstant: true } && address.Evaluate(names) is { IsKnown: true, Number: > uint.MaxValue } known)
            address = reader.Fail<Expression>(start, Reader.TooWide(known.Number));
        if (address is not null && reader.TryTake(','))
            reader.Expression("a length");
        return reader.End(address);
    }

    /// <summary>Reads a moment.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">What names mean.</param>
    public static Parsed<MomentReference> ParseMoment(string text, DebugNames names)
    {
        Reader reader = new(text, names);
        MomentReference? moment = ReadMoment(reader);
        return reader.End(moment);
    }

    /// <summary>Reads what is to be printed where: <c>PLACE [when EXPR] [on call N]: text {value}</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">What names mean.</param>
    /// <param name="arguments">Gives the arguments of the function that begins at an address; null when nobody knows any.</param>
    public static Parsed<PrintPoint> ParsePrint(string text, DebugNames names, Func<uint, FunctionArguments?>? arguments = null)
    {
        Reader reader = new(text, names);
        PrintPoint? point = null;
        if (reader.Address("a place") is { } address)
        {
            reader.Arguments = arguments?.Invoke(address & ~3u) ?? new FunctionArguments(new Dictionary<string, FunctionArgument>());
            point = ReadPrint(reader, text, address & ~3u);
        }

        return reader.End(point);
    }

    private static PrintPoint? ReadPrint(Reader reader, string text, uint address)
    {
        Expression? condition = null;
        ulong? call = null;
        if (reader.TryTake(When) && (condition = reader.Expression("a condition")) is null)
            return null;
        if (reader.TryTake("on"))
        {
            if (!reader.TryTake("call"))
                return reader.Fail<PrintPoint>(reader.Here, "'on call N' is expected.");
            int start = reader.Here;
            if ((call = reader.Count("which call, from 1,")) is null)
                return null;
            if (call == 0)
                return reader.Fail<PrintPoint>(start, "calls are counted from 1.");
        }

        if (!reader.TryTake(':'))
            return reader.Fail<PrintPoint>(reader.Here, "':' and the text to be printed are expected.");
        PrintTemplateReader template = new(text, reader.Here, reader.Arguments);
        IReadOnlyList<PrintPart>? parts = template.Read();
        reader.Skip(template.Position);
        if (parts is null || template.Error is not null)
            return reader.Fail<PrintPoint>(template.Error!);
        foreach (Expression value in parts.Select(part => part.Value).OfType<Expression>())
        {
            if (reader.Unknown(value) is { } error)
                return reader.Fail<PrintPoint>(error);
        }

        return new PrintPoint(address, condition, call, parts);
    }

    private static Probe? ReadProbe(Reader reader)
    {
        int start = reader.Here;
        string kind = reader.Word();
        switch (kind)
        {
            case "exec":
                return reader.Address("an address") is { } address ? new ExecProbe(address & ~3u) : null;
            case "read" or "write" or "access":
                return ReadAccess(reader, kind);
            case "tlbwe":
                return new TlbWriteProbe();
            case "exception":
                return ReadException(reader);
            case "interrupt":
                return ReadInterrupt(reader);
            case "device":
                return ReadDevice(reader);
            case "console":
                return reader.Text(When) is { } text ? new ConsoleProbe(text) : null;
            case "":
                return reader.Fail<Probe>(start, $"what to look for is missing: {string.Join(", ", Probes)}.");
            default:
                return reader.Fail<Probe>(
                    start, $"{GrammarError.Quote(kind)} cannot be looked for.{NearestName.Question(kind, Probes)} "
                        + $"There is: {string.Join(", ", Probes)}.");
        }
    }

    private static AccessProbe? ReadAccess(Reader reader, string kind)
    {
        bool isPhysical = reader.TryTake(Physical);
        if (reader.Address("an address") is not { } address)
            return null;
        ulong length = 4;
        int start = reader.Here;
        if (reader.TryTake(','))
        {
            start = reader.Here;
            if (reader.Value("a length") is not { } given)
                return null;
            length = given;
        }

        if (length is 0 or > int.MaxValue)
            return reader.Fail<AccessProbe>(start, $"{length} bytes cannot be watched.");
        return new AccessProbe(address, (uint)length, Reads: kind != "write", Writes: kind != "read", isPhysical);
    }

    private static ExceptionProbe? ReadException(Reader reader)
    {
        int start = reader.Here;
        string name = reader.Word();
        if (name == "any")
            return new ExceptionProbe(Kind: null);
        if (ExceptionNames.TryFind(name, out ExceptionKind kind))
            return new ExceptionProbe(kind);
        string[] valid = [.. ExceptionNames.All, "any"];
        return reader.Fail<ExceptionProbe>(
            start, $"there is no exception {GrammarError.Quote(name)}.{NearestName.Question(name, valid)} There is: {string.Join(", ", valid)}.");
    }

    private static InterruptProbe? ReadInterrupt(Reader reader)
    {
        int start = reader.Here;
        string name = reader.Word();
        if (InterruptChoice.Find(name, reader.Names.Board) is { } choice)
            return new InterruptProbe(choice);
        string[] valid = [.. InterruptChoice.Names(reader.Names.Board)];
        return reader.Fail<InterruptProbe>(
            start, $"there is no interrupt {GrammarError.Quote(name)}.{NearestName.Question(name, valid)} There is: "
                + $"{string.Join(", ", valid)}, {InterruptChoice.Inputs(reader.Names.Board)}.");
    }

    private static DeviceProbe? ReadDevice(Reader reader)
    {
        int start = reader.Here;
        string name = reader.Word();
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string device = dot < 0 ? name : name[..dot];
        BoardRegister[] all = [.. BoardRegister.All(reader.Names.Board)];
        BoardRegister[] registers = [.. all.Where(register => register.Device.Equals(device, StringComparison.OrdinalIgnoreCase))];
        if (registers.Length == 0)
        {
            string[] devices = [.. all.Select(register => register.Device).Distinct()];
            return reader.Fail<DeviceProbe>(
                start, $"there is no device {GrammarError.Quote(device)}.{NearestName.Question(device, devices)} There "
                    + $"is: {string.Join(", ", devices)}.");
        }

        if (dot < 0)
            return new DeviceProbe(registers);
        string wanted = name[(dot + 1)..];
        BoardRegister[] found = [.. registers.Where(register => register.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))];
        string[] valid = [.. registers.Select(register => register.Name)];
        return found.Length > 0
            ? new DeviceProbe(found)
            : reader.Fail<DeviceProbe>(
                start + dot + 1, $"{registers[0].Device} has no register "
                    + $"{GrammarError.Quote(wanted)}.{NearestName.Question(wanted, valid)} There is: "
                    + $"{string.Join(", ", valid)}.");
    }

    private static MomentReference? ReadMoment(Reader reader)
    {
        int start = reader.Here;
        if (reader.TryTake('@'))
            return ReadCount(reader, "a count of instructions");
        if (reader.TryTake('-'))
            return reader.Count("a number of instructions") is { } back ? new BackReference(back) : null;
        if (reader.IsAtDigit && !reader.Rest.Contains('#', StringComparison.Ordinal))
            return ReadCount(reader, "a count of instructions");
        string name = reader.IsAtDigit || reader.IsAt('&') ? "" : reader.PeekWord('#');
        bool isArrival = reader.Rest.Contains('#', StringComparison.Ordinal) || reader.IsAt('&');
        if (!isArrival)
            return ReadName(reader, name, start);
        if (reader.Address("an address") is not { } address)
            return null;
        if (!reader.TryTake('#'))
            return new ArrivalReference(address & ~3u, 1);
        start = reader.Here;
        if (reader.Count("which arrival, from 1,") is not { } number)
            return null;
        return number > 0
            ? new ArrivalReference(address & ~3u, number)
            : reader.Fail<MomentReference>(start, "arrivals are counted from 1.");
    }

    private static MomentReference? ReadName(Reader reader, string name, int start)
    {
        reader.Word();
        switch (name)
        {
            case "reset": return new ResetReference();
            case "end": return new EndReference();
            case "panic": return new PanicReference();
            case "": return reader.Fail<MomentReference>(
                start, "a moment is missing: @N, N, -N, reset, end, panic, a finding's name, or SYMBOL#1.");
        }

        if (reader.Names.Findings.TryGetValue(name, out Moment moment))
            return new FindingReference(name, moment);
        if (reader.Names.TryFindSymbol(name, out _))
            return reader.Fail<MomentReference>(start, $"{GrammarError.Quote(name)} is a symbol: '{name}#1' is the first arrival there.");
        string[] valid = [.. Moments, .. reader.Names.Findings.Keys];
        return reader.Fail<MomentReference>(
            start, $"{GrammarError.Quote(name)} is no moment.{NearestName.Question(name, valid)} There is: @N, N, -N, "
                + $"{string.Join(", ", valid)}, and SYMBOL#1.");
    }

    private static CountReference? ReadCount(Reader reader, string expected)
    {
        if (reader.Count(expected) is not { } count)
            return null;
        int exceptions = 0;
        if (reader.TryTake('+'))
        {
            int start = reader.Here;
            if (reader.Count("a number of exceptions") is not { } given)
                return null;
            if (given > int.MaxValue)
                return reader.Fail<CountReference>(start, "no moment has that many exceptions.");
            exceptions = (int)given;
        }

        return new CountReference(new Moment(count, exceptions));
    }

    /// <summary>A text that is read from left to right.</summary>
    private sealed class Reader(string text, DebugNames names)
    {
        private int _position;
        private GrammarError? _error;

        public DebugNames Names => names;

        /// <summary>The arguments of the function at whose beginning values are looked up; null for none.</summary>
        public FunctionArguments? Arguments { get; set; }

        public string Rest => text[Here..];

        public bool IsAtDigit => Here < text.Length && char.IsAsciiDigit(text[_position]);

        /// <summary>Characters ahead of what comes next, after blanks.</summary>
        public int Here
        {
            get
            {
                while (_position < text.Length && char.IsWhiteSpace(text[_position]))
                    _position++;
                return _position;
            }
        }

        public bool IsAt(char wanted) => Here < text.Length && text[_position] == wanted;

        public bool TryTake(char wanted)
        {
            if (!IsAt(wanted))
                return false;
            _position++;
            return true;
        }

        public bool TryTake(string word)
        {
            if (PeekWord() != word)
                return false;
            _position += word.Length;
            return true;
        }

        public string PeekWord(char end = ' ')
        {
            int last = Here;
            while (last < text.Length && !char.IsWhiteSpace(text[last]) && text[last] != end)
                last++;
            return text[_position..last];
        }

        public string Word()
        {
            string word = PeekWord();
            _position += word.Length;
            return word;
        }

        public Expression? Expression(string expected)
        {
            ExpressionReader reader = new(text, _position, Arguments);
            Expression? value = reader.Read(expected);
            _position = reader.Position;
            _error ??= reader.Error;
            if (value is not null)
                _error ??= Unknown(value);
            return _error is null ? value : null;
        }

        /// <summary>Says which symbol or member of an expression the guest does not have; null when it has all.</summary>
        public GrammarError? Unknown(Expression value)
        {
            if (value.Symbols.FirstOrDefault(symbol => !names.TryFindSymbol(symbol.Name, out _)) is { } unknown)
            {
                GrammarError missing = names.Missing(unknown, Arguments?.Names);
                bool isNoArgument = Arguments is { Names.Count: 0 } && value.Members.Any(member => ReferenceEquals(member.Pointer, unknown));
                return isNoArgument ? missing with
                {
                    Message = $"{missing.Message} If it is an argument: the arguments are known only where a function with debug information begins.",
                } : missing;
            }

            foreach (MemberExpression member in value.Members.ToArray())
            {
                if (member.Bind(names.Types) is { } problem)
                    return new GrammarError(member.Position, problem);
            }

            return null;
        }

        /// <summary>Reads an expression and looks its value up now.</summary>
        public ulong? Value(string expected)
        {
            int start = Here;
            if (Expression(expected) is not { } expression)
                return null;
            ExpressionValue value = expression.Evaluate(names);
            if (value.IsKnown)
                return value.Number;
            Fail<object>(start, $"{value}.");
            return null;
        }

        /// <summary>Reads an address and looks it up now.</summary>
        public uint? Address(string expected)
        {
            int start = Here;
            if (Value(expected) is not { } address)
                return null;
            if (address <= uint.MaxValue)
                return (uint)address;
            Fail<object>(start, TooWide(address));
            return null;
        }

        public static string TooWide(ulong address) => $"an address has 32 bits, and 0x{address:x} has more.";

        /// <summary>Reads a count, also with commas between its groups of digits.</summary>
        public ulong? Count(string expected)
        {
            int start = Here;
            while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_' or '.' or ','))
                _position++;
            string word = text[start.._position];
            if (Numbers.TryCount(word.Replace(",", "", StringComparison.Ordinal), out ulong count))
                return count;
            Fail<object>(start, word.Length == 0
                ? $"{expected} is missing."
                : $"{GrammarError.Quote(word)} is not {expected.TrimEnd(',')} such as 41,233,107 or 41M.");
            return null;
        }

        /// <summary>Reads a text in quotation marks, or all up to a word.</summary>
        public string? Text(string end)
        {
            int start = Here;
            if (TryTake('"'))
                return Quoted(start);
            int last = text.IndexOf($" {end} ", start, StringComparison.Ordinal);
            _position = last < 0 ? text.Length : last;
            string found = text[start.._position].TrimEnd();
            return found.Length > 0 ? found : Fail<string>(start, "a text is missing.");
        }

        public T? Fail<T>(int position, string message)
            where T : class
        {
            _error ??= new GrammarError(position, message);
            return null;
        }

        public T? Fail<T>(GrammarError error)
            where T : class
        {
            _error ??= error;
            return null;
        }

        /// <summary>Goes on after what somebody else has read.</summary>
        public void Skip(int position) => _position = position;

        public Parsed<T> End<T>(T? value)
            where T : class
        {
            if (_error is null && Here < text.Length)
                Fail<T>(_position, $"nothing may follow here, but {GrammarError.Quote(Rest)} does.");
            if (_error is null && value is null)
                Fail<T>(_position, "something is missing.");
            return new Parsed<T>(_error is null ? value : null, _error);
        }

        private string? Quoted(int start)
        {
            StringBuilder read = new();
            while (_position < text.Length && text[_position] != '"')
            {
                char character = text[_position++];
                if (character != '\\' || _position == text.Length)
                {
                    read.Append(character);
                    continue;
                }

                char escaped = text[_position++];
                bool isHex = escaped == 'x' && _position + 2 <= text.Length
                    && byte.TryParse(text.AsSpan(_position, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
                if (isHex)
                {
                    read.Append((char)byte.Parse(text.AsSpan(_position, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    _position += 2;
                    continue;
                }

                read.Append(escaped switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => escaped });
            }

            if (!TryTake('"'))
                return Fail<string>(start, "the closing quotation mark is missing.");
            return read.Length > 0 ? read.ToString() : Fail<string>(start, "a text is missing.");
        }
    }
}
