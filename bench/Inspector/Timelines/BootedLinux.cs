using PpcJit.Jit;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Gdb;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Machine.Boards;

namespace PpcJit.Inspector.Timelines;

/// <summary>A Linux that boots to the text with which its boot ends.</summary>
internal sealed class BootedLinux : IDisposable
{
    private const string Console = "console=ttyS0,115200";
    private readonly JitEngine _engine;
    private readonly InterruptibleConsole _console = new(new SilentConsole(), () => { });
    private readonly GuestSession _session;

    /// <summary>Loads it.</summary>
    /// <param name="image">The image without a wrapper.</param>
    /// <param name="history">The bounds of its timeline; null for none.</param>
    /// <param name="arguments">What else is on its command line, such as <c>mode=bench_int</c>.</param>
    public BootedLinux(string image, TimelineOptions? history, string arguments = "")
    {
        Board = BoardCatalog.Find(Ref405ep.Name)!.Create(new BoardOptions());
        GuestLoader.Load(Board, new BootOptions { ImagePath = image, CommandLine = $"{Console} {arguments}".TrimEnd() });
        _engine = new JitEngine(Board.Processor);
        Machine = new GuestMachine(Board, _engine, _console);
        Timeline = history is null ? null : new Timeline(Machine, history);
        _session = new GuestSession(Machine);
    }

    /// <summary>The board.</summary>
    public Board Board { get; }

    /// <summary>The machine.</summary>
    public GuestMachine Machine { get; }

    /// <summary>Its history; null when none is kept.</summary>
    public Timeline? Timeline { get; }

    /// <summary>Boots.</summary>
    /// <exception cref="InvalidOperationException">It does not come so far.</exception>
    public void Boot()
    {
        const ulong Limit = 2_000_000_000;
        RunEnd end = _session.Run(new RunOptions { ExitOn = "BOOT-OK"u8.ToArray(), MaxInstructions = Limit }).End;
        if (end != RunEnd.TextAppeared)
            throw new InvalidOperationException($"The guest does not boot: {end} at {Machine.Present}.");
    }

    /// <summary>Connects a client of gdb's protocol.</summary>
    public ServedTarget Debug()
    {
        DebugMonitor monitor = new(new MonitoredRun(Timeline!, new DebugNames(Board), () => _session.PanicAt));
        return new ServedTarget(new GdbTarget(Timeline!, _console, monitor, _session));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Timeline?.Dispose();
        _engine.Dispose();
        Board.Dispose();
    }
}
