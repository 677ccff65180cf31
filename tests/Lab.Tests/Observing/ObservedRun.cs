using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>A run of an own guest that is observed, with the files that it wrote.</summary>
internal sealed class ObservedRun
{
    /// <summary>Enough for the demo guest to do all it does.</summary>
    public const ulong Far = 2_000_000;

    private readonly Dictionary<string, byte[]> _files = [];

    private ObservedRun()
    {
    }

    public required ulong Hash { get; init; }

    public required ulong Instructions { get; init; }

    public required IReadOnlyList<string> Report { get; init; }

    /// <summary>What went to the terminal.</summary>
    public required string Shown { get; init; }

    /// <summary>The file that was written with an ending.</summary>
    public byte[] Bytes(string ending) => _files[ending];

    /// <summary>The same as text.</summary>
    public string Text(string ending) => System.Text.Encoding.UTF8.GetString(_files[ending]);

    /// <summary>Runs a guest.</summary>
    /// <param name="jit">Whether the fast engine does.</param>
    /// <param name="request">What is observed, given the folder for the files; null for nothing.</param>
    /// <param name="until">To which count.</param>
    /// <param name="image">The image; null for the demo guest.</param>
    /// <param name="prepare">Called with the machine ahead of its run.</param>
    /// <param name="tasks">Tells its tasks; null for by their stacks.</param>
    public static ObservedRun Of(bool jit, Func<string, ObservationRequest>? request, ulong until = Far, ReadOnlyMemory<byte>? image = null,
        Action<GuestMachine, SymbolTable?>? prepare = null, Func<GuestMachine, ITaskNames>? tasks = null)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using Board board = BoardCatalog.Find(Ref405ep.Name)!.Create(new BoardOptions { MemoryBytes = 32 << 20 });
            using IEngine engine = jit ? new JitEngine(board.Processor, new JitOptions { Threshold = 20 }) : new InterpreterEngine(board.Processor);
            LoadedGuest guest = GuestLoader.Load(board, image ?? DemoGuest.Image, "demo", TestBoard.Options);
            GuestMachine machine = new(board, engine, new SilentConsole());
            prepare?.Invoke(machine, guest.Symbols);
            List<string> shown = [];
            ObservationSurroundings surroundings = new(shown.Add, line => shown.Add(System.Text.Encoding.UTF8.GetString(line).TrimEnd('\n')))
            {
                Title = "demo",
                Tasks = tasks?.Invoke(machine),
                Arguments = address => ArgumentTable.Read(new ImageBytes("demo", EmbeddedGuests.FindSymbols("guest:demo")!.Value))?.Find(address),
                Lines = image is null ? LineTable.Read(new ImageBytes("demo", EmbeddedGuests.FindSymbols("guest:demo")!.Value)) : null,
            };
            using Observation? observation = request is null ? null : new Observation(machine, new DebugNames(board, guest.AllSymbols),
                request(folder), surroundings);
            while (machine.Count < until && machine.Run(until) == StopReason.None)
            {
            }

            IReadOnlyList<string> problems = observation?.Complete() ?? [];
            Assert.That(problems, Is.Empty);
            ObservedRun run = new()
            {
                Hash = board.StateHash(), Instructions = machine.Count, Report = [.. observation?.Report() ?? []], Shown = string.Join('\n', shown),
            };
            foreach (string file in Directory.GetFiles(folder))
                run._files[Path.GetFileName(file)[Path.GetFileName(file).IndexOf('.', StringComparison.Ordinal)..]] = File.ReadAllBytes(file);
            return run;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
