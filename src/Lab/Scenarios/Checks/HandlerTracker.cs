using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Follows which run of which exception handler the processor is in. A handler that was interrupted itself goes on when
/// an rfi or rfci leads back to where it was interrupted, with the same MSR and r1; one that switches to another thread
/// is never met again, and is forgotten in time.
/// </summary>
internal sealed class HandlerTracker
{
    /// <summary>
    /// How many interrupted handlers are remembered: nesting is rarely deeper than three, and threads that wait in a
    /// handler are few.
    /// </summary>
    private const int MaxHandlers = 16;

    private readonly List<(Handler Handler, GuestEvent By)> _interrupted;
    private int _last;

    public HandlerTracker() => _interrupted = new(MaxHandlers);

    private HandlerTracker(HandlerTracker other)
    {
        _interrupted = [.. other._interrupted];
        _last = other._last;
        Current = other.Current;
    }

    /// <summary>The handler that runs; null outside of handlers, or when it is not known.</summary>
    public Handler? Current { get; private set; }

    /// <summary>Follows an event.</summary>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        switch (happened.Kind)
        {
            case GuestEventKind.ExceptionTaken:
                Interrupt(happened);
                Current = new Handler(++_last, happened, guest.CurrentLwp ?? 0);
                break;
            case GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical:
                Resume(happened);
                break;
        }
    }

    /// <summary>Adds bits to <see cref="Handler.Marks"/> of the handler that runs, if there is one.</summary>
    public void Mark(uint bits)
    {
        if (Current is { } running)
            Current = running with { Marks = running.Marks | bits };
    }

    /// <summary>Gives a tracker that has seen the same.</summary>
    public HandlerTracker Fork() => new(this);

    private void Interrupt(in GuestEvent by)
    {
        if (Current is not { } running)
            return;
        if (_interrupted.Count == MaxHandlers)
            _interrupted.RemoveAt(0);
        _interrupted.Add((running, by));
    }

    private void Resume(in GuestEvent rfi)
    {
        for (int n = _interrupted.Count - 1; n >= 0; n--)
        {
            (Handler handler, GuestEvent by) = _interrupted[n];
            if (by.Address != rfi.Address || by.Value != rfi.Value || by.StackPointer != rfi.StackPointer)
                continue;
            _interrupted.RemoveRange(n, _interrupted.Count - n);
            Current = handler;
            return;
        }

        Current = null;
    }
}
