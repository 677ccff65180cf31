using System.Diagnostics;
using System.Text;
using PpcJit.Jit.Profiles;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Differential.Cases;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>
/// Mutates small valid inputs of every format, the same way each time: each is taken or refused with a sentence, quickly and in little memory.
/// PPCJIT_FUZZ_MUTANTS says how many for each format, for runs as long as one likes; PPCJIT_FUZZ_SEED where they begin.
/// </summary>
[TestFixture]
internal sealed class InputFuzzTests
{
    private const long MaxBytes = 1L << 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly int MutantCount = int.Parse(
        Environment.GetEnvironmentVariable("PPCJIT_FUZZ_MUTANTS")
            ?? (Environment.GetEnvironmentVariable("CI") is null ? "1500" : "10000"));
    private static readonly int FirstSeed = int.Parse(Environment.GetEnvironmentVariable("PPCJIT_FUZZ_SEED") ?? "405");

    private static IEnumerable<TestCaseData> Formats()
    {
        byte[] elf = ElfBuilder.Small().Segment(0xc0020000, 0x20000, new byte[64], 5000).Function("start", 0x10000, 8).Build();
        byte[] raw = new byte[128];
        byte[] treeboot = [0, 0x52, 0x50, 0x4f, 0, 0x40, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x40, 0, 0, .. new byte[12], .. raw];

        yield return Case("ELF", elf, Boot);
        yield return Case("gzip", Gzip(elf), Boot);
        yield return Case("OpenBIOS image", treeboot, Boot);
        byte[] uImage = new UImageBuilder(Gzip(elf)) { Compression = 1 }.Build();
        yield return Case("uImage", uImage, Boot);
        yield return Case("uImage with right checksums", uImage, bytes => Boot(bytes.Length < 64 ? bytes : UImageBuilder.WithChecksums(bytes)));
        yield return Case("device tree", FlattenedTreeWriter.Write(SampleTree.Create()), BootWithTree);
        yield return Case("report of a part", Encoding.UTF8.GetBytes(JsonReports.Write(Report)), bytes => WithFile(bytes, MergeWithItself));
        yield return Case("symbols of an ELF", elf, bytes => SymbolListing.Read(new ImageBytes("symbols", bytes)));
        yield return Case("System.map", "00010000 T start\n00010010 00000004 t main\n         U printf\n"u8.ToArray(),
            bytes => SymbolListing.Read(new ImageBytes("System.map", bytes)));
        yield return Case("scenario", Encoding.UTF8.GetBytes(Scenario), bytes =>
            ScenarioReader.Read("test.yaml", Encoding.UTF8.GetString(bytes), new Dictionary<string, string>()));
        yield return Case("case file", Encoding.UTF8.GetBytes(CaseText), bytes => CaseParser.Parse("test.case", Encoding.UTF8.GetString(bytes)));
        yield return Case("network recording", Encoding.ASCII.GetBytes(Recording), bytes => WithFile(bytes, path => NetworkRecording.Read(path)));
        yield return Case("run file", Encoding.ASCII.GetBytes(Run), bytes => OpenRun(bytes));
        yield return Case("profile of the jit", "ppcjit-profile 1\n00010000 00010000 12345678 0+4,8+2\n"u8.ToArray(), ReadProfile);
        yield return Case("numbers", "400000"u8.ToArray(), ReadNumbers);

        static TestCaseData Case(string name, byte[] seed, Action<byte[]> read) => new TestCaseData(seed, read).SetArgDisplayNames(name);
    }

    private const string Scenario =
        "name: x\ntitle: t\nboard: ref405ep\nmemory: 16M\nimage: &i guest:uarea\nsettings: {a: 1, b: *i}\nmatrix: {c: [1, 2], d: [x, y]}\n"
        + "command-line: '${a} ${c}'\nkernel: {page-size: 16K}\ninject:\n  - raise pit at main+4 on call 2\nchecks: [stack-overflow]\n"
        + "end: {console: OK, instructions: 10M}\nexpect: [{when: {c: 1}, finding: none}]\n";

    private const string CaseText =
        "# a comment\nrun 100 250\nr3 = 80000000\ntlb 5 = 00004740 00004300 00\nmemory 00008000 = 01234567 89abcdef\n"
            + "code 00004000\nloop: addic. r3,r3,1\n  bc 4,2,loop\nexpect\nr3 = 1\n";

    private const string Recording = "ppcjit-network 1 ref405ep\nport EMAC0 02:00:40:05:00:00\n"
        + "in 100 EMAC0 0102030405060708\nout 200 EMAC0 64 12345678\nkey 300 0d\n";

    private const string Run = "ppcjit-run 1 ref405ep\nmade-by 1.0\nrun memory 16777216\nrun clock 333333330\n"
        + "run image 9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a\nrun load 0x00010000\n"
        + "run entry none\nrun append \"console%3DttyS0\"\n"
        + "path image \"/no/such/image\"\noption prompt 23\noption max-instructions 2000\nport EMAC0 02:00:40:05:00:00\ntext 0 none 610a\nkey 30 0d\n"
        + "change 40 0 gpr 3 1234\nchange 41 1 memory 100 0102\nin 100 EMAC0 0102030405060708\n"
        + "milestone 500 0123456789abcdef\nfinding death 600 1 \"what%20happened\"\n"
        + "file 9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a 4\n"
        + "data H4sIAAAAAAAC/2NkYmYBAM37PLYEAAAA\nend 1000 InstructionLimit none\n";

    /// <summary>Opens a run as the command line does, and does some of it again.</summary>
    private static void OpenRun(byte[] bytes) => WithFile(bytes, path =>
    {
        RunFile run = RunFile.Read(path);
        BootOptions options = new RunImages(run, path, []).Find(_ => { });
        using Board board = run.CreateBoard(path);
        using GuestNetwork network = GuestNetwork.Open(board, run.Connect(board, new NetworkSettings()));
        GuestLoader.Load(board, options);
        using InterpreterEngine engine = new(board.Processor);
        GuestMachine machine = new(board, engine, new SilentConsole(), network);
        run.Follow(machine);
        machine.Run(Math.Min(run.End.Count, 2000));
    });

    [TestCaseSource(nameof(Formats))]
    public void A_mutant_is_taken_or_refused_with_a_sentence(byte[] seed, Action<byte[]> read)
    {
        Random random = new(FirstSeed);
        for (int n = 0; n < MutantCount; n++)
        {
            byte[] mutant = n == 0 ? seed : Mutate(seed, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                read(mutant);
            }
            catch (InputException) when (n > 0)
            {
                // Refused
            }
            catch (Exception error)
            {
                Assert.Fail($"Mutant {n} of seed {FirstSeed}: {error}\n{Convert.ToHexString(mutant)}");
            }

            Assert.That(watch.Elapsed, Is.LessThan(Patience), $"mutant {n}");
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MaxBytes), $"mutant {n}");
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        byte[][] tokens = [[0], [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0, 0, 0, 0],
            "-1"u8.ToArray(), "18446744073709551616"u8.ToArray(),
            "["u8.ToArray(), "{"u8.ToArray(), "\""u8.ToArray(), "\n"u8.ToArray(), "${a}"u8.ToArray(), "*i"u8.ToArray(),
            ": "u8.ToArray(), "? "u8.ToArray(), "null"u8.ToArray(), "0x"u8.ToArray()];
        List<byte> bytes = [.. seed];
        for (int changes = 1 + random.Next(4); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 24), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, tokens[random.Next(tokens.Length)]); break;
                case 5: bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length)); break;
                default: bytes.InsertRange(at, Enumerable.Repeat(bytes.GetRange(at, length), random.Next(1, 200)).SelectMany(block => block)); break;
            }
        }

        return [.. bytes];
    }

    private static void Boot(byte[] image)
    {
        using Board board = TestBoard.Create(16);
        board.Boot(image);
    }

    private static void BootWithTree(byte[] tree)
    {
        using Board board = TestBoard.Create(16);
        byte[] elf = ElfBuilder.Small().Build();
        board.Boot(elf, TestBoard.Options with
        {
            DtbPath = "tree.dtb", AtHand = new Dictionary<string, ReadOnlyMemory<byte>> { ["tree.dtb"] = tree },
        });
    }

    private static void MergeWithItself(string path)
    {
        ScenarioReport report = JsonReports.Read(path);
        ScenarioReport whole = ReportMerger.Merge([(path, report)]);
        JUnitReport.Write(whole);
        HtmlReport.Write(whole);
    }

    private static ScenarioReport Report { get; } = new()
    {
        Scenario = "s",
        Title = "t",
        Engine = "jit",
        Parts = [0],
        PartCount = 1,
        Cases =
        [
            new CaseReport
            {
                Index = 0,
                Settings = [new KeyValuePair<string, string>("a", "1")],
                Varying = ["a"],
                Expected = new Expectation { Console = "OK" },
                End = "limit",
                Instructions = 1,
                Seconds = 1,
                Console = "text",
                ConsoleAppeared = true,
            },
        ],
    };

    private static void WithFile(byte[] bytes, Action<string> read)
    {
        using TemporaryFile file = new(bytes);
        read(file.Path);
    }

    private static void ReadProfile(byte[] bytes)
    {
        try
        {
            JitProfile.Read(new StringReader(Encoding.UTF8.GetString(bytes)));
        }
        catch (FormatException error)
        {
            throw new InputException(error.Message, error);
        }
    }

    private static void ReadNumbers(byte[] bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        Numbers.TryCount(text, out _);
        Numbers.TrySize(text, out _);
        Numbers.Address("--load", text);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream output = new();
        using (System.IO.Compression.GZipStream stream = new(output, System.IO.Compression.CompressionLevel.Optimal))
            stream.Write(bytes);
        return output.ToArray();
    }
}
