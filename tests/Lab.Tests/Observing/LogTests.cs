using System.IO.Compression;
using System.Text.RegularExpressions;
using PpcJit.Kernel;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Logs;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Logs, printed texts and counts of whole runs.</summary>
public sealed class LogTests
{
    private static readonly string[] AllButInstructions = [.. LogKind.All.Select(kind => kind.Name).Where(name => name != LogKind.Instructions)];

    [Test]
    public void Both_engines_log_the_same_and_the_run_is_the_one_without_a_log()
    {
        ObservedRun plain = ObservedRun.Of(jit: true, null);
        ObservedRun[] observed = [.. new[] { true, false }.Select(jit => ObservedRun.Of(jit, folder => Log(folder, AllButInstructions)))];
        Assert.That(observed.Select(run => run.Hash), Is.All.EqualTo(plain.Hash));
        Assert.That(observed[0].Text(".log"), Is.EqualTo(observed[1].Text(".log")));
        foreach (string kind in (string[])["call", "return", "exception", "interrupt", "tlb", "mmu", "device", "console"])
            Assert.That(observed[0].Text(".log"), Does.Match($"(?m)^@[0-9,+]+ {kind} +0x"), kind);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Instructions_are_logged_in_a_window_with_the_registers_that_they_change(bool jit)
    {
        ObservedRun plain = ObservedRun.Of(jit, null);
        ObservedRun run = ObservedRun.Of(jit, folder => new ObservationRequest
        {
            Log = new LogRequest([LogKind.Instructions]) { Path = Path.Combine(folder, "a.log"), From = "kernel_main#1", To = "@57,000" },
        });
        string[] lines = run.Text(".log").TrimEnd('\n').Split('\n');
        Assert.That(run.Hash, Is.EqualTo(plain.Hash));
        Assert.That(lines[0], Does.Match(@"^@56,362 insn +0x001021d8 kernel_main main\.c:\d+ \[stack 0x[0-9a-f]{8}\] stwu +r1,-\d+\(r1\) "
            + @"r1=0x[0-9a-f]+$"));
        Assert.That(lines, Has.Length.EqualTo(57_000 - 56_362));
        Assert.That(lines[^1], Does.StartWith("@56,999 insn "));
    }

    [Test]
    public void Only_the_code_of_named_functions_is_logged()
    {
        ObservedRun run = ObservedRun.Of(jit: true, folder => new ObservationRequest
        {
            Log = new LogRequest([LogKind.Instructions, LogKind.Calls]) { Path = Path.Combine(folder, "a.log"), In = "console_start, print" },
        });
        Assert.That(run.Text(".log").TrimEnd('\n').Split('\n'), Has.All.Match("^@[^ ]+ [a-z]+ +0x[0-9a-f]+ (console_start|print)[ +]"));
    }

    [Test]
    public void A_log_is_compressed_when_its_name_says_so_and_ends_at_its_limit()
    {
        ObservedRun run = ObservedRun.Of(jit: false, folder => Log(folder, [LogKind.Instructions], "a.gz"), until: 50_000);
        using GZipStream stream = new(new MemoryStream(run.Bytes(".gz")), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        Assert.That(reader.ReadToEnd().Split('\n'), Has.Length.EqualTo(50_001));

        ObservedRun limited = ObservedRun.Of(jit: true, folder => new ObservationRequest { Log =
            new LogRequest([LogKind.Instructions]) { Path = Path.Combine(folder, "a.log"), Limit = 100_000 } });
        Assert.That(limited.Text(".log"),
            Does.EndWith("\n# incomplete: the log ends here, at the limit of --log-limit\n").And.Length.LessThan(200_000));
        Assert.That(limited.Shown, Does.Contain("--log-limit"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Texts_are_printed_where_and_when_they_are_asked_for(bool jit)
    {
        ObservedRun run = ObservedRun.Of(jit, _ => new ObservationRequest
        {
            Prints =
            [
                "print when r3 > 0x100000 on call 2: second {r3} {string(r3)} from {symbol(lr)} in {task} {{}}",
                "console_write+0 on call 1: {r4:d} {u32[r1]:u} {backtrace}",
                "kernel_main: {[0xfffffff0]} {1/0}",
                "handle_exception on call 1: argument {frame} is {r3}, vector {frame->vector}, at {symbol(frame->srr0)}, r1 {[frame->gpr + 4]} "
                    + "{frame->vector == u32[r3+0xa0]}",
                "console_write on call 1: {string(text)} has {length:d}",
            ],
        });
        Assert.That(run.Shown, Does.Match(@"(?m)^@[\d,]+ print     second 0x[0-9a-f]+ .+ from \w+(\+0x[0-9a-f]+)? in stack 0x[0-9a-f]+ \{\}$"));
        Assert.That(run.Shown, Does.Match(@"(?m)^@[\d,]+ print     -?\d+ \d+ console_write <- .*kernel_main\+0x[0-9a-f]+"));
        Assert.That(run.Shown, Does.Match(@"print     argument (0x[0-9a-f]+) is \1, vector 0x500, at wait_for_interrupt\+0x10, r1 0x[0-9a-f]+ 0x1"));
        Assert.That(run.Shown, Does.Match(@"(?m)print     PpcJit demo: .* has \d+$"));
        Assert.That(run.Shown, Does.Contain("<memory at 0xfffffff0 cannot be read> <division by zero>"));
        Assert.That(run.Hash, Is.EqualTo(ObservedRun.Of(jit, null).Hash));
    }

    [Test]
    public void Places_are_counted_by_caller_and_by_task_with_their_moments()
    {
        ObservedRun[] runs = [.. new[] { true, false }.Select(jit => ObservedRun.Of(jit, folder => new ObservationRequest
        {
            Count = "console_write, print",
            Log = new LogRequest([LogKind.Instructions]) { Path = Path.Combine(folder, "a.log"), In = "print" },
        }))];
        Assert.That(runs[0].Report, Is.EqualTo(runs[1].Report));

        // Calls that are the last thing a function does are no calls for the log, but the place is reached.
        int calls = runs[0].Text(".log").Split('\n').Count(line => Regex.IsMatch(line, " insn +0x[0-9a-f]+ print [a-z]"));
        Assert.That(calls, Is.GreaterThan(10));
        Assert.That(runs[0].Report, Has.Some.Match($@"^print \(0x[0-9a-f]+\) was reached {calls} times\.$"));
        Assert.That(runs[0].Report, Has.Some.Match(@"^  call 1 @56,411$"));
        Assert.That(runs[0].Report, Has.Some.Match(@"^ +\d+ from kernel_main\+0x[0-9a-f]+$"));
        Assert.That(runs[0].Report, Has.Some.Match(@"^ +\d+ in stack 0x[0-9a-f]+$"));
    }

    [TestCase("kernel_man: x", "At character 1: there is no register or symbol 'kernel_man'. Did you mean 'kernel_main'?")]
    [TestCase("kernel_main when r3 ==: x", "At character 23")]
    [TestCase("kernel_main on call 0: x", "At character 21: calls are counted from 1.")]
    [TestCase("kernel_main on cal 1: x", "'on call N' is expected")]
    [TestCase("kernel_main: {r33}", "At character 15: there is no register or symbol 'r33'")]
    [TestCase("kernel_main: {strin(r3)}", "At character 15: there is no function 'strin'. Did you mean 'string'?")]
    [TestCase("kernel_main: {r3:q}", "not as 'q'")]
    [TestCase("handle_exception: {frame->vectr}", "At character 20: struct frame has no member 'vectr'. Did you mean 'vector'")]
    [TestCase("handle_exception: {fram->vector}", "At character 20: there is no argument 'fram'. Did you mean 'frame'?")]
    [TestCase("handle_exception: {frame->vector->x}", "'frame->vector' does not point to a structure.")]
    [TestCase("handle_exception+4: {frame->vector}", "the arguments are known only where a function with debug information begins.")]
    [TestCase("kernel_main: {r3", "'}' is missing.")]
    [TestCase("kernel_main: r3}", "At character 16: '}' without '{'")]
    [TestCase("kernel_main", "':' and the text to be printed are expected.")]
    [TestCase("kernel_main:", "a text to be printed is missing.")]
    public void A_text_that_cannot_be_printed_is_refused_with_its_place(string text, string message)
    {
        InputException error = Assert.Throws<InputException>(() => ObservedRun.Of(jit: true, _ => new ObservationRequest { Prints = [text] }))!;
        Assert.That(error.Message, Does.Contain(message));
    }

    [Test]
    public void What_cannot_be_observed_is_refused_with_the_nearest_name_and_its_place()
    {
        Assert.That(() => LogKind.Parse("--log", "calls,exeptions"),
            Throws.TypeOf<InputException>().With.Message.Contains("At character 7: ").And.Message.Contains("Did you mean 'exceptions'?"));
        Assert.That(() => LogKind.Parse("--log", "in_asm"),
            Throws.TypeOf<InputException>().With.Message.Contains("QEMU's 'in_asm' is instructions here"));
        Refuses(new ObservationRequest { Count = "print,printt" }, "At character 7: there is no register or symbol 'printt'. Did you mean");
        Refuses(new ObservationRequest { Log = new LogRequest([LogKind.Calls]) { In = "print,consol_write" } },
            "At character 7: there is no function 'consol_write'. Did you mean 'console_write'?");
        Refuses(new ObservationRequest { Log = new LogRequest([LogKind.Calls]) { From = "rest" } }, "Did you mean 'reset'?");
        Refuses(new ObservationRequest { Log = new LogRequest([LogKind.Calls]) { From = "-1000" } },
            "'ppcjit open FILE --log-from -1000' looks at it");
        Refuses(new ObservationRequest { Log = new LogRequest([LogKind.Instructions]) }, "--log-limit SIZE");
        Refuses(new ObservationRequest { Profiles = ["a.svg"] }, ".folded, .speedscope.json, .html, .pb");
        Refuses(new ObservationRequest { Timelines = ["a.txt"] }, ".pftrace, .html, .vcd");
        Refuses(new ObservationRequest { Coverage = ["a.xml"] }, ".info, .json, .html");
    }

    private static void Refuses(ObservationRequest request, string message) =>
        Assert.That(Assert.Throws<InputException>(() => ObservedRun.Of(jit: true, _ => request))!.Message, Does.Contain(message));

    private static ObservationRequest Log(string folder, IReadOnlyList<string> kinds, string file = "a.log") =>
        new() { Log = new LogRequest(kinds) { Path = Path.Combine(folder, file) } };
}
