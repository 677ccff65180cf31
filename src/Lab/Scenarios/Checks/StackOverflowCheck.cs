using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds kernel stacks that grow over the pcb at the base of their u-area, or beyond the u-area into whatever stands
/// below it. It looks at each stack frame as stwu makes it.
/// </summary>
internal sealed class StackOverflowCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "stack-overflow";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        if (!guest.Guest.KnowsStacks)
            throw new InputException(
                $"the check {Name} needs to know whose stack runs: 'current-lwp', 'lwp-uarea' and 'uarea-size' in 'kernel:'");
        watches.StackGrowth();
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (happened.Kind != GuestEventKind.StackGrown || (happened.Msr & Msr.Pr) != 0)
            return;
        (uint present, uint before) = (happened.Address, happened.Value);
        if (guest.CurrentLwp is not { } lwp || guest.UAreaOf(lwp) is not { } area
            || before - area > guest.Kernel.UAreaSize || before - area < guest.Kernel.PcbSize)
            return;
        if (present - area < guest.Kernel.UAreaSize && present - area >= guest.Kernel.PcbSize)
            return;
        Report(happened, lwp, area, guest);
    }

    /// <inheritdoc/>
    public bool Sees(GuestEventKind kind) => kind == GuestEventKind.StackGrown;

    /// <inheritdoc/>
    public ICheck Fork() => this;

    private void Report(in GuestEvent grown, uint lwp, uint area, GuestView guest)
    {
        string function = HandlerText.Function(grown.Pc, guest);
        string where = grown.Address - area < guest.Kernel.UAreaSize ? "into its own pcb"
            : guest.FindUArea(grown.Address) is { } place ? $"into the u-area of {guest.NameOf(place.Lwp)}"
            : "into memory that is no u-area";
        uint frame = grown.Value - grown.Address;
        string summary = $"The kernel stack of {guest.NameOf(lwp)} overflows {where}: the frame of {function}, {frame} "
            + $"bytes, reaches down to 0x{grown.Address:x8}, "
            + $"and the u-area begins at 0x{area:x8} with {guest.Kernel.PcbSize} bytes of pcb.";
        guest.Report(new Finding(Name, $"{Name}: {where} in {function}", summary, grown.Count, grown.Pc, WrongValue.Registers("r1"))
        {
            Known = [.. Callers(grown.Value, area, guest).Reverse()],
        });
    }

    /// <summary>
    /// Follows the chain of stack frames for a few callers; they are as old as their frames, which is not known.
    /// </summary>
    private static IEnumerable<CausalStep> Callers(uint frame, uint area, GuestView guest)
    {
        const int MaxSteps = 8;
        const uint SavedLink = 4;
        for (int n = 0; n < MaxSteps; n++)
        {
            if (!guest.TryReadWord(frame, out uint caller) || caller <= frame || caller - area > guest.Kernel.UAreaSize)
                yield break;
            if (guest.TryReadWord(caller + SavedLink, out uint link))
                yield return new(guest.Count, link, $"called from {guest.Symbols.Name(link)}, whose frame begins at 0x{caller:x8}");
            frame = caller;
        }
    }
}
