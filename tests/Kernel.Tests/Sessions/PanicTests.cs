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

    [Test]
    public void Where_the_run_goes_another_way_a_panic_is_forgotten_until_the_first_way_is_gone_again()
    {
        using SmallGuest guest = new SmallGuest().Delay(1000).Print("panic: why\nmore\n").LoopForEver();
        GuestSession session = guest.Start();
        GuestMachine machine = session.Machine;
        MachineCheckpoint start = machine.Keep();
        session.Begin(new RunOptions { IgnorePanic = true });
        machine.Run(10_000);
        Moment? first = session.PanicAt;
        Assert.That((first is not null, session.PanicLine), Is.EqualTo((true, "panic: why")));

        // A change behind it leaves it.
        machine.Inject(new GprInjection(20, 1));
        Assert.That((session.PanicAt, session.PanicLine), Is.EqualTo((first, "panic: why")));

        // One ahead of it does not; and it is seen again where the other run comes to it.
        machine.Restore(start);
        machine.Run(100);
        MachineFuture future = machine.KeepFuture();
        machine.Inject(new SprInjection(9, 5000)); // CTR
        Assert.That((session.PanicAt, session.PanicLine), Is.EqualTo(((Moment?)null, (string?)null)));
        machine.Run(20_000);
        Assert.That(session.PanicAt, Is.GreaterThan(first!.Value));
        Assert.That(session.PanicLine, Is.EqualTo("panic: why"));

        machine.Restore(start);
        machine.Reinstate(future);
        Assert.That((session.PanicAt, session.PanicLine), Is.EqualTo((first, "panic: why")));
    }

    [TestCase("Kernel panic: VFS: Unable to mount root fs on 01:00", "Kernel panic: VFS: Unable to mount root fs on 01:00")]
    [TestCase("<0>Kernel panic: no init", "Kernel panic: no init")]
    [TestCase("<0>panic: trap", "panic: trap")]
    [TestCase("login: panic: trap", "panic: trap")]
    [TestCase("# Kernel panic - not syncing: x", "Kernel panic - not syncing: x")]
    [TestCase("\x1b[1;31mpanic: trap\x1b[0m", "panic: trap")]
    [TestCase("[   1.5] \x1b[31mKernel panic - not syncing: x", "Kernel panic - not syncing: x")]
    public void It_is_found_behind_levels_prompts_and_colours(string line, string said)
    {
        PanicWatch watch = new();
        Assert.That(Feed(watch, line + "\n"), Is.EqualTo(1));
        Assert.That(watch.Line, Is.EqualTo(said));
    }

    [Test]
    public void It_is_found_at_the_end_of_a_line_longer_than_any() =>
        Assert.That(Feed(new PanicWatch(), new string('.', 100_000) + " Kernel panic: late\n"), Is.EqualTo(1));

    [TestCase("panic: runtime error: index out of range")]
    [TestCase("Kernel panic - not syncing: says dmesg")]
    [TestCase("db> ")]
    public void What_a_program_prints_is_none(string line) => Assert.That(Feed(new PanicWatch(), line + "\n", byKernel: false), Is.Zero);

    [Test]
    public void The_kernels_words_count_where_they_interrupt_what_a_program_prints()
    {
        PanicWatch watch = new();
        Feed(watch, "# ls /et", byKernel: false);
        Assert.That(Feed(watch, "panic: trap\n"), Is.EqualTo(1));
        Assert.That(watch.Line, Is.EqualTo("panic: trap"));
    }

    [TestCase("db> ")]
    [TestCase("db{0}> ")]
    [TestCase("[0]kdb> ")]
    [TestCase("ddb> ")]
    public void The_prompt_of_a_debugger_is_named(string prompt)
    {
        PanicWatch watch = new();
        Assert.That(Feed(watch, "Stopped in pid 0.1\r\n" + prompt), Is.EqualTo(1));
        Assert.That(watch.DebuggerLine, Is.EqualTo(prompt.Trim()));
    }

    [TestCase("mongodb> ")]
    [TestCase("a db> ")]
    [TestCase("db[0]> ")]
    public void Other_prompts_are_none_of_a_debugger(string prompt) => Assert.That(Feed(new PanicWatch(), prompt), Is.Zero);

    [Test]
    public void A_debugger_that_waits_for_somebody_who_is_not_there_ends_the_run_as_a_failure()
    {
        using SmallGuest guest = new SmallGuest().Print("fatal\r\ndb> ").LoopForEver();
        RunResult result = guest.Run(new RunOptions { MaxInstructions = 1_000_000 });
        Assert.That((result.End, result.GuestFailed, result.DebuggerLine), Is.EqualTo((RunEnd.DebuggerPrompt, true, "db>")));
        Assert.That(FaultReport.Sentence(guest.Board, result), Does.Contain("debugger").And.Contain("db>"));
    }

    [Test]
    public void A_debugger_with_somebody_at_the_keys_goes_on([Values] bool interactive)
    {
        using SmallGuest guest = new SmallGuest().Print("db> ").LoopForEver();
        guest.Console.IsInteractive = interactive;
        RunOptions options = new() { MaxInstructions = 1000, Input = interactive ? [] : [PromptedText.Of("bt\n"u8)] };
        Assert.That(guest.Run(options).End, Is.EqualTo(RunEnd.InstructionLimit));
    }

    [Test]
    public void The_line_is_read_as_UTF8_and_controls_in_it_are_escaped()
    {
        PanicWatch watch = new();
        Assert.That(Encoding.UTF8.GetBytes("panic: Größe \x07\x7f\n").Append((byte)'x').Count(value => watch.Next(value)), Is.EqualTo(1));
        Assert.That(watch.Line, Is.EqualTo(@"panic: Größe \x07\x7f"));
    }

    [Test]
    public void A_kernel_that_dies_within_its_line_has_panicked()
    {
        using SmallGuest guest = new SmallGuest().Print("panic: mid").LoopForEver();
        RunResult result = guest.Run(new RunOptions { MaxInstructions = 1000 });
        Assert.That((result.End, result.PanicLine), Is.EqualTo((RunEnd.Panic, "panic: mid")));
    }

    [Test]
    public void Further_texts_are_a_panic_whoever_prints_them()
    {
        PanicWatch watch = new(["Oops", ""]);
        Assert.That(Feed(watch, "[1.5] An Oops: 11\n", byKernel: false), Is.EqualTo(1));
        Assert.That((watch.WholeLine, watch.Line), Is.EqualTo(("[1.5] An Oops: 11", "Oops: 11")));
    }

    [TestCase("[    3.2] reboot: Power down")]
    [TestCase("reboot: System halted")]
    [TestCase("reboot: Power off not available: System halted instead")]
    [TestCase("<0>Power down.")]
    [TestCase("System Halted, OK to turn off power")]
    [TestCase("The operating system has halted.")]
    public void A_kernel_that_halts_or_turns_the_power_off_is_named(string line)
    {
        PanicWatch watch = new();
        Assert.That(Feed(watch, line + "\r\n"), Is.EqualTo(1));
        Assert.That((watch.Line, line.EndsWith(watch.HaltLine!, StringComparison.Ordinal)), Is.EqualTo(((string?)null, true)));
    }

    [TestCase("reboot: Power down in 3 s")]
    [TestCase("Will say Power down.")]
    public void Other_lines_that_speak_of_power_are_no_halt(string line) => Assert.That(Feed(new PanicWatch(), line + "\n"), Is.Zero);

    [Test]
    public void A_program_that_prints_so_has_not_halted_the_machine() =>
        Assert.That(Feed(new PanicWatch(), "reboot: Power down\n", byKernel: false), Is.Zero);

    [Test]
    public void A_halt_ends_the_run_which_did_not_fail_and_says_so()
    {
        using SmallGuest guest = new SmallGuest().Print("reboot: Power down\r\n").LoopForEver();
        RunResult result = guest.Run(new RunOptions { MaxInstructions = 1_000_000 });
        Assert.That((result.End, result.GuestFailed, result.HaltLine), Is.EqualTo((RunEnd.PowerOff, false, "reboot: Power down")));
        Assert.That(FaultReport.Sentence(guest.Board, result), Does.Contain("turned the power off: reboot: Power down"));
    }

    [TestCase("The operating system has halted.\n", RunEnd.InstructionLimit)]
    [TestCase("reboot: System halted\n", RunEnd.PowerOff)]
    public void Somebody_at_the_keys_may_go_on_from_a_halt_that_asks_for_one(string line, RunEnd expected)
    {
        using SmallGuest guest = new SmallGuest().Print(line).LoopForEver();
        guest.Console.IsInteractive = true;
        Assert.That(guest.Run(new RunOptions { MaxInstructions = 1000 }).End, Is.EqualTo(expected));
    }

    private static int Feed(PanicWatch watch, string text, bool byKernel = true) =>
        Encoding.ASCII.GetBytes(text).Count(value => watch.Next(value, byKernel));
}
