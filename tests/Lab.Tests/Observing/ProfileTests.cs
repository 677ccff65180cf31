using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Logs;
using PpcJit.Lab.Observing.Places;
using PpcJit.Lab.Observing.Profiles;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Exact profiles: that every instruction is counted, where it was.</summary>
public sealed partial class ProfileTests
{
    private const ulong Counted = 400_000;

    /// <summary>Each node of deep recursion has a way of hundreds of frames, which the files spell out.</summary>
    [Test]
    public void The_ways_to_all_nodes_together_are_bounded()
    {
        const int Depth = 500;
        ExactProfile profile = new();
        CallFrame top = new() { Kind = FrameKind.Task, Below = null, Depth = 0, Entered = 0 };
        TaskStack task = new(0, "task") { Top = top };
        profile.Entered(task, top);
        for (int depth = 1; depth < Depth; depth++)
            profile.Entered(task, top = Frame(top, 0));
        for (int n = 1; n <= 63_000; n++)
            profile.Entered(task, Frame(top, n));
        Assert.That(profile.IsFull, Is.False);
        for (int n = 63_001; n <= 65_000; n++)
            profile.Entered(task, Frame(top, n));
        Assert.That(profile.IsFull);
        profile.Root.AddUp();
        Assert.That(profile.Root.All().Sum(node => (long)node.Path().Count), Is.LessThan(33_000_000));
        CallFrame last = Frame(top, 65_000);
        profile.Entered(task, last);
        profile.Spent(task, last, 7, 0, isUser: false);
        Assert.That(profile.Functions()[0], Has.Property("Name").EqualTo("f65000").And.Property("Self").EqualTo(7));

        static CallFrame Frame(CallFrame below, int number) => new()
        {
            Kind = FrameKind.Function, Below = below, Depth = below.Depth + 1, Entered = 0, Function = Function(number),
        };
    }

    private static CodeFunction Function(int number) => new(number, $"f{number}", (uint)number * 4, ((uint)number * 4) + 4, IsNamed: true);

    [Test]
    public void Self_counts_sum_to_the_instructions_of_the_run_and_equal_those_of_the_log()
    {
        ObservedRun logged = ObservedRun.Of(jit: false, folder => new ObservationRequest
        {
            Log = new LogRequest([LogKind.Instructions]) { Path = Path.Combine(folder, "a.log"), Limit = ulong.MaxValue },
        }, Counted);
        Dictionary<string, ulong> byLog = logged.Text(".log").TrimEnd('\n').Split('\n')
            .Select(line => FunctionOf().Match(line).Groups["name"].Value).GroupBy(name => name)
                .ToDictionary(name => name.Key, name => (ulong)name.Count());
        ulong waited = Counted - byLog.Values.Aggregate(0UL, (sum, count) => sum + count);
        Assert.That(waited, Is.GreaterThan(1000), "The demo guest waits for interrupts, and that is counted too.");
        foreach (bool jit in (bool[])[true, false])
        {
            ObservedRun run = ObservedRun.Of(jit, folder => Profile(folder, "a.folded"), Counted);
            Dictionary<string, ulong> byProfile = run.Text(".folded").TrimEnd('\n').Split('\n')
                .Select(line => FoldedLine().Match(line)).GroupBy(match => match.Groups["leaf"].Value, match =>
                    ulong.Parse(match.Groups["count"].Value))
                .ToDictionary(leaf => leaf.Key, leaf => leaf.Aggregate(0UL, (sum, count) => sum + count));
            Assert.That(run.Instructions, Is.EqualTo(Counted));
            Assert.That(byProfile.Values.Aggregate(0UL, (sum, count) => sum + count), Is.EqualTo(Counted));
            byProfile["wait_for_interrupt"] -= waited;
            Assert.That(byProfile, Is.EquivalentTo(byLog));
            Assert.That(run.Hash, Is.EqualTo(logged.Hash));
        }
    }

    [Test]
    public void Both_engines_give_the_same_profile_with_tasks_exceptions_and_calls()
    {
        ObservedRun[] runs = [.. new[] { true, false }.Select(jit => ObservedRun.Of(jit, folder => Profile(folder, "a.folded")))];
        Assert.That(runs[0].Text(".folded"), Is.EqualTo(runs[1].Text(".folded")));
        Assert.That(runs[0].Report, Is.EqualTo(runs[1].Report));
        Assert.That(runs[0].Hash, Is.EqualTo(ObservedRun.Of(jit: true, null).Hash));
        string folded = runs[0].Text(".folded");
        Assert.That(folded, Does.Match(@"(?m)^stack 0x[0-9a-f]+;_start;kernel_main;wait_for_interrupt \d+$"));
        Assert.That(folded, Does.Match(@"(?m)^[^;]+;.*;\[system-call\];.* \d+$"));
        Assert.That(folded, Does.Match(@"(?m)^[^;]+;.*\[data-tlb-miss\];.* \d+$"));
        Assert.That(runs[0].Report, Has.Some.Match("in problem state$").And.Some.Match(@"in [\d,]+ \[external\]$"));
    }

    [Test]
    public void Speedscope_finds_frames_and_profiles_whose_weights_sum_to_their_ends()
    {
        ObservedRun run = ObservedRun.Of(jit: true, folder => Profile(folder, "a.speedscope.json"));
        using JsonDocument file = JsonDocument.Parse(run.Bytes(".speedscope.json"));
        Assert.That(file.RootElement.GetProperty("$schema").GetString(), Is.EqualTo("https://www.speedscope.app/file-format-schema.json"));
        JsonElement frames = file.RootElement.GetProperty("shared").GetProperty("frames");
        Assert.That(frames.EnumerateArray().Select(frame => frame.GetProperty("name").GetString()), Is.Unique.And.Member("kernel_main"));
        JsonElement main = frames.EnumerateArray().First(frame => frame.GetProperty("name").GetString() == "kernel_main");
        Assert.That(main.GetProperty("file").GetString(), Does.EndWith("main.c"));
        Assert.That(main.GetProperty("line").GetInt32(), Is.GreaterThan(1));
        ulong sum = 0;
        foreach (JsonElement profile in file.RootElement.GetProperty("profiles").EnumerateArray())
        {
            Assert.That(profile.GetProperty("type").GetString(), Is.EqualTo("sampled"));
            Assert.That(profile.GetProperty("unit").GetString(), Is.EqualTo("none"));
            Assert.That(profile.GetProperty("startValue").GetUInt64(), Is.Zero);
            ulong[] weights = [.. profile.GetProperty("weights").EnumerateArray().Select(weight => weight.GetUInt64())];
            Assert.That(profile.GetProperty("samples").GetArrayLength(), Is.EqualTo(weights.Length));
            Assert.That(profile.GetProperty("samples").EnumerateArray().SelectMany(sample => sample.EnumerateArray())
                .Select(frame => frame.GetInt32()), Is.All.InRange(0, frames.GetArrayLength() - 1));
            Assert.That(profile.GetProperty("endValue").GetUInt64(), Is.EqualTo(weights.Aggregate(0UL, (total, weight) => total + weight)));
            sum += profile.GetProperty("endValue").GetUInt64();
        }

        Assert.That(sum, Is.EqualTo(run.Instructions));
    }

    [Test]
    public void Pprof_s_form_is_a_compressed_message_whose_samples_sum_to_the_run()
    {
        ObservedRun run = ObservedRun.Of(jit: true, folder => Profile(folder, "a.pb"), Counted);
        using GZipStream stream = new(new MemoryStream(run.Bytes(".pb")), CompressionMode.Decompress);
        using MemoryStream message = new();
        stream.CopyTo(message);
        string text = ProtoText.Decode("pprof.proto", "Profile", message.ToArray());
        Assert.That(text, Does.Contain("\"kernel_main\"").And.Contain("\"instructions\"").And.Contain("main.c"));
        IEnumerable<ulong> values = SampleValue().Matches(text).Select(match => ulong.Parse(match.Groups["value"].Value));
        Assert.That(values.Aggregate(0UL, (sum, value) => sum + value), Is.EqualTo(Counted));
    }

    [Test]
    public void The_page_is_one_file_without_a_link_to_anywhere()
    {
        string page = ObservedRun.Of(jit: true, folder => Profile(folder, "a.html"), Counted).Text(".html");
        Assert.That(page, Does.StartWith("<!DOCTYPE html>\n<html lang=\"en\">").And.Contain("\"kernel_main\"").And.Contain("id=\"flames\""));
        Assert.That(page, Does.Not.Match("(src|href)=|https?:|@import|url\\("));
    }

    [Test]
    public void An_exception_on_a_stack_that_was_just_taken_is_the_other_task_s([Values] bool jit)
    {
        string folded = ObservedRun.Of(jit, folder => Profile(folder, "a.folded"), until: 40, image: TwoStacks()).Text(".folded");
        Assert.That(folded, Does.Match(@"(?m)^stack 0x0002e000;\[system-call\];handler;sub \d+$"));
        Assert.That(folded, Does.Match(@"(?m)^stack 0x0001e000;_start;after \d+$"), "not within the exception");
    }

    [Test]
    public void A_program_that_is_executed_gives_its_task_its_name([Values] bool jit)
    {
        ObservedRun run = ObservedRun.Of(jit, folder => Profile(folder, "a.folded"), until: 40, image: ExecutedProgram(),
            tasks: machine => new Named(machine));
        Assert.That(run.Text(".folded").TrimEnd().Split('\n'), Has.Some.StartsWith("worker-2;first;").And.Some.StartsWith("worker-2;second;")
            .And.None.StartsWith("init-2"));
    }

    /// <summary>A program makes a system call, with which another one is executed in its place, and that makes one too. r26 counts them.</summary>
    private static byte[] ExecutedProgram() => Functions(
    [
        ("_start", ["addis r9,r0,1", "ori r9,r9,24", "mtspr srr0,r9", "addi r9,r0,16384", "mtspr srr1,r9"]),
        ("first", ["rfi", "addi r1,r0,8192", "sc", "b first"]),
        ("second", ["addi r3,r0,1", "sc", "addi r3,r0,2", "b second"]),
        ("handler", ["addi r26,r26,1", "mfspr r9,srr0", "addi r9,r9,4", "cmpwi 0,r26,1", "bc 4,2,handler_end", "mtspr srr0,r9", "addi r1,r0,12288"]),
        ("handler_end", ["rfi"]),
    ]);

    /// <summary>Names the running task by what the guest has in r26.</summary>
    private sealed unsafe class Named(GuestMachine machine) : ITaskNames
    {
        public GuestTask Find(uint msr) => new(2, machine.Board.Processor.State->Gpr[26] == 0 ? "init-2" : "worker-2") { IsOfKernel = true };

        public void NoteException(uint msr)
        {
        }
    }

    /// <summary><c>other</c> takes another stack, is interrupted there, and takes the first one back.</summary>
    private static byte[] TwoStacks() => Functions(
        [
            ("_start",
            [
                "addis r1,r0,2", "addi r5,r0,0", "stw r5,0(r1)", "stwu r1,-32(r1)", "addis r2,r0,3", "stw r5,0(r2)", "stwu r2,-32(r2)", "wrteei 1",
                "bl work", "bl other", "bl after",
            ]),
            ("stay", ["b stay"]),
            ("work", ["addi r3,r0,1", "bclr 20,0"]),
            ("other", ["or r10,r1,r1", "or r1,r2,r2", "sc", "or r1,r10,r10", "bclr 20,0"]),
            ("after", ["addi r3,r0,2", "addi r3,r0,3", "bclr 20,0"]),
            ("handler", ["mfspr r20,lr", "bl sub", "mtspr lr,r20", "rfi"]),
            ("sub", ["addi r3,r0,4", "bclr 20,0"]),
        ]);

    /// <summary>Builds functions that follow each other; <c>handler</c> is that of system calls.</summary>
    private static byte[] Functions((string Name, string[] Lines)[] functions)
    {
        const uint origin = 0x10000, vector = 0xc00;
        Dictionary<string, uint> labels = [];
        uint end = origin;
        foreach ((string name, string[] lines) in functions)
        {
            labels[name] = end;
            end += 4 * (uint)lines.Length;
        }

        ElfBuilder elf = new() { Entry = origin };
        elf.Segment(vector, Code(vector, labels, "b handler"));
        elf.Segment(origin, Code(origin, labels, [.. functions.SelectMany(function => function.Lines)]));
        foreach ((string name, string[] lines) in functions)
            elf.Function(name, labels[name], 4 * (uint)lines.Length);
        return elf.Build();
    }

    private static byte[] Code(uint address, Dictionary<string, uint> labels, params string[] lines)
    {
        byte[] bytes = new byte[4 * lines.Length];
        for (int n = 0; n < lines.Length; n++)
        {
            Assert.That(Assembler.TryAssemble(lines[n], address + (4 * (uint)n), labels, out uint word, out string error, out _), error);
            bytes.PutWord(4 * n, word);
        }

        return bytes;
    }

    private static ObservationRequest Profile(string folder, string file) => new() { Profiles = [Path.Combine(folder, file)] };

    [GeneratedRegex(@"^@\S+ insn +0x[0-9a-f]{8} (?<name>[^ +]+)")]
    private static partial Regex FunctionOf();

    [GeneratedRegex(@"(^|;)(?<leaf>[^;]+) (?<count>\d+)$")]
    private static partial Regex FoldedLine();

    [GeneratedRegex(@"(?m)^sample \{(?:.|\n)*?  value: (?<value>\d+)")]
    private static partial Regex SampleValue();
}
