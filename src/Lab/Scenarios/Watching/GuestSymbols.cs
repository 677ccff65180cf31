using System.Diagnostics.CodeAnalysis;
using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Scenarios.Syntax;

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
    public SymbolOffset? Find(uint address) => symbols?.Find(address);

    /// <summary>Gives an address as <c>name+0x1c</c>, or the bare number when nothing is known about it.</summary>
    public string Name(uint address) => symbols?.Find(address) is { } found ? found.ToString() : $"0x{address:x8}";

    /// <summary>Gives an address as <c>0xc0001234 (name+0x1c)</c>, or the bare number.</summary>
    public string Describe(uint address) => symbols?.Describe(address) ?? $"0x{address:x8}";

    /// <summary>Finds an address by name.</summary>
    /// <exception cref="InputException">
    /// There is none of that name; the message names the image and similar symbols.
    /// </exception>
    public Symbol Require(string name) => TryFind(name, out Symbol? symbol) ? symbol : throw new InputException(Missing(name));

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

    /// <summary>Bytes of a function; 4 where its size is not known.</summary>
    public uint SizeOf(SymbolReference function) => TryFind(function.Name, out Symbol? symbol) ? Math.Max(symbol.Size, 4) : 4;

    private string Missing(string name) => symbols is null
        ? $"{imageName} has no symbols, so '{name}' cannot be found; 'symbols:' may name a System.map or a listing of nm."
        : $"{imageName} has no symbol '{name}'.{NearestName.Question(name, symbols.All.Select(known => known.Name))}";
}
