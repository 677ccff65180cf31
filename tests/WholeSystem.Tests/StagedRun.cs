using System.Text;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.WholeSystem.Tests;

/// <summary>A run of a guest in stages.</summary>
internal sealed class StagedRun : IDisposable
{
    private const ulong Most = 1_000_000_000;
    private readonly IEngine _engine;
    private readonly MemoryStream _console = new();
    private readonly GuestSession _session;

    /// <summary>Loads a guest.</summary>
    /// <param name="path">The image.</param>
    /// <param name="commandLine">What the guest is told.</param>
    /// <param name="engine">Creates the engine.</param>
    public StagedRun(string path, string commandLine, Func<Processor, IEngine> engine)
    {
        Board = GuestRun.Load(path, commandLine);
        _engine = engine(Board.Processor);
        _session = new GuestSession(Board, _engine, new SilentConsole(_console));
    }

    /// <summary>The machine.</summary>
    public Board Board { get; }

    /// <summary>Runs to a count.</summary>
    /// <returns>Where it stands then.</returns>
    public StateHashPoint RunTo(ulong count) => Run(new RunOptions { MaxInstructions = count }, RunEnd.InstructionLimit);

    /// <summary>Runs until the guest prints a text.</summary>
    /// <returns>Where it stands then.</returns>
    public StateHashPoint RunTo(string text) =>
        Run(new RunOptions { ExitOn = Encoding.ASCII.GetBytes(text), MaxInstructions = Most }, RunEnd.TextAppeared);

    /// <summary>Gives what was printed since this was asked for last.</summary>
    public string TakeConsole()
    {
        string text = Encoding.Latin1.GetString(_console.ToArray());
        _console.SetLength(0);
        return text;
    }

    private StateHashPoint Run(RunOptions options, RunEnd end)
    {
        RunResult result = _session.Run(options);
        Assert.That(result.End, Is.EqualTo(end));
        return new StateHashPoint(result.Instructions, Board.StateHash());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _engine.Dispose();
        Board.Dispose();
        _console.Dispose();
    }
}
