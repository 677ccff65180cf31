using System.Text.Json;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Tests.Debugging;

[TestFixture(false)]
[TestFixture(true)]
public sealed unsafe class MonitorTests(bool jit)
{
    private const ulong Here = 1_500_000;

    private static readonly string[] Noise =
    [
        "goto", "x", "/", "8xw", "99999999999", "find", "\"", ",", "+", "set", "=", "[", "]", "r3", "u8", "tlb",
        "devices", "UART0", ".", "events", "-1", "0", "physical", "disas", "é", "\0", "lastwrite",
        "until", "back", "help", "restart", "spr", "translate", "0xffffffff", " ", "+0",
    ];

    private DebuggedGuest _guest = null!;
    private DebugMonitor _monitor = null!;
    private string _folder = "";

    [SetUp]
    public void CreateGuest()
    {
        _guest = new DebuggedGuest(jit);
        _monitor = MonitorOf(_guest);
        _folder = Directory.CreateTempSubdirectory().FullName;
    }

    [TearDown]
    public void Dispose()
    {
        _guest.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Each_example_on_the_page_works_and_leaves_the_run_as_it_was()
    {
        Assert.That(_monitor.Execute("goto system_call#1").Error, Is.Null);
        Moment here = _guest.Timeline.Present;
        ulong before = _guest.Board.StateHash();
        Dictionary<Moment, ulong> straight = [];
        string[] examples = [.. Examples()];
        Assert.That(examples.Select(example => example.Split(' ', '/')[0]),
            Is.SupersetOf(DebugMonitor.Words.Select(word => word.Name).Except(["save-run", "dump-core", "explain"])));
        foreach (string example in examples.Where(example => !example.StartsWith("set ", StringComparison.Ordinal)))
        {
            MonitorAnswer answer = _monitor.Execute(example);
            Assert.That((answer.Error, answer.Lines.Count > 0), Is.EqualTo(((string?)null, true)), example);
            Assert.That(JsonText.Of(answer.Data), Does.StartWith("{"), example);
            Moment now = _guest.Timeline.Present;
            if (!straight.TryGetValue(now, out ulong expected))
                straight[now] = expected = StraightHash(now);
            Assert.That(_guest.Board.StateHash(), Is.EqualTo(expected), $"{example} at {now}");
            _guest.Timeline.GoTo(here);
            Assert.That(_guest.Board.StateHash(), Is.EqualTo(before), $"{example}, gone back from {now}");
        }

        string[] changes = [.. examples.Where(example => example.StartsWith("set ", StringComparison.Ordinal))];
        foreach (string change in changes)
            Assert.That(_monitor.Execute(change).Error, Is.Null, change);
        Assert.That(_guest.Timeline.Branches, Is.EqualTo(changes.Length));
    }

    [Test]
    public void The_page_and_help_list_the_words_there_are()
    {
        string[] rows = [.. File.ReadLines(Page()).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line[3..line.IndexOf("` |", StringComparison.Ordinal)].Replace("\\|", "|"))];
        Assert.That(rows, Is.EquivalentTo(DebugMonitor.Words.Select(word => word.Usage)));
        Assert.That(_monitor.Execute("help").Lines, Has.Count.EqualTo(rows.Length));
    }

    [TestCase("got panic", "There is no word 'got'. Did you mean 'goto' or 'set'? 'help' lists them.")]
    [TestCase("", "A word is missing; 'help' lists them.")]
    [TestCase("help x/", "There is no word 'x/'. Did you mean 'x'? 'help' lists them.")]
    [TestCase("goto rest", "goto: At character 1: 'rest' is no moment. Did you mean 'reset'? There is: @N, N, -N, reset, end, panic, and SYMBOL#1.")]
    [TestCase("lastwrite kernel_mian", "lastwrite: At character 1: there is no register or symbol 'kernel_mian'. Did you mean 'kernel_main'?")]
    [TestCase("spr srr9", "spr: there is no register 'srr9'. Did you mean 'srr0' or 'srr1' or 'srr2'?")]
    [TestCase("set srr9 = 1", "set: there is no register 'srr9'. Did you mean 'srr0' or 'srr1' or 'srr2'?")]
    [TestCase("set pvr = 1", "set: pvr can only be read.")]
    [TestCase("x/8q 0", "x: there is no format 'q': a count, then one of x d u o t a c s i z, then a size b h w g, as in /8xw.")]
    [TestCase("x 0xef600300", "Physical address 0xef600300 belongs to UART0, whose registers 'devices' shows.")]
    [TestCase("x 0x70000000", "Physical address 0x70000000 has no memory.")]
    [TestCase("restart 3", "restart: there is no checkpoint 3; none is marked.")]
    [TestCase("step -1", "step: -1 is no count; counts begin with 0.")]
    [TestCase("tlb 5", "tlb: nothing may follow; '5' does.")]
    [TestCase("checkpoint here", "checkpoint: nothing may follow; 'here' does.")]
    [TestCase("back 2", "History begins at @0.")]
    [TestCase("lastwrite 0x100000", "Nothing was written there since @0, where history begins: it holds what was loaded.")]
    [TestCase("find 0,1", "find needs where to begin, how far to look, and what for: find 0xc0000000,+1M,0x12345678.")]
    [TestCase("save-run f", "save-run: this run cannot be saved.")]
    public void What_cannot_be_done_is_said_in_a_sentence(string command, string expected) =>
        Assert.That(_monitor.Execute(command).Error, Is.EqualTo(expected));

    [Test]
    public void A_batch_with_a_word_that_does_not_exist_is_refused_before_anything_is_done()
    {
        Assert.That(DebugMonitor.Commands("goto 5; find 0,+10,\"a;b\" ;; x/2xw 0", "--do"), Is.EqualTo(["goto 5", "find 0,+10,\"a;b\"", "x/2xw 0"]));
        Assert.That(() => DebugMonitor.Commands("goto 5; rgisters", "--do"),
            Throws.TypeOf<InputException>().With.Message.EqualTo(
                "--do: There is no word 'rgisters'. Did you mean 'registers'? 'help' lists them."));
    }

    [Test]
    public void Nothing_that_is_typed_makes_the_monitor_throw()
    {
        _guest.Timeline.GoTo(new Moment(2000));
        Random random = new(1);
        for (int n = 0; n < 3000; n++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(
                _ => Noise[random.Next(Noise.Length)] + (random.Next(2) == 0 ? " " : "")));
            using CancellationTokenSource cancelled = new();
            cancelled.Cancel();
            _monitor.Execute(text, cancelled.Token);
        }
    }

    [Test]
    public void Memory_is_shown_in_the_formats_of_gdb()
    {
        _guest.Board.Memory.TryCopyIn(0x8000, [0xff, 0xfe, 0x80, 0x01, 0x00, 0x00, 0x00, 0x41, (byte)'o', 0x1b, (byte)'k', 0]);
        foreach ((string command, string expected) in ((string, string)[])
        [
            ("x/2xw 0x8000", "0x00008000:  0xfffe8001  0x00000041"), ("x/dw 0x8000", "0x00008000:  -98303"), ("x/uh 0x8000", "0x00008000:  65534"),
            ("x/2ob 0x8001", "0x00008001:  0376  0200"), ("x/tb 0x8003", "0x00008003:  00000001"), ("x/c 0x8007", "0x00008007:  65 'A'"),
            ("x/s 0x8008", "0x00008008:  \"o\\x1bk\""), ("x/xg 0x8000", "0x00008000:  0xfffe800100000041"), ("find 0x8000,+12,0x41", "0x00008004"),
            ("find /b 0x8000,0x800b,0x41,\"o\"", "0x00008007"), ("translate 0x8000", "load   0x00008000, RAM, through no translation, IG"),
        ])
            Assert.That(_monitor.Execute(command).Lines[0], Is.EqualTo(expected), command);
        Assert.That(_monitor.Execute("x/4xb 0x1ffffff").Text, Is.EqualTo("0x01ffffff:  0x00\nPhysical address 0x02000000 has no memory.\n"));
    }

    [Test]
    public void A_text_that_crosses_kilobytes_is_found_once_wherever_it_lies()
    {
        foreach (uint at in (uint[])[0x8000, 0x83fd, 0x8400, 0x9ffe])
            _guest.Board.Memory.TryCopyIn(at, "needle"u8);
        Assert.That(_monitor.Execute("find 0x8000,+64K,\"needle\"").Lines, Is.EqualTo((string[])["0x00008000", "0x00008400", "0x00009ffe"]));
    }

    [Test]
    public void Reading_a_device_takes_nothing_from_it()
    {
        _guest.Timeline.GoTo(new Moment(Here));
        _guest.Board.Console!.Receive((byte)'k');
        ulong before = _guest.Board.StateHash();
        string[] read = [.. ((string[])["UART0.RBR", "UART0.RBR", "UART0.LSR", "UART0.THR", "UIC0.SR"]).Select(
            name => _monitor.Execute($"devices {name}").Lines[1].Trim())];
        Assert.That(read, Is.EqualTo(["RBR 0x6b", "RBR 0x6b", "LSR 0x61", "THR -", read[4]]));
        Assert.That(_guest.Board.StateHash(), Is.EqualTo(before));
    }

    [Test]
    public void Looking_at_all_devices_of_a_board_changes_and_reports_nothing([Values("ref405ep", "walnut", "openblocks266")] string board)
    {
        using DebuggedGuest guest = new(jit, "uarea", board: board);
        guest.Timeline.GoTo(new Moment(200_000));
        ulong before = guest.Board.StateHash();
        List<string> reports = [];
        guest.Board.Log.Reported += reports.Add;
        MonitorAnswer answer = MonitorOf(guest).Execute("devices");
        Assert.That((answer.Error, answer.Lines.Count > 40), Is.EqualTo(((string?)null, true)));
        Assert.That(guest.Board.StateHash(), Is.EqualTo(before));
        Assert.That(reports, Is.Empty);
    }

    [Test]
    public void The_TLB_says_which_entries_are_hidden()
    {
        Tlb tlb = _guest.Board.Processor.Tlb;
        foreach ((int entry, uint high, uint low) in ((int, uint, uint)[])[(3, 0x12340000 | Tlb.Valid | 0x80,
            0x00100300), (9, 0x12340000 | Tlb.Valid | 0x380, 0x00200000), (12, 0x12345000 | Tlb.Valid | 0x80,
            0x00300101)])
        {
            tlb.WriteHi(entry, high);
            tlb.WriteLo(entry, low);
        }

        IReadOnlyList<string> lines = _monitor.Execute("tlb").Lines;
        Assert.That(lines, Has.One.Match(@"^ +3  0x12340000 +4K +0  0x00100000 +0  rwx  +hides 9$"));
        Assert.That(lines, Has.One.Match(@"^ +9  0x12000000 +16M +0  0x00000000 +0  r--  +hides 12$").Or.One.Match(
            @"^ +9  0x12000000 +16M .* hides 12$"));
        Assert.That(lines, Has.One.Match(@"^ +12  0x12345000 +4K +0  0x00300000 +0  rw-  G$"));
    }

    [Test]
    public void Events_are_those_of_the_run()
    {
        List<string> taken = [];
        using (DebuggedGuest other = new(jit: false))
        {
            other.Board.Processor.ExceptionTaken += (in record) => taken.Add($"{ExceptionNames.NameOf(record.Kind)} {record.Count}");
            other.Machine.Run(new Moment(Here));
        }

        _guest.Timeline.GoTo(new Moment(Here));
        MonitorAnswer answer = _monitor.Execute("events 500");
        using JsonDocument json = JsonDocument.Parse(JsonText.Of(answer.Data));
        JsonElement[] events = [.. json.RootElement.GetProperty("events").EnumerateArray()];
        Assert.That(events, Has.Length.EqualTo(500));
        string[] exceptions =
        [
            .. events.Where(one => one.GetProperty("event").GetString() == "exception")
                .Select(one => $"{one.GetProperty("kind").GetString()} {Count(one)}"),
        ];
        Assert.That(exceptions, Has.Length.GreaterThan(100));
        Assert.That(exceptions, Is.EqualTo(taken[^exceptions.Length..]));
        Assert.That(events.Count(one => one.GetProperty("event").GetString() == "tlb"), Is.GreaterThan(100));
        Assert.That(events.Count(one => one.GetProperty("event").GetString() == "interrupt"), Is.GreaterThan(0));
        Assert.That(events.Select(Count), Is.Ordered);
    }

    [Test]
    public void A_change_begins_another_run_and_going_back_before_it_undoes_it()
    {
        _monitor.Execute("goto system_call#1");
        Moment here = _guest.Timeline.Present;
        ulong earlier = StraightHash(new Moment(here.Count - 1000));
        Assert.That(_monitor.Execute("set r3 = 0x12345678").Text, Does.StartWith($"Changed r3 at {here}; another run begins here."));
        Assert.That(_monitor.Execute("set [r1] = r3 + 1").Error, Is.Null);
        Assert.That(_monitor.Execute("x r1").Lines[0], Does.EndWith(":  0x12345679"));
        Assert.That((_guest.State->Gpr[3], _guest.Timeline.Branches, _guest.Timeline.End.Count), Is.EqualTo((0x12345678u, 2, here.Count)));
        Assert.That(_monitor.Execute("when").Text, Does.Contain($"changed by hand 2 times, last at {here}"));
        _monitor.Execute("back 1000");
        Assert.That(_guest.Board.StateHash(), Is.EqualTo(earlier));
        _monitor.Execute($"goto {here}");
        Assert.That(_guest.State->Gpr[3], Is.EqualTo(0x12345678u));
    }

    [Test]
    public void The_first_arrival_is_the_first_execution_also_where_the_page_was_missing()
    {
        _guest.Timeline.GoTo(new Moment(0));
        MonitorAnswer arrival = _monitor.Execute("goto 0x40000000#1");
        Moment there = _guest.Timeline.Present;
        _guest.Timeline.GoTo(new Moment(0));
        _monitor.Execute("until exec 0x40000000");
        Assert.That((arrival.Error, there), Is.EqualTo(((string?)null, _guest.Timeline.Present)));
        Assert.That(_guest.State->Pc, Is.EqualTo(0x40000000u));
    }

    [Test]
    public void The_real_gdb_reads_a_core()
    {
        string path = Path.Combine(_folder, "core");
        _monitor.Execute("goto system_call#1");
        string[] expected =
        [
            $"{_guest.State->Pc:x}", $"{_guest.State->Gpr[1]:x}", $"{_guest.State->Msr:x}",
            _monitor.Execute("x/2xw r1").Lines[0].Split(":  ")[1].Replace("  ", " "),
        ];
        foreach ((string space, uint offset) in ((string, uint)[])[("", 0), (" physical", 0), (" 0xc0000000", 0xc0000000)])
        {
            MonitorAnswer answer = _monitor.Execute($"dump-core {path}{space}");
            Assert.That(answer.Error, Is.Null);
            string said = Gdb($"core-file {path}", "printf \"%x %x %x \", $pc, $r1, $msr",
                $"printf \"0x%08x 0x%08x\\n\", *(int*)($r1+{offset}u), *(int*)($r1+{offset + 4}u)");
            Assert.That(said, Does.Contain(string.Join(' ', expected)), space);
        }

        Assert.That(_monitor.Execute($"dump-core {path} phisical").Error, Does.Contain("not as 'phisical'. Did you mean 'physical'?"));
        Assert.That(_monitor.Execute($"dump-core {_folder}").Error, Does.Contain("it is a directory"));
    }

    [Test]
    public void What_hidden_entries_of_the_TLB_map_is_not_in_a_core()
    {
        Tlb tlb = _guest.Board.Processor.Tlb;
        foreach ((int entry, uint high, uint low) in ((int, uint, uint)[])[(3, 0x12341000 | Tlb.Valid | 0x80,
            0x00100000), (9, 0x12340000 | Tlb.Valid | 0x180, 0x00200000), (10, 0x50000000 | Tlb.Valid | 0x80,
            0xef600000)])
        {
            tlb.WriteHi(entry, high);
            tlb.WriteLo(entry, low);
        }

        _guest.State->Msr |= Msr.Dr;
        MonitorAnswer answer = _monitor.Execute($"dump-core {Path.Combine(_folder, "core")}");
        using JsonDocument json = JsonDocument.Parse(JsonText.Of(answer.Data));
        string[] pieces = [.. json.RootElement.GetProperty("pieces").EnumerateArray().Select(
            piece => $"{piece.GetProperty("address")} {piece.GetProperty("physical")} {piece.GetProperty("bytes")}")];
        Assert.That(pieces, Is.EqualTo((string[])["0x12340000 0x00200000 4096", "0x12341000 0x00100000 4096", "0x12342000 0x00202000 57344"]));
    }

    private static string Gdb(params string[] commands) => System.Text.Encoding.UTF8.GetString(
        HostTool.Run("gdb-multiarch", "gdb-multiarch", ["-nx", "-batch", .. commands.SelectMany(command => (string[])["-ex", command])]).Output);

    private static DebugMonitor MonitorOf(DebuggedGuest guest) =>
        new(new MonitoredRun(guest.Timeline, new DebugNames(guest.Board, guest.Symbols), () => null));

    private static ulong Count(JsonElement noted) =>
        ulong.Parse(noted.GetProperty("at").GetString()![1..].Split('+')[0].Replace(",", ""), System.Globalization.CultureInfo.InvariantCulture);

    private static ulong StraightHash(Moment at)
    {
        using DebuggedGuest guest = new(jit: false, options: new TimelineOptions { Spacing = ulong.MaxValue });
        guest.Machine.Run(at);
        return guest.Board.StateHash();
    }

    private static IEnumerable<string> Examples() =>
        File.ReadLines(Page()).SkipWhile(line => line != "```monitor").Skip(1).TakeWhile(line => line != "```");

    private static string Page() => HostTool.RepositoryFile("docs/monitor.md");
}
