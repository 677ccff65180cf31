using System.CommandLine;
using PpcJit.Inspector.Sampling;

namespace PpcJit.Inspector.Commands;

/// <summary><c>attach PID</c>: looks into a process that runs already.</summary>
internal static class AttachCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Argument<int> process = new("PID") { Description = "The process of PpcJit." };
        ReportArguments reports = new();
        Command command = new("attach", "Look into a PpcJit that runs already; it goes on afterwards.") { process };
        reports.AddTo(command);
        command.SetAction(parsed =>
        {
            TimeSpan sampling = reports.Check(parsed);
            return reports.Report(parsed, Inspection.Of(parsed.GetValue(process), sampling));
        });
        return command;
    }
}
