using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Cli.Commands;

/// <summary>Compares a run with the recorded one that it does again.</summary>
/// <param name="run">The recorded run.</param>
/// <param name="path">Where it comes from.</param>
internal sealed class RecordedRun(RunFile run, string path)
{
    /// <summary>Where this run was first seen to be another one than the recorded, in a sentence; null when it was the same.</summary>
    public string? Departure { get; private set; }

    /// <summary>Whether that sentence was said already.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Whether something outside the guest ended the run, so that the guest is ended there now.</summary>
    private bool WasEnded => run.End.Reason is null or RunEnd.Left or RunEnd.Signal or RunEnd.InstructionLimit;

    /// <summary>Has a machine do the run again.</summary>
    /// <param name="machine">The machine, at the run's beginning.</param>
    /// <param name="notice">Told at once where the runs part.</param>
    public void Begin(GuestMachine machine, Action<string> notice)
    {
        run.Follow(machine);
        machine.Milestones!.Departed += milestones =>
        {
            NoteDeparture(milestones);
            IsTold = true;
            notice(Departure!);
        };
    }

    /// <summary>Gives the options with which the run ends where the recorded one did.</summary>
    public RunOptions Limit(RunOptions options) => options with { MaxInstructions = WasEnded ? run.End.Count : run.End.Count + 1 };

    /// <summary>Compares the ends of both runs.</summary>
    /// <returns>What this run did; it ended for the reason for which the recorded one did.</returns>
    public RunResult Judge(GuestMachine machine, RunResult result)
    {
        if (Departure is not null)
            return result;
        Moment last = new(machine.Milestones?.LastAgreed ?? 0);

        // Nobody saw how a run ended that was going on: with its last instruction the guest may have done so.
        bool isEnd = result.Instructions == run.End.Count && (
            run.End.Reason is null || (WasEnded ? result.End is RunEnd.InstructionLimit : result.End == run.End.Reason));
        if (!isEnd && result.End is not (RunEnd.Left or RunEnd.Signal))
        {
            Departure = $"This run departs from {path} after {last}: it came to {machine.Present} ({FaultReport.Reason(result.End).TrimEnd('.')}), "
                + $"and that one to {new Moment(run.End.Count)} ({EndText()}). {Versions()}";
        }
        else if (isEnd && run.End.Hash is { } hash && !machine.IsMidway && machine.Board.StateHash() is var actual && actual != hash)
        {
            Departure = Differ(last, new StateHashPoint(run.End.Count, hash), actual);
        }

        return isEnd && result.End is RunEnd.InstructionLimit ? result
            with { End = run.End.Reason is null or RunEnd.Signal ? RunEnd.Left : run.End.Reason.Value } : result;
    }

    private void NoteDeparture(Milestones milestones)
    {
        if (milestones.Departure is var (recorded, actual))
            Departure = Differ(new Moment(milestones.LastAgreed), recorded, actual);
    }

    private string Differ(Moment last, StateHashPoint recorded, ulong actual) =>
        $"This run departs from {path} between {last} and {new Moment(recorded.Count)}: its state hash there is "
            + $"{actual:x16}, and that one's {recorded.Hash:x16}. {Versions()}";

    private string EndText() => run.End.Reason is { } reason ? FaultReport.Reason(reason).TrimEnd('.') : "It was going on";

    private string Versions() => run.MadeBy == RunStart.Version
        ? $"Both are of PpcJit {RunStart.Version}."
        : $"That one is of PpcJit {run.MadeBy}, and this is {RunStart.Version}.";
}
