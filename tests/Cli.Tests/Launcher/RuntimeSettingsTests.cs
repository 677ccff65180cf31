using System.Diagnostics;

namespace PpcJit.Cli.Tests.Launcher;

/// <summary>The program brings the runtime's settings itself, whoever starts it.</summary>
[TestFixture]
internal sealed class RuntimeSettingsTests
{
    /// <summary>Where the runtime maps code twice, it does so through a file in memory of this name.</summary>
    private const string TwiceMapped = "doublemapper";

    [TestCase(null, false)]
    [TestCase("1", true)]
    public void Code_is_not_mapped_twice_unless_the_environment_says_so(string? environment, bool isMappedTwice)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("Only Linux shows what a process has mapped.");
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "PpcJit.Cli.dll");
        ProcessStartInfo start = new("dotnet", [path, "boot", "guest:demo", "--gdb", "0"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableWriteXorExecute"] = environment;
        using Process program = Process.Start(start)!;
        try
        {
            // It waits for gdb when it has said so
            Assert.That(program.StandardError.ReadLine(), Does.Contain("gdb"));
            Assert.That(File.ReadAllText($"/proc/{program.Id}/maps").Contains(TwiceMapped, StringComparison.Ordinal), Is.EqualTo(isMappedTwice));
        }
        finally
        {
            program.Kill();
        }
    }
}
