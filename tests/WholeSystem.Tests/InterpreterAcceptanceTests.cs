namespace PpcJit.WholeSystem.Tests;

/// <summary>The long runs on the reference interpreter: what it is an oracle for, it must itself do right.</summary>
[TestFixture]
[Category("Slow")]
public sealed class InterpreterAcceptanceTests
{
    private const ulong Long = 3_000_000_000;

    [Test]
    public void The_selftests_of_processor_and_shell_pass()
    {
        string console = Run(LinuxImages.Wrapper, "selftest");
        Assert.That(console, Does.Contain("SELFTEST 40 tests, 0 failed; MAC group 0 failed"));
        Assert.That(console, Does.Contain("SHTEST done, 0 failed"));
    }

    [Test]
    public void The_kernel_emulates_floating_point() =>
        Assert.That(Run(LinuxImages.Direct, "fptest"), Does.Contain("FPTEST 35.238185688729 35.238186 1.414213562373 35"));

    [TestCase("bench_int count=500", "checksum=dc13cb67")]
    [TestCase("bench_mem32 count=10", "checksum=c83edb60")]
    [TestCase("bench_mem count=2", "checksum=4d9ffb26")]
    public void A_benchmark_computes_the_known_checksum(string mode, string checksum) =>
        Assert.That(Run(LinuxImages.Direct, mode), Does.Contain(checksum));

    private static string Run(string image, string mode) => GuestRun.BootLinux(image, mode, GuestRun.Interpreter, Long).Console;
}
