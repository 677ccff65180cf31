using System.Diagnostics.CodeAnalysis;
using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>The symbols of an image, with errors that name it and what is spelled alike.</summary>
/// <param name="symbols">The symbols; null when the image has none.</param>
/// <param name="imageName">What messages call the image.</param>
public sealed class GuestSymbols(SymbolTable? symbols, string imageName)
{
    /// <summary>Finds an address by name.</summary>
    /// <returns>False when there is none of that name.</returns>
    public bool TryFind(string name, [NotNullWhen(true)] out Symbol? symbol)
    {
        symbol = null;
        return symbols is not null && symbols.TryFind(name, out symbol);
    }

    /// <summary>Finds what an address belongs to; null when nothing does.</summary>
    public SymbolOffset? Find(uint address) => symbols?.Find(address) ?? LowCode?.Find(address);

    /// <summary>Gives an address as <c>name+0x1c</c>, or the bare number when nothing is known about it.</summary>
    public string Name(uint address) => Find(address) is { } found ? found.ToString() : $"0x{address:x8}";

    /// <summary>Gives an address as <c>0xc0001234 (name+0x1c)</c>, or the bare number.</summary>
    public string Describe(uint address) => Find(address) is { } found ? $"0x{address:x8} ({found})" : $"0x{address:x8}";

    /// <summary>The types of the program, read when somebody asks; null where nobody knows any.</summary>
    public Lazy<IProgramTypes?>? LazyTypes { get; set; }

    /// <summary>The types of the program; null where nobody knows any.</summary>
    public IProgramTypes? Types => LazyTypes?.Value;

    /// <summary>Names for code at low addresses, as the kernel that is known has it; null for none.</summary>
    public SymbolTable? LowCode { get; set; }

    /// <summary>Finds an address by name.</summary>
    /// <exception cref="InputException">
    /// There is none of that name; the message names the image and similar symbols.
    /// </exception>
    public Symbol Require(string name) => TryFind(name, out Symbol? symbol) ? symbol : throw new InputException(Missing(name));

    /// <summary>Whether there is what a scenario means: a symbol of that name, or a number.</summary>
    public bool Has(SymbolReference reference) => TryFind(reference.Name, out _) || Numbers.TryCount(reference.Name, out _);

    /// <summary>Gives the address that a scenario means: a symbol's or a number, and an offset.</summary>
    /// <exception cref="InputException">There is no such symbol; the message also says where it stands.</exception>
    public uint Resolve(SymbolReference reference)
    {
        if (TryFind(reference.Name, out Symbol? symbol))
            return symbol.Address + reference.Offset;
        if (Numbers.TryCount(reference.Name, out ulong number) && number <= uint.MaxValue)
            return (uint)number + reference.Offset;
        throw reference.Location.Error(Missing(reference.Name));
    }

    /// <summary>Bytes of a function, as <see cref="SymbolTable.ReachOf"/> has them; 4 for an address without a name.</summary>
    public uint SizeOf(SymbolReference function) => Cover("", function).Size;

    /// <summary>Bytes that a symbol covers.</summary>
    public uint ReachOf(Symbol symbol) => symbols?.ReachOf(symbol, out _) ?? Math.Max(symbol.Size, 4);

    /// <summary>The return address of the function that runs on a board; null when it is not known.</summary>
    public uint? CallerOn(Board board) => Backtrace.Walk(board, symbols) is [_, var caller, ..] ? caller : null;

    /// <summary>Says what a name covers: the whole function, whatever labels are inside, also where assembly code gives it no size.</summary>
    /// <param name="key">The key of the scenario file that names it.</param>
    /// <param name="function">The name; with an offset, the rest of the function from there on.</param>
    /// <exception cref="InputException">There is no such symbol.</exception>
    public CoveredName Cover(string key, SymbolReference function)
    {
        uint first = Resolve(function);
        if (!TryFind(function.Name, out Symbol? symbol))
            return new CoveredName(key, function.ToString(), first, 4, "a word, since no symbol has that name");
        uint reach = symbols!.ReachOf(symbol, out Symbol? end);
        string why = symbol.Size != 0 ? "" : end is null ? "its symbol has no size, and none follows" : $"its symbol has no size; up to {end.Name}";
        return new CoveredName(key, function.ToString(), first, function.Offset < reach ? reach - function.Offset : 4, why);
    }

    /// <summary>Says what an address of a kernel's description covers.</summary>
    /// <param name="key">The key of the scenario file.</param>
    /// <param name="first">The address.</param>
    /// <param name="size">Bytes.</param>
    public CoveredName Cover(string key, uint first, uint size) => symbols?.Find(first) is { Offset: 0, Symbol: { Size: 0 } symbol }
        && symbols.ReachOf(symbol, out Symbol? end) == size && end is not null
        ? new CoveredName(key, symbol.Name, first, size, $"its symbol has no size; up to {end.Name}")
        : new CoveredName(key, Name(first), first, size, "");

    /// <summary>The function that an address lies in, whatever labels are inside; null when none is known.</summary>
    public Symbol? FunctionAt(uint address) => symbols?.FunctionAt(address) ?? LowCode?.Find(address)?.Symbol;

    private string Missing(string name) => symbols is null
        ? $"{imageName} has no symbols, so '{name}' cannot be found; 'symbols:' may name a System.map or a listing of nm."
        : $"{imageName} has no symbol '{name}'.{NearestName.Question(name, symbols.All.Select(known => known.Name))}";
}

/// <summary>What a name in a scenario file was taken to cover.</summary>
/// <param name="Key">The key of the file.</param>
/// <param name="Name">The name.</param>
/// <param name="First">Effective address of its first byte.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Why">Why it reaches so far; empty when its symbol's size says so.</param>
public sealed record CoveredName(string Key, string Name, uint First, uint Size, string Why)
{
    /// <summary>Gives <c>within: cpu_switchto is 0x00100000 to 0x0010007b (124 bytes; ...)</c>.</summary>
    public override string ToString() =>
        $"{Key}: {Name} is 0x{First:x8} to 0x{First + Size - 1:x8} ({Size} bytes{(Why.Length > 0 ? $"; {Why}" : "")})";
}
