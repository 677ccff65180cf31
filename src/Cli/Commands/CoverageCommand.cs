using System.CommandLine;
using PpcJit.Cli.Outcomes;
using PpcJit.Kernel.Files;
using PpcJit.Lab.Observing.Coverage;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit coverage</c>: puts the coverage of several runs together.</summary>
internal static class CoverageCommand
{
    private static readonly Argument<string[]> Reports = new("FILES") { Description = "Reports that --coverage FILE.json wrote.", Arity =
        ArgumentArity.OneOrMore };

    private static readonly Option<string[]> Outputs = new("--coverage")
    {
        Description = "Write what any of the runs reached to FILE.info, FILE.json or FILE.html. May be given again.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        Command command = new("coverage", "Put the coverage of several runs together.") { Reports, Outputs };
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetRequiredValue(Reports);
            string[] outputs = parsed.GetValue(Outputs) ?? [];
            NamedFile.RefuseClashes(
            [
                .. paths.Select(path => NamedFile.Input("FILES", path)), .. outputs.Select(path => NamedFile.Output("--coverage", path)),
            ]);
            using CoverageFiles files = new(outputs);
            CoverageSum sum = new();
            foreach (string path in paths)
                sum.Add(CoverageReport.Read(path));
            foreach (string line in files.Write(sum.Report))
                parsed.InvocationConfiguration.Output.WriteLine(line);
            parsed.InvocationConfiguration.Output.Flush();
            return ExitCode.Success;
        });
        return command;
    }
}
