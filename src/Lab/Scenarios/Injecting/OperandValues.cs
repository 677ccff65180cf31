using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>What an <see cref="Operand"/> is worth in a running guest.</summary>
internal static class OperandValues
{
    /// <summary>Refuses a symbol that the image does not have.</summary>
    /// <exception cref="InputException">It has none of that name.</exception>
    public static void Check(this Operand operand, GuestSymbols symbols)
    {
        foreach (SymbolExpression symbol in operand.Value.Symbols)
            symbols.Resolve(new SymbolReference(symbol.Name, 0, operand.LocationOf(symbol)));
    }

    /// <summary>Gives the value; memory that cannot be read counts as 0.</summary>
    public static uint Evaluate(this Operand operand, GuestView guest) => (uint)operand.Value.Evaluate(new Guest(guest)).Number;

    /// <summary>A guest whose kernel's mapping is known beside its TLB.</summary>
    private sealed class Guest(GuestView guest) : IExpressionGuest
    {
        public Processor Processor => guest.Board.Processor;

        public bool TryRead(uint address, int size, out uint value)
        {
            value = 0;
            for (uint n = 0; n < size; n++)
            {
                uint place = address + n;
                value = (value << 8) | (guest.TryReadWord(place & ~3u, out uint word) ? (word >> (24 - (8 * (int)(place & 3)))) & 0xff : 0);
            }

            return true;
        }

        public bool TryFindSymbol(string name, out uint address)
        {
            bool found = guest.Symbols.TryFind(name, out Symbol? symbol);
            address = symbol?.Address ?? 0;
            return found;
        }
    }
}
