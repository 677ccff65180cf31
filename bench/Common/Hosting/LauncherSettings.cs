using System.Text.RegularExpressions;

namespace PpcJit.Bench.Hosting;

/// <summary>What the launcher sets for the program that it starts, read from it.</summary>
internal static partial class LauncherSettings
{
    /// <summary>Variables of the runtime, each as <c>NAME=VALUE</c>; those that are set already stay as they are.</summary>
    /// <param name="project">The program that asks, for messages.</param>
    public static IReadOnlyList<string> Read(string project) =>
    [
        .. from line in File.ReadLines(Path.Combine(Repository.Find(project), "ppcjit"))
           let match = Export().Match(line)
           where match.Success
           let name = match.Groups["name"].Value
           select $"{name}={Environment.GetEnvironmentVariable(name) ?? match.Groups["value"].Value}",
    ];

    [GeneratedRegex(@"^export (?<name>DOTNET_\w+)=""\$\{\k<name>:-(?<value>\w+)\}""$", RegexOptions.ExplicitCapture)]
    private static partial Regex Export();
}
