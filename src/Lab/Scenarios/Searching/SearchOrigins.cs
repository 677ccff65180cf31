using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Runs a case from its start to its end, and takes the origins of its searches on the way.</summary>
/// <param name="machine">The machine, fresh from its loader.</param>
/// <param name="scenario">The case.</param>
internal sealed class SearchOrigins(CaseMachine machine, ScenarioCase scenario)
{
    private readonly List<Waiting> _waiting = [];
    private readonly List<(Search Search, SearchOrigin Origin)> _found = [];

    /// <summary>The searches whose windows begin in the run.</summary>
    public IReadOnlyList<(Search Search, SearchOrigin Origin)> Found => _found;

    /// <summary>The searches whose windows the run has not reached.</summary>
    public IEnumerable<Search> NotReached => _waiting.Select(waiting => waiting.Search);

    /// <summary>Runs the case.</summary>
    /// <returns>How it ended.</returns>
    public CaseEnd Run()
    {
        foreach (Search search in machine.Searches)
            Await(search);
        while (true)
        {
            ulong next = _waiting.Select(waiting => waiting.Start.Count ?? ulong.MaxValue).DefaultIfEmpty(ulong.MaxValue).Min();
            CaseEnd end = machine.Run(Math.Min(next, scenario.Ends.Instructions));
            if (end == CaseEnd.Marked)
                Take(Arrives);
            else if (end == CaseEnd.Limit && machine.Count < scenario.Ends.Instructions)
                Take(waiting => waiting.Start.Count == machine.Count);
            else
                return end == CaseEnd.Limit ? machine.Console.End() ?? end : end;
        }
    }

    private void Await(Search search)
    {
        uint? address = search.From.Symbol is { } symbol ? machine.View.Symbols.Resolve(symbol) : null;
        _waiting.Add(new Waiting(search, search.From, address));
        if (address is { } mark)
            machine.Injector.Marks.Add(mark);
        if (search.From.Console is { } text)
            machine.Console.Mark(text);
    }

    private unsafe bool Arrives(Waiting waiting)
    {
        if (waiting.Start.Console is { } text)
            return machine.Console.Text.EndsWith(text, StringComparison.Ordinal);
        return waiting.Address == machine.Board.Processor.State->Pc
            && (waiting.Start.When is not { } condition || condition.Holds(machine.View) == true) && ++waiting.Arrivals == waiting.Start.Arrival;
    }

    private void Take(Predicate<Waiting> begins)
    {
        foreach (Waiting waiting in _waiting.FindAll(begins))
        {
            _found.Add((waiting.Search, new SearchOrigin(machine)));
            _waiting.Remove(waiting);
            if (waiting.Address is { } mark && !_waiting.Exists(other => other.Address == mark))
                machine.Injector.Marks.Remove(mark);
        }
    }

    private sealed class Waiting(Search search, SearchStart start, uint? address)
    {
        public Search Search => search;

        public SearchStart Start => start;

        public uint? Address => address;

        public ulong Arrivals { get; set; }
    }
}
