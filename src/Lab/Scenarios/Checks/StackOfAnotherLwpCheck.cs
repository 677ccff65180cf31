using PpcJit.Kernel;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds stack frames that are made in the u-area of an lwp other than the running one: a switch that has changed one of the two and not the other.
/// </summary>
internal sealed class StackOfAnotherLwpCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "stack-of-another-lwp";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        if (!guest.Guest.KnowsStacks || (guest.Guest.Name == KernelCatalog.None && guest.Kernel.AllLwps is null))
            throw new InputException($"the check {Name} needs to know whose stack runs: 'current-lwp', 'lwp-uarea', 'uarea-size' and 'lwp-list' "
                + "or 'lwp-array' in 'kernel:'");
        watches.StackGrowth();
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        if (happened.Kind != GuestEventKind.StackGrown || (happened.Msr & (Msr.Pr | Msr.Dr)) != Msr.Dr)
            return;
        if (guest.CurrentLwp is not { } running || guest.FindUArea(happened.Address) is not { } place || place.Lwp == running)
            return;
        string at = guest.Symbols.Name(happened.Pc);
        string step = $"{at} makes a stack frame at {guest.DescribeStack(happened.Address)}, while {guest.NameOf(running)} runs";
        guest.Report(new Finding(Name, $"{Name}: {HandlerText.Function(happened.Pc, guest)}", $"{step}.", happened.Count, happened.Pc,
            WrongValue.Registers("r1")));
    }

    /// <inheritdoc/>
    public ICheck Fork() => this;
}
