using System.Text;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Jit.Profiles;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing.Coverage;
using PpcJit.Lab.Observing.Latency;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Interpreter;
using PpcJit.Tests.Support;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>What PpcJit itself writes and reads again.</summary>
internal static class RunFormats
{
    private const ulong MaxInstructions = 2000;

    private const string Recording =
        "ppcjit-network 1 ref405ep\nport EMAC0 02:00:40:05:00:00\nin 100 EMAC0 0102030405060708\nout 200 EMAC0 64 12345678\nkey 300 0d\n";

    private const string Run =
        "ppcjit-run 1 ref405ep\nmade-by 1.0\nrun memory 16777216\nrun clock 333333330\n"
        + "run image 9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a\n"
        + "run load 0x00010000\nrun entry none\nrun append \"console%3DttyS0\"\n"
        + "path image \"/no/such/image\"\noption prompt 23\noption max-instructions 2000\nport EMAC0 02:00:40:05:00:00\ntext 0 none 610a\nkey 30 0d\n"
        + "change 40 0 gpr 3 1234\nchange 41 1 memory 100 0102\nin 100 EMAC0 0102030405060708\n"
        + "milestone 500 0123456789abcdef\nfinding death 600 1 \"what%20happened\"\n"
        + "file 9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a 4\n"
        + "data H4sIAAAAAAAC/2NkYmYBAM37PLYEAAAA\nend 1000 InstructionLimit none\n";

    public static IReadOnlyList<InputFormat> All { get; } =
    [
        new("run-file", Encoding.ASCII.GetBytes(Run), bytes => WithFile(bytes, OpenRun)),
        new("recording", [Encoding.ASCII.GetBytes(Recording),
            Encoding.ASCII.GetBytes(Run.Replace("text 0 none 610a\n", "").Replace("change 40 0 gpr 3 1234\nchange 41 1 memory 100 0102\n", ""))],
            bytes => WithFile(bytes, Replay)),
        new("report", Encoding.UTF8.GetBytes(Written.By(JsonReports.Write, Report)), bytes => WithFile(bytes, MergeWithItself)),
        new("coverage", Encoding.UTF8.GetBytes(JsonText.Of(Coverage)), bytes => WithFile(bytes, ReadCoverage)),
        new("latency", Encoding.UTF8.GetBytes(JsonText.Of(Latency)), bytes => WithFile(bytes, ReadLatency)),
        new("jit-profile", "ppcjit-profile 1\n00010000 00010000 12345678 0+4,8+2\n"u8.ToArray(), ReadProfile),
    ];

    private static ScenarioReport Report => new()
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

    /// <summary>Opens a run as the command line does, and does some of it again.</summary>
    private static void OpenRun(string path)
    {
        RunFile run = RunFile.Read(path);
        using Board board = run.CreateBoard(path);
        BootOptions options = new RunImages(run, path, []).Find(_ => { });
        using GuestNetwork network = GuestNetwork.Open(board, run.Connect(board, new NetworkSettings()));
        GuestLoader.Load(board, options);
        using InterpreterEngine engine = new(board.Processor);
        GuestMachine machine = new(board, engine, new SilentConsole(), network);
        run.Follow(machine);
        machine.Run(Math.Min(run.End.Count, MaxInstructions));
    }

    private static void Replay(string path)
    {
        using Board board = TestBoard.Create(16);
        using GuestNetwork network = GuestNetwork.Open(board, new NetworkSettings { ReplayPath = path, Identity = null });
        board.Boot(ElfBuilder.Small().Build());
        using InterpreterEngine engine = new(board.Processor);
        new GuestMachine(board, engine, new SilentConsole(), network).Run(MaxInstructions);
    }

    private static void MergeWithItself(string path)
    {
        ScenarioReport whole = ReportMerger.Merge(JsonReports.ReadAll([path]));
        JUnitReport.Write(Stream.Null, whole);
        HtmlReport.Write(Stream.Null, whole);
    }

    private static CoverageReport Coverage => new()
    {
        Title = "demo",
        Functions = [new FunctionCoverage("main", 0x10000, 16, 1, [new ReachedStretch(0, 4, 1), new ReachedStretch(6, 2, 3)])],
        Files = [new FileCoverage("main.c", [new LineCoverage(3, 1)], [new BranchCoverage(3, 0x10004, 1, 0)],
            [new SourceFunctionCoverage("main", 3, 1)])],
    };

    private static LatencyReport Latency => new()
    {
        Title = "demo",
        InstructionsPerSecond = 1_000_000,
        Instructions = 1000,
        FirstOn = 10,
        Series = [new LatencySeries("off", 3, 20, [new LatencyBucket(8, 1), new LatencyBucket(16, 2)], new WorstLatency(10, 22, "f", "g", ["h"]))],
    };

    private static void ReadCoverage(string path)
    {
        CoverageSum sum = new();
        for (int n = 0; n < 2; n++)
            sum.Add(CoverageReport.Read(path));
        foreach (string ending in CoverageWriter.Endings)
            CoverageWriter.Write(ending, Stream.Null, sum.Report!);
        _ = CoverageWriter.Summary(sum.Report!).Count();
    }

    private static void ReadLatency(string path)
    {
        LatencyReport report = LatencyReport.Read(path);
        foreach (string ending in LatencyWriter.Endings)
            LatencyWriter.Write(ending, Stream.Null, report, report);
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

    private static void WithFile(byte[] bytes, Action<string> read)
    {
        using TemporaryFile file = new(bytes);
        read(file.Path);
    }
}
