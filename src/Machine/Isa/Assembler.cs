namespace PpcJit.Machine.Isa;

/// <summary>
/// Turns lines into instructions, from the instruction table and nothing else: <c>addo. r3,r4,r5</c>, <c>lwz
/// r3,-8(r4)</c>, <c>bc 16,0,loop</c>, <c>mtspr srr0,r3</c>, <c>.long 0x7c0004ac</c>. Numbers are decimal or 0x
/// hexadecimal. A branch goes to a label or by a distance in bytes (<c>b -8</c>), the <c>a</c> forms to an address.
/// There are no extended mnemonics.
/// </summary>
public static partial class Assembler
{
    private static readonly Dictionary<string, uint> NoLabels = [];
    private static readonly Dictionary<string, (InstructionRow Row, uint Word)> Mnemonics = Index();

    /// <summary>Assembles one line without labels.</summary>
    /// <exception cref="ArgumentException">It is no instruction.</exception>
    public static uint Word(string line) =>
        TryAssemble(line, 0, NoLabels, out uint word, out string error, out _)
            ? word
            : throw new ArgumentException($"\"{line}\": {error}.", nameof(line));

    /// <summary>
    /// Makes an instruction from fields, each named by its letter in the row's pattern; all other fields are zero.
    /// </summary>
    /// <exception cref="ArgumentException">The instruction has no such field.</exception>
    public static uint Word(Op op, params ReadOnlySpan<(char Letter, long Value)> fields)
    {
        InstructionRow row = InstructionTable.Row(op);
        uint word = row.BaseWord;
        foreach ((char letter, long value) in fields)
        {
            word = row.TryGetField(letter, out OperandField field)
                ? field.Insert(word, (uint)value)
                : throw new ArgumentException($"{op} has no field {letter}.", nameof(fields));
        }

        return word;
    }

    /// <summary>Assembles one line.</summary>
    /// <param name="line">Mnemonic and operands.</param>
    /// <param name="address">Where the instruction stands, for branches to labels.</param>
    /// <param name="labels">Addresses of labels.</param>
    /// <param name="word">The instruction.</param>
    /// <param name="error">What is wrong, when it returns false.</param>
    /// <param name="column">Index of the offending character in the line.</param>
    public static bool TryAssemble(
        string line, uint address, IReadOnlyDictionary<string, uint> labels, out uint word, out string error, out int column)
    {
        word = 0;
        column = 0;
        error = "";
        int space = line.IndexOf(' ');
        string mnemonic = space < 0 ? line : line[..space];
        List<(string Text, int Column)> operands = Split(line, space < 0 ? line.Length : space);
        if (mnemonic == ".long")
        {
            if (operands.Count == 1 && TryNumber(operands[0].Text, out long value) && value is >= int.MinValue and <= uint.MaxValue)
            {
                word = (uint)value;
                return true;
            }

            (error, column) = ("expected one 32-bit number after .long", space < 0 ? 0 : space + 1);
            return false;
        }

        if (!Mnemonics.TryGetValue(mnemonic, out (InstructionRow Row, uint Word) found))
        {
            error = $"expected an instruction of the 405; there is no '{mnemonic}'";
            return false;
        }

        string[] names = found.Row.Syntax.Split([',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        if (names.Length != operands.Count)
        {
            (error, column) = ($"expected the operands {(names.Length == 0 ? "none" : found.Row.Syntax)} of {mnemonic}",
                Math.Max(space, 0));
            return false;
        }

        word = found.Word;
        for (int n = 0; n < names.Length; n++)
        {
            if (!TryOperand(found.Row, names[n], operands[n].Text, address, labels, ref word))
            {
                (error, column) = ($"expected {Describe(names[n])}, not '{operands[n].Text}'", operands[n].Column);
                return false;
            }
        }

        return true;
    }

    private static List<(string Text, int Column)> Split(string line, int from)
    {
        List<(string, int)> parts = [];
        int start = -1;
        for (int n = from; n <= line.Length; n++)
        {
            bool ends = n == line.Length || line[n] is ',' or '(' or ')' or ' ';
            if (!ends && start < 0)
                start = n;
            if (ends && start >= 0)
            {
                parts.Add((line[start..n], start));
                start = -1;
            }
        }

        return parts;
    }

    /// <summary>All spellings: each row's mnemonic with every combination of the suffixes that its pattern allows.</summary>
    private static Dictionary<string, (InstructionRow Row, uint Word)> Index()
    {
        Dictionary<string, (InstructionRow, uint)> index = [];
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            List<(string Name, uint Word)> spellings = [(row.Mnemonic, row.BaseWord)];
            foreach ((string suffix, char letter) in (ReadOnlySpan<(string, char)>)[("o", 'o'), ("l", 'l'), ("a", 'A'), (".", 'c')])
            {
                if (row.TryGetField(letter, out OperandField field))
                    spellings.AddRange(spellings.Select(one => (one.Name + suffix, field.Insert(one.Word, 1))).ToList());
            }

            foreach ((string name, uint word) in spellings)
                index.Add(name, (row, word));
        }

        return index;
    }
}
