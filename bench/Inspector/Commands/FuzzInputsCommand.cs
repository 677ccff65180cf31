using System.CommandLine;
using System.Diagnostics;
using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Inspector.Fuzzing;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Commands;

/// <summary><c>fuzz-inputs</c>: whether any input is taken wrongly, of all that PpcJit reads.</summary>
internal static class FuzzInputsCommand
{
    private const double MaxMinutes = 7 * 24 * 60;

    /// <summary>How long a kind has its turn, in a process of its own.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(20);

    private static readonly Option<double> Minutes =
        new("--minutes") { Description = "How long, shared among the formats.", HelpName = "N", DefaultValueFactory = _ => 10 };
    private static readonly Option<long?> Inputs =
        new("--inputs") { Description = "So many inputs of each format, if the time suffices.", HelpName = "N" };
    private static readonly Option<int> Seed =
        new("--seed") { Description = "What the inputs follow from.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<long> First = new("--first") { Description = "Begin with this input of each format.", HelpName = "N" };
    private static readonly Option<string?> Formats = new("--format")
    {
        Description = $"Only these, with commas between: {string.Join(", ", InputFormat.All.Select(format => format.Name))}.",
        HelpName = "NAMES",
    };
    private static readonly Option<string?> Json = new("--json") { Description = "Write the figures and what was found to FILE.", HelpName = "FILE" };
    private static readonly Option<bool> InProcess =
        new("--in-process") { Description = "Stay in this process, for a debugger; a fault that ends it ends the run." };
    private static readonly Option<string?> Place = new("--place") { Description = "Note the number of the present input in FILE.", Hidden = true };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new(
            "fuzz-inputs",
            "Give PpcJit inputs of every format that are almost right. "
                + "Each must be taken or refused with a sentence, without a fault, in 10 s and 1 GB.")
        {
            Minutes, Inputs, Seed, First, Formats, Json, InProcess, Place,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        double minutes = parsed.GetValue(Minutes);
        if (minutes is not (> 0 and <= MaxMinutes))
            throw new BenchException($"--minutes must be above 0 and at most {MaxMinutes}.");
        if (parsed.GetValue(Inputs) is <= 0)
            throw new BenchException("--inputs must be above 0.");
        if (parsed.GetValue(First) < 0)
            throw new BenchException("--first must not be below 0.");
        string[] names = CommandLines.Names(parsed.GetValue(Formats), "--format", [.. InputFormat.All.Select(format => format.Name)]);
        ReportFile.Check(parsed.GetValue(Json), "--json");
        InputFormat[] formats = [.. InputFormat.All.Where(format => names.Length == 0 || names.Contains(format.Name))];
        FuzzTally[] tallies = Share(parsed, formats, TimeSpan.FromMinutes(minutes));
        if (parsed.GetValue(Place) is null)
            FuzzText.Print(tallies);
        ReportFile.Write(parsed.GetValue(Json), "--json", () => JsonText.Of(tallies));
        return tallies.All(tally => tally.Finding is null) ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Has the formats take turns until the time is over or each has had its inputs. One with a finding gets no more turns.</summary>
    private static FuzzTally[] Share(ParseResult parsed, InputFormat[] formats, TimeSpan most)
    {
        (int seed, long first, long count) = (parsed.GetValue(Seed), parsed.GetValue(First), parsed.GetValue(Inputs) ?? long.MaxValue);
        FuzzTally[] tallies = [.. formats.Select(format => new FuzzTally(format.Name, 0, 0, 0, 0, 0, null))];
        long start = Stopwatch.GetTimestamp();
        TimeSpan turn = TimeSpan.FromTicks(Math.Min(Turn.Ticks, most.Ticks / formats.Length));
        bool goesOn = true;
        while (goesOn)
        {
            goesOn = false;
            for (int n = 0; n < formats.Length; n++)
            {
                TimeSpan left = most - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || tallies[n].Finding is not null || tallies[n].Inputs >= count)
                    continue;
                FuzzTally part = Take(parsed, formats[n], seed, first + tallies[n].Inputs, count - tallies[n].Inputs, left < turn ? left : turn);
                tallies[n] = tallies[n].With(part);
                if (part.Finding is { } finding)
                    Console.Error.Write(finding.ToString());
                goesOn = true;
            }
        }

        return tallies;
    }

    private static FuzzTally Take(ParseResult parsed, InputFormat format, int seed, long first, long count, TimeSpan most) =>
        parsed.GetValue(Place) is { } place ? FuzzSlice.RunHere(format, seed, first, count, most, place)
        : parsed.GetValue(InProcess) ? new FuzzLoop(format, seed).Run(first, count, most)
        : FuzzSlice.Run(format, seed, first, count, most);
}
