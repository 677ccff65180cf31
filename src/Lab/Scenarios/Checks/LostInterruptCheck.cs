using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds interrupts that software takes back before the processor has taken them: a status bit of a timer in TSR, or of an input in the UIC's status
/// register, that is cleared although no interrupt came since it was set. A driver that serves its device by polling withdraws the interrupt at the
/// device, and is no finding.
/// </summary>
internal sealed class LostInterruptCheck : ICheck
{
    private readonly HandlerTracker _handlers;
    private readonly Dictionary<InterruptSource, GuestEvent> _raised;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public LostInterruptCheck() => (_handlers, _raised) = (new HandlerTracker(), []);

    private LostInterruptCheck(LostInterruptCheck other) => (_handlers, _raised) = (other._handlers.Fork(), new(other._raised));

    /// <inheritdoc/>
    public string Name => "lost-interrupt";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        _handlers.Observe(happened, guest);
        switch (happened.Kind)
        {
            case GuestEventKind.InterruptRaised:
                _raised[(InterruptSource)happened.Number] = happened;
                break;
            case GuestEventKind.ExceptionTaken when happened.Exception.Source() is not InterruptSource.None and var taken:
                _raised.Remove(taken);
                break;
            case GuestEventKind.InterruptLowered:
                InterruptSource source = (InterruptSource)happened.Number;
                if (_raised.Remove(source, out GuestEvent raised) && IsTakenBack(source, happened, guest))
                    Report(raised, happened, guest);
                break;
        }
    }

    /// <inheritdoc/>
    public ICheck Fork() => new LostInterruptCheck(this);

    /// <summary>Whether the instruction that runs clears the status itself.</summary>
    private static bool IsTakenBack(InterruptSource source, in GuestEvent lowered, GuestView guest)
    {
        if (guest.Instruction(lowered.Pc) is not { } word)
            return false;
        return source is InterruptSource.External or InterruptSource.CriticalInput
            ? Decoder.Decode(word) == Op.Mtdcr && guest.Board.DevicesOf<Uic>().Any(uic => (uint)Field.Spr(word) == uic.First)
            : Decoder.Decode(word) == Op.Mtspr && Field.Spr(word) == Spr.Tsr;
    }

    private void Report(in GuestEvent raised, in GuestEvent lowered, GuestView guest)
    {
        string name = ((InterruptSource)lowered.Number).ToString();
        string at = guest.Symbols.Name(lowered.Pc);
        string handler = _handlers.Current is { } running ? $", in the handler of {HandlerText.WithArticle(running.Kind)}" : "";
        string who = guest.CurrentLwp is { } lwp ? $" in {guest.NameOf(lwp)}" : "";
        string step = $"{at}{who} clears the status of the {name} interrupt{handler}, which has not been taken since";
        guest.Report(new Finding(Name, $"{Name}: {name} at {at}", $"{step} count {raised.Count:N0}: it is lost.", lowered.Count, lowered.Pc,
            WrongValue.Registers("msr"))
        {
            Known = [new CausalStep(raised.Count, raised.Pc, $"the {name} interrupt begins to be asked for, MSR 0x{raised.Msr:x8}")],
        });
    }
}
