using System.CommandLine;
using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Inspector.Reports;
using PpcJit.Inspector.Sampling;

namespace PpcJit.Inspector.Commands;

/// <summary>The options that say how long to sample and what to report.</summary>
internal sealed class ReportArguments
{
    private const double MaxSeconds = 3600;
    private const int MaxListings = 1000;

    private readonly Option<double> _sample =
        new("--sample") { Description = "How long to sample where the time goes.", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _listings =
        new("--listings")
        {
            Description = "So many of the hottest regions are listed with guest code and machine code.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
    private readonly Option<string?> _json = new("--json") { Description = "Write everything to FILE.", HelpName = "FILE" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_sample);
        command.Add(_listings);
        command.Add(_json);
    }

    /// <summary>Reads how long to sample, and refuses what cannot be used.</summary>
    /// <exception cref="BenchException">An option cannot be used.</exception>
    public TimeSpan Check(ParseResult parsed)
    {
        double seconds = parsed.GetValue(_sample);
        if (seconds is not (>= 0 and <= MaxSeconds))
            throw new BenchException($"--sample must be 0 to {MaxSeconds} seconds.");
        if (parsed.GetValue(_listings) is < 0 or > MaxListings)
            throw new BenchException($"--listings must be 0 to {MaxListings}.");
        ReportFile.Check(parsed.GetValue(_json), "--json");
        return TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Reports an inspection.</summary>
    /// <returns>The exit code.</returns>
    public int Report(ParseResult parsed, Inspection inspection)
    {
        int listings = parsed.GetValue(_listings);
        Console.Out.Write(TextReport.Of(inspection, listings));
        ReportFile.Write(parsed.GetValue(_json), "--json", () => InspectionJson.Of(inspection, listings));
        return Bounds.Of(inspection.Reading).All(row => row.Holds) ? ExitCode.Success : ExitCode.Failure;
    }
}
