using System.Diagnostics;
using PpcJit.Bench;

namespace PpcJit.Mutation.Sources;

/// <summary>Programs that are run for what they print.</summary>
internal static class Command
{
    private const int LastLines = 15;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="BenchException">It failed; the message has the last lines that it printed.</exception>
    public static string Run(string folder, TimeSpan limit, params IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new BenchException($"'{string.Join(' ', command)}' did not end within {limit.TotalMinutes} minutes.");
        }

        if (process.ExitCode == 0)
            return output.Result;
        IEnumerable<string> lines = (output.Result + error.Result).Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LastLines);
        throw new BenchException($"'{string.Join(' ', command)}' failed:\n{string.Join('\n', lines)}");
    }
}
