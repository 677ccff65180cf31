using PpcJit.Kernel.Loading;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Places;

/// <summary>Finds which function an instruction belongs to, fast enough to be asked at each branch of a run.</summary>
public sealed class CodePlaces
{
    /// <summary>
    /// Where a kernel keeps what runs with translation off: the exception vectors, and the code ahead of turning it on.
    /// Its symbols are the linked addresses, in
    /// the segment of 256 MB where the kernel is.
    /// </summary>
    private const uint RealModeCode = 0x10000;
    private const uint Segment = 0xf0000000;
    private const uint PageMask = 0xfff;

    private readonly (uint[] Starts, Symbol[] Symbols)[] _tables;
    private readonly WordCache<CodeFunction> _words = new();
    private readonly Dictionary<uint, CodeFunction> _byStart = [];
    private readonly List<CodeFunction> _all = [];
    private readonly uint _kernelSegment;

    /// <summary>Takes the names of a guest.</summary>
    /// <param name="symbols">Its symbols, those first that win; empty for none.</param>
    /// <param name="lines">Its source lines; null when none are known.</param>
    public CodePlaces(IReadOnlyList<SymbolTable> symbols, ISourceLines? lines = null)
    {
        _tables = [.. symbols.Select(Table)];
        Lines = lines;
        if (_tables.Length > 0 && _tables[0].Symbols.FirstOrDefault(symbol => symbol.Address >= RealModeCode) is { } first)
            _kernelSegment = first.Address & Segment;
    }

    /// <summary>The source lines; null when none are known.</summary>
    public ISourceLines? Lines { get; }

    /// <summary>All functions that were seen so far.</summary>
    public IReadOnlyList<CodeFunction> Seen => _all;

    /// <summary>Gives the linked address of an instruction: another one where a kernel runs at its beginning with translation off.</summary>
    /// <param name="address">The effective address.</param>
    /// <param name="msr">The MSR with which it is fetched.</param>
    public uint Linked(uint address, uint msr) =>
        address < RealModeCode && (msr & Msr.Ir) == 0 && _kernelSegment != 0 ? address | _kernelSegment : address;

    /// <summary>Finds the function of an instruction.</summary>
    /// <param name="address">Its linked address.</param>
    public CodeFunction Find(uint address)
    {
        ref CodeFunction? known = ref _words.At(address);
        return known ??= Look(address);
    }

    /// <summary>Gives the functions that symbols name, by rising address, whether or not they were seen.</summary>
    public IEnumerable<CodeFunction> Named()
    {
        foreach ((uint[] starts, Symbol[] symbols) in _tables)
        {
            for (int n = 0; n < starts.Length; n++)
            {
                if (symbols[n].Kind == SymbolKind.Function && Find(starts[n] & ~3u) is { IsNamed: true } function && function.Start == starts[n])
                    yield return function;
            }
        }
    }

    /// <summary>Finds a function by name; null when there is none.</summary>
    public CodeFunction? Find(string name)
    {
        foreach ((_, Symbol[] symbols) in _tables)
        {
            foreach (Symbol symbol in symbols)
            {
                if (symbol.Name == name)
                    return Find(symbol.Address & ~3u);
            }
        }

        return null;
    }

    /// <summary>Gives an address as <c>name+0x1c</c>.</summary>
    /// <param name="address">The linked address.</param>
    public string Describe(uint address)
    {
        CodeFunction function = Find(address);
        return !function.IsNamed ? $"0x{address:x8}" : address == function.Start ? function.Name : $"{function.Name}+0x{address - function.Start:x}";
    }

    private static (uint[] Starts, Symbol[] Symbols) Table(SymbolTable table)
    {
        // At one address the most telling name comes first.
        Symbol[] symbols = [.. table.All.Where(symbol => symbol.Kind != SymbolKind.Absolute).DistinctBy(symbol => symbol.Address)];
        return ([.. symbols.Select(symbol => symbol.Address)], symbols);
    }

    private CodeFunction Look(uint address)
    {
        uint low = address & ~PageMask;
        uint high = low + PageMask + 1;
        foreach ((uint[] starts, Symbol[] symbols) in _tables)
        {
            int index = Array.BinarySearch(starts, address);
            if (index < 0)
                index = ~index - 1;
            uint next = index + 1 < starts.Length ? starts[index + 1] : 0;
            if (next > address && next < high)
                high = next;
            if (index < 0)
                continue;
            Symbol symbol = symbols[index];
            ulong end = symbol.Address + (ulong)(symbol.Size != 0 ? symbol.Size : SymbolTable.ReachOfUnsized);
            if (next != 0)
                end = Math.Min(end, next);
            if (address < end)
                return Known(symbol.Address, (uint)end, symbol.Name, isNamed: true);
            low = Math.Max(low, (uint)end);
        }

        low = (low + 3) & ~3u;
        return Known(low, high, $"0x{low:x8}", isNamed: false);
    }

    private CodeFunction Known(uint start, uint end, string name, bool isNamed)
    {
        if (_byStart.TryGetValue(start, out CodeFunction? known) && known.IsNamed == isNamed)
            return known;
        CodeFunction function = new(_all.Count, name, start, end, isNamed);
        _all.Add(function);
        return _byStart[start] = function;
    }
}
