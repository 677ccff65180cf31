using System.CommandLine;
using System.Diagnostics;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Parsing;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Differential;
using PpcJit.Lab.Kernels;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit lockstep IMAGE</c>: runs interpreter and fast engine over a whole system and finds the first wrong instruction.</summary>
internal static class LockstepCommand
{
    /// <summary>Far lower than what is fast: the more is compiled, the more is compared.</summary>
    private const int EagerThreshold = 300;

    /// <summary>The name of the place in a saved run.</summary>
    private const string Difference = "difference";

    private static readonly Argument<string?> Image = new("IMAGE")
    {
        Description = "As for boot.",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { _ => ImageArguments.Names },
    };

    private static readonly Option<string?> Append = new("--append") { Description = "The kernel's command line.", HelpName = "TEXT" };
    private static readonly Option<string?> Initrd = new("--initrd") { Description = "Initial RAM disk.", HelpName = "FILE" };
    private static readonly Option<string?> Dtb = new("--dtb") { Description = "Flattened device tree.", HelpName = "FILE" };
    private static readonly Option<string?> Fit = ImageArguments.FitConfiguration();
    private static readonly Option<string?> Checkpoint =
        new("--checkpoint") { Description = "Instructions between two comparisons: 5M.", HelpName = "N" };
    private static readonly Option<string?> Most =
        new("--max-instructions") { Description = "End the run after N instructions.", HelpName = "N" };
    private static readonly Option<int> Threshold = new("--threshold")
    {
        Description = "How often a place is jumped to before it is compiled.",
        HelpName = "N",
        DefaultValueFactory = _ => EagerThreshold,
    };
    private static readonly Option<string[]> Switches = Engines.JitOptionsOption();
    private static readonly Option<bool> Background = new("--background")
    {
        Description = "Compile on a second thread, which makes runs differ in what is compiled when.",
    };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Do not show the guest's console." };

    private static readonly Option<string?> SaveRun = new("--save-run") { Description =
        "Write the run to FILE where the engines differ; 'ppcjit open FILE' does it again.", HelpName = "FILE" };

    private static readonly Option<string?> Replay = NetworkArguments.Replay();

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        BoardArguments boards = new();
        FlashArguments flash = new();
        KernelArguments kernel = new();
        Command command = new("lockstep", "Run interpreter and fast engine over the same guest, compare their states, and find "
            + "the first wrong instruction.")
        {
            Image, Append, Initrd, Dtb, Fit, Replay, Checkpoint, Most, Switches, Threshold, Background, SaveRun, Quiet,
        };
        flash.AddTo(command);
        boards.AddTo(command);
        kernel.AddTo(command);
        command.SetAction(parsed => Run(parsed, boards, flash, kernel.Read(parsed) ?? KernelCatalog.Auto));
        return command;
    }

    private static int Run(ParseResult parsed, BoardArguments boards, FlashArguments flashes, string kernelName)
    {
        BootOptions boot = flashes.Read(parsed, parsed.GetValue(Image)) with
        {
            CommandLine = parsed.GetValue(Append),
            InitrdPath = parsed.GetValue(Initrd),
            DtbPath = parsed.GetValue(Dtb),
            FitConfiguration = parsed.GetValue(Fit),
        };
        NetworkSettings network = new() { ReplayPath = parsed.GetValue(Replay) };
        string? saved = parsed.GetValue(SaveRun);
        NamedFile.RefuseClashes([NamedFile.Output("--save-run", saved), .. boot.Files(), NamedFile.Input("--net-replay", network.ReplayPath)]);
        RunFile? replayed = saved is not null && network.ReplayPath is { } recording ? RunFile.Read(recording) : null;
        using RunSaver? saver = saved is not null ? new RunSaver(saved, packsImages: false) : null;
        TextWriter output = parsed.InvocationConfiguration.Output;
        SymbolTable? symbols = null;
        KernelFacts? facts = null;
        ReadOnlyMemory<byte> file = boards.ReadImage(parsed, boot);
        BoardDescription description = boards.Choose(parsed, file, boot).Board;
        FlashFile? flash = boards.OpenFlash(parsed, description, file, ref boot);
        using DiskFile? disk = GuestLoader.OpenDisk(description, ref boot, isKept: false);
        Board CreateBoard()
        {
            Board board = boards.CreateBoard(parsed, description, flash, disk);
            GuestNetwork.Open(board, network.ReplayPath is not null ? network with { Identity = RunIdentity.Of(board, file,
                boot, typed: null) } : network);
            LoadedGuest guest = GuestLoader.Load(board, file, boot.ImagePath, boot);
            symbols ??= guest.Symbols;
            facts ??= new KernelFacts(guest.AllSymbols, Structures: null, board.Memory.RamSize);
            return board;
        }

        void Save(GuestMachine oracle, Divergence divergence)
        {
            RunStart start = new(oracle.Board, file, boot, RunIdentity.Of(oracle.Board, file, boot, typed: null));
            RunFile run = replayed ?? RunFile.Of(oracle, start, new RunOptions { IgnorePanic = true });
            saver!.Save(
                run with
                {
                    Findings = [new NamedMoment(Difference, new Moment(divergence.LastEqual), "The engines agree here for the last time.")],
                    Milestones = [.. oracle.Milestones!.All.Where(point => point.Count <= divergence.FirstWrong)],
                    End = new RunFileEnd(Math.Max(run.End.Count, divergence.FirstWrong), null, null),
                },
                start);
        }

        using EndSignals signals = new();
        using BufferedStream console = new(new StandardOutput());
        LockstepOptions options = new()
        {
            CreateBoard = CreateBoard,
            Jit = Engines.ReadOptions(parsed.GetValue(Switches) ?? [], new JitOptions
            {
                Background = parsed.GetValue(Background), Threshold = Math.Clamp(parsed.GetValue(Threshold), 1, ushort.MaxValue),
            }),
            Console = parsed.GetValue(Quiet) ? null : console.WriteByte,
            DescribeRegion = region => RegionText.Of(region, symbols),
            Symbols = () => symbols,
            Running = board => facts is null ? null : new GuestKernel(board, kernelName, facts).RunningName,
            Diverged = saver is null ? null : Save,
            EndRequested = () => signals.Received != 0,
            Progress = message => StandardError.WriteLine($"ppcjit: {message}"),
        };
        if (parsed.GetValue(Checkpoint) is { } checkpoint)
            options = options with { Checkpoint = Math.Max(1, Numbers.Count("--checkpoint", checkpoint)) };
        if (parsed.GetValue(Most) is { } most)
            options = options with { MaxInstructions = Numbers.Count("--max-instructions", most) };

        Stopwatch time = Stopwatch.StartNew();
        LockstepResult result = new LockstepRunner(options).Run();
        console.Flush();
        if (result.Divergence is { } divergence)
        {
            output.Write(DivergenceReport.Of(divergence, symbols));
            output.Write($"\nTo repeat: ppcjit lockstep {CommandText.Arguments(parsed)} "
                + $"--max-instructions {divergence.FirstWrong} --checkpoint {options.Checkpoint}\n");
            output.Write(saved is null
                ? "With --save-run FILE the run is kept, to be looked at with 'ppcjit open'.\n"
                : $"To look at it: {ShellText.Open(saved, Difference)} --gdb 0 --jit-opt threshold={options.Jit.Threshold}"
                    + $"{(options.Jit.Background ? "" : " --jit-opt background=off")}\n");
            return ExitCode.GuestFailure;
        }

        StandardError.WriteLine($"ppcjit: The engines agree up to {result.Instructions} instructions, compared "
            + $"{result.Checkpoints} times; {time.Elapsed.TotalSeconds:f1} s.");
        if (signals.Received != 0)
            StandardError.WriteLine($"ppcjit: Signal {signals.Received} ended the run.");
        else if (result.Death.Count == 0)
            StandardError.WriteLine($"ppcjit: {result.Sentence}");
        foreach (string line in result.Death)
            StandardError.WriteLine($"ppcjit: {line}");
        return signals.CodeOr(result.Death.Count > 0 ? ExitCode.GuestFailure : ExitCode.Success);
    }
}
