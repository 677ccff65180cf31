using System.CommandLine;
using PpcJit.Bench;
using PpcJit.Bench.Reports;
using PpcJit.Inspector.Counting;
using PpcJit.Inspector.Targets;

namespace PpcJit.Inspector.Commands;

/// <summary><c>count</c>: counts host instructions for each guest instruction.</summary>
internal static class CountCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Option<string?> only = new("--only") { Description = "Count only these, by their names.", HelpName = "NAMES" };
        Option<string[]> settings = JitSettings();
        Option<string?> images = Timelines.LinuxImage.Option();
        Option<int> regions = new("--regions") { Description = "List so many regions of each.", HelpName = "N" };
        Option<int> listings = new("--listings") { Description = "List the machine code of so many regions of each.", HelpName = "N" };
        Option<bool> qemu = new("--qemu") { Description = "Count QEMU's host instructions, too, in the programs that need no Linux." };
        Option<string?> json = new("--json") { Description = "Write everything to FILE.", HelpName = "FILE" };
        Option<string?> check = new("--check") { Description = "Compare with the bounds in FILE; exit code 1 if one is more than 1 % over.",
            HelpName = "FILE" };
        Option<string?> update = new("--update") { Description = "Write what was counted to FILE, as new bounds.", HelpName = "FILE" };
        Command command = new("count", "Count the host instructions for each guest instruction, by what they are for: exactly, by "
            + "stepping the guest's thread through windows of its run.") { only, settings, images, regions, listings, qemu, json, check, update };
        command.SetAction(parsed =>
        {
            IReadOnlyList<Subject> subjects = Chosen(parsed.GetValue(only));
            ReportFile.Check(parsed.GetValue(json), "--json");
            ReportFile.Check(parsed.GetValue(update), "--update");
            CountBounds? bounds = parsed.GetValue(check) is { } file ? CountBounds.Read(file) : null;
            if (bounds?.WhyNot() is { } reason)
                return Skip(reason);
            string[] switches = parsed.GetValue(settings) ?? [];
            CountedProcessCommand.Options(switches);
            subjects = CountReport.WithImages(subjects, parsed.GetValue(images), Say);
            IReadOnlyList<SubjectCount> counts;
            try
            {
                counts = Counter.Count(subjects, switches, parsed.GetValue(images), Say);
            }
            catch (NoTraceException error)
            {
                return bounds is null ? throw new BenchException(error.Message) : Skip(error.Message);
            }

            CountReport.Print(counts, parsed.GetValue(regions));
            CountReport.PrintCode(counts, parsed.GetValue(listings));
            IReadOnlyList<PeerCount> peers = parsed.GetValue(qemu)
                ? PeerCounter.Count(subjects, subject => CountedProcessCommand.ImageOf(subject, parsed.GetValue(images)), Say)
                : [];
            CountReport.Print(counts, peers);
            ReportFile.Write(parsed.GetValue(json), "--json", () => CountReport.Json(counts, switches));
            ReportFile.Write(parsed.GetValue(update), "--update", () => CountBounds.Of(counts).ToText());
            return bounds?.Check(counts, Console.Out) ?? true ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    /// <summary>The option that gives switches to the fast engine.</summary>
    public static Option<string[]> JitSettings() =>
        new("--jit-opt") { Description = "Switches of the fast engine, as './ppcjit boot' takes them.", HelpName = "SETTING" };

    /// <summary>The subjects of a list of names; all when there is none.</summary>
    /// <exception cref="BenchException">A name is not known.</exception>
    public static IReadOnlyList<Subject> Chosen(string? names)
    {
        string[] chosen = CommandLines.Names(names, "--only", [.. Subject.All.Select(subject => subject.Name)]);
        return [.. Subject.All.Where(subject => chosen.Length == 0 || chosen.Contains(subject.Name))];
    }

    private static int Skip(string reason)
    {
        Console.Out.WriteLine($"count: not checked: {reason}");
        return ExitCode.Success;
    }

    private static void Say(string text) => Console.Error.WriteLine($"count: {text}");
}
