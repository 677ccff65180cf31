using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Latency;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>How long interrupts are off, and how long they and TLB misses take.</summary>
public sealed class LatencyTests
{
    /// <summary>Instructions of the loop that the test puts into a guest.</summary>
    private const uint Turns = 5000;

    [Test]
    public void Both_engines_measure_the_same_and_the_run_is_the_one_without_it()
    {
        ObservedRun[] runs = [.. new[] { true, false }.Select(jit => ObservedRun.Of(jit, Latency))];
        Assert.That(runs[0].Text(".json"), Is.EqualTo(runs[1].Text(".json")));
        Assert.That(runs[0].Hash, Is.EqualTo(ObservedRun.Of(jit: true, null).Hash));
        LatencyReport report = Report(runs[0]);
        Assert.That(report.FirstOn, Is.EqualTo(58_558));
        Assert.That(report.Series.Select(series => series.Count), Is.All.GreaterThan(10UL));
        foreach (LatencySeries series in report.Series)
        {
            Assert.That(series.Buckets.Aggregate(0UL, (sum, bucket) => sum + bucket.Times), Is.EqualTo(series.Count), series.Name);
            Assert.That(series.Worst!.End - series.Worst.Start, Is.LessThanOrEqualTo(series.Total), series.Name);
        }

        // Another guest that is compared stands beside.
        Assert.That(report.Lines(report with { Title = "another" }), Has.Some.Match("^  in another: [0-9,]+ times, on average"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_window_with_interrupts_off_that_is_put_into_a_guest_is_the_worst_with_its_backtrace(bool jit)
    {
        ObservedRun run = ObservedRun.Of(jit, Latency, prepare: PutWindow);
        WorstLatency worst = Report(run).Series[0].Worst!;
        Assert.That(worst.End - worst.Start, Is.EqualTo((2 * Turns) + 3));
        Assert.That(worst.From, Does.StartWith("print_hex"));
        Assert.That(worst.To, Does.StartWith("print_hex"));
        Assert.That(worst.Backtrace[0], Does.StartWith("print_hex+"));
        Assert.That(worst.Backtrace.Skip(1), Has.Some.StartWith("kernel_main+"));
        Assert.That(run.Report, Has.Some.Match($@"^  the worst, 10,003 instructions \([\d.]+ us\): from @[\d,]+ at print_hex"));
    }

    /// <summary>A system call within the window, whose handler turns nothing on, belongs to it, and so does the loop after it.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void An_exception_within_a_window_does_not_begin_it_anew(bool jit)
    {
        ObservedRun run = ObservedRun.Of(jit, Latency, prepare: (machine, symbols) => Put(machine, symbols, "wrteei 1", "wrteei 0",
            $"addi r0,0,{Turns}", "mtspr ctr,r0", "ori r0,r0,0", "bc 16,0,-4", "sc", "mtspr ctr,r0", "ori r0,r0,0", "bc 16,0,-4", "wrteei 1",
            "bclr 20,0"));
        WorstLatency worst = Report(run).Series[0].Worst!;
        Assert.That(worst.End - worst.Start, Is.InRange((4 * Turns) + 20, (4 * Turns) + 1000));
        Assert.That(worst.From, Is.EqualTo("print_hex+0x4"));
        Assert.That(worst.To, Is.EqualTo("print_hex+0x28"));
    }

    [Test]
    public void Two_kernels_stand_side_by_side_with_the_worst_of_each()
    {
        LatencyReport plain = Report(ObservedRun.Of(jit: true, Latency));
        ObservedRun run = ObservedRun.Of(jit: true, folder => Latency(folder) with { ComparedReport = plain with { Title = "old/vmlinux" } },
            prepare: PutWindow);
        string text = string.Join('\n', run.Report);
        Assert.That(text, Does.Contain("\ncompared with old/vmlinux: interrupts were first on at @58,558"));
        Assert.That(text, Does.Match(@"(?m)^interrupts off .*, at most 10,003 instructions .*\n  in old/vmlinux: [0-9,]+ times, on average"));
        Assert.That(text, Does.Match(@"(?m)^ +instructions +demo +old/vmlinux$\n^  up to +\d+ +[0-9,]+ +[0-9,]+  #"));
        Assert.That(text, Does.Match(@"(?m)^  up to +16,384 +4 +0  ##$"));
        Assert.That(text, Does.Match(@"(?m)^  the worst, 10,003 instructions .* at print_hex(.*\n)+?  the worst in old/vmlinux, [0-9,]+ instr"));
        Assert.That(run.Text(".html"), Does.Contain("old/vmlinux").And.Contain("10,003 instructions"));
    }

    /// <summary>The first instructions of a function now turn interrupts on and off, loop, and turn them on again.</summary>
    private static void PutWindow(GuestMachine machine, SymbolTable? symbols) =>
        Put(machine, symbols, "wrteei 1", "wrteei 0", $"addi r0,0,{Turns}", "mtspr ctr,r0", "ori r0,r0,0", "bc 16,0,-4", "wrteei 1", "bclr 20,0");

    private static void Put(GuestMachine machine, SymbolTable? symbols, params string[] instructions)
    {
        Assert.That(symbols!.TryFind("print_hex", out Symbol? place), Is.True);
        uint address = place!.Address;
        uint[] words = [.. instructions.Select(text => Assembler.Word(text))];
        byte[] bytes = [.. words.SelectMany(word => (byte[])[(byte)(word >> 24), (byte)(word >> 16), (byte)(word >> 8), (byte)word])];
        Assert.That(machine.Board.Memory.TryCopyIn(address, bytes), Is.True);
    }

    private static ObservationRequest Latency(string folder) => new() { MeasuresLatency = true, LatencyFiles =
        [Path.Combine(folder, "a.json"), Path.Combine(folder, "a.html")] };

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("{\"title\":\"x\",\"instructionsPerSecond\":1,\"instructions\":1,\"series\":[null]}")]
    [TestCase("{\"title\":\"x\",\"instructionsPerSecond\":1,\"instructions\":1,"
        + "\"series\":[{\"name\":\"s\",\"count\":1,\"total\":1,\"worst\":null}]}")]
    [TestCase("{\"title\":\"x\",\"instructionsPerSecond\":1,\"instructions\":1,\"series\":[{\"name\":\"s\",\"count\":1,\"total\":1,\"worst\":null,"
        + "\"buckets\":[MANY{\"to\":1,\"times\":1}]}]}")]
    [TestCase("HUGE")]
    public void What_is_no_report_is_refused(string text)
    {
        string bucket = "{\"to\":1,\"times\":1},";
        text = text.Replace("MANY", string.Concat(Enumerable.Repeat(bucket, 65))).Replace("HUGE", new string(' ', (1 << 20) + 1));
        using TemporaryFile file = new(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.That(() => LatencyReport.Read(file.Path), Throws.TypeOf<PpcJit.Kernel.InputException>().With.Message.Contains("report of latencies"));
    }

    private static LatencyReport Report(ObservedRun run) => System.Text.Json.JsonSerializer.Deserialize<LatencyReport>(run.Bytes(".json"),
        JsonText.Form)!;
}
