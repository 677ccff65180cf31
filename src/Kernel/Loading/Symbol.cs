namespace PpcJit.Kernel.Loading;

/// <summary>A named address of a guest.</summary>
/// <param name="Name">The name as linked.</param>
/// <param name="Address">Effective address, as linked.</param>
/// <param name="Size">Bytes; 0 when the image does not say.</param>
/// <param name="Kind">What stands there.</param>
/// <param name="IsGlobal">Whether other object files see the name.</param>
public sealed record Symbol(string Name, uint Address, uint Size, SymbolKind Kind, bool IsGlobal);

/// <summary>What a symbol names.</summary>
public enum SymbolKind
{
    /// <summary>A function.</summary>
    Function,

    /// <summary>A variable or table.</summary>
    Data,

    /// <summary>A label of assembly code or of a linker script, which has no type.</summary>
    Label,

    /// <summary>A number, not an address: found by name only.</summary>
    Absolute,
}

/// <summary>An address in terms of the symbol it belongs to.</summary>
/// <param name="Symbol">The nearest symbol at or below the address.</param>
/// <param name="Offset">Bytes from the symbol's address.</param>
public readonly record struct SymbolOffset(Symbol Symbol, uint Offset)
{
    /// <summary>Gives <c>name</c> or <c>name+0x1c</c>.</summary>
    public override string ToString() => Offset == 0 ? Symbol.Name : $"{Symbol.Name}+0x{Offset:x}";
}
