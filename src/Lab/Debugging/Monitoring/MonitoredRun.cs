using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>A run at which the monitor looks, and what the words share.</summary>
/// <param name="timeline">The run.</param>
/// <param name="names">What names mean.</param>
/// <param name="panic">Where the guest's kernel gave up.</param>
public sealed unsafe class MonitoredRun(Timeline timeline, DebugNames names, Func<Moment?> panic)
{
    /// <summary>The run.</summary>
    public Timeline Timeline => timeline;

    /// <summary>What names mean.</summary>
    public DebugNames Names => names;

    /// <summary>Where the guest's kernel gave up; null while it has not.</summary>
    internal Moment? Panic => panic();

    /// <summary>Says how the run ended; null where nobody knows.</summary>
    public Func<RunResult?>? Ended { get; init; }

    /// <summary>Goes to moments.</summary>
    public MomentFinder Moments { get; } = new(timeline, panic);

    /// <summary>Moments that were marked with <c>checkpoint</c>.</summary>
    public IList<Moment> Marks { get; } = [];

    /// <summary>Writes the run into a file; null where that cannot be done.</summary>
    public Action<string>? SaveRun { get; init; }

    /// <summary>The machine.</summary>
    public Board Board => names.Board;

    /// <summary>The core.</summary>
    public Processor Processor => Board.Processor;

    internal CpuState* State => Processor.State;

    /// <summary>Gives an address with its symbol.</summary>
    internal string Describe(uint address) => TerminalText.Line(names.Describe(address));

    /// <summary>Gives a return address with the symbol of its call.</summary>
    internal string DescribeReturn(uint address) =>
        TerminalText.Line(names.Symbols.FirstOrDefault(table => table.Find(address) is not null)?.DescribeReturn(address) ?? Hex(address));

    /// <summary>Gives the symbol of an address alone; null when there is none.</summary>
    internal string? SymbolAt(uint address) =>
        names.Symbols.Select(table => table.Find(address))
            .FirstOrDefault(found => found is not null) is { } symbol ? TerminalText.Line(symbol.ToString()) : null;

    /// <summary>Reads an expression and gives its value now.</summary>
    /// <exception cref="InputException">It has none.</exception>
    internal ulong Value(string text, string what)
    {
        ExpressionValue value = DebugGrammar.ParseExpression(text, names).OrThrow(what).Evaluate(names);
        return value.IsKnown ? value.Number : throw new InputException($"{what}: {value}.");
    }

    /// <summary>Reads a number that may be left out.</summary>
    internal ulong Count(string text, string what, ulong otherwise)
    {
        if (text.Length == 0)
            return otherwise;
        if (text.StartsWith('-'))
            throw new InputException($"{what}: {TerminalText.Line(text)} is no count; counts begin with 0.");
        string digits = text.Replace(",", "", StringComparison.Ordinal);
        return Numbers.TryCount(digits, out ulong count) ? count : Value(text, what);
    }

    /// <summary>Says where the run stands: the moment, the place in the guest, and the instruction that comes next.</summary>
    internal MonitorReply Where(params IEnumerable<string> first)
    {
        uint pc = State->Pc;
        string? instruction = GuestMemory.TryFetch(Board, pc, out uint word) ? Spaced(Disassembler.Disassemble(word, pc)) : null;
        return new MonitorReply(
            [.. first, $"{Timeline.Present}  {Describe(pc)}  {instruction ?? "(the instruction cannot be read)"}"],
            new { at = Timeline.Present.ToString(), pc = Hex(pc), symbol = SymbolAt(pc), instruction });
    }

    /// <summary>Gives a number as reports have it.</summary>
    internal static string Hex(uint value) => $"0x{value:x8}";

    /// <summary>Gives assembler text with one blank between mnemonic and operands.</summary>
    internal static string Spaced(string assembler)
    {
        int blank = assembler.IndexOf(' ', StringComparison.Ordinal);
        return blank < 0 ? assembler : $"{assembler[..blank]} {assembler[blank..].TrimStart()}";
    }

    /// <summary>Splits at a separator that is in no brackets or quotation marks.</summary>
    internal static IReadOnlyList<string> Split(string text, char separator)
    {
        List<string> parts = [];
        (int start, int depth, bool quoted) = (0, 0, false);
        for (int n = 0; n < text.Length; n++)
        {
            if (quoted && text[n] == '\\')
                n++;
            else if (text[n] == '"')
                quoted = !quoted;
            else if (!quoted && text[n] is '[' or '(')
                depth++;
            else if (!quoted && text[n] is ']' or ')')
                depth--;
            else if (!quoted && depth <= 0 && text[n] == separator)
                (start, _) = (n + 1, Add(parts, text[start..n]));
        }

        Add(parts, text[start..]);
        return parts;
    }

    private static bool Add(List<string> parts, string part)
    {
        parts.Add(part.Trim());
        return true;
    }
}
