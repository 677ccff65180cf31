using System.Diagnostics.CodeAnalysis;

namespace PpcJit.Kernel.Loading;

/// <summary>
/// The names of a guest's code and data: from an ELF's symbol table, a System.map, or the output of <c>nm</c>.
/// </summary>
public sealed class SymbolTable
{
    /// <summary>
    /// How far a symbol without a size reaches when no other symbol follows: so that <c>_end</c> does not claim the
    /// rest of the address space.
    /// </summary>
    public const uint ReachOfUnsized = 0x10000;

    /// <summary>Most symbols of a file: several times what kernels with everything in them have, and some 200 MB of memory.</summary>
    private const int MaxSymbols = 1_000_000;

    private readonly Symbol[] _byAddress;
    private readonly Dictionary<string, Symbol> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates a table.</summary>
    /// <param name="symbols">
    /// The symbols in any order; a name may occur more than once (local functions of several files).
    /// </param>
    public SymbolTable(IEnumerable<Symbol> symbols)
    {
        Symbol[] all = [.. symbols];
        Array.Sort(all, CompareByAddressThenWorth);
        All = all;
        foreach (Symbol symbol in all)
        {
            if (!_byName.TryGetValue(symbol.Name, out Symbol? known) || (symbol.IsGlobal && !known.IsGlobal))
                _byName[symbol.Name] = symbol;
        }

        _byAddress = [.. all.Where(symbol => symbol.Kind != SymbolKind.Absolute)];
    }

    /// <summary>Refuses a file with so many symbols that they would fill the host's memory.</summary>
    /// <exception cref="InputException">There are too many.</exception>
    internal static void CheckCount(ImageBytes file, int count)
    {
        if (count > MaxSymbols)
            throw file.Bad($"it has more than {MaxSymbols} symbols");
    }

    /// <summary>All symbols by rising address; at one address the most telling first.</summary>
    public IReadOnlyList<Symbol> All { get; }

    /// <summary>
    /// Finds a symbol by its exact name. Of several with one name, a global one wins, then the one with the lowest
    /// address.
    /// </summary>
    /// <returns>False when there is none of that name.</returns>
    public bool TryFind(string name, [NotNullWhen(true)] out Symbol? symbol) => _byName.TryGetValue(name, out symbol);

    /// <summary>Finds what an effective address belongs to.</summary>
    /// <returns>
    /// The nearest symbol at or below the address; null when there is none or the address lies past its end.
    /// </returns>
    public SymbolOffset? Find(uint address)
    {
        int index = LastAtOrBelow(address);
        if (index < 0)
            return null;
        uint start = _byAddress[index].Address;
        while (index > 0 && _byAddress[index - 1].Address == start)
            index--;
        Symbol symbol = _byAddress[index];
        uint offset = address - start;
        uint reach = symbol.Size != 0 ? symbol.Size : ReachOfUnsized;
        return offset < reach ? new SymbolOffset(symbol, offset) : null;
    }

    /// <summary>
    /// Gives an address for people: <c>0xc0001234 (name+0x1c)</c>, or the bare number when nothing is known about it.
    /// </summary>
    public string Describe(uint address) => Find(address) is { } found ? $"0x{address:x8} ({found})" : $"0x{address:x8}";

    /// <summary>
    /// The same for a return address: where a compiled function begins, the call stands at the end of the one before,
    /// which never gets the control back (a panic).
    /// </summary>
    public string DescribeReturn(uint address) =>
        Find(address) is { Offset: 0, Symbol.Size: > 0 } && Find(address - 4) is { } call
            ? $"0x{address:x8} ({call with { Offset = call.Offset + 4 }})"
            : Describe(address);

    /// <summary>
    /// How many bytes a symbol covers: its size or, where the image does not say one (assembly code), as far as the next symbol that begins
    /// something of its own. Labels inside do not split it; only for a symbol that is a label itself, a label that other object files see ends it.
    /// </summary>
    /// <param name="symbol">One of <see cref="All"/>.</param>
    /// <param name="end">The symbol that ends it; null when its size says where, or nothing follows within <see cref="ReachOfUnsized"/>.</param>
    public uint ReachOf(Symbol symbol, out Symbol? end)
    {
        end = null;
        if (symbol.Size != 0)
            return symbol.Size;
        for (int n = LastAtOrBelow(symbol.Address) + 1; n < _byAddress.Length && _byAddress[n].Address - symbol.Address < ReachOfUnsized; n++)
        {
            Symbol next = _byAddress[n];
            if (next.Kind == SymbolKind.Label && (symbol.Kind != SymbolKind.Label || !next.IsGlobal))
                continue;
            end = next;
            return next.Address - symbol.Address;
        }

        return ReachOfUnsized;
    }

    /// <summary>
    /// Finds the function that an address lies in: the nearest one at or below it that reaches so far, whatever labels are inside; where there is
    /// none, what <see cref="Find"/> gives.
    /// </summary>
    public Symbol? FunctionAt(uint address)
    {
        for (int n = LastAtOrBelow(address); n >= 0 && address - _byAddress[n].Address < ReachOfUnsized; n--)
        {
            Symbol symbol = _byAddress[n];
            if (symbol.Kind != SymbolKind.Function)
                continue;
            uint start = symbol.Address;
            while (n > 0 && _byAddress[n - 1].Address == start)
                n--;
            symbol = _byAddress[n];
            if (address - start < ReachOf(symbol, out _))
                return symbol;
            break;
        }

        return Find(address)?.Symbol;
    }

    /// <summary>Gives the same symbols with a name and a dot ahead of theirs.</summary>
    public SymbolTable Within(string name) => new(All.Select(symbol => symbol with { Name = $"{name}.{symbol.Name}" }));

    private static int CompareByAddressThenWorth(Symbol left, Symbol right)
    {
        int order = left.Address.CompareTo(right.Address);
        if (order == 0)
            order = left.Kind.CompareTo(right.Kind);
        if (order == 0)
            order = right.IsGlobal.CompareTo(left.IsGlobal);
        if (order == 0)
            order = right.Size.CompareTo(left.Size);
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    }

    private int LastAtOrBelow(uint address)
    {
        int low = 0;
        int high = _byAddress.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_byAddress[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }
}
