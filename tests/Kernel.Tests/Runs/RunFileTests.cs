using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Kernel.Tests.Runs;

internal sealed class RunFileTests
{
    private const string Hash = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
    private const string Start = $"ppcjit-run 1 ref405ep\nrun memory 134217728\nrun clock 333333330\nrun image {Hash}\n";
    private const string End = "end 1000 Reset none\n";
    private string _folder = "";

    private string RunPath => Path.Combine(_folder, "run");

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_run_with_keys_text_and_changes_is_done_again_in_the_same_states([Values] bool packed)
    {
        Live live = Save(packed);
        RunFile run = RunFile.Read(RunPath);
        Assert.That(run.Inputs.Keys.Select(key => key.Value), Is.EqualTo("ab"u8.ToArray()));
        Assert.That((run.Inputs.Texts.Count, run.Inputs.Injections.Count), Is.EqualTo((1, 2)));
        Assert.That(run.Milestones.Select(point => point.Count), Is.EqualTo(new ulong[] { 4_000_000, 8_000_000, 12_000_000 }));
        Assert.That(run.Packed.ContainsKey(run.Facts["image"]), Is.EqualTo(packed));
        (GuestMachine machine, RunResult result) = Open(run);
        Assert.That(machine.Milestones!.Departure, Is.Null);
        Assert.That(machine.Milestones.LastAgreed, Is.EqualTo(12_000_000));
        Assert.That((result.Instructions, machine.Board.StateHash()), Is.EqualTo((live.Count, live.Hash)));
    }

    [Test]
    public void A_run_that_is_opened_and_saved_is_the_same_file()
    {
        Save(packed: false);
        byte[] first = File.ReadAllBytes(RunPath);
        SavedRun.Write(RunFile.Read(RunPath), RunPath);
        Assert.That(File.ReadAllBytes(RunPath), Is.EqualTo(first));
    }

    [TestCase("key 5 0d", 16)]
    [TestCase("text 5 none 61", 129)]
    [TestCase("in 5 EMAC0 0001", 130)]
    [TestCase("change 5 0 pc 100", 128)]
    public void What_is_kept_of_a_run_is_bounded_in_bytes(string line, int bytes)
    {
        const int Lines = 1000;
        byte[] file =
            System.Text.Encoding.ASCII.GetBytes($"{Start}port EMAC0 02:00:40:05:00:00\n{string.Concat(Enumerable.Repeat(line + "\n", Lines))}{End}");
        Assert.That(() => RunFileReader.Read(new ImageBytes("run", file), Lines * bytes * 2), Throws.Nothing);
        Assert.That(() => RunFileReader.Read(new ImageBytes("run", file), (Lines - 10) * bytes),
            Throws.TypeOf<InputException>().With.Message.Contains("of memory up to line"));
    }

    [Test]
    public void Which_part_of_an_image_was_booted_and_that_its_tree_stayed_is_found_again([Values] bool given)
    {
        BootOptions options = new() { ImagePath = "image", FitConfiguration = given ? "conf 2" : null, TreeAsIs = given };
        using Board board = TestBoard.Create();
        RunIdentity identity = RunIdentity.Of(board, new byte[] { 1 }, options, default);
        string facts = string.Concat(identity.Facts.Select(fact => $"run {fact.Key} {fact.Value}\n"));
        RunFile run = RunFileReader.Read(new ImageBytes("run",
            System.Text.Encoding.ASCII.GetBytes($"ppcjit-run 1 ref405ep\n{facts}path image \"image\"\n{End}")));
        File.WriteAllBytes(Path.Combine(_folder, "image"), [1]);
        BootOptions found = new RunImages(run, RunPath, []).Find(_ => { });
        Assert.That((found.FitConfiguration, found.TreeAsIs), Is.EqualTo((options.FitConfiguration, options.TreeAsIs)));
        Assert.That(identity.Contradiction(run.Facts), Is.Null);
        RunIdentity other =
            RunIdentity.Of(board, new byte[] { 1 }, options with { FitConfiguration = given ? null : "a", TreeAsIs = !given }, default);
        Assert.That(other.Contradiction(run.Facts), given
            ? Does.Contain("--fit-config \"conf%202\", and this run has none").And.Contain("--dtb-as-is yes")
            : Is.Null, "an older run does not say it");
    }

    [Test]
    public void A_packed_file_that_is_far_longer_than_its_contents_is_refused_while_it_is_read()
    {
        string data = $"data {Convert.ToBase64String(new byte[12 << 10])}\n";
        byte[] file = System.Text.Encoding.ASCII.GetBytes($"{Start}file {Hash} 4\n{string.Concat(Enumerable.Repeat(data, 100))}{End}");
        Assert.That(() => RunFileReader.Read(new ImageBytes("run", file)),
            Throws.TypeOf<InputException>().With.Message.Contains("line 11 is not one of a run file"));
    }

    [Test]
    public void A_file_is_refused_that_is_larger_than_a_run_file_can_be()
    {
        using (FileStream sparse = File.OpenWrite(RunPath))
            sparse.SetLength((256L << 20) + 1);
        Assert.That(() => RunFile.Read(RunPath), Throws.TypeOf<InputException>().With.Message.Contains("the most that a run file may have"));
    }

    [Test]
    public void Files_that_no_run_file_may_carry_are_not_packed()
    {
        Save(packed: false);
        RunFile run = RunFile.Read(RunPath) with { Packed = new Dictionary<string, ReadOnlyMemory<byte>> { [Hash] = new byte[(256 << 20) + 1] } };
        Assert.That(() => SavedRun.Write(run, RunPath), Throws.TypeOf<OutputException>().With.Message.Contains("--with-image"));
        Assert.That(RunFile.Read(RunPath).Packed, Is.Empty, "the old file is still there");
    }

    [Test]
    public void All_kinds_of_inputs_are_read_as_they_were_written()
    {
        Injection[] changes =
        [
            new MemoryInjection(0x100, new byte[] { 1, 2 }), new DeviceInjection(0xef600300, 1, 0x41), new DcrInjection(0xc0, 0xffffffff),
                new GprInjection(31, 7), new SprInjection(272, 1),
            new PcInjection(0x1000), new MsrInjection(0x8000), new CrInjection(3), new TlbEvictInjection(63),
                new InterruptInjection(InterruptSource.None, 5), new InterruptInjection(InterruptSource.Fit, -1),
            new HoldInjection(InterruptSource.External, Holds: true), new HoldInjection(InterruptSource.External, Holds: false),
        ];
        RunFile run = new()
        {
            BoardName = "ref405ep",
            Facts = new Dictionary<string, string> { ["memory"] = "134217728", ["clock"] = "333333330", ["image"] = Hash },
            MoreSymbols = [new RunSymbols(Hash, null, "/a b"), new RunSymbols(Hash, "sh", "/sh")],
            Inputs = new RunInputs().Add([new ConsoleInput(1, 2)], [], changes.Select(
                (change, n) => new InjectionAt(new Moment((ulong)n), change)), [new ConsoleInput(3, 4), new ConsoleInput(3, 5)]),
            End = new RunFileEnd(100, null, null),
        };
        SavedRun.Write(run, RunPath);
        RunFile read = RunFile.Read(RunPath);
        Assert.That(read.MoreSymbols, Is.EqualTo(run.MoreSymbols));
        Assert.That(read.Inputs.SecondKeys, Is.EqualTo(run.Inputs.SecondKeys));
        Assert.That(((MemoryInjection)read.Inputs.Injections[0].Change).Bytes.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(read.Inputs.Injections.Skip(1), Is.EqualTo(run.Inputs.Injections.Skip(1)));
    }

    [Test]
    public void Further_symbols_are_found_again_and_those_that_are_missing_are_named()
    {
        string kernel = Path.Combine(_folder, "modules.map"), program = Path.Combine(_folder, "sh.map");
        File.WriteAllText(kernel, "00001000 T first\n");
        File.WriteAllText(program, "00002000 T second\n");
        string Line(string path, string name) => $"symbols {RunIdentity.Hash(File.ReadAllBytes(path))} {name} {RunIdentity.Escape(path)}\n";
        string image = Path.Combine(_folder, "image");
        File.WriteAllBytes(image, [1, 2, 3, 4]);
        File.WriteAllText(RunPath, $"{Start}path image {RunIdentity.Escape(image)}\n{Line(kernel, "none")}{Line(program, "sh")}{End}");
        List<string> notices = [];
        BootOptions found = new RunImages(RunFile.Read(RunPath), RunPath, []).Find(notices.Add);
        Assert.That(notices, Is.Empty);
        Assert.That(found.MoreSymbolPaths, Is.EqualTo([kernel]));
        Assert.That(found.ProgramSymbolPaths, Is.EqualTo([new ProgramSymbols("sh", program)]));
        File.WriteAllText(program, "00003000 T other\n");
        found = new RunImages(RunFile.Read(RunPath), RunPath, []).Find(notices.Add);
        Assert.That((found.ProgramSymbolPaths.Count, notices.Count), Is.EqualTo((0, 1)));
        Assert.That(notices[0], Does.Contain(program));
    }

    [Test]
    public void The_first_milestone_that_differs_is_where_a_run_departs()
    {
        Save(packed: false);
        RunFile run = RunFile.Read(RunPath);
        StateHashPoint wrong = run.Milestones[1] with { Hash = run.Milestones[1].Hash ^ 1 };
        (GuestMachine machine, _) = Open(run with { Milestones = [run.Milestones[0], wrong] });
        Assert.That(machine.Milestones!.Departure, Is.EqualTo((wrong, run.Milestones[1].Hash)));
        Assert.That(machine.Milestones.LastAgreed, Is.EqualTo(4_000_000));
    }

    [Test]
    public void A_run_that_lacks_a_key_departs()
    {
        Save(packed: false);
        RunFile run = RunFile.Read(RunPath);
        (GuestMachine machine, _) = Open(run with { Inputs = new RunInputs().Add(run.Inputs.Keys.Take(1), run.Inputs.Texts, run.Inputs.Injections) });
        Assert.That(machine.Milestones!.Departure?.Recorded.Count, Is.EqualTo(4_000_000));
    }

    [Test]
    public void An_image_is_found_where_it_was_beside_the_run_and_where_a_person_says_but_by_its_hash_only()
    {
        byte[] contents = [1, 2, 3, 4];
        string there = Path.Combine(_folder, "there"), elsewhere = Path.Combine(_folder, "elsewhere");
        Directory.CreateDirectory(there);
        Directory.CreateDirectory(elsewhere);
        string was = Path.Combine(there, "image"), beside = Path.Combine(_folder, "image"), given = Path.Combine(elsewhere, "other-name");
        File.WriteAllText(RunPath, $"{Start}path image {RunIdentity.Escape(was)}\n{End}");
        string? Find(params string[] images) => new RunImages(RunFile.Read(RunPath), RunPath, images).Find(_ => { }).ImagePath;

        Assert.That(() => Find(), Throws.TypeOf<InputException>()
            .With.Message.Contains("needs the image")
            .And.Message.Contains("--image FILE")
            .And.Message.Contains(Hash));
        File.WriteAllBytes(given, contents);
        Assert.That(Find(given), Is.EqualTo(given));
        File.WriteAllBytes(beside, [9, 9]);
        Assert.That(() => Find(), Throws.TypeOf<InputException>().With.Message.Contains($"{beside} is another file"));
        Assert.That(Find(given), Is.EqualTo(given));
        File.WriteAllBytes(beside, contents);
        Assert.That(Find(), Is.EqualTo(beside));
        File.WriteAllBytes(was, contents);
        Assert.That(Find(), Is.EqualTo(was));
    }

    [TestCase("ppcjit-run 2 ref405ep\n" + End, "another version")]
    [TestCase("ppcjit-network 2 ref405ep\n", "is no run file")]
    [TestCase(Start, "it is cut off")]
    [TestCase(Start + "end 1000 Reset no", "it is cut off")]
    [TestCase("ppcjit-run 1 ref405ep\n" + End, "does not say which memory")]
    [TestCase(Start + "run colour red\n" + End, "'colour' of the run, which this PpcJit does not know")]
    [TestCase(Start + "option speed 5\n" + End, "the option 'speed', which this PpcJit does not know")]
    [TestCase(Start + "run memory 5\n" + End, "line 5")]
    [TestCase(Start + "sideways 5\n" + End, "line 5")]
    [TestCase(Start + "key 5 100\n" + End, "line 5")]
    [TestCase(Start + "key 5 01\nkey 4 01\n" + End, "line 6")]
    [TestCase(Start + "key -5 01\n" + End, "line 5")]
    [TestCase(Start + "key 1001 01\n" + End, "enters at 1001, after the run's end")]
    [TestCase(Start + "key2 5 01\nkey2 4 01\n" + End, "line 6")]
    [TestCase(Start + "key2 1001 01\n" + End, "enters at 1001, after the run's end")]
    [TestCase(Start + $"symbols {Hash} 1x \"/x\"\n" + End, "line 5")]
    [TestCase(Start + "symbols 12 none \"/x\"\n" + End, "line 5")]
    [TestCase(Start + $"symbols {Hash} none none\n" + End, "line 5")]
    [TestCase(Start + "change 5 0 device 100 3 1\n" + End, "line 5")]
    [TestCase(Start + "change 5 0 dcr 400 1\n" + End, "line 5")]
    [TestCase(Start + "change 5 0 hold None\n" + End, "line 5")]
    [TestCase(Start + "text 0 none none\n" + End, "line 5")]
    [TestCase(Start + "text 0 none 6\n" + End, "line 5")]
    [TestCase(Start + "change 5 0 gpr 20 1\n" + End, "line 5")]
    [TestCase(Start + "change 5 99999999 pc 1\n" + End, "line 5")]
    [TestCase(Start + "change 5 0 memory 100 \n" + End, "line 5")]
    [TestCase(Start + "in 5 EMAC0 00\n" + End, "line 5")]
    [TestCase(Start + "milestone 5 12\n" + End, "line 5")]
    [TestCase(Start + "finding a/b 5 0 \"x\"\n" + End, "line 5")]
    [TestCase(Start + "option max-instructions many\n" + End, "max-instructions")]
    [TestCase(Start + "data AAAA\n" + End, "line 5")]
    [TestCase(Start + "file 00 4\n" + End, "line 5")]
    [TestCase(Start + $"file {Hash} 4\ndata !\n" + End, "line 6")]
    [TestCase(Start + $"file {Hash} 4\n" + End, "is not the one that it says")]
    [TestCase(Start + $"file {Hash} 4294967295\n" + End, "more than 256 MB")]
    [TestCase(Start + "end 1000 Reset none\nkey 5 01\n", "line 6")]
    [TestCase(Start + "end 1000 Weather none\n", "line 5")]
    [TestCase(Start + "path image \"\x1b\"\n" + End, "line 5")]
    public void Anything_else_is_refused_with_a_sentence(string text, string expected)
    {
        File.WriteAllText(RunPath, text);
        Assert.That(() => RunFile.Read(RunPath), Throws.TypeOf<InputException>().With.Message.Contains(expected).And.Message.Contains(RunPath));
    }

    [TestCase("ref405ep", "commodore64", "which this PpcJit does not have; there is: ref405ep")]
    [TestCase("memory 134217728", "memory 1000", "")]
    [TestCase("clock 333333330", "clock 1000000", "MHz cannot be")]
    [TestCase("clock 333333330", "clock 333333331", "which ref405ep does not have")]
    public void A_board_that_cannot_be_is_refused_by_name(string right, string wrong, string expected)
    {
        File.WriteAllText(RunPath, (Start + End).Replace(right, wrong));
        Assert.That(() => RunFile.Read(RunPath).CreateBoard(RunPath),
            Throws.TypeOf<InputException>().With.Message.Contains(expected).And.Message.Contains(RunPath));
    }

    [Test]
    public void A_place_between_exceptions_to_which_a_run_does_not_come_stops_nothing()
    {
        Save(packed: false);
        RunFile run = RunFile.Read(RunPath);
        RunInputs inputs = new RunInputs().Add(run.Inputs.Keys, run.Inputs.Texts, [new InjectionAt(new Moment(100, 7), new GprInjection(3, 1))]);
        (_, RunResult result) = Open(run with { Inputs = inputs });
        Assert.That((result.End, result.Instructions), Is.EqualTo((RunEnd.InstructionLimit, run.End.Count)));
    }

    private static (GuestMachine Machine, RunResult Result) Open(RunFile run)
    {
        BootOptions options = new RunImages(run, "run", []).Find(_ => { });
        Board board = run.CreateBoard("run");
        GuestLoader.Load(board, options);
        using InterpreterEngine engine = new(board.Processor);
        GuestMachine machine = new(board, engine, new SilentConsole());
        run.Follow(machine);
        RunResult result = new GuestSession(machine).Run(run.Options with { MaxInstructions = run.End.Count });
        return (machine, result);
    }

    /// <summary>
    /// Runs the demo with two keys, text at a prompt that never comes, and two changes, the second in the past of a
    /// branch that is given up.
    /// </summary>
    private Live Save(bool packed)
    {
        BootOptions boot = new() { ImagePath = "guest:demo" };
        using Board board = BoardCatalog.Find("ref405ep")!.Create(new BoardOptions { MemoryBytes = 16 << 20 });
        using IEngine engine = new InterpreterEngine(board.Processor);
        GuestLoader.Load(board, boot);
        RunOptions options = new()
        {
            Input = [new PromptedText(0, "x"u8.ToArray()) { Prompt = "never"u8.ToArray() }],
            Prompt = "# "u8.ToArray(),
            ExitOn = "no such text"u8.ToArray(),
        };
        GuestMachine machine = new(board, engine, new SilentConsole()) { Milestones = new Milestones() };
        GuestSession session = new(machine);
        session.Run(options with { MaxInstructions = 100_000 });
        machine.Press((byte)'a');
        machine.Run(200_000);
        machine.Inject(new GprInjection(13, 0x1234));
        machine.Run(300_000);
        machine.Press((byte)'b');
        machine.Run(400_000);
        machine.Inject(new MemoryInjection(0x400000, "hello"u8.ToArray()));
        machine.Run(12_345_678);
        RunStart start = new(board, GuestLoader.ReadImage(boot, board.Memory.RamSize), boot,
            RunIdentity.Of(board, GuestLoader.ReadImage(boot, board.Memory.RamSize), boot, options.TypedText));
        RunFile run = RunFile.Of(machine, start, options);
        SavedRun.Write(packed ? run with { Packed = start.Contents() } : run, RunPath);
        return new Live(machine.Count, board.StateHash());
    }

    private sealed record Live(ulong Count, ulong Hash);
}
