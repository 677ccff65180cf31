using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>Finds places at which a condition does not hold that always must there.</summary>
internal sealed class InvariantCheck(InvariantSentence sentence) : ICheck
{
    private uint _place;

    /// <inheritdoc/>
    public string Name => CheckCatalog.Invariant;

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        sentence.Condition.Check(guest.Symbols);
        _place = guest.Symbols.Resolve(sentence.Place) & ~3u;
        watches.Reach(_place);
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (happened.Kind != GuestEventKind.Reached || happened.Address != _place || sentence.Condition.Holds(guest) is true)
            return;
        string who = guest.CurrentLwp is { } lwp ? $" in {guest.NameOf(lwp)}" : "";
        string caller = guest.Caller is { } from ? $", called from {guest.Symbols.Name(from)}" : "";
        string why = sentence.Condition.TryEvaluate(guest, out _, out string problem) ? "" : $": {problem}";
        string summary = $"'{sentence.Text}' does not hold{who}{caller}{why}.";
        guest.Report(new Finding(Name, $"{Name}: {sentence.Text}", summary, happened.Count, happened.Pc,
            sentence.Condition.Wrong(guest)));
    }

    /// <inheritdoc/>
    public ICheck Fork() => this;
}
