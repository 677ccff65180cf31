using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Follows one function of the guest: when it is entered, and when it returns. Its returns are found in its code; a function that is left by a
/// jump to another one instead of a return is not followed to its end.
/// </summary>
/// <param name="function">The function.</param>
internal sealed class FunctionVisit(SymbolReference function)
{
    private const int StackPointer = 1;

    private readonly HashSet<uint> _returns = [];
    private uint _first;
    private uint? _stack;

    private FunctionVisit(FunctionVisit other)
        : this(other.Function) => (_returns, _first, _stack) = (other._returns, other._first, other._stack);

    /// <summary>Whether it runs, or what it has called.</summary>
    public bool IsInside => _stack is not null;

    private SymbolReference Function => function;

    /// <summary>Finds its code.</summary>
    /// <exception cref="InputException">There is none, or no return in it.</exception>
    public void Prepare(GuestView guest, WatchList watches)
    {
        CoveredName covered = guest.Symbols.Cover("checks", function);
        _first = covered.First;
        for (uint offset = 0; offset < covered.Size; offset += 4)
        {
            if (guest.TryReadCode(covered.First + offset) is { } word && Decoder.Decode(word) == Op.Bclr && !Field.Lk(word))
                _returns.Add(covered.First + offset);
        }

        if (_returns.Count == 0)
            throw function.Location.Error($"'{function}' has no return in its code, so it cannot be followed.");
        watches.Reach(_first);
        foreach (uint address in _returns)
            watches.Reach(address);
    }

    /// <summary>Follows an event.</summary>
    /// <returns>True when it is entered, false when it returns, null otherwise.</returns>
    public unsafe bool? Observe(in GuestEvent happened, GuestView guest)
    {
        if (happened.Kind != GuestEventKind.Reached)
            return null;
        if (happened.Address == _first && _stack is null)
        {
            _stack = happened.StackPointer;
            if (!_returns.Contains(_first))
                return true;
        }

        if (_stack != guest.Gpr(StackPointer) || !_returns.Contains(happened.Address) || !IsTaken(guest))
            return null;
        _stack = null;
        return false;
    }

    /// <summary>Gives one that has seen the same.</summary>
    public FunctionVisit Fork() => new(this);

    /// <summary>Whether the conditional return at the PC returns now; one that counts is taken for none.</summary>
    private static unsafe bool IsTaken(GuestView guest)
    {
        const int IgnoresCondition = 0x10, WantsTrue = 8, IgnoresCounter = 4;
        if (guest.Instruction(guest.State->Pc) is not { } word)
            return false;
        int options = Field.Rt(word);
        bool isTrue = ((Debugging.RegisterNames.Read(guest.Board.Processor, "cr") >> (31 - Field.Ra(word))) & 1) != 0;
        return (options & IgnoresCounter) != 0 && ((options & IgnoresCondition) != 0 || isTrue == ((options & WantsTrue) != 0));
    }
}
