using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that write files.</summary>
internal static class FileWords
{
    private static readonly string[] Spaces = ["virtual", "physical"];

    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("save-run", "FILE", "Write the run into a file, which 'ppcjit open' does again.", SaveRun),
        new("dump-core", "FILE [virtual|physical|ADDRESS]", "Write an ELF core for gdb and tools for kernel dumps: "
            + "memory as the TLB maps it now, by physical address, or with physical address 0 at ADDRESS.", DumpCore),
    ];

    private static MonitorReply SaveRun(MonitorCall call)
    {
        if (call.Arguments.Length == 0)
            throw new InputException("save-run needs the name of a file.");
        Action<string> save = call.Run.SaveRun ?? throw new InputException("save-run: this run cannot be saved.");
        save(call.Arguments);
        return new MonitorReply([$"The run is in {TerminalText.Line(call.Arguments)}; 'ppcjit open' does it again."], new { file = call.Arguments });
    }

    private static MonitorReply DumpCore(MonitorCall call)
    {
        int blank = call.Arguments.IndexOf(' ', StringComparison.Ordinal);
        string path = blank < 0 ? call.Arguments : call.Arguments[..blank];
        string space = blank < 0 ? "" : call.Arguments[blank..].Trim();
        if (path.Length == 0)
            throw new InputException("dump-core needs the name of a file.");
        IReadOnlyList<CorePiece> pieces = space switch
        {
            "" or "virtual" => CoreDump.Mapped(call.Run.Board),
            "physical" => CoreDump.Linear(call.Run.Board, 0),
            _ => CoreDump.Linear(call.Run.Board, Offset(call.Run, space)),
        };
        using OutputFile file = OutputFile.Open("dump-core ", path);
        CoreDump.Write(call.Run.Board, pieces, file);
        file.Commit();
        ulong bytes = pieces.Aggregate(0ul, (sum, piece) => sum + piece.Length);
        return new MonitorReply(
            [$"The machine at {call.Run.Timeline.Present} is in {TerminalText.Line(path)}, with {bytes >> 10} KB of "
                + $"memory in {pieces.Count} pieces."],
            new
            {
                at = call.Run.Timeline.Present.ToString(),
                file = path,
                pieces = pieces.Select(piece => new
                {
                    address = MonitoredRun.Hex(piece.Virtual), physical = MonitoredRun.Hex(piece.Physical),
                    bytes = piece.Length,
                }),
            });
    }

    private static uint Offset(MonitoredRun run, string text)
    {
        if (!char.IsAsciiLetter(text[0]) || run.Names.TryFindSymbol(text, out _))
            return (uint)run.Value(text, "dump-core");
        throw new InputException($"dump-core: memory is written by virtual or physical addresses, or with physical "
            + $"address 0 at an address, not as '{TerminalText.Line(text)}'.{NearestName.Question(text, Spaces)}");
    }
}
