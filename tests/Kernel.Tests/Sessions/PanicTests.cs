using System.Text;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Kernel.Tests.Sessions;

/// <summary>A kernel that gives up: how it is recognised, and where the run ends.</summary>
public sealed class PanicTests
{
    [TestCase("panic: uvm_fault failed", TestName = "NetBSD")]
    [TestCase("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100", TestName = "Linux_without_time")]
    public void The_wordings_of_both_kernels_are_recognised_at_the_end_of_their_line(string line)
    {
        PanicWatch watch = new();
        Assert.That(Feed(watch, "ok\r\n" + line), Is.Zero);
        Assert.That(watch.Line, Is.Null);
        Assert.That(Feed(watch, "\r\n"), Is.EqualTo(1));
        Assert.That(watch.Line, Is.EqualTo(line));
    }

    [Test]
    public void A_time_stamp_may_stand_before_it()
    {
        PanicWatch watch = new();
        Assert.That(Feed(watch, "[    0.097082] Kernel panic - not syncing: no init\r\n"), Is.EqualTo(1));
        Assert.That(watch.Line, Is.EqualTo("Kernel panic - not syncing: no init"));
    }

    [TestCase("# echo panic: no")]
    [TestCase("kernel option panic=1")]
    [TestCase("[ panic: ")]
    [TestCase("don't panic: all is well")]
    public void Text_that_speaks_of_panics_is_none(string line) => Assert.That(Feed(new PanicWatch(), line + "\n"), Is.Zero);

    [Test]
    public void A_line_without_end_takes_no_memory_and_hides_nothing_after_it()
    {
        PanicWatch watch = new();
        Assert.That(Feed(watch, new string('x', 100_000) + "\npanic: now\n"), Is.EqualTo(1));
    }

    [Test]
    public void The_run_ends_with_the_line_and_the_guest_failed()
    {
        using SmallGuest guest = new SmallGuest().Print("panic: why\r\nmore\r\n").LoopForEver();
        RunResult result = guest.Run(new RunOptions());
        Assert.That((result.End, result.GuestFailed, result.PanicLine), Is.EqualTo((RunEnd.Panic, true, "panic: why")));
        Assert.That(guest.Console.Text, Is.EqualTo("panic: why\r\n"));
        IReadOnlyList<string> report = FaultReport.Lines(guest.Board, result, null);
        Assert.That(report[0], Is.EqualTo("The guest panicked: panic: why"));
    }

    [Test]
    public void The_run_goes_on_when_the_person_wants_it()
    {
        using SmallGuest guest = new SmallGuest().Print("panic: why\nmore\n").Reset();
        Assert.That(guest.Run(new RunOptions { IgnorePanic = true }).End, Is.EqualTo(RunEnd.Reset));
        Assert.That(guest.Console.Text, Does.Contain("more"));
    }

    [Test]
    public void A_text_that_was_waited_for_wins_over_the_panic_it_is_part_of()
    {
        using SmallGuest guest = new SmallGuest().Print("panic: why\n").LoopForEver();
        Assert.That(guest.Run(new RunOptions { ExitOn = "why\n"u8.ToArray() }).End, Is.EqualTo(RunEnd.TextAppeared));
    }

    private static int Feed(PanicWatch watch, string text) => Encoding.ASCII.GetBytes(text).Count(watch.Next);
}
