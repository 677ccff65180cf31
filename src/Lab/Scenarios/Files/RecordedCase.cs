using System.Security.Cryptography;
using PpcJit.Kernel;
using PpcJit.Kernel.Runs;
using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>The recorded run that a case does again.</summary>
/// <param name="Run">The run.</param>
/// <param name="Path">The file.</param>
/// <param name="Hash">What its contents are, as a number.</param>
public sealed record RecordedCase(RunFile Run, string Path, string Hash)
{
    /// <summary>What a scenario says of a guest that a run says itself.</summary>
    private static readonly string[] SaidByRuns = ["board", "memory", "image", "symbols", "command-line", "input"];

    /// <summary>Reads <c>run:</c>.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="InputException">It cannot be used.</exception>
    internal static RecordedCase? Read(YamlView root)
    {
        if (root.Find("run") is not { } node)
            return null;
        foreach (string key in SaidByRuns)
        {
            if (root.Find(key) is { } other)
                throw other.Error($"'{key}:' does not go with 'run:', which says so itself.");
        }

        Located<string> name = ScenarioReader.Located(node, "a file that --save-run wrote");
        try
        {
            string path = PathBeside.Of(name, name.Value);
            RunFile run = RunFile.Read(path);
            run.FindBoard(path);
            return new RecordedCase(run, path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        }
        catch (Exception error) when (error is InputException or IOException or UnauthorizedAccessException)
        {
            throw node.Error(error.Message);
        }
    }
}
