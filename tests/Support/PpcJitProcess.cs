using System.Diagnostics;
using System.Text;

namespace PpcJit.Tests.Support;

/// <summary>Starts the real program through its launcher, as a person does.</summary>
internal static class PpcJitProcess
{
    /// <summary>Long enough for a build by the launcher and a boot on a busy machine; something that hangs must not hang the tests.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>The folder of the launcher.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs <c>./ppcjit</c> with arguments and without input.</summary>
    public static ProcessResult Run(params IEnumerable<string> arguments) => Start(Path.Combine(Root, "ppcjit"), arguments, "");

    /// <summary>Runs <c>./ppcjit</c> with arguments and text on standard input.</summary>
    public static ProcessResult RunWithInput(string input, params IEnumerable<string> arguments) =>
        Start(Path.Combine(Root, "ppcjit"), arguments, input);

    /// <summary>Runs a line of bash in the launcher's folder.</summary>
    public static ProcessResult Shell(string line, string input = "") => Start("/bin/bash", ["-c", line], input);

    private static ProcessResult Start(string program, IEnumerable<string> arguments, string input)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.UTF8,
        };

        // What the test platform sets for itself would reach the build by the launcher.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', start.ArgumentList)} did not end; it said: {error.Result}");
        }

        return new ProcessResult(process.ExitCode, output.Result, error.Result);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PpcJit.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has PpcJit.sln.");
    }
}

/// <summary>What a process left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of standard error that begin with a word.</summary>
    public string[] ErrorLines(string first) => [.. Error.Split('\n').Where(line => line.StartsWith(first, StringComparison.Ordinal))];
}
