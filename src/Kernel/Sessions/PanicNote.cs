using PpcJit.Kernel.Loading;

namespace PpcJit.Kernel.Sessions;

/// <summary>Notes where a guest's kernel first says that it gives up (<see cref="PanicWatch"/>).</summary>
public sealed class PanicNote
{
    private readonly GuestMachine _machine;
    private readonly SymbolTable? _symbols;
    private readonly PanicWatch _watch = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="symbols">Names of the guest's code; null when there are none.</param>
    public PanicNote(GuestMachine machine, SymbolTable? symbols)
    {
        (_machine, _symbols) = (machine, symbols);
        machine.Printed += OnPrinted;
    }

    /// <summary>Where it said so: behind the last character of the line; null while it did not.</summary>
    public Moment? At { get; private set; }

    /// <summary>The line; null while there is none.</summary>
    public string? Line { get; private set; }

    /// <summary>Whether the machine is to stop there.</summary>
    public bool Stops { get; set; }

    /// <summary>
    /// Whether the calls that led to what is printed come from the kernel's panic function. A kernel whose driver waits for the transmitter's interrupt prints a
    /// panic without it, but need not have turned it off.
    /// </summary>
    internal static bool IsInPanic(GuestMachine machine, SymbolTable? symbols) => symbols is not null && !machine.IsInProblemState
        && Backtrace.Walk(machine.Board, symbols).Any(address => symbols.Find(address)?.Symbol.Name is "panic" or "vpanic");

    private void OnPrinted(byte value)
    {
        // A change by hand before it may have averted it.
        if (At is { } noted && noted.Count > _machine.Count)
            (At, Line) = (null, null);
        if (!_watch.Next(value, _machine.IsPrintedByKernel, () => IsInPanic(_machine, _symbols)) || _watch.Line is null || At is not null)
            return;
        At = new Moment(_machine.Count + 1);
        Line = _watch.Line;
        if (Stops)
            _machine.Stop();
    }
}
