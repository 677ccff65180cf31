using System.Diagnostics;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>
/// Runs a search with several workers, each with a machine of its own. Every worker walks through the whole window,
/// which is quick, and tries places at equal distances; so the result does not depend on how many there are.
/// </summary>
internal static class Searcher
{
    /// <summary>Runs a search.</summary>
    /// <param name="scenario">The case.</param>
    /// <param name="search">The search.</param>
    /// <param name="origin">Where its window begins.</param>
    /// <param name="first">The machine that came there; it becomes the first worker's.</param>
    /// <param name="options">Engine, workers, and which part of the places is wanted.</param>
    public static SearchReport Run(ScenarioCase scenario, Search search, SearchOrigin origin, CaseMachine first, RunSettings options)
    {
        Stopwatch time = Stopwatch.StartNew();
        CaseMachine[] machines = [first, .. Enumerable.Range(1, options.Workers - 1).Select(_ => new CaseMachine(scenario, options))];
        SearchWorker[] workers = [.. machines.Select(
            machine => new SearchWorker(machine, scenario, search, origin, new CaseRuns(options.RunFolder, scenario), options.Journal))];
        SearchReport report = Empty(scenario, search, origin);
        if (search.IsOfWholeRun)
            report = report with { Classes = new ClassSearcher(search, options, workers, first).Run(scenario, origin) };
        else
            Share(workers, options);
        foreach (SearchWorker worker in workers)
        {
            report = worker.AddTo(report);
            worker.Dispose();
        }

        foreach (CaseMachine machine in machines.Skip(1))
            machine.Dispose();
        report = report with
        {
            Seconds = time.Elapsed.TotalSeconds, To = search.IsOfWholeRun && report.EndedAt is { } end ? end : report.To,
        };
        return options.Explains ? Explained(report, workers, new CaseExplainer(scenario, options)) : report;
    }

    /// <summary>Follows the first causes back, each from its first place, when all places have been tried.</summary>
    private static SearchReport Explained(SearchReport report, SearchWorker[] workers, CaseExplainer explainer) => report with
    {
        Causes =
        [
            .. report.Causes.Take(SearchReports.MaxExplained).Select(cause => Explained(cause, workers, explainer)),
            .. report.Causes.Skip(SearchReports.MaxExplained),
        ],
    };

    private static CauseReport Explained(CauseReport cause, SearchWorker[] workers, CaseExplainer explainer) =>
        workers.Select(worker => worker.RunOf(cause)).OfType<KeptRun>().FirstOrDefault() is { } kept
            ? cause with { Explanation = explainer.Explain(cause.Explanation, kept, proves: false) } : cause;

    /// <summary>Shares out all places.</summary>
    private static void Share(SearchWorker[] workers, RunSettings options)
    {
        int stride = options.Workers * options.PartCount;
        Parallel.For(0, workers.Length, new ParallelOptions { MaxDegreeOfParallelism = workers.Length }, n =>
        {
            int mine = (n * options.PartCount) + options.Part;
            workers[n].Walk(place => place % stride == mine, () => options.Progress?.Tried());
        });
    }

    private static SearchReport Empty(ScenarioCase scenario, Search search, SearchOrigin origin) => new()
    {
        What = search.Text,
        IsNested = search.Then is not null,
        IsBounded = search.Most is not null || search.Then?.Most is not null,
        From = origin.Count,
        To = search.IsOfWholeRun ? Math.Max(origin.Count, scenario.Ends.Instructions) : origin.Count + search.Window + (search.Then?.Window ?? 0),
        Places = 0,
        Possible = [],
        Trials = 0,
        Undecided = 0,
        Fatal = [],
        Causes = [],
        Seconds = 0,
    };
}
