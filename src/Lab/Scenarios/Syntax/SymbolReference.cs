namespace PpcJit.Lab.Scenarios.Syntax;

/// <summary>A place in the guest's code or data as a person named it.</summary>
/// <param name="Name">A symbol, or an address in hexadecimal with 0x.</param>
/// <param name="Offset">Bytes from there; a negative number wraps.</param>
/// <param name="Location">Where it stands in the file.</param>
public sealed record SymbolReference(string Name, uint Offset, SourceLocation Location)
{
    /// <inheritdoc/>
    public override string ToString() => (int)Offset switch
    {
        0 => Name,
        > 0 => $"{Name}+0x{Offset:x}",
        _ => $"{Name}-0x{0 - Offset:x}",
    };
}
