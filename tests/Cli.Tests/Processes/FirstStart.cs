namespace PpcJit.Cli.Tests.Processes;

/// <summary>Lets the launcher build the program before any test looks at what it prints.</summary>
[SetUpFixture]
public sealed class FirstStart
{
    [OneTimeSetUp]
    public void Build()
    {
        ProcessResult result = PpcJitProcess.Run("--version");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }
}
