using System.CommandLine;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Jit;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;

using Symbol = PpcJit.Kernel.Loading.Symbol;

namespace PpcJit.Cli.Commands;

/// <summary><c>ppcjit dump-region IMAGE --at PLACE</c>: what the jit made of a piece of guest code.</summary>
internal static class DumpRegionCommand
{
    private static readonly Option<string> At = new("--at")
    {
        Description =
            "An effective address, or a symbol: the regions that contain its first instruction are shown.", HelpName =
                "ADDRESS|SYMBOL", Required = true,
    };

    private static readonly Option<bool> All = new("--all") { Description = "Show all regions that contain the place, not only the first." };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        BoardArguments boards = new();
        ImageArguments images = new();
        RunArguments runs = new();
        Command command = new("dump-region", "Run a guest, then show guest code, IL and machine code of a region that the jit compiled.") { At, All };
        images.AddTo(command);
        boards.AddTo(command);
        runs.AddTo(command);
        command.SetAction(parsed => Run(parsed, runs.Read(parsed), images.Read(parsed), boards));
        return command;
    }

    private static unsafe int Run(ParseResult parsed, RunRequest request, BootOptions options, BoardArguments boards)
    {
        NamedFile.RefuseClashes([.. options.Files(), .. request.Outputs]);
        ReadOnlyMemory<byte> image = boards.ReadImage(parsed, options);
        BoardDescription description = boards.Choose(parsed, image, options).Board;
        FlashFile? flash = boards.OpenFlash(parsed, description, image, ref options);
        using DiskFile? disk = GuestLoader.OpenDisk(description, ref options, isKept: false);
        using Board board = boards.CreateBoard(parsed, description, flash, disk);
        LoadedGuest guest = GuestLoader.Load(board, image, options.ImagePath, options);
        uint address = Place(parsed.GetRequiredValue(At), guest.Symbols);
        using EndSignals signals = new();
        using JsonReport? json = request.JsonPath is { } path ? new JsonReport(path) : null;
        using JitEngine engine = new(board.Processor, request.JitOptions with { KeepListings = true });
        RunResult result = new GuestSession(board, engine, new SilentConsole(leaves: () => signals.Received != 0))
            .Run(request.Options with { Symbols = guest.Symbols });
        if (signals.Received != 0)
            result = result with { End = RunEnd.Signal, Signal = signals.Received };
        request.Profile?.Save();
        json?.Write(new RunRecord(board, guest, engine, request, result, [], [], signals.CodeOr(ExitCode.Success)));
        IReadOnlyList<CompiledRegion> regions = engine.RegionsAt(address);
        if (regions.Count == 0 && signals.Received != 0)
            StandardError.WriteLine($"ppcjit: Signal {signals.Received} ended the run after {result.Instructions} "
                + $"instructions; no region contains 0x{address:x8} yet.");
        else if (regions.Count == 0)
            throw new InputException(
                $"No region contains 0x{address:x8} after {board.Processor.State->InstructionCount} instructions: the "
                    + "code there did not become hot (--jit-opt threshold=1 compiles what runs once), or has gone.");
        TextWriter output = parsed.InvocationConfiguration.Output;
        foreach (CompiledRegion region in parsed.GetValue(All) ? regions : regions.Take(1))
            output.Write(RegionText.Of(region, guest.Symbols) + "\n");
        return signals.CodeOr(ExitCode.Success);
    }

    private static uint Place(string text, SymbolTable? symbols)
    {
        if (symbols is not null && symbols.TryFind(text, out Symbol? symbol))
            return symbol.Address & ~3u;
        if (text.Length > 0 && char.IsDigit(text[0]))
            return Numbers.Address("--at", text) & ~3u;
        throw new InputException(symbols is null
            ? $"--at {text} is not an address, and the image has no symbols; --symbols FILE can give them."
            : $"There is no symbol '{text}'.{NearestName.Question(text, symbols.All.Select(candidate => candidate.Name))}");
    }
}
