using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds loads of words of an allocated page into which nobody has stored anything since it was given out. DMA counts as a store. All accesses to
/// memory become slow.
/// </summary>
internal sealed class UninitialisedPageCheck : ICheck
{
    private readonly UninitialisedPageSentence _sentence;
    private readonly FunctionVisit _allocate;
    private readonly Dictionary<uint, GuestEvent> _words;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public UninitialisedPageCheck(UninitialisedPageSentence sentence) =>
        (_sentence, _allocate, _words) = (sentence, new FunctionVisit(sentence.Allocate), []);

    private UninitialisedPageCheck(UninitialisedPageCheck other) =>
        (_sentence, _allocate, _words) = (other._sentence, other._allocate.Fork(), new(other._words));

    /// <inheritdoc/>
    public string Name => CheckCatalog.UninitialisedPage;

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        MemoryRange.WatchAll(_sentence, guest, watches);
        _sentence.Size.Check(guest.Symbols);
        _allocate.Prepare(guest, watches);
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (_allocate.Observe(happened, guest) == false && guest.Gpr(MemoryRange.Result) != 0)
            Add(happened, guest);
        if (happened.Kind != GuestEventKind.DataAccessed || _words.Count == 0)
            return;
        if (happened.Number == 0)
        {
            if (!_allocate.IsInside && _words.Remove(happened.Dear & ~3u, out GuestEvent given))
                Report(given, happened, guest);
            return;
        }

        uint end = happened.Dear + Math.Max(happened.Value, 1) - 1;
        for (uint word = happened.Dear & ~3u; word <= end; word += 4)
            _words.Remove(word);
    }

    /// <inheritdoc/>
    public ICheck Fork() => new UninitialisedPageCheck(this);

    private void Add(in GuestEvent returned, GuestView guest)
    {
        if (!guest.TryTranslateByKernel(guest.Gpr(MemoryRange.Result), out uint physical)
            || !_sentence.Size.TryEvaluate(guest, out uint size, out _) || size > MemoryRange.MaxSize)
            return;
        for (uint offset = 0; offset < size; offset += 4)
            _words[(physical + offset) & ~3u] = returned;
    }

    private void Report(in GuestEvent given, in GuestEvent load, GuestView guest)
    {
        string at = guest.Symbols.Name(load.Pc);
        string who = guest.CurrentLwp is { } lwp ? $" in {guest.NameOf(lwp)}" : "";
        string step = $"{at}{who} loads from {guest.DescribeStack(load.Address)}, into which nothing has been stored since {_sentence.Allocate} "
            + $"gave it out at count {given.Count:N0}";
        guest.Report(new Finding(Name, $"{Name}: {at}", $"{step}.", load.Count, load.Pc, WrongValue.Address)
        {
            Known = [new CausalStep(given.Count, given.Pc, $"{_sentence.Allocate} gives the page out")],
        });
    }
}
