using PpcJit.Kernel;
using PpcJit.Lab.Differential;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>
/// A value in a scenario: a number, a register as it is at the time, or the address of a symbol, each with an offset; in brackets, the word in memory there:
/// <c>table+8</c>, <c>r1-0x10</c>, <c>[cpu_info+8]-4</c>.
/// </summary>
/// <param name="Base">The number, symbol or register.</param>
/// <param name="IsMemory">Whether the word there is meant.</param>
/// <param name="Displacement">What is added in the end.</param>
public sealed record Operand(SymbolReference Base, bool IsMemory, uint Displacement)
{
    private bool IsRegister => RegisterNames.Exists(Base.Name);

    /// <summary>Refuses a symbol that the image does not have.</summary>
    /// <exception cref="InputException">It has none of that name.</exception>
    public void Check(GuestSymbols symbols)
    {
        if (!IsRegister)
            symbols.Resolve(Base);
    }

    /// <summary>Gives the value; memory that cannot be read counts as 0.</summary>
    public uint Evaluate(GuestView guest)
    {
        uint value = IsRegister ? RegisterNames.Read(guest.Board.Processor, Base.Name) + Base.Offset : guest.Symbols.Resolve(Base);
        if (IsMemory && !guest.TryReadWord(value, out value))
            value = 0;
        return value + Displacement;
    }
}
