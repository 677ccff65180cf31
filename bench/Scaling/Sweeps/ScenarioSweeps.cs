using System.Diagnostics;
using PpcJit.Bench;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Scaling.Reports;

namespace PpcJit.Scaling.Sweeps;

/// <summary>Runs matrices of scenarios of growing size, and with a growing number of workers.</summary>
internal static class ScenarioSweeps
{
    /// <summary>Short name of the sweep over cells.</summary>
    public const string Cells = "cells";

    /// <summary>Short name of the sweep over workers.</summary>
    public const string Workers = "workers";

    /// <summary>Cells that the workers share.</summary>
    private const int SharedCells = 32;

    private const string Unit = "million instructions per second";
    private const string Search =
        """
        search:
          inject: raise external
          from: net_poll on call 2
          window: 2000
          pass: 500
          limit: 50K
        """;

    private static readonly (string Name, string Title, Func<Processor, IEngine> Create)[] Engines =
    [
        ("jit", "PpcJit", processor => new JitEngine(processor)),
        ("cold", "PpcJit, cold tier", processor => new JitEngine(processor, new JitOptions { Regions = false })),
        ("interpreter", "PpcJit, interpreter", processor => new InterpreterEngine(processor)),
    ];

    /// <summary>Varies the number of cells; there are as many workers as this process may use processors.</summary>
    public static Sweep RunCells(IReadOnlyList<int> sizes, SweepSettings settings)
    {
        Curve[] curves = [.. Engines.Select(engine => new Curve(engine.Name, engine.Title))];
        foreach (int size in sizes)
        {
            for (int round = 0; round < settings.Rounds; round++)
            {
                for (int n = 0; n < Engines.Length; n++)
                {
                    (ScenarioReport report, double seconds) = Run(Text(size, ""), Engines[n].Create, Environment.ProcessorCount);
                    curves[n].Add(size, report.Cases.Sum(one => (double)one.Instructions) / seconds / 1e6);
                }
            }

            Tell(settings, Cells, size, curves);
        }

        return new Sweep(Cells, $"Cells of a scenario's matrix, --jobs {Environment.ProcessorCount}", "cells",
            InBytes: false, Unit, Costs: false, curves, [], []);
    }

    /// <summary>Varies the number of workers, once over many cells, once over the places of a search in one cell.</summary>
    public static Sweep RunWorkers(IReadOnlyList<int> sizes, SweepSettings settings)
    {
        Curve cells = new("cells", $"{SharedCells} cells, million instructions"), trials = new("trials", "a search in one cell, trials");
        foreach (int size in sizes)
        {
            for (int round = 0; round < settings.Rounds; round++)
            {
                (ScenarioReport report, double seconds) = Run(Text(SharedCells, ""), Engines[0].Create, size);
                cells.Add(size, report.Cases.Sum(one => (double)one.Instructions) / seconds / 1e6);
                (report, seconds) = Run(Text(1, Search), Engines[0].Create, size);
                trials.Add(size, report.Cases.Sum(one => one.Searches.Sum(search => (double)search.Trials)) / seconds);
            }

            Tell(settings, Workers, size, [cells, trials]);
        }

        return new Sweep(Workers, "Workers (--jobs)", "workers", InBytes: false, "per second", Costs: false, [cells, trials],
            [new Mark(Environment.ProcessorCount, $"processors: {Environment.ProcessorCount}")], []);
    }

    private static (ScenarioReport Report, double Seconds) Run(string text, Func<Processor, IEngine> engine, int workers)
    {
        Scenario scenario = ScenarioReader.Read("scaling.yaml", text, new Dictionary<string, string>());
        long start = Stopwatch.GetTimestamp();
        ScenarioReport report = ScenarioRunner.Run(scenario, new RunSettings("scaling", engine, workers));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return report.AsExpected
            ? (report, seconds)
            : throw new BenchException(
                $"a cell did not end as it must: {report.Cases.First(one => one.Problem.Length > 0).Problem}", ExitCode.Failure);
    }

    /// <summary>Every cell is the same guest, so that only their number makes a difference.</summary>
    private static string Text(int cells, string search) =>
        $$"""
        title: "Cells of a matrix"
        board: ref405ep
        memory: 32M
        image: guest:uarea
        command-line: "entry=real-mode upages=2 fast=on uarea=direct"
        matrix: [{{string.Join(", ", Enumerable.Range(1, cells).Select(cell => $"{{cell: {cell}}}"))}}]
        {{search}}
        end:
          console: UAREA-OK
          panic: "panic: "
          instructions: 20M
        expect:
          - {finding: none, console: UAREA-OK}
        """;

    private static void Tell(SweepSettings settings, string name, int size, IEnumerable<Curve> curves) =>
        settings.Progress($"{name} {size}: "
            + $"{string.Join(", ", curves.Select(curve => FormattableString.Invariant($"{curve.Title} {curve.At(size)?.Median:F1}")))}");
}
