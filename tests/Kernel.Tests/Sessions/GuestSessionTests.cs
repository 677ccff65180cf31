using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Tests.Sessions;

[TestFixture]
internal sealed class GuestSessionTests
{
    [Test]
    public void The_console_gets_what_the_guest_transmits()
    {
        using SmallGuest guest = new SmallGuest().Print("hello").Reset();
        RunResult result = guest.Run(new RunOptions());
        Assert.That(guest.Console.Text, Is.EqualTo("hello"));
        Assert.That(result.ConsoleBytes, Is.EqualTo(5));
    }

    [Test]
    public void A_reset_by_the_guest_ends_the_run()
    {
        using SmallGuest guest = new SmallGuest().Reset();
        RunResult result = guest.Run(new RunOptions());
        Assert.That(result.End, Is.EqualTo(RunEnd.Reset));
        Assert.That(result.StopReason, Is.EqualTo(StopReason.SystemReset));
        Assert.That(result.GuestFailed, Is.False);
    }

    [Test]
    public void The_run_ends_with_the_store_that_transmits_the_last_byte_of_the_text()
    {
        using SmallGuest guest = new SmallGuest().Print("abcd").LoopForEver();
        RunResult result = guest.Run(new RunOptions { ExitOn = "bc"u8.ToArray() });
        Assert.That(result.End, Is.EqualTo(RunEnd.TextAppeared));
        Assert.That(guest.Console.Text, Is.EqualTo("abc"));
        Assert.That(result.Instructions, Is.EqualTo(SmallGuest.Preparation + (2 * 3)));
    }

    [Test]
    public void A_run_can_go_on_after_the_text()
    {
        using SmallGuest guest = new SmallGuest().Print("abcd").Reset();
        GuestSession session = guest.Start();
        session.Run(new RunOptions { ExitOn = "b"u8.ToArray() });
        RunResult result = session.Run(new RunOptions());
        Assert.That(result.End, Is.EqualTo(RunEnd.Reset));
        Assert.That(guest.Console.Text, Is.EqualTo("abcd"));
    }

    [Test]
    public void The_instruction_limit_is_exact([Values(1ul, 7ul, 250_000ul, 250_001ul, 600_123ul)] ulong limit)
    {
        using SmallGuest guest = new SmallGuest().LoopForEver();
        RunResult result = guest.Run(new RunOptions { MaxInstructions = limit });
        Assert.That(result.End, Is.EqualTo(RunEnd.InstructionLimit));
        Assert.That(result.Instructions, Is.EqualTo(limit));
    }

    [Test]
    public void State_hashes_are_taken_at_exactly_their_counts_in_rising_order()
    {
        using SmallGuest guest = new SmallGuest().Print("text").LoopForEver();
        GuestSession session = guest.Start();
        List<ulong> counts = [];
        session.StateHashTaken += point =>
        {
            Assert.That(guest.Count, Is.EqualTo(point.Count));
            counts.Add(point.Count);
        };
        session.Run(new RunOptions { MaxInstructions = 300_000, StateHashAt = [300_000, 5, 0, 5, 400_000] });
        Assert.That(counts, Is.EqualTo(new ulong[] { 0, 5, 300_000 }));
    }

    [Test]
    public void State_hashes_do_not_depend_on_which_others_are_taken()
    {
        StateHashPoint[] all = Hashes([1000, 123_456, 999_999]);
        StateHashPoint[] last = Hashes([999_999]);
        Assert.That(last.Single(), Is.EqualTo(all[^1]));
        Assert.That(all.Select(point => point.Hash), Is.Unique);
    }

    [Test]
    public void Exceptions_without_an_instruction_between_them_end_the_run_as_a_failure()
    {
        using SmallGuest guest = new SmallGuest().FailForEver();
        RunResult result = guest.Run(new RunOptions());
        Assert.That(result.End, Is.EqualTo(RunEnd.ExceptionLoop));
        Assert.That(result.GuestFailed, Is.True);
        Assert.That(result.ExceptionsOf(ExceptionKind.Program), Is.GreaterThan(1));
    }

    [Test]
    public void Waiting_for_an_interrupt_that_nothing_can_raise_ends_the_run_as_a_failure()
    {
        using SmallGuest guest = new SmallGuest().WaitForEver();
        RunResult result = guest.Run(new RunOptions());
        Assert.That(result.End, Is.EqualTo(RunEnd.WaitsForever));
    }

    [Test]
    public void A_loop_is_told_by_its_first_exception_and_how_many_came_after_it()
    {
        using SmallGuest guest = new SmallGuest().Print("x").FailForEver();
        RunResult result = guest.Run(new RunOptions());
        string first = $"Program at 0x{0x1000 + (4 * (SmallGuest.Preparation + 2)):x8}, count {SmallGuest.Preparation + 2}";
        string report = string.Join('\n', FaultReport.Lines(guest.Board, result, symbols: null));
        Assert.That(report, Does.Match($"The first exception of the loop:\n  {first}[^\n]*\n  and 256 more at its vector, 0x00000700\n"));
        Assert.That(guest.Board.Processor.RecentExceptions, Has.Count.EqualTo(2), "what repeats does not fill the list");
    }

    [Test]
    public void A_guest_that_fails_at_its_first_instruction_is_told_by_that()
    {
        using SmallGuest guest = new(prepared: false);
        RunResult result = guest.FailForEver().Run(new RunOptions());
        Assert.That(string.Join('\n', FaultReport.Lines(guest.Board, result, symbols: null)),
            Does.Contain("The first exception of the loop:\n  Program at 0x00001000, count 0"));
    }

    [Test]
    public void A_watchdog_reset_is_told_apart_and_is_a_failure()
    {
        using SmallGuest guest = new SmallGuest().ArmWatchdog().LoopForEver();
        RunResult result = guest.Run(new RunOptions());
        Assert.That((result.End, result.GuestFailed, result.StopReason), Is.EqualTo((RunEnd.WatchdogReset, true, StopReason.SystemReset)));
        Assert.That(FaultReport.Sentence(guest.Board, result), Does.Contain("watchdog").And.Contain("TSR[WRS] = 3").And.Contain("DBSR[MRR] = 3"));
    }

    [Test]
    public void A_reset_by_the_guest_is_none_of_the_watchdog()
    {
        using SmallGuest guest = new SmallGuest().Reset();
        RunResult result = guest.Run(new RunOptions());
        Assert.That((result.End, result.GuestFailed), Is.EqualTo((RunEnd.Reset, false)));
    }

    [Test]
    public void No_key_can_wake_a_guest_that_has_all_interrupts_off()
    {
        using SmallGuest guest = new SmallGuest().WaitForEver();
        guest.Console.TypedWhenAwaited = "key";
        RunResult result = guest.Run(new RunOptions());
        Assert.That(result.End, Is.EqualTo(RunEnd.WaitsForever));
        Assert.That(guest.Console.TypedWhenAwaited, Is.EqualTo("key"), "input was waited for");
    }

    [Test]
    public void The_report_of_a_failure_names_the_place_and_the_exceptions()
    {
        using SmallGuest guest = new SmallGuest().FailForEver();
        RunResult result = guest.Run(new RunOptions());
        string report = string.Join('\n', FaultReport.Lines(guest.Board, result, symbols: null));
        Assert.That(report, Does.Contain("PC  0x00000700").And.Contain("MSR 0x00000000").And.Contain("Program at 0x00000700"));
    }

    [Test]
    public void An_interactive_key_enters_at_once_and_its_count_is_recorded()
    {
        using SmallGuest guest = new SmallGuest().Print("?").EchoForEver();
        guest.Console.IsInteractive = true;
        GuestSession session = guest.Start();
        session.Run(new RunOptions { ExitOn = "?"u8.ToArray() });
        ulong count = guest.Count;
        guest.Console.Type("k");
        RunResult result = session.Run(new RunOptions { ExitOn = "k"u8.ToArray(), MaxInstructions = 1000 });
        Assert.That(result.End, Is.EqualTo(RunEnd.TextAppeared));
        Assert.That(result.Inputs.Single(), Is.EqualTo(new ConsoleInput(count, (byte)'k')));
    }

    [TestCase(16 * 2, 2, 4ul)]
    [TestCase(16 * 6 + 15, 6, 0ul)]
    public void Of_what_is_typed_only_so_much_is_kept_as_may_be(long most, int told, ulong leftOut)
    {
        using SmallGuest guest = new SmallGuest().Print("?").EchoForEver();
        RunResult result = guest.Run(new RunOptions
        {
            Input = [PromptedText.Of("abcdef"u8)], ExitOn = "def"u8.ToArray(), MaxInstructions = 1_000_000_000, MaxInputBytes = most,
        });
        Assert.That(result.End, Is.EqualTo(RunEnd.TextAppeared));
        Assert.That(result.Inputs.Select(input => (char)input.Value), Is.EqualTo("abcdef"[..told]));
        Assert.That(result.InputsLeftOut, Is.EqualTo(leftOut));
    }

    [Test]
    public void More_keys_than_the_receiver_holds_are_not_lost()
    {
        const string Typed = "brown fox";
        using SmallGuest guest = new SmallGuest().Print("?").EchoForEver();
        guest.Console.IsInteractive = true;
        GuestSession session = guest.Start();
        session.Run(new RunOptions { ExitOn = "?"u8.ToArray() });
        guest.Console.Type(Typed);
        session.Run(new RunOptions { ExitOn = "fox"u8.ToArray(), MaxInstructions = 10_000_000 });
        Assert.That(guest.Console.Text, Is.EqualTo("?" + Typed));
    }

    [Test]
    public void Leaving_ends_the_run()
    {
        using SmallGuest guest = new SmallGuest().LoopForEver();
        guest.Console.LeaveRequested = true;
        Assert.That(guest.Run(new RunOptions()).End, Is.EqualTo(RunEnd.Left));
    }

    private static StateHashPoint[] Hashes(ulong[] counts)
    {
        using SmallGuest guest = new SmallGuest().Print("some text").EchoForEver();
        return [.. guest.Run(new RunOptions
        {
            MaxInstructions = 1_000_000, StateHashAt = counts, Input = [PromptedText.Of("input\n"u8)],
        }).StateHashes];
    }
}
