using System.Text.RegularExpressions;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>Types what docs/walk-kern-54994.md says, and looks for what it shows.</summary>
public sealed class WalkTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [OneTimeTearDown]
    public void DeleteTheRuns() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_walk_from_a_death_to_its_cause_goes_as_it_is_written()
    {
        string page = File.ReadAllText(Path.Combine(PpcJitProcess.Root, "docs", "walk-kern-54994.md")).Replace(" walk", $" {_folder}/walk");
        string[] shell = [.. Blocks(page, "sh")];
        ProcessResult scenario = PpcJitProcess.Shell(shell[0]);
        Assert.That(scenario.ExitCode, Is.Zero, scenario.Error);
        foreach (string line in Blocks(page, "text").Single().Split('\n'))
            Assert.That(scenario.Output, Does.Contain(line.Trim()));

        Match start = Regex.Match(shell[1], "^gdb-multiarch (?<symbols>[^ ]+) -ex 'target remote (?<target>.*)'$");
        string[] lines = [.. Blocks(page, "gdb").SelectMany(block => block.Split('\n'))];
        string output = RealGdb.Run(
            start.Groups["target"].Value.Replace("./ppcjit", Path.Combine(PpcJitProcess.Root, "ppcjit")),
            Path.Combine(PpcJitProcess.Root, start.Groups["symbols"].Value),
            [.. lines.Where(IsCommand).Select(line => line[Prompt.Length..])]);

        // What gdb's own commands print and what the monitor answers come in two streams.
        foreach (string line in lines.Where(line => !IsCommand(line)))
            Assert.That(output, Does.Contain(line.Trim()));
    }

    private const string Prompt = "(gdb) ";

    private static bool IsCommand(string line) => line.StartsWith(Prompt, StringComparison.Ordinal);

    private static IEnumerable<string> Blocks(string page, string kind) =>
        Regex.Matches(page, $"^```{kind}\n(?<body>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(match => match.Groups["body"].Value);
}
