using System.Text.RegularExpressions;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Tests.Debugging.Gdb;

/// <summary>The real gdb, driven against guests of our own.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class RealGdbTests(bool jit)
{
    private const ulong Compared = 300_000;

    [Test]
    public void It_shows_symbols_source_lines_and_each_group_of_registers_and_disturbs_nothing()
    {
        string said = Debug(
            "demo", "info line kernel_main", "break start_timers", "continue", "backtrace", "info registers system",
            "info registers timer", "info registers mmu", "info registers debug",
            "print $msr", "print/x $pvr", "print $icount", "x/2xb 0xef600304", "x/xw 0x7ffffff0", "x/xw 0xef600300",
            "info threads", "monitor when", "monitor hlep");
        Assert.That(said, Does.Contain("Line 49 of \"main.c\" starts at address"));
        Assert.That(said, Does.Match(@"Breakpoint 1, start_timers \(\) at main\.c:\d+\n\d+\t\tmtspr"));
        Assert.That(said, Does.Match(@"#1 .*kernel_main \(.*\) at main\.c:57"));
        foreach (string register in (string[])["srr0", "sprg7", "evpr", "tcr", "pit", "zpr", "dccr", "dbcr0", "iac4", "dvc2"])
            Assert.That(said, Does.Match($@"\n{register} +0x[0-9a-f]+ +\d+"));
        Assert.That(said, Does.Contain(" = 0x51210950").And.Match(@"\$1 = \[ .*\]"));
        Assert.That(said, Does.Match(@"0xef600304:\t0x0[0-9a-f]\t0x[0-9a-f]+").And.Contain("Cannot access memory at address 0x7ffffff0"));
        Assert.That(said, Does.Contain("There is no word 'hlep'. Did you mean 'help'").And.Match(@"@58,\d+ +0x\w+ \(kernel_main"));
    }

    [Test]
    public void Breakpoints_have_conditions_and_prints_that_the_target_evaluates()
    {
        string said = Debug(
            "demo", "break system_call if frame->gpr[0] == 2", "continue", "print frame->gpr[0]", "info breakpoints",
            "delete", "set dprintf-style agent",
            "dprintf system_call,\"call %d\\n\", frame->gpr[0]", "tbreak end_task", "continue", "hbreak next_task",
            "continue", "delete", "tbreak print_count", "continue", "finish");
        Assert.That(said, Does.Contain("$1 = 2\n").And.Contain("(target evals)"));
        Assert.That(said, Does.Match(@"(call \d\n)+").And.Match(@"Temporary breakpoint 3\.\d, end_task").And.Match(@"Breakpoint 4, next_task"));
        Assert.That(said, Does.Match(
            @"breakpoint 5, print_count \(.*\) at print\.c:\d+\n.*\n.*print_report \(\) at main\.c:\d+|breakpoint 5, print_count[^$]*main\.c:3\d"));
    }

    [Test]
    public void Watchpoints_stop_in_both_directions_with_the_values_before_and_after()
    {
        string said = Debug(
            "demo", "break start_timers", "continue", "delete", "watch statistics.system_calls", "continue",
            "print statistics.system_calls", "continue", "reverse-continue",
            "print statistics.system_calls", "reverse-continue", "print statistics.system_calls", "delete",
            "rwatch statistics.pit", "continue", "reverse-continue", "delete",
            "awatch statistics.pit", "continue", "reverse-continue");
        string[] changes = [.. Regex.Matches(said, @"Old value = (\d)\nNew value = (\d)").Select(
            match => match.Groups[1].Value + match.Groups[2].Value)];
        Assert.That(changes, Is.EqualTo(["01", "12", "21", "10", "12", "21"]), said);
        Assert.That(Values(said), Is.EqualTo(["1", "1", "0"]));
        Assert.That(Regex.Count(said, @"read watchpoint 3: statistics\.pit\n\nValue = 1\n"), Is.EqualTo(2), said);
    }

    [Test]
    public void Steps_go_back_as_they_went_forward()
    {
        string said = Debug(
            "demo", "break kernel_main", "continue", "print $icount", "stepi", "print $icount", "reverse-stepi",
            "print $icount", "next", "next", "next", "print $pc == *&$pc",
            "step", "reverse-step", "reverse-next", "reverse-next", "break print_hex", "continue", "reverse-finish",
            "delete", "reverse-continue", "print $icount");
        string[] values = Values(said);
        Assert.That(ulong.Parse(values[1]), Is.EqualTo(ulong.Parse(values[0]) + 1), said);
        Assert.That((values[2], values[^1]), Is.EqualTo((values[0], "0")), said);
        string[] lines = [.. Regex.Matches(said, @"\n(\d+)\t\t").Select(match => match.Groups[1].Value)];
        Assert.That(string.Join(" ", lines), Does.Contain("50 51 56 29 56 51 50"), said);
        Assert.That(said, Does.Contain("No more reverse-execution history."));
    }

    [Test]
    public void Where_a_run_goes_on_that_was_done_again_it_is_said_once()
    {
        string said = Debug(
            "demo", "break start_timers", "continue", "print $icount", "delete", "reverse-continue", "break end_task",
            "stepi", "continue", "continue");
        Assert.That(Regex.Count(said, "the outside is live"), Is.EqualTo(1), said);
        Assert.That(said, Does.Contain(
            $"the guest has done again what it did up to @{ulong.Parse(Values(said)[0]):N0}; from here on the outside is live."));
    }

    [Test]
    public void Writes_begin_a_branch_and_calls_leave_no_trace()
    {
        string said = Debug(
            "demo", "break start_tasks", "continue", "print $icount", "print task_result(2)", "print tasks_running()",
            "print $icount", "monitor when", "set var statistics.pit = 1000",
            "print statistics.pit", "print task_name()", "print statistics.pit", "set $r13 = 5", "print $r13",
            "monitor when", "stepi", "reverse-stepi", "reverse-stepi", "print statistics.pit", "stepi",
            "print statistics.pit", "print $icount");
        string[] values = Values(said);
        Assert.That((values[1], values[2], values[3]), Is.EqualTo(("0", "0", values[0])), said);
        Assert.That(values[4], Is.EqualTo("1000"));
        Assert.That(values[5], Does.EndWith("\"kernel\""));
        Assert.That((values[6], values[7], values[8], values[9], values[10]), Is.EqualTo(("1000", "5", "0", "1000", values[0])), said);
        Assert.That(said, Does.Contain("start_tasks"));
    }

    [Test]
    public void A_panic_stops_it_and_the_way_there_can_be_gone_back()
    {
        using DebuggedGuest guest = new(jit, "uarea", commandLine: "entry=real-mode upages=2 uarea=natural");
        using GdbServer server = new(guest);
        string said = RealGdb.Run(
            server.Port, RealGdb.SymbolsOf("uarea"), "continue", "print $icount", "break panic", "reverse-continue",
            "backtrace 1", "monitor goto panic", "maintenance flush register-cache", "print $icount",
            "monitor goto reset", "maintenance flush register-cache", "print $icount", "detach");
        Assert.That(said, Does.Contain("the guest's kernel gave up: panic: illegal instruction").And.Contain("SIGABRT"));
        Assert.That(said, Does.Match(@"#0 +panic \(what=0x\w+ ""illegal instruction"", .*\) at kernel\.h:\d+"));
        string[] values = Values(said);
        Assert.That((values[1], values[2]), Is.EqualTo((values[0], "0")), said);
    }

    private static string[] Values(string said) => [.. Regex.Matches(said, @"\n\$\d+ = (.+)").Select(match => match.Groups[1].Value)];

    /// <summary>Runs commands, and compares the run with one that nobody looked at, unless they write.</summary>
    private string Debug(string name, params string[] commands)
    {
        using DebuggedGuest guest = new(jit, name);
        string said;
        using (GdbServer server = new(guest))
            said = RealGdb.Run(server.Port, RealGdb.SymbolsOf(name), [.. commands, "detach"]);
        if (commands.Any(command => command.StartsWith("set ", StringComparison.Ordinal) && command.Contains('=')))
            return said;
        guest.Timeline.GoTo(new Moment(Compared));
        using DebuggedGuest straight = new(jit: false, name);
        straight.Machine.Run(Compared);
        Assert.That(guest.Board.StateHash(), Is.EqualTo(straight.Board.StateHash()));
        return said;
    }
}
