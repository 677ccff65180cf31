using System.Diagnostics;

namespace PpcJit.Tests.Support;

/// <summary>Runs a program of the host that a test compares with.</summary>
internal static class HostTool
{
    /// <summary>Far more than any of them takes; a program that hangs fails its test instead of stopping all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program to its end; the test is ignored, saying what it lacks, when the program is not installed.</summary>
    public static (int ExitCode, byte[] Output, string Errors) Run(string program, string package, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"{program} is not installed (Debian: apt-get install {package}).");
            throw;
        }

        using (process)
        {
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            using MemoryStream output = new();
            Task copy = process.StandardOutput.BaseStream.CopyToAsync(output);
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                Assert.Fail($"{program} does not end.");
            }

            copy.Wait();
            return (process.ExitCode, output.ToArray(), errors.Result);
        }
    }

    /// <summary>Gives the absolute path of a file of this repository.</summary>
    public static string RepositoryFile(string path)
    {
        DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PpcJit.sln")))
            folder = folder.Parent;
        Assert.That(folder, Is.Not.Null, "The tests must run inside the repository.");
        return Path.Combine(folder!.FullName, path);
    }
}
