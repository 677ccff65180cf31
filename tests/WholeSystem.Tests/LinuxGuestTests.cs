using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel.Sessions;

namespace PpcJit.WholeSystem.Tests;

/// <summary>What a real kernel and its user programs print. The expected sums are those of the same programs on other processors.</summary>
[TestFixture]
public sealed class LinuxGuestTests
{
    private const ulong Boot = 160_000_000;
    private const ulong Long = 3_000_000_000;

    private static readonly Lazy<GuestRun> Expected =
        new(() => GuestRun.BootLinux(LinuxImages.Direct, "reboot", GuestRun.Interpreter, Boot, hashesEvery: 1_000_000));

    [TestCase(LinuxImages.Wrapper)]
    [TestCase(LinuxImages.Direct)]
    public void Linux_boots_to_user_mode_and_reboots_on_the_interpreter(string image) =>
        AssertBoots(GuestRun.BootLinux(image, "reboot", GuestRun.Interpreter, Boot));

    [TestCase(LinuxImages.Wrapper)]
    [TestCase(LinuxImages.Direct)]
    public void Linux_boots_to_user_mode_and_reboots_on_the_jit(string image) =>
        AssertBoots(GuestRun.BootLinux(image, "reboot", GuestRun.Jit, Boot));

    [Test]
    public void The_selftests_of_processor_and_shell_pass()
    {
        GuestRun run = GuestRun.BootLinux(LinuxImages.Wrapper, "selftest", GuestRun.Jit, Long);
        Assert.That(run.Console, Does.Contain("SELFTEST 40 tests, 0 failed"));
        Assert.That(run.Console, Does.Contain("MAC group 0 failed"));
        Assert.That(run.Console, Does.Contain("SHTEST done, 0 failed"));
    }

    [Test]
    public void The_kernel_emulates_floating_point_behind_the_program_exception()
    {
        GuestRun run = GuestRun.BootLinux(LinuxImages.Wrapper, "fptest", GuestRun.Jit, Long);
        Assert.That(run.Console, Does.Contain("FPTEST 35.238185688729 35.238186 1.414213562373 35"));
    }

    private static IEnumerable<string> Settings => [.. JitOptions.SwitchNames.Select(name => $"{name}=off"), "", "all=off", "threshold=10"];

    [TestCase("bench_int count=500", "checksum=dc13cb67")]
    [TestCase("bench_mem32 count=10", "checksum=c83edb60")]
    [TestCase("bench_mem count=2", "checksum=4d9ffb26")]
    public void A_benchmark_computes_the_known_checksum(string mode, string checksum) =>
        Assert.That(GuestRun.BootLinux(LinuxImages.Direct, mode, GuestRun.Jit, Long).Console, Does.Contain(checksum));

    [TestCaseSource(nameof(Settings))]
    public void The_jit_is_in_the_interpreters_state_at_every_million_instructions_of_a_boot(string setting)
    {
        JitOptions options = new();
        Assert.That(setting.Length == 0 || options.TryApply(setting, out options), Is.True);
        GuestRun jit = GuestRun.BootLinux(LinuxImages.Direct, "reboot", processor => new JitEngine(processor, options), Boot, hashesEvery: 1_000_000);
        Assert.That(jit.Result.StateHashes, Is.EqualTo(Expected.Value.Result.StateHashes));
        Assert.That(jit.Result.Instructions, Is.EqualTo(Expected.Value.Result.Instructions));
        Assert.That(jit.Console, Is.EqualTo(Expected.Value.Console));
    }

    [Test]
    public void Two_runs_are_in_the_same_states()
    {
        GuestRun again = GuestRun.BootLinux(LinuxImages.Direct, "reboot", GuestRun.Interpreter, Boot, hashesEvery: 1_000_000);
        Assert.That(again.Result.StateHashes, Has.Count.GreaterThan(20));
        Assert.That(again.Result.StateHashes, Is.EqualTo(Expected.Value.Result.StateHashes));
    }

    private static void AssertBoots(GuestRun run)
    {
        Assert.That(run.Console, Does.Contain("BOOT-OK"));
        Assert.That(run.Result.End, Is.EqualTo(RunEnd.Reset));
    }
}
