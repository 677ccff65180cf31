using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds accesses of the kernel through a null pointer. A kernel that is mapped from address 0 on has its exception vectors there, so that such
/// a load gives their instructions. Loads from the first page are found; of stores those below the first vector, since kernels write their vectors.
/// </summary>
internal sealed class NullAccessCheck : ICheck
{
    private const uint FirstPage = 4096;
    private const uint FirstVector = 0x100;

    private readonly HandlerTracker _handlers;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public NullAccessCheck() => _handlers = new HandlerTracker();

    private NullAccessCheck(NullAccessCheck other) => _handlers = other._handlers.Fork();

    /// <inheritdoc/>
    public string Name => "null-access";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        watches.Data(new DataRange(0, FirstPage, Physical: null, Reads: true, Writes: false));
        watches.Data(new DataRange(0, FirstVector, Physical: null, Reads: false, Writes: true));
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        _handlers.Observe(happened, guest);
        if (happened.Kind != GuestEventKind.DataAccessed || happened.Number == 2 || (happened.Msr & (Msr.Pr | Msr.Dr)) != Msr.Dr)
            return;
        if (happened.Address >= (happened.Number == 1 ? FirstVector : FirstPage))
            return;
        string at = guest.Symbols.Name(happened.Pc);
        string verb = happened.Number == 1 ? "stores to" : "loads from";
        string who = guest.CurrentLwp is { } lwp ? $" in {guest.NameOf(lwp)}" : "";
        string caller = guest.Caller is { } from ? $", called from {guest.Symbols.Name(from)}" : "";
        string step = $"{at}{who} {verb} 0x{happened.Address:x8}, which is a null pointer's{caller}";
        guest.Report(new Finding(Name, $"{Name}: {at}", $"{step}.", happened.Count, happened.Pc, WrongValue.Address)
        {
            Since = _handlers.Current?.Taken.Count,
        });
    }

    /// <inheritdoc/>
    public ICheck Fork() => new NullAccessCheck(this);
}
