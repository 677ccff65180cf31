using PpcJit.Kernel.Loading;

namespace PpcJit.Lab.Kernels;

/// <summary>What is known of a guest ahead of its first instruction.</summary>
/// <param name="Symbols">Its symbols, those first that win; empty for none.</param>
/// <param name="Structures">Its structures, which are read when somebody asks for them; null when nobody knows any.</param>
/// <param name="MemoryBytes">Bytes of RAM, from physical address 0 on.</param>
public sealed record KernelFacts(IReadOnlyList<SymbolTable> Symbols, Lazy<IStructureLayouts?>? Structures, uint MemoryBytes)
{
    /// <summary>Its structures; null when nobody knows any.</summary>
    public IStructureLayouts? Layouts => Structures?.Value;

    /// <summary>Finds the address of a symbol; null when there is none of that name.</summary>
    public uint? Find(string name)
    {
        foreach (SymbolTable table in Symbols)
        {
            if (table.TryFind(name, out Symbol? symbol))
                return symbol.Address;
        }

        return null;
    }

    /// <summary>Whether there are symbols of all these names.</summary>
    public bool Has(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Find(name) is null)
                return false;
        }

        return true;
    }

    /// <summary>Gives the offset of a member of a structure; null when nobody knows it.</summary>
    public uint? Offset(string structure, string member) =>
        Layouts is { } layouts && layouts.TryFind(structure, member, out uint offset) ? offset : null;

    /// <summary>Gives how many bytes there are from an address to the next symbol behind it, at most.</summary>
    public uint Reach(uint address, uint most)
    {
        uint reach = most;
        foreach (SymbolTable table in Symbols)
        {
            foreach (Symbol symbol in table.All)
            {
                if (symbol.Kind != SymbolKind.Absolute && symbol.Address > address)
                {
                    reach = Math.Min(reach, symbol.Address - address);
                    break;
                }
            }
        }

        return reach;
    }
}
