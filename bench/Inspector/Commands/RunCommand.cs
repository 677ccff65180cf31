using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PpcJit.Inspector.Launching;
using PpcJit.Bench;
using PpcJit.Inspector.Readings;
using PpcJit.Inspector.Reports;
using PpcJit.Inspector.Sampling;

namespace PpcJit.Inspector.Commands;

/// <summary><c>run IMAGE</c>: starts PpcJit itself and looks into it at intervals.</summary>
internal static class RunCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Argument<string> image = new("IMAGE") { Description = "What './ppcjit boot' is to boot." };
        Option<int> looks = new(
            "--looks") { Description = "So many looks; the last one is reported in full.", HelpName = "N", DefaultValueFactory = _ => 3 };
        Option<double> every =
            new("--every") { Description = "Time between two looks.", HelpName = "SECONDS", DefaultValueFactory = _ => 1 };
        ReportArguments reports = new();
        Command command = new(
            "run", "Boot IMAGE and look into the run at intervals; what follows '--' are options of './ppcjit boot'. "
                + "It is ended after the last look.") { image, looks, every };
        reports.AddTo(command);
        Argument<string[]> options =
            new("OPTIONS") { Description = "Options of './ppcjit boot', after '--'.", Arity = ArgumentArity.ZeroOrMore };
        command.Add(options);
        command.SetAction(parsed =>
        {
            TimeSpan sampling = reports.Check(parsed);
            int count = parsed.GetValue(looks);
            double seconds = parsed.GetValue(every);
            if (count is < 1 or > 100_000)
                throw new BenchException("--looks must be 1 to 100000.");
            if (seconds is not (> 0 and <= 3600))
                throw new BenchException("--every must be above 0 and at most 3600 seconds.");
            return reports.Report(
                parsed, Watch(["boot", parsed.GetRequiredValue(image), .. parsed.GetValue(options) ?? []], count,
                    TimeSpan.FromSeconds(seconds), sampling));
        });
        return command;
    }

    private static Inspection Watch(IReadOnlyList<string> arguments, int looks, TimeSpan every, TimeSpan sampling)
    {
        Launch.Prepare();
        using Launch launch = Launch.Start(arguments);
        launch.WaitForEngine();
        long start = Stopwatch.GetTimestamp();
        for (int look = 1; look < looks; look++)
        {
            if (launch.EndsWithin(every))
                throw launch.EndedEarly();
            Reading reading;
            using (Look now = Look.At(launch.Id))
                reading = now.Read(withCode: false);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(start).TotalSeconds,7:F1} s  "
                    + $"{reading.Engines.Sum(engine => engine.Compiled),8:N0} regions compiled, "
                    + $"{reading.Methods.Count,6:N0} held, "
                + $"code heap {reading.CodeHeaps.Committed >> 10,7:N0} KiB, managed heap "
                + $"{reading.HeapCommitted >> 10,7:N0} KiB, resident {reading.Memory.Resident >> 10,8:N0} KiB. "
                + $"{TextReport.Verdict(reading)}"));
        }

        return launch.EndsWithin(every) ? throw launch.EndedEarly() : Inspection.Of(launch.Id, sampling);
    }
}
