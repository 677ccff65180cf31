using System.Text.RegularExpressions;

namespace PpcJit.WholeSystem.Tests;

/// <summary>The real gdb, driven against Linux, through the command line and its standard streams.</summary>
public sealed class LinuxGdbTests
{
    [TestCase("jit")]
    [TestCase("interpreter")]
    public void Linux_is_debugged_forward_and_back(string engine)
    {
        string said = Debug(
            LinuxImages.Direct, engine, "break start_kernel", "continue", "backtrace", "delete", "tbreak kernel_init",
            "continue", "watch *(int*)&jiffies", "continue", "backtrace 3", "continue",
            "print *(int*)&jiffies", "reverse-continue", "print *(int*)&jiffies", "reverse-continue",
            "print *(int*)&jiffies", "delete", "print $icount", "print (unsigned)nr_processes()", "print $icount",
            "x/s (char*)&linux_banner", "stepi", "reverse-stepi", "print $icount", "info registers msr pid", "reverse-continue", "print $icount");
        Assert.That(said, Does.Match(@"Breakpoint 1, 0x\w+ in start_kernel \(\)")
            .And.Match(@"#1 +0x\w+ in start_here \(\)")
            .And.Match(@"Temporary breakpoint 2, 0x\w+ in kernel_init"), said);
        Assert.That(said, Does.Match(@"#0 +0x\w+ in do_timer \(\)\n#1 +0x\w+ in tick_periodic").And.Contain("\"Linux version 6."), said);
        string[] changes = [.. Regex.Matches(said, @"Old value = (-\d+)\nNew value = (-\d+)").Select(
            match => $"{match.Groups[1].Value} {match.Groups[2].Value}")];
        Assert.That(changes, Is.EqualTo(["-30000 -29999", "-29999 -29998", "-29998 -29999", "-29999 -30000"]), said);
        string[] values = [.. Regex.Matches(said, @"\n\$\d+ = (.+)").Select(match => match.Groups[1].Value)];
        Assert.That(values[..3], Is.EqualTo(["-29998", "-29999", "-30000"]), said);
        Assert.That((values[5], values[6], values[^1]), Is.EqualTo((values[3], values[3], "0")), said);
        Assert.That(said, Does.Contain("No more reverse-execution history."));
    }

    [Test]
    public void A_breakpoint_survives_the_wrapper_that_copies_the_kernel_over_it()
    {
        string said = Debug(LinuxImages.Wrapper, "jit", "break start_kernel", "continue", "print $icount > 50000000", "backtrace 1");
        Assert.That(said, Does.Match(@"Breakpoint 1, 0x\w+ in start_kernel \(\)").And.Contain("$1 = 1"), said);
    }

    private static string Debug(string image, string engine, params string[] commands)
    {
        string console = Path.GetTempFileName();
        string said = RealGdb.Run(
            $"| {Path.Combine(LinuxImages.Root(), "ppcjit")} boot {LinuxImages.Find(image)} --gdb - --console "
                + $"{console} --engine {engine}",
            LinuxImages.Find("vmlinux"), [.. commands, "kill"]);
        File.Delete(console);
        return said;
    }
}
