using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// Searches a whole run by classes of places that are alike: all places are walked through, some of each class are tried, and classes in which trials
/// differ are divided. What is tried depends on the run alone, not on workers, parts and how often the search was ended and resumed.
/// </summary>
internal sealed class ClassSearcher
{
    private readonly Search _search;
    private readonly RunSettings _options;
    private readonly SearchWorker[] _workers;
    private readonly PlaceTree _tree;
    private readonly Func<uint, string> _functionOf;

    /// <summary>Prepares a search.</summary>
    /// <param name="search">The search.</param>
    /// <param name="options">Which part of the classes is wanted.</param>
    /// <param name="workers">Its workers.</param>
    /// <param name="machine">A machine of the case, for names.</param>
    public ClassSearcher(Search search, RunSettings options, SearchWorker[] workers, CaseMachine machine)
    {
        (_search, _options, _workers) = (search, options, workers);
        _tree = new PlaceTree(search.Samples, number => number % options.PartCount == options.Part);
        Dictionary<uint, string> names = [];
        _functionOf = pc =>
        {
            if (!names.TryGetValue(pc, out string? name))
                names.Add(pc, name = machine.View.Symbols.FunctionAt(pc)?.Name ?? "");
            return name;
        };
    }

    /// <summary>Searches.</summary>
    /// <param name="scenario">The case.</param>
    /// <param name="origin">Where the window begins.</param>
    public ClassesReport Run(ScenarioCase scenario, SearchOrigin origin)
    {
        ulong end = Math.Max(origin.Count, scenario.Ends.Instructions);
        IReadOnlyList<Occurrence> moved = [];
        if (_search.IsShift)
        {
            moved = _workers[0].FindOccurrences(end, out ulong passesUntil);
            foreach (SearchWorker worker in _workers)
                (worker.Moved, worker.RunPassesUntil) = (moved, passesUntil);
        }

        Footprint footprint = FootprintLearner.Learn(scenario, _search, origin, moved, _search.IsShift ? end : _workers[0].FindEnd(end), _options);
        do
        {
            _workers[0].Survey(_tree, footprint, end);
            foreach (PlaceAt[] places in _tree.Waves(_functionOf))
                Visit(places);
        }
        while (_tree.Divide() && _options.EndSignal?.Invoke() is not > 0);
        return _tree.Report(footprint, _functionOf) with { Moved = moved.Count };
    }

    private void Visit(PlaceAt[] places) => Parallel.For(0, _workers.Length, new ParallelOptions { MaxDegreeOfParallelism = _workers.Length }, n =>
    {
        IEnumerable<PlaceAt> mine = places.Where((_, number) => number % _workers.Length == n);
        _workers[n].Visit(mine, (place, outcome) =>
        {
            lock (_tree)
                _tree.Note(place, outcome);
            _options.Progress?.Tried();
        });
    });
}
