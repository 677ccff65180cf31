using PpcJit.Kernel;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>What an <see cref="Operand"/> is worth in a running guest.</summary>
internal static class OperandValues
{
    /// <summary>Refuses a symbol, or a member of a structure, that the image does not have.</summary>
    /// <exception cref="InputException">It has none of that name.</exception>
    public static void Check(this Operand operand, GuestSymbols symbols)
    {
        foreach (SymbolExpression symbol in operand.Value.Symbols)
            symbols.Resolve(new SymbolReference(symbol.Name, 0, operand.LocationOf(symbol.Position)));
        foreach (MemberExpression member in operand.Value.Members.ToArray())
        {
            if (member.Bind(symbols.Types) is { } problem)
                throw operand.LocationOf(member.Position).Error(problem);
        }
    }

    /// <summary>Finds the value.</summary>
    /// <param name="operand">What is wanted.</param>
    /// <param name="guest">The machine.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">Why there is none, in a few words; empty when there is one.</param>
    /// <returns>False when it has none: it reads memory that cannot be read, for example.</returns>
    public static bool TryEvaluate(this Operand operand, GuestView guest, out uint value, out string problem)
    {
        ExpressionValue found = operand.Value.Evaluate(new ScenarioGuest(guest));
        (value, problem) = ((uint)found.Number, found.IsKnown ? "" : found.ToString());
        return found.IsKnown;
    }

    /// <summary>Finds the value of a part of an operand.</summary>
    public static ExpressionValue ValueOf(Expression part, GuestView guest) => part.Evaluate(new ScenarioGuest(guest));

    /// <summary>Whether a condition holds; null when it has no value.</summary>
    public static bool? Holds(this Operand condition, GuestView guest)
    {
        ExpressionValue found = condition.Value.Evaluate(new ScenarioGuest(guest));
        return found.IsKnown ? found.Number != 0 : null;
    }

    /// <summary>The registers and the memory of which a value is made, as what is wrong about it.</summary>
    public static WrongValue Wrong(this Operand operand, GuestView guest) => new(
    [
        .. operand.Value.Registers.Select(register => ValuePlace.Of(register.Name)),
        .. operand.Value.Places.Select(place => PlaceOf(place, guest)).OfType<ValuePlace>(),
    ]);

    private static ValuePlace? PlaceOf(MemoryExpression place, GuestView guest) =>
        ValueOf(place.Address, guest) is { IsKnown: true } address && guest.TryTranslate((uint)address.Number, out uint physical)
            ? ValuePlace.Memory(physical, (uint)place.Size) : null;

    /// <summary>A guest whose kernel's mapping is known beside its TLB.</summary>
    private sealed class ScenarioGuest(GuestView guest) : IExpressionGuest
    {
        public Processor Processor => guest.Board.Processor;

        public bool TryRead(uint address, int size, out uint value)
        {
            value = 0;
            for (uint n = 0; n < size; n++)
            {
                uint place = address + n;
                if (!guest.TryReadWord(place & ~3u, out uint word))
                    return false;
                value = (value << 8) | ((word >> (24 - (8 * (int)(place & 3)))) & 0xff);
            }

            return true;
        }

        public bool TryFindSymbol(string name, out uint address)
        {
            bool found = guest.Symbols.TryFind(name, out Symbol? symbol);
            address = symbol?.Address ?? 0;
            return found;
        }

        public bool TryFindFunction(string name, out uint first, out uint size)
        {
            (first, size) = (0, 0);
            if (!guest.Symbols.TryFind(name, out Symbol? symbol))
                return false;
            (first, size) = (symbol.Address, guest.Symbols.ReachOf(symbol));
            return true;
        }

        public IProgramTypes? Types => guest.Symbols.Types;

        public GuestKernel? Kernel => guest.Guest;

        public uint? Caller => guest.Caller;

        public string? RunningTask => guest.RunningName;

        public bool? IsOnNewStack => guest.IsOnNewStack;
    }
}
