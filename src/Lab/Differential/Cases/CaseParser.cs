using System.Globalization;
using PpcJit.Lab.Debugging;
using PpcJit.Kernel;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>
/// Reads a case file. Everything after <c>#</c> is a comment. The lines are:
/// <code>
/// run 100 250                         counts at which states are compared; the last one ends the case
/// r3 = 80000000                       a register, in hexadecimal
/// tlb 5 = 00004740 00004300 00        TLBHI, TLBLO and TID of an entry
/// memory 00008000 = 01234567 89abcdef words at a physical address
/// code 00004000                       the following lines are instructions, to be placed there
/// loop:   addic. r3,r3,1
///         bc 4,2,loop
/// then the machine is put into another state: reset, memory as given above and below; engines keep what they
/// translated expect the following registers, entries and words are those at the end
/// </code>
/// </summary>
public sealed class CaseParser
{
    private readonly string _name;
    private readonly string[] _lines;
    private readonly List<string> _comments = [];
    private readonly List<TestCase> _before = [];
    private readonly List<RegisterValue>[] _registers = [[], []];
    private readonly List<TlbValue>[] _tlb = [[], []];
    private readonly List<MemoryBlock>[] _memory = [[], []];
    private readonly List<(MemoryBlock Block, (string Text, int Line, int Column)[] Lines)> _blocks = [];
    private readonly List<(string Text, int Line, int Column)> _code = [];
    private readonly Dictionary<string, uint> _labels = [];
    private List<ulong> _points = [100];
    private uint _codeAddress;
    private bool _inCode;
    private int _expecting;
    private int _line;

    private CaseParser(string name, string text)
    {
        _name = name;
        _lines = text.Split('\n');
    }

    /// <summary>Reads a case.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="text">Its contents.</param>
    /// <exception cref="InputException">
    /// It is malformed; the message gives file, line, column and what was expected.
    /// </exception>
    public static TestCase Parse(string name, string text) => new CaseParser(name, text).Read();

    private TestCase Read()
    {
        for (_line = 0; _line < _lines.Length; _line++)
        {
            string line = _lines[_line].TrimEnd('\r', ' ', '\t').Replace('\t', ' ');
            int comment = line.IndexOf('#');
            if (comment == 0 && _expecting == 0 && !_inCode)
                _comments.Add(line[1..].Trim());
            if (comment >= 0)
                line = line[..comment].TrimEnd();
            if (line.Trim().Length > 0)
                ReadLine(line, line.Length - line.TrimStart().Length);
        }

        FinishCode();
        Assemble();
        return new TestCase
        {
            Comments = _comments,
            Before = _before,
            Points = _points,
            Registers = _registers[0],
            Tlb = _tlb[0],
            Memory = _memory[0],
            ExpectedRegisters = _registers[1],
            ExpectedTlb = _tlb[1],
            ExpectedMemory = _memory[1],
        };
    }

    private void ReadLine(string line, int indent)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "run":
                FinishCode();
                ReadPoints(line, words);
                break;
            case "tlb":
                FinishCode();
                ReadTlb(line, words);
                break;
            case "memory":
                FinishCode();
                ReadMemory(line, words);
                break;
            case "then":
                FinishCode();
                FinishStage(line, words);
                break;
            case "expect":
                FinishCode();
                _expecting = words.Length == 1
                    ? 1
                    : throw Error(line.IndexOf(words[1], StringComparison.Ordinal), "nothing after 'expect'");
                break;
            case "code":
                FinishCode();
                if (words.Length != 2 || !TryHex(words[1], out _codeAddress) || !InRam(_codeAddress))
                    throw Error(indent + 4, $"'code' and one address below {TestCase.RamSize:x}, a multiple of 4");
                _inCode = true;
                break;
            default:
                if (_inCode)
                    ReadInstruction(line, indent);
                else
                    ReadRegister(line, words, indent);
                break;
        }
    }

    /// <summary>The next stage inherits the memory; as long as it adds nothing, it is the same list.</summary>
    private void FinishStage(string line, string[] words)
    {
        if (words.Length > 1)
            throw Error(line.IndexOf(words[1], StringComparison.Ordinal), "nothing after 'then'");
        if (_expecting != 0)
            throw Error(0, "no 'then' after 'expect'");
        _before.Add(new TestCase { Points = _points, Registers = [.. _registers[0]], Tlb = [.. _tlb[0]], Memory = _memory[0] });
        _points = [100];
        _registers[0].Clear();
        _tlb[0].Clear();
    }

    private void AddMemory(MemoryBlock block)
    {
        if (_before.Count > 0 && ReferenceEquals(_before[^1].Memory, _memory[_expecting]))
            _memory[_expecting] = [.. _memory[_expecting]];
        _memory[_expecting].Add(block);
    }

    private void ReadPoints(string line, string[] words)
    {
        _points = [];
        foreach (string word in words.Skip(1))
        {
            if (!ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong point) || point is 0 or > TestCase.MaxRun
                || (_points.Count > 0 && point <= _points[^1]))
                throw Error(line.IndexOf(word, StringComparison.Ordinal), $"a rising number of instructions, 1 to {TestCase.MaxRun}");
            _points.Add(point);
        }

        if (_points.Count == 0)
            throw Error(line.Length, "a number of instructions");
    }

    private void ReadTlb(string line, string[] words)
    {
        if (words.Length != 6 || words[2] != "=")
            throw Error(0, "'tlb INDEX = HI LO TID'");
        if (!int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index > 63)
            throw Error(line.IndexOf(words[1], 3, StringComparison.Ordinal), "the number of a TLB entry, 0 to 63");
        uint[] values = ReadHex(line, words.AsSpan(3));
        if (values[2] > 0xff)
            throw Error(line.LastIndexOf(words[5], StringComparison.Ordinal), "a TID of 8 bits");
        _tlb[_expecting].Add(new TlbValue(index, values[0], values[1], values[2]));
    }

    private void ReadMemory(string line, string[] words)
    {
        if (words.Length < 4 || words[2] != "=")
            throw Error(0, "'memory ADDRESS = WORD ...'");
        if (!TryHex(words[1], out uint address) || !InRam(address) || (ulong)address + (4 * (ulong)(words.Length - 3)) > TestCase.RamSize)
            throw Error(line.IndexOf(words[1], 6, StringComparison.Ordinal), $"an address below {TestCase.RamSize:x}, a multiple of 4");
        AddMemory(new MemoryBlock(address, ReadHex(line, words.AsSpan(3)), IsCode: false));
    }

    private void ReadRegister(string line, string[] words, int indent)
    {
        if (!RegisterNames.Exists(words[0]))
            throw Error(indent, "a register, 'run', 'tlb', 'memory', 'code' or 'expect'");
        if (words.Length != 3 || words[1] != "=")
            throw Error(indent + words[0].Length, "'= VALUE'");
        _registers[_expecting].Add(new RegisterValue(words[0], ReadHex(line, words.AsSpan(2))[0]));
    }

    private void ReadInstruction(string line, int indent)
    {
        string text = line[indent..];
        int colon = text.IndexOf(':');
        if (colon > 0)
        {
            string label = text[..colon];
            if (!_labels.TryAdd(label, _codeAddress + (4 * (uint)_code.Count)))
                throw Error(indent, $"a label that is not in use; '{label}' is");
            string rest = text[(colon + 1)..].TrimStart();
            indent = line.Length - rest.Length;
            text = rest;
        }

        if (text.Length == 0)
            return;
        if (!InRam(_codeAddress + (4 * (uint)_code.Count)))
            throw Error(indent, $"no more code: the RAM ends at {TestCase.RamSize:x}");
        _code.Add((text, _line, indent));
    }

    private void FinishCode()
    {
        _inCode = false;
        if (_code.Count == 0)
            return;
        MemoryBlock block = new(_codeAddress, new uint[_code.Count], IsCode: true);
        AddMemory(block);
        _blocks.Add((block, [.. _code]));
        _code.Clear();
    }

    /// <summary>Instructions are assembled last, because they may name labels that stand below them.</summary>
    private void Assemble()
    {
        foreach ((MemoryBlock block, (string Text, int Line, int Column)[] lines) in _blocks)
        {
            for (int n = 0; n < lines.Length; n++)
            {
                (string text, _line, int column) = lines[n];
                if (!Assembler.TryAssemble(text, block.Address + (4 * (uint)n), _labels, out block.Words[n], out string error, out int at))
                    throw Error(column + at, error.StartsWith("expected ", StringComparison.Ordinal) ? error[9..] : error);
            }
        }
    }

    private uint[] ReadHex(string line, ReadOnlySpan<string> words)
    {
        uint[] values = new uint[words.Length];
        int column = line.IndexOf('=');
        for (int n = 0; n < words.Length; n++)
        {
            column = line.IndexOf(words[n], column, StringComparison.Ordinal);
            if (!TryHex(words[n], out values[n]))
                throw Error(column, $"a hexadecimal number of at most 8 digits, not '{words[n]}'");
        }

        return values;
    }

    private static bool InRam(uint address) => (address & 3) == 0 && address < TestCase.RamSize;

    private static bool TryHex(string text, out uint value) => uint.TryParse(
        text.StartsWith("0x", StringComparison.Ordinal)
            ? text.AsSpan(2)
            : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private InputException Error(int column, string expected) => new($"{_name}:{_line + 1}:{column + 1}: expected {expected}.");
}
