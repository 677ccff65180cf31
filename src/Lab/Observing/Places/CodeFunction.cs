using System.Text;

namespace PpcJit.Lab.Observing.Places;

/// <summary>A function of a guest, or a page of code of which no name is known.</summary>
/// <param name="Number">Counts from 0 in the order in which functions were first seen.</param>
/// <param name="Name">The symbol, or the first address.</param>
/// <param name="Start">First effective address, as linked.</param>
/// <param name="End">The address after it; 0 for the end of the address space.</param>
/// <param name="IsNamed">Whether a symbol names it.</param>
public sealed record CodeFunction(int Number, string Name, uint Start, uint End, bool IsNamed)
{
    /// <summary>The name's bytes.</summary>
    internal byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>Its instructions.</summary>
    public int Words => (int)((End - Start) >> 2);

    /// <inheritdoc/>
    public bool Equals(CodeFunction? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Number;
}
