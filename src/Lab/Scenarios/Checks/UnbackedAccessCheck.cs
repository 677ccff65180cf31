using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>Finds accesses to physical addresses where the board has nothing.</summary>
internal sealed class UnbackedAccessCheck : ICheck
{
    private readonly HandlerTracker _handlers;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public UnbackedAccessCheck() => _handlers = new HandlerTracker();

    private UnbackedAccessCheck(UnbackedAccessCheck other) => _handlers = other._handlers.Fork();

    /// <inheritdoc/>
    public string Name => "unbacked-physical-access";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        _handlers.Observe(happened, guest);
        if (happened.Kind == GuestEventKind.Unanswered)
            Report(happened, guest);
    }

    /// <inheritdoc/>
    public ICheck Fork() => new UnbackedAccessCheck(this);

    private void Report(in GuestEvent access, GuestView guest)
    {
        string at = guest.Symbols.Name(access.Pc);
        string verb = access.Number != 0 ? "stores to" : "loads from";
        string translation = (access.Msr & Msr.Dr) != 0 ? "through the TLB" : "with translation off";
        string step = $"{at} {verb} physical 0x{access.Address:x8}, {translation}; this board has nothing there";
        string handler = _handlers.Current is { } began ? $", in the handler of {HandlerText.Interruption(began, guest)}" : "";
        guest.Report(new Finding(Name, $"{Name}: {at}", $"{step}{handler}.", access.Count, access.Pc, WrongValue.Address)
        {
            Since = _handlers.Current?.Taken.Count,
        });
    }
}
