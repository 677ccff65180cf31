using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// The client's changes, and gdb's way to call a function: it saves the registers, sets others and the PC, lets the
/// guest run, and puts the saved ones back. So when the PC was set at a stop, the guest has run, and a register is
/// written with which all have again the values that they had at that stop, the call is over: what it did is thrown
/// away, and the run is where it was.
/// </summary>
/// <param name="timeline">The run.</param>
internal sealed class Diversions(Timeline timeline)
{
    private const int MaxOpen = 128;
    private readonly List<Open> _open = [];

    /// <summary>Changes the guest.</summary>
    /// <returns>False, with nothing changed, when it cannot be done.</returns>
    public bool Change(IReadOnlyList<Injection> changes)
    {
        if (changes.Count == 0)
            return false;

        // Any change may be the first of a call.
        if (_open.Count == MaxOpen)
            _open.RemoveAt(0);
        _open.Add(new Open(timeline.BeginDiversion(), Registers()));
        bool done = changes.All(timeline.Change);
        if (changes.Any(change => change is PcInjection))
            Note(open => open.HasRun ? open : open with { HasMoved = true });
        if (changes.Any(change => change is not MemoryInjection))
            EndIfRestored();
        return done;
    }

    /// <summary>The guest is about to run.</summary>
    public void Resume()
    {
        _open.RemoveAll(open => !open.HasMoved);
        Note(open => open with { HasRun = true });
    }

    /// <summary>The run has gone to another place.</summary>
    public void Stopped() => _open.RemoveAll(open => open.Diversion.Start > timeline.Present);

    private void EndIfRestored()
    {
        ulong[] now = Registers();
        int ended = _open.FindLastIndex(open => open is { HasRun: true, HasMoved: true } && open.Registers.AsSpan().SequenceEqual(now));
        if (ended < 0)
            return;

        // Where history has no room for the way back, the call stays, as a branch.
        timeline.EndDiversion(_open[ended].Diversion);
        _open.RemoveRange(ended, _open.Count - ended);
    }

    private void Note(Func<Open, Open> change)
    {
        for (int n = 0; n < _open.Count; n++)
            _open[n] = change(_open[n]);
    }

    private ulong[] Registers()
    {
        Board board = timeline.Machine.Board;
        return [.. GdbRegister.All.Where(register => register.Number < GdbRegister.FirstSpecial).Select(register => register.Read(board))];
    }

    private sealed record Open(Diversion Diversion, ulong[] Registers)
    {
        public bool HasRun { get; init; }

        public bool HasMoved { get; init; }
    }
}
