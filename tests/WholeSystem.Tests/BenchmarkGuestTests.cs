using System.ComponentModel;
using System.Diagnostics;

namespace PpcJit.WholeSystem.Tests;

/// <summary>The bare-metal programs of the benchmarks: they compute what QEMU and any host compute, and their sources still build.</summary>
public sealed class BenchmarkGuestTests
{
    private const string Compiler = "powerpc-linux-gnu-gcc";
    private const ulong Most = 100_000_000;

    /// <summary>
    /// One round of each; QEMU 7.2 prints the same, and so does an x86-64 host of those that are plain C (not filter,
    /// syscalls, contexts).
    /// </summary>
    private const string Expected =
        """
        work sort rounds=1 checksum=8283a37c
        work hash rounds=1 checksum=287169e5
        work records rounds=1 checksum=a402407b
        work matrix rounds=1 checksum=5f6ce2bb
        work filter rounds=1 checksum=b076d159
        work bytecode rounds=1 checksum=c8320abf
        work strings rounds=1 checksum=c349445d
        work compress rounds=1 checksum=329e8028
        work recursion rounds=1 checksum=884ed6a2
        work chase rounds=1 checksum=6a632594
        work syscalls rounds=1 checksum=2806daf5
        work contexts rounds=1 checksum=dc534e96
        work done

        """;

    private static string Folder => Path.Combine(LinuxImages.Root(), "guests", "work");

    [Test]
    public void The_image_computes_what_it_must_on_both_engines_with_equal_states()
    {
        string image = Path.Combine(Folder, "work.elf");
        GuestRun slow = GuestRun.Boot(image, "count=1", GuestRun.Interpreter, Most, 1_000_000);
        GuestRun fast = GuestRun.Boot(image, "count=1", GuestRun.Jit, Most, 1_000_000);
        Assert.That(slow.Console.ReplaceLineEndings("\n"), Is.EqualTo(Expected.ReplaceLineEndings("\n")));
        Assert.That(fast.Console, Is.EqualTo(slow.Console));
        Assert.That(fast.Result.Instructions, Is.EqualTo(slow.Result.Instructions));
        Assert.That(fast.Result.StateHashes, Is.EqualTo(slow.Result.StateHashes));
    }

    [Test]
    public void The_sources_build_and_compute_the_same()
    {
        string image = Path.Combine(Path.GetTempPath(), $"ppcjit-work-{Environment.ProcessId}.elf");
        try
        {
            Build(image);
            Assert.That(GuestRun.Boot(image, "count=1", GuestRun.Jit, Most).Console.ReplaceLineEndings("\n"),
                Is.EqualTo(Expected.ReplaceLineEndings("\n")));
        }
        finally
        {
            File.Delete(image);
        }
    }

    private static void Build(string image)
    {
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo(Compiler, "--version") { RedirectStandardOutput = true })!;
            compiler.WaitForExit();
        }
        catch (Win32Exception)
        {
            string lack = $"This test needs {Compiler} (Debian: gcc-powerpc-linux-gnu).";
            if (Environment.GetEnvironmentVariable("CI") is "true" or "1")
                Assert.Fail(lack);
            Assert.Inconclusive(lack);
        }

        using Process build = Process.Start(new ProcessStartInfo(Path.Combine(Folder, "build.sh"), [image]) { RedirectStandardError = true })!;
        string errors = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.That(build.ExitCode, Is.Zero, errors);
    }
}
