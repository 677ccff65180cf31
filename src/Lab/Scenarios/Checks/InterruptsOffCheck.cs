using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds stretches in which external interrupts stay disabled (MSR[EE] = 0) for too many instructions. What a kernel does before it has enabled them
/// for the first time does not count.
/// </summary>
internal sealed class InterruptsOffCheck : ICheck
{
    /// <summary>Instructions that are too many where the scenario does not say: half a millisecond at 200 MHz.</summary>
    public const ulong DefaultLimit = 100_000;

    private readonly ulong _limit;
    private bool _wasOn;
    private GuestEvent? _off;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    /// <param name="limit">Most instructions.</param>
    public InterruptsOffCheck(ulong limit = DefaultLimit) => _limit = limit;

    /// <inheritdoc/>
    public string Name => CheckCatalog.InterruptsOff;

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches) => watches.MsrWrites();

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (_off is { } since && happened.Count - since.Count > _limit)
        {
            _off = null;
            _wasOn = false;
            Report(since, happened, guest);
        }

        bool isOn = (happened.Msr & Msr.Ee) != 0;
        if (isOn)
            (_wasOn, _off) = (true, null);
        else if (_wasOn)
            _off ??= happened;
    }

    /// <inheritdoc/>
    public ICheck Fork() => new InterruptsOffCheck(_limit) { _wasOn = _wasOn, _off = _off };

    private void Report(in GuestEvent since, in GuestEvent last, GuestView guest)
    {
        string begin = guest.Symbols.Name(since.Pc);
        string at = guest.Symbols.Name(last.Pc);
        string how = since.Kind == GuestEventKind.ExceptionTaken
            ? $"{HandlerText.WithArticle(since.Exception)} at {guest.Symbols.Name(since.Address)}" : begin;
        string summary = $"Interrupts are off for {last.Count - since.Count:N0} instructions, since {how}; the limit is {_limit:N0}, and at "
            + $"{at} they still are, or are enabled only now.";
        guest.Report(new Finding(Name, $"{Name}: since {(since.Kind == GuestEventKind.ExceptionTaken ? HandlerText.NameOf(since.Exception) : begin)}",
            summary, last.Count, last.Pc, WrongValue.None)
        {
            Known = [new CausalStep(since.Count, since.Pc, $"interrupts are off since {how}")],
        });
    }
}
