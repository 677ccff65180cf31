using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds changes of a value that must not be. The memory that the value is made of is watched: it is looked at after each store there, and at
/// exceptions, so that nothing is missed that comes otherwise (DMA, or an injection).
/// </summary>
internal sealed class ValueCheck : ICheck
{
    private readonly ValueSentence _sentence;
    private readonly HandlerTracker _handlers;
    private (ulong Count, uint Pc)? _store;
    private (ulong Count, uint Pc)? _before;
    private uint? _last;
    private bool _isForeign;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public ValueCheck(ValueSentence sentence) => (_sentence, _handlers) = (sentence, new HandlerTracker());

    private ValueCheck(ValueCheck other)
    {
        (_sentence, _handlers) = (other._sentence, other._handlers.Fork());
        (_store, _before, _last, _isForeign) = (other._store, other._before, other._last, other._isForeign);
    }

    /// <inheritdoc/>
    public string Name => CheckCatalog.Value;

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        _sentence.Value.Check(guest.Symbols);
        MemoryExpression[] places = [.. _sentence.Value.Value.Places];
        if (places.Length == 0 || Array.Exists(places, place => !place.Address.IsConstant))
            throw _sentence.Location.Error("only what stands at a fixed address can be watched, as in 'value of [table+8] never falls'.");
        foreach (MemoryExpression place in places)
        {
            uint first = (uint)OperandValues.ValueOf(place.Address, guest).Number;
            uint? physical = guest.TryTranslateByKernel(first, out uint real) ? real : null;
            watches.Data(new DataRange(first, (uint)place.Size, physical, Reads: false, Writes: true));
        }
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        _handlers.Observe(happened, guest);
        switch (happened.Kind)
        {
            case GuestEventKind.DataAccessed when happened.Number != 0:
                (_store, _isForeign) = ((happened.Count, happened.Pc), happened.Number == 2);
                guest.LookAgain();
                break;
            case GuestEventKind.Injected:
                (_store, _isForeign) = ((happened.Count, happened.Pc), true);
                guest.LookAgain();
                break;
            case GuestEventKind.Boundary or GuestEventKind.ExceptionTaken:
                Look(happened, guest);
                break;
        }
    }

    /// <inheritdoc/>
    public ICheck Fork() => new ValueCheck(this);

    private void Look(in GuestEvent happened, GuestView guest)
    {
        if (!_sentence.Value.TryEvaluate(guest, out uint value, out _) || value == _last)
            return;
        uint? before = _last;
        _last = value;
        bool isWrong = before is { } old && _sentence.Rule switch
        {
            ValueRule.NeverFalls => value < old,
            ValueRule.NeverRises => value > old,
            _ => true,
        };
        if (isWrong)
            Report(before!.Value, value, happened, guest);
        _before = _store;
    }

    private void Report(uint before, uint value, in GuestEvent happened, GuestView guest)
    {
        (ulong count, uint pc) = _store ?? (happened.Count, happened.Pc);
        string at = _isForeign ? $"an injection or DMA at {guest.Symbols.Name(pc)}" : guest.Symbols.Name(pc);
        string handler = _handlers.Current is { } running ? $", in the handler of {HandlerText.Interruption(running, guest)}" : "";
        string who = guest.CurrentLwp is { } lwp ? $" in {guest.NameOf(lwp)}" : "";
        string summary = $"'{_sentence.Text}' does not hold: {at}{who} changes it from 0x{before:x} to 0x{value:x}{handler}.";
        guest.Report(new Finding(Name, $"{Name}: {_sentence.Text}: {at}", summary, count, pc, _sentence.Value.Wrong(guest))
        {
            Known = _before is not { } earlier ? []
                : [new CausalStep(earlier.Count, earlier.Pc, $"{guest.Symbols.Name(earlier.Pc)} sets it to 0x{before:x}")],
            At = new Moment(happened.Count),
        });
    }
}
