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
        Footprint footprint = FootprintLearner.Learn(scenario, _search, origin, _workers[0].FindEnd(end), _options);
        do
        {
            _workers[0].Survey(_tree, footprint, end);
            foreach (ulong[] counts in _tree.Waves(_functionOf))
                Visit(counts);
        }
        while (_tree.Divide() && _options.EndSignal?.Invoke() is not > 0);
        return _tree.Report(footprint, _functionOf);
    }

    private void Visit(ulong[] counts) => Parallel.For(0, _workers.Length, new ParallelOptions { MaxDegreeOfParallelism = _workers.Length }, n =>
    {
        IEnumerable<ulong> mine = counts.Where((_, place) => place % _workers.Length == n);
        _workers[n].Visit(mine, (count, outcome) =>
        {
            lock (_tree)
                _tree.Note(count, outcome);
            _options.Progress?.Tried();
        });
    });
}
