using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds TLB misses inside the handler of a TLB miss. A handler with one save area loses the registers that it saved
/// there, SRR0 and SRR1, and may miss for ever. Once a handler has read both SRR0 and SRR1, it has handed the miss on
/// to code that may miss again, unless the scenario names the handler's functions.
/// </summary>
internal sealed class TlbHandlerReentryCheck : ICheck
{
    /// <summary>Marks of a handler: it has read SRR0, bit 0, and SRR1, bit 1.</summary>
    private const uint Both = 3;

    private readonly HandlerTracker _handlers;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public TlbHandlerReentryCheck() => _handlers = new HandlerTracker();

    private TlbHandlerReentryCheck(TlbHandlerReentryCheck other) => _handlers = other._handlers.Fork();

    /// <inheritdoc/>
    public string Name => "tlb-handler-reentry";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches) => watches.Spr(Spr.Srr0, Spr.Srr1);

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        Handler? outer = _handlers.Current;
        _handlers.Observe(happened, guest);
        if (outer is not { IsTlbMiss: true } miss)
            return;
        if (happened.Kind == GuestEventKind.SprRead && happened.Number is Spr.Srr0 or Spr.Srr1)
            _handlers.Mark(1u << ReturnRegisters.IndexOf(happened.Number));
        if (happened.Kind == GuestEventKind.ExceptionTaken && _handlers.Current is { IsTlbMiss: true } nested
            && IsInside(miss, happened.Address, guest))
            Report(miss, nested, guest);
    }

    /// <inheritdoc/>
    public bool Sees(GuestEventKind kind) => kind == GuestEventKind.SprRead || HandlerTracker.Follows(kind);

    /// <inheritdoc/>
    public ICheck Fork() => new TlbHandlerReentryCheck(this);

    private static bool IsInside(Handler miss, uint address, GuestView guest) =>
        guest.Kernel.TlbHandlers.Count != 0
            ? guest.Kernel.TlbHandlers.Any(handler => address - handler.Address < handler.Size)
            : miss.Marks != Both;

    private void Report(Handler outer, Handler nested, GuestView guest)
    {
        string at = guest.Symbols.Name(nested.Interrupted);
        string summary =
            $"{HandlerText.Sentence(HandlerText.Interruption(outer, guest))}{HandlerText.Cause(outer, guest)}; its "
                + $"handler misses itself at {at}"
            + $"{HandlerText.Cause(nested, guest)}, with MSR 0x{nested.Taken.Value:x8}, and will overwrite what it has saved.";
        string cause = $"{Name}: {HandlerText.NameOf(nested.Kind)} at {at}";
        guest.Report(new Finding(Name, cause, summary, nested.Taken.Count, nested.Interrupted, WrongValue.Registers("dear"))
        {
            Since = outer.Taken.Count,
        });
    }
}
