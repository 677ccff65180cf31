using System.IO.Compression;
using System.Text.RegularExpressions;
using PpcJit.Kernel;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Logs;
using PpcJit.Machine.Cpu;

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

    /// <summary>Each exception as the processor noted it, in order, with what it left in DEAR and ESR.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void Exceptions_are_logged_as_the_processor_took_them(bool jit)
    {
        List<ExceptionRecord> taken = [];
        ObservedRun run = ObservedRun.Of(jit, folder => Log(folder, [LogKind.Exceptions]), prepare: (machine, _) =>
            machine.Board.Processor.ExceptionTaken += (in record) => taken.Add(record));
        Match[] lines = [.. Lines(run, "exception", @"^@(?<count>[0-9,]+)(\+\d+)? exception (?<pc>0x[0-9a-f]{8}).*\] (?<name>[a-z-]+) MSR (?<msr>0x"
            + "[0-9a-f]{8})( DEAR (?<dear>0x[0-9a-f]{8}))?( ESR (?<esr>0x[0-9a-f]{8}))?$")];
        Assert.That(lines.Select(line => line.Groups["count"].Value), Is.EqualTo(taken.Select(record => $"{record.Count:N0}")));
        Assert.That(lines.Select(line => line.Groups["pc"].Value), Is.EqualTo(taken.Select(record => $"0x{record.Pc:x8}")));
        Assert.That(lines.Select(line => line.Groups["msr"].Value), Is.EqualTo(taken.Select(record => $"0x{record.Msr:x8}")));
        foreach ((Match line, ExceptionRecord record) in lines.Zip(taken))
        {
            Assert.That(line.Groups["name"].Value, Is.EqualTo(string.Concat(record.Kind.ToString().Select((letter, n) =>
                (n > 0 && char.IsUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)))));
            bool isAboutData = record.Kind is ExceptionKind.DataTlbMiss or ExceptionKind.DataStorage;
            Assert.That(line.Groups["dear"].Value, Is.EqualTo(isAboutData ? $"0x{record.Dear:x8}" : ""));
            bool isAboutProgram = record.Kind is ExceptionKind.InstructionStorage or ExceptionKind.Program;
            Assert.That(line.Groups["esr"].Value, Is.EqualTo(isAboutData || isAboutProgram ? $"0x{record.Esr:x8}" : ""));
        }

        Assert.That(taken.Select(record => record.Kind), Has.Member(ExceptionKind.DataTlbMiss).And.Member(ExceptionKind.DataStorage)
            .And.Member(ExceptionKind.SystemCall).And.Member(ExceptionKind.External));
    }

    /// <summary>TLBHI and TLBLO as PPC405 User's Manual, section 7.3.1, has them.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public unsafe void Writes_of_the_TLB_are_logged_as_registers_and_in_words(bool jit)
    {
        List<string> written = [];
        ObservedRun run = ObservedRun.Of(jit, folder => Log(folder, [LogKind.Tlb]), prepare: (machine, _) =>
            machine.Board.Processor.Tlb.Written += index =>
                written.Add(index < 0 ? "all entries invalid" : Entry(machine.Board.Processor.State, index)));
        Assert.That(Lines(run, "tlb", @"\] (?<what>.*)$").Select(line => line.Groups["what"].Value), Is.EqualTo(written));
        Assert.That(written, Has.Some.Contains(": invalid").And.Some.Contains(" 4K ").And.Some.Contains(" w-").And.Some.Contains("x"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Changes_of_the_MSR_and_the_PID_are_logged_with_the_bits_that_change(bool jit)
    {
        Dictionary<string, uint> bits = new()
        {
            ["WE"] = 0x40000, ["CE"] = 0x20000, ["EE"] = 0x8000, ["PR"] = 0x4000, ["ME"] = 0x1000, ["DE"] = 0x200, ["IR"] = 0x20, ["DR"] = 0x10,
        };
        ObservedRun run = ObservedRun.Of(jit, folder => Log(folder, [LogKind.Mmu]));
        Match[] changes = [.. Lines(run, "mmu", @"MSR 0x(?<was>[0-9a-f]{8}) -> 0x(?<is>[0-9a-f]{8})(?<names>( [+-][A-Z]+)+)$")];
        Assert.That(changes, Has.Length.GreaterThan(100));
        foreach (Match change in changes)
        {
            (uint was, uint now) = (Convert.ToUInt32(change.Groups["was"].Value, 16), Convert.ToUInt32(change.Groups["is"].Value, 16));
            Assert.That(change.Groups["names"].Value.Trim().Split(' ').Order(), Is.EqualTo(bits.Where(bit => ((was ^ now) & bit.Value) != 0)
                .Select(bit => ((now & bit.Value) != 0 ? "+" : "-") + bit.Key).Order()), change.Value);
        }

        string last = "0";
        foreach (Match change in Lines(run, "mmu", @"PID (?<was>\d+) -> (?<is>\d+)$"))
        {
            Assert.That(change.Groups["was"].Value, Is.EqualTo(last));
            last = change.Groups["is"].Value;
        }

        Assert.That(last, Is.Not.EqualTo("0"));
    }

    /// <summary>What goes into the register that transmits is what is printed; the line's state is read, and never written.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void Accesses_to_devices_are_logged_with_their_direction_and_value(bool jit)
    {
        List<byte> printed = [];
        ObservedRun run = ObservedRun.Of(jit, folder => Log(folder, [LogKind.Devices]), prepare: (machine, _) => machine.Transmitted += printed.Add);
        Assert.That(Lines(run, "device", @"UART0\.THR <- 0x(?<value>[0-9a-f]{2})$").Select(line => Convert.ToByte(line.Groups["value"].Value, 16)),
            Is.EqualTo(printed));
        Assert.That(Lines(run, "device", @"UART0\.LSR -> 0x[0-9a-f]{2}$").Count(), Is.GreaterThan(10));
        Assert.That(Lines(run, "device", @"UART0\.(LSR <-|THR ->)"), Is.Empty);
    }

    [Test]
    public void What_the_hardware_does_not_have_is_logged_where_the_guest_asks_for_it()
    {
        ObservedRun run = ObservedRun.Of(jit: true, folder => Log(folder, [LogKind.GuestErrors]), prepare: (machine, _) =>
            machine.AddMark(57_000, () => machine.Board.Log.ReportOnce("a register that is \x1b not there")));
        Assert.That(run.Text(".log"), Does.Match(
            @"^@57,000 error     0x[0-9a-f]{8} \w+\+0x.* \[stack 0x[0-9a-f]+\] a register that is \\x1b not there\n$"));
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
    [TestCase("kernel_main: {r33}", "At character 15: there is no register, argument or symbol 'r33'")]
    [TestCase("kernel_main: {strin(r3)}", "At character 15: there is no function 'strin'. Did you mean 'string'?")]
    [TestCase("kernel_main: {r3:q}", "not as 'q'")]
    [TestCase("handle_exception: {frame->vectr}", "At character 20: struct frame has no member 'vectr'. Did you mean 'vector'")]
    [TestCase("handle_exception: {fram->vector}", "At character 20: there is no register, argument or symbol 'fram'. Did you mean 'frame'?")]
    [TestCase("handle_exception: {frame->vector->x}", "'frame->vector' does not point to a structure.")]
    [TestCase("handle_exception: {frame->vector.x}", "'vector' of struct frame is no structure.")]
    [TestCase("handle_exception: {frame->vector.}", "'vector' of struct frame is no structure.")]
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

    /// <summary>The lines of a kind that are of a form.</summary>
    private static IEnumerable<Match> Lines(ObservedRun run, string kind, string form) =>
        run.Text(".log").Split('\n').Where(line => line.Contains($" {kind} ", StringComparison.Ordinal)).Select(line => Regex.Match(line, form))
            .Where(match => match.Success);

    private static unsafe string Entry(CpuState* state, int index)
    {
        (uint high, uint low) = (state->TlbHi[index], state->TlbLo[index]);
        uint size = 1024u << (int)(2 * ((high >> 7) & 7));
        string text = $"entry {index} TLBHI 0x{high:x8} TLBLO 0x{low:x8} TID {state->TlbTid[index]}: ";
        return (high & 0x40) == 0 ? text + "invalid" : text + $"0x{high & ~(size - 1):x8} -> 0x{low & ~(size - 1):x8} "
            + $"{(size < 1 << 20 ? $"{size >> 10}K" : $"{size >> 20}M")} {((low & 0x100) != 0 ? 'w' : '-')}{((low & 0x200) != 0 ? 'x' : '-')}"
            + $"{((low & 4) != 0 ? " inhibited" : "")}{((high & 0x20) != 0 ? " little-endian" : "")}";
    }

    private static void Refuses(ObservationRequest request, string message) =>
        Assert.That(Assert.Throws<InputException>(() => ObservedRun.Of(jit: true, _ => request))!.Message, Does.Contain(message));

    private static ObservationRequest Log(string folder, IReadOnlyList<string> kinds, string file = "a.log") =>
        new() { Log = new LogRequest(kinds) { Path = Path.Combine(folder, file) } };
}
