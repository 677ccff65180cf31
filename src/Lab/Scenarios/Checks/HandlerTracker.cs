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

    /// <summary>How many of those that are forgotten may still hang below the others.</summary>
    private const int MaxForgotten = 64;

    /// <summary>The handler that was interrupted last; forks share what is below.</summary>
    private Interrupted? _top;
    private int _count;
    private int _forgotten;
    private int _last;

    public HandlerTracker()
    {
    }

    private HandlerTracker(HandlerTracker other)
    {
        (_top, _count, _forgotten, _last) = (other._top, other._count, other._forgotten, other._last);
        Current = other.Current;
    }

    /// <summary>The handler that runs; null outside of handlers, or when it is not known.</summary>
    public Handler? Current { get; private set; }

    /// <summary>Whether events of a kind lead into handlers or out of them.</summary>
    public static bool Follows(GuestEventKind kind) =>
        kind is GuestEventKind.ExceptionTaken or GuestEventKind.ReturnedFromInterrupt or GuestEventKind.ReturnedFromCritical;

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
        _top = new Interrupted(running, by, _top);
        if (_count < MaxHandlers)
            _count++;
        else if (++_forgotten == MaxForgotten)
            (_top, _forgotten) = (Copy(_top, _count), 0);
    }

    /// <summary>Copies what is remembered, without the rest.</summary>
    private static Interrupted? Copy(Interrupted? top, int count) =>
        count == 0 || top is null ? null : new Interrupted(top.Handler, top.By, Copy(top.Below, count - 1));

    private void Resume(in GuestEvent rfi)
    {
        int left = _count;
        for (Interrupted? one = _top; left-- > 0 && one is not null; one = one.Below)
        {
            if (one.By.Address != rfi.Address || one.By.Value != rfi.Value || one.By.StackPointer != rfi.StackPointer)
                continue;
            (_top, _count) = (one.Below, left);
            Current = one.Handler;
            return;
        }

        Current = null;
    }

    /// <summary>A handler that was interrupted, and those before it.</summary>
    private sealed class Interrupted(Handler handler, GuestEvent by, Interrupted? below)
    {
        public Handler Handler { get; } = handler;

        public GuestEvent By { get; } = by;

        public Interrupted? Below { get; } = below;
    }
}
