using System.CommandLine;
using PpcJit.Cli.Debugging;
using PpcJit.Cli.Parsing;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Machine.Boards;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit boot IMAGE</c>: boots a kernel or any other program on a board.</summary>
internal static class BootCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create() => Create(new Command("boot", "Boot a kernel, with UART0 as the terminal."), isDebugged: false);

    /// <summary>Creates a command that boots an image.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isDebugged">Whether a gdb is started for it.</param>
    /// <param name="measuresLatency">Whether it measures latencies.</param>
    /// <param name="why">Which values it follows; null for none.</param>
    public static Command Create(Command command, bool isDebugged, bool measuresLatency = false, WhyArguments? why = null)
    {
        BoardArguments boards = new();
        ImageArguments images = new();
        NetworkArguments networks = new();
        RunArguments runs = new();
        DebugArguments debug = new();
        LookArguments looks = new();
        images.AddTo(command);
        boards.AddTo(command);
        networks.AddTo(command);
        runs.AddTo(command);
        debug.AddTo(command, asksForGdb: !isDebugged);
        looks.AddTo(command);
        why?.AddTo(command);
        command.SetAction(parsed =>
        {
            if (looks.AsksForHelp(parsed))
                return LookRun.Explain(parsed.InvocationConfiguration.Output);
            RunRequest request = runs.Read(parsed) with
            {
                Look = looks.Read(parsed, measuresLatency),
                At = debug.ReadMoment(parsed),
                Consoles = debug.ReadConsoles(parsed),
                Debug = isDebugged ? new DebugRequest("0", Waits: true, debug.ReadMoment(parsed)) : debug.Read(parsed),
            };
            request = why?.Ask(parsed, request) ?? request;
            BootOptions options = images.Read(parsed);
            using SymbolFile? symbols = isDebugged ? SymbolFile.Find(options) : null;
            if (request.Debug is { } debugged && isDebugged)
                request = request with { Debug = debugged with
                {
                    Program = new GdbProgram(symbols?.Path, parsed.GetValue(GdbCommand.Commands) ?? []),
                } };
            NetworkSettings settings = networks.Read(parsed);
            if (request.SaveRunPath is not null && settings.ReplayPath is not null)
                throw new InputException("--save-run and --net-replay exclude each other.");
            if (request.LoadStatePath is not null && settings.ReplayPath is not null)
                throw new InputException("--load-state and --net-replay exclude each other.");
            NamedFile.RefuseClashes([.. Inputs(request, options, settings), .. Outputs(request, settings)]);
            request = ComparedKernel.Measure(request, (other, wanted) => settings.Interfaces.Count == 0 && settings.ReplayPath is null
                && wanted.LoadStatePath is null
                ? LookAtOther(boards, parsed, ComparedKernel.InPlaceOf(options, other), wanted)
                : throw new InputException($"--compare {other}: another image is booted without a network and from its first instruction: "
                    + "save both runs with --save-run, and compare these."));
            ReadOnlyMemory<byte> image = boards.ReadImage(parsed, options);
            BoardChoice choice = boards.Choose(parsed, image, options);
            if (choice.Board != BoardCatalog.All[0] && choice.Reason is { } reason && !request.IsQuiet)
                StandardError.WriteLine($"ppcjit: board {choice.Board.Name}: {reason}.");
            if (!request.IsQuiet && boards.Contradiction(parsed, image, options) is { } contradiction)
                StandardError.WriteLine($"ppcjit: {contradiction}.");
            FlashFile? flash = boards.OpenFlash(parsed, choice.Board, image, ref options);
            using DiskFile? disk = GuestLoader.OpenDisk(choice.Board, ref options, isKept: true);
            using Board board = boards.CreateBoard(parsed, choice.Board, flash, disk);
            StateFile? state = request.LoadStatePath is { } saved ? StateFile.Read(saved, board) : null;
            RunIdentity identity = RunIdentity.Of(board, image, options, request.Options.TypedText);
            using GuestNetwork network = GuestNetwork.Open(board, settings with { Identity = identity });
            LoadedGuest guest = GuestLoader.Load(board, image, options.ImagePath, options);
            RunStart start = new(board, image, options, identity);
            GuestStart begin = new(board, guest, start, network)
            {
                Options = options, State = state, Flash = flash, Disk = disk,
                Again = CommandText.Arguments(parsed, [debug.At, .. runs.Explaining, .. why?.Options ?? []]),
            };
            if (!LookTwice.IsNeeded(begin, request))
                return GuestRun.Execute(begin, request);
            using (Board idle = boards.CreateBoard(parsed, choice.Board, flash, disk))
            {
                GuestStart another = begin with { Board = idle, Guest = GuestLoader.Load(idle, image, options.ImagePath, options), Network = null };
                LookTwice.Check(another, request);
            }

            return LookTwice.Execute(begin, request);
        });
        return command;
    }

    /// <summary>Boots another image that nobody types to, to look at it.</summary>
    private static LookedAt LookAtOther(BoardArguments boards, ParseResult parsed, BootOptions options, RunRequest request)
    {
        ReadOnlyMemory<byte> image = boards.ReadImage(parsed, options);
        BoardDescription description = boards.Choose(parsed, image, options).Board;
        FlashFile? flash = boards.OpenFlash(parsed, description, image, ref options);
        using DiskFile? disk = GuestLoader.OpenDisk(description, ref options, isKept: false);
        using Board board = boards.CreateBoard(parsed, description, flash, disk);
        LoadedGuest guest = GuestLoader.Load(board, image, options.ImagePath, options);
        RunStart start = new(board, image, options, RunIdentity.Of(board, image, options, request.Options.TypedText));
        return QuietRun.Execute(new GuestStart(board, guest, start, Network: null) { Options = options }, request);
    }

    private static IEnumerable<NamedFile> Inputs(RunRequest request, BootOptions options, NetworkSettings settings) =>
        [.. options.Files(), NamedFile.Input("--net-replay", settings.ReplayPath), NamedFile.Input("--load-state", request.LoadStatePath)];

    private static IEnumerable<NamedFile> Outputs(RunRequest request, NetworkSettings settings) => [.. request.Outputs, .. settings.Outputs];
}
