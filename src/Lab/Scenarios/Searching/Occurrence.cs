using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Something that came in a run, which can come at other places.</summary>
/// <param name="Number">Its number, from 1, in the order of <paramref name="First"/>.</param>
/// <param name="Count">The count at which it came.</param>
/// <param name="First">The first count at which it could have come.</param>
/// <param name="Name">What it is, for people.</param>
/// <param name="Kind">What things have in common that may be taken together.</param>
internal abstract record Occurrence(int Number, ulong Count, ulong First, string Name, ulong Kind)
{
    /// <summary>Lets the run of a machine that stands at <see cref="First"/> go on without it.</summary>
    public abstract void Hold(CaseMachine machine);

    /// <summary>Lets it come where the machine stands, which has gone on without it.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="number">Which injection it is, for the history.</param>
    public abstract void Come(CaseMachine machine, int number);

    /// <summary>Holds it back again in a machine that has been put back to where it was before <see cref="Come"/>.</summary>
    public virtual void HoldAgain(CaseMachine machine)
    {
    }

    /// <summary>Puts back what <see cref="Hold"/> has changed other than the machine's state.</summary>
    public virtual void Leave(CaseMachine machine)
    {
    }
}

/// <summary>A key or a frame.</summary>
/// <param name="Number">See <see cref="Occurrence"/>.</param>
/// <param name="Input">Which.</param>
/// <param name="First">See <see cref="Occurrence"/>.</param>
/// <param name="Name">See <see cref="Occurrence"/>.</param>
/// <param name="Kind">See <see cref="Occurrence"/>.</param>
/// <param name="Future">All that enters the run from its beginning on.</param>
internal sealed record InputOccurrence(int Number, InputPlace Input, ulong First, string Name, ulong Kind, MachineFuture Future)
    : Occurrence(Number, Input.Count, First, Name, Kind)
{
    /// <inheritdoc/>
    public override void Hold(CaseMachine machine) => machine.Machine.Reinstate(Future.Before(Input));

    /// <inheritdoc/>
    public override void HoldAgain(CaseMachine machine) => Hold(machine);

    /// <inheritdoc/>
    public override void Leave(CaseMachine machine) => machine.Machine.Reinstate(Future);

    /// <inheritdoc/>
    public override unsafe void Come(CaseMachine machine, int number)
    {
        machine.Watcher.NoteInjection(number, machine.Board.Processor.State->Pc);
        machine.Machine.Reinstate(Future.Moved(Input, machine.Count));
    }
}

/// <summary>An interrupt that was taken.</summary>
/// <param name="Number">See <see cref="Occurrence"/>.</param>
/// <param name="Count">See <see cref="Occurrence"/>.</param>
/// <param name="Name">See <see cref="Occurrence"/>.</param>
/// <param name="Source">Which.</param>
internal sealed record InterruptOccurrence(int Number, ulong Count, string Name, InterruptSource Source)
    : Occurrence(Number, Count, Count, Name, (ulong)Source)
{
    /// <inheritdoc/>
    public override void Hold(CaseMachine machine) => machine.Injector.Apply(new HoldInterrupt(Source, Holds: true), 0);

    /// <inheritdoc/>
    public override void Come(CaseMachine machine, int number) => machine.Injector.Apply(new HoldInterrupt(Source, Holds: false), number);
}
