using System.CommandLine;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Cli.Commands;

/// <summary>
/// <c>ppcjit demo</c>: reproduces NetBSD's kern/54994 and answers the two questions that its thread left open, with
/// what was found in this run.
/// </summary>
internal static class DemoCommand
{
    private const string Rows = "kern-54994";
    private const string Entries = "kern-54994-entries";

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        RunnerArguments runner = new();
        Command command = new("demo", "Reproduce NetBSD's kern/54994 with the embedded uarea guest, and answer the questions of its thread.");
        runner.AddTo(command);
        command.SetAction(parsed =>
        {
            using EndSignals signals = new();
            TextWriter output = parsed.InvocationConfiguration.Output;
            output.WriteLine("An interrupt, raised at every place in a stretch of a kernel's run; the same for each way to build that kernel:\n");
            ScenarioReport rows = Run(Rows, runner, parsed, signals);
            output.Write(ScenarioTable.Cases(rows));
            if (signals.Received != 0)
                return signals.CodeOr(ExitCode.Success);
            output.WriteLine("\nThe kernel stack's page, taken out of the TLB ahead of each instruction of an exception handler:\n");
            output.Flush();
            ScenarioReport entries = Run(Entries, runner, parsed, signals);
            output.Write(ScenarioTable.Cases(entries));
            if (signals.Received != 0)
                return signals.CodeOr(ExitCode.Success);
            output.WriteLine();
            output.Write(StackQuestions.Answer(rows, entries));
            output.WriteLine($"More: 'ppcjit scenario run {Rows} --report report.html' draws what happened.");
            output.Flush();
            return rows.AsExpected && entries.AsExpected ? ExitCode.Success : ExitCode.GuestFailure;
        });
        return command;
    }

    private static ScenarioReport Run(string name, RunnerArguments runner, ParseResult parsed, EndSignals signals)
    {
        Scenario scenario = ScenarioLibrary.Read(name, new Dictionary<string, string>());
        using ScenarioProgress progress = new(scenario.Cases.Count);
        return ScenarioRunner.Run(scenario, runner.Read(parsed, progress.Counts, signals));
    }
}
