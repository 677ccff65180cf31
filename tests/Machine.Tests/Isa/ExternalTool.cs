using System.ComponentModel;
using System.Diagnostics;

namespace PpcJit.Machine.Tests.Isa;

/// <summary>Runs a program that a test compares against and that not every machine has.</summary>
internal static class ExternalTool
{
    /// <summary>
    /// The standard output of <paramref name="program"/>. When it is not installed, the test is inconclusive and says which package has it; where
    /// nothing may be left out (environment variable CI), it fails.
    /// </summary>
    public static string Run(string program, string package, params string[] arguments)
    {
        using Process? process = Start(program, arguments);
        if (process is null)
        {
            string lack = $"This test needs {program}; install the package {package}.";
            if (Environment.GetEnvironmentVariable("CI") is "true" or "1")
                Assert.Fail(lack);
            TestContext.Error.WriteLine(lack); // The reason of an inconclusive test is not shown by itself.
            Assert.Inconclusive(lack);
            return "";
        }

        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, () => $"{program} failed: {errors.GetAwaiter().GetResult()}");
        return output;
    }

    private static Process? Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null; // That is how .NET reports a program that does not exist.
        }
    }
}
