using PpcJit.Kernel;
using PpcJit.Lab.Differential;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>What an <see cref="Operand"/> is worth in a running guest.</summary>
internal static class OperandValues
{
    /// <summary>Refuses a symbol that the image does not have.</summary>
    /// <exception cref="InputException">It has none of that name.</exception>
    public static void Check(this Operand operand, GuestSymbols symbols)
    {
        if (!operand.IsRegister())
            symbols.Resolve(operand.Base);
    }

    /// <summary>Gives the value; memory that cannot be read counts as 0.</summary>
    public static uint Evaluate(this Operand operand, GuestView guest)
    {
        SymbolReference place = operand.Base;
        uint value = operand.IsRegister() ? RegisterNames.Read(guest.Board.Processor, place.Name) + place.Offset : guest.Symbols.Resolve(place);
        if (operand.IsMemory && !guest.TryReadWord(value, out value))
            value = 0;
        return value + operand.Displacement;
    }

    private static bool IsRegister(this Operand operand) => RegisterNames.Exists(operand.Base.Name);
}
