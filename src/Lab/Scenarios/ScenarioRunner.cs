using System.Diagnostics;
using PpcJit.Kernel;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Searching;

namespace PpcJit.Lab.Scenarios;

/// <summary>Runs the cases of a scenario, several at a time.</summary>
public static class ScenarioRunner
{
    private const int ConsoleTail = 4000;

    /// <summary>Runs a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="settings">How.</param>
    /// <exception cref="InputException">An image cannot be used, or lacks a symbol.</exception>
    public static ScenarioReport Run(Scenario scenario, RunSettings settings)
    {
        // Parts divide the cases without a search, and the places of the others.
        ScenarioCase[] mine = [.. scenario.Cases.Where(one => one.Searches.Count > 0 || one.Index % settings.PartCount == settings.Part)];
        int side = Math.Clamp(settings.Workers, 1, Math.Max(1, mine.Length));
        RunSettings each = settings with { Workers = Math.Max(1, settings.Workers / side) };
        CaseReport?[] reports = new CaseReport?[mine.Length];
        try
        {
            Parallel.For(0, mine.Length, new ParallelOptions { MaxDegreeOfParallelism = side }, n =>
            {
                if (settings.EndSignal?.Invoke() is > 0)
                    return;
                reports[n] = RunCase(mine[n], each);
                settings.Progress?.Finished();
            });
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } problem)
        {
            throw new InputException(problem.Message, several);
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<OutputException>().FirstOrDefault() is { } problem)
        {
            throw new OutputException(problem.Message, several);
        }

        return new ScenarioReport
        {
            Scenario = scenario.Name,
            Title = scenario.Title,
            Engine = settings.EngineName,
            Parts = [settings.Part],
            PartCount = settings.PartCount,
            Signal = settings.EndSignal?.Invoke() ?? 0,
            Missing = reports.Count(report => report is null),
            Cases = [.. reports.OfType<CaseReport>()],
        };
    }

    private static CaseReport RunCase(ScenarioCase scenario, RunSettings settings)
    {
        Stopwatch time = Stopwatch.StartNew();
        using CaseMachine machine = new(scenario, settings);
        using CaseLook look = new(machine, scenario, settings.Coverage is not null);
        settings.Journal?.Begin(scenario.Index, machine.Identity);
        SearchOrigins origins = new(machine, scenario);
        CaseEnd end = origins.Run();
        look.Complete();
        if (scenario.Recorded is { } recorded && machine.Machine.Milestones?.Departure is { } departure)
            throw scenario.Image.Location.Error("the run does not come out as it was recorded: at count "
                + $"{departure.Recorded.Count:N0} it is in another state. It was made by {recorded.Run.MadeBy}, and this is {RunStart.Version}.");
        if (look.Coverage is { } coverage)
            settings.Coverage?.Add(coverage);
        CaseReport report = Report(scenario, machine, end, new CaseRuns(settings.RunFolder, scenario), settings) with
        {
            Log = look.Lines,
            Absent = machine.Absent,
            NotReached = [.. origins.NotReached.Select(search => search.Text)],
        };
        List<SearchReport> searches = [];
        foreach ((Search search, SearchOrigin origin) in origins.Found)
        {
            if (settings.EndSignal?.Invoke() is not > 0)
                searches.Add(Searcher.Run(scenario, search, origin, machine, settings));
            origin.Dispose();
        }

        bool isCut = settings.EndSignal?.Invoke() is > 0 && scenario.Searches.Count > 0;
        return report with { Searches = searches, Seconds = time.Elapsed.TotalSeconds, End = isCut ? CaseEnds.Signal : report.End };
    }

    private static InjectionReport Came(string text, InjectionTally tally) =>
        new(text, tally.Came, tally.Held, tally.Unknown, tally.Done, tally.Nothing, tally.Failed, tally.Why ?? "");

    private static CaseReport Report(ScenarioCase scenario, CaseMachine machine, CaseEnd end, CaseRuns runs, RunSettings settings)
    {
        string text = machine.Console.Text;
        bool died = CaseEnds.IsDeath(end);
        FindingReport? found = machine.Finding is { } finding ? FindingReporter.Report(finding, machine.View)
            : died ? FindingReporter.Death(end, machine.Console.Watch, machine.View)
            : null;
        if (found is not null && settings.Explains)
            found = new CaseExplainer(scenario, settings).Explain(found, KeptRun.Of(machine, end), proves: machine.Finding is null);
        if (found is not null)
        {
            (string? run, string? lack) = runs.Save(machine, "finding", found.Summary);
            found = found with { Run = run, NoRun = lack };
        }

        return new CaseReport
        {
            Index = scenario.Index,
            Settings = scenario.Settings,
            Varying = scenario.Varying,
            Expected = scenario.Expect,
            End = CaseEnds.NameOf(end),
            Instructions = machine.Count,
            Seconds = 0,
            Console = TerminalText.DecodeBytes(text.Length > ConsoleTail ? text[^ConsoleTail..] : text),
            ConsoleAppeared = (scenario.Expect.Console is null || machine.Console.Appeared) && (
                scenario.Expect.Panic is not { } panic || machine.Console.Watch.WholeLine?.Contains(panic, StringComparison.Ordinal) == true),
            Finding = found,
            Timeline = scenario.HasTimeline ? TimelineBuilder.Build(machine.View, since: 0) : null,
            Injections =
            [
                .. scenario.Injections.Zip(machine.Injector.Tallies, (injection, tally) => Came(injection.Text, tally)),
                .. scenario.HasTlbPressure ? [Came("pressure: tlb", machine.Injector.Pressure)] : (InjectionReport[])[],
            ],
            Covered = scenario.Kernel?.Names.ContainsKey("tlb-handlers") != true ? [] : [.. machine.View.Kernel.TlbHandlers.Select(
                handler => machine.View.Symbols.Cover("tlb-handlers", handler.Address, handler.Size))],
            Standing = FaultReport.Standing(machine.Board, machine.Guest.Symbols, machine.View.Guest.RunningName),
        };
    }
}
