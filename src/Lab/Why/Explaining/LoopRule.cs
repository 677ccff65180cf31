using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>A guest that hangs: where it goes round and round, which branch would let it out, and whether interrupts could.</summary>
internal sealed class LoopRule(ExplainedRun run)
{
    /// <summary>Places that a loop has at most; what has more is no loop that a person would call so.</summary>
    private const int MaxPlaces = 1000;

    /// <summary>Looks at what a guest did last.</summary>
    /// <param name="end">The moment at which it was ended.</param>
    /// <param name="asked">Receives what the last branch with a condition asked, and when.</param>
    public IEnumerable<Statement> Look(Moment end, List<(ValuePlace Place, Moment At)> asked)
    {
        if (run.Finder.Before(end) is not { Events.Count: > 0 } trace)
            yield break;
        TracedEvent last = trace.Events[^1];
        TracedEvent[] turn = [.. trace.Events.Reverse().Skip(1).TakeWhile(traced => traced.Pc != last.Pc)];
        bool isLoop = turn.Length < trace.Events.Count - 1 && turn.Select(traced => traced.Pc).Distinct().Count() < MaxPlaces;
        if (isLoop)
        {
            yield return run.Say(StatementKind.Remark, last.At, last.Pc, $"the guest goes round and round: the last turn had {turn.Length + 1} "
                + $"{(turn.Length == 0 ? "instruction" : "instructions")}.");
        }

        TracedEvent branch = trace.Events.LastOrDefault(traced => Asks(traced).Any());
        bool isInLoop = branch.Word != 0 && (branch.At == last.At || turn.Any(traced => traced.At == branch.At));
        if (branch.Word != 0 && (isInLoop || !isLoop))
        {
            asked.AddRange(Asks(branch).Select(place => (place, branch.At)));
            string text = ExplainedRun.Text(branch.Word, branch.Pc);
            yield return run.Say(StatementKind.Branch, branch.At, branch.Pc, $"'{text}' decides each time whether it goes on.");
        }
        else if (isLoop)
        {
            yield return run.Say(StatementKind.Branch, last.At, last.Pc, "nothing in the loop asks whether to go on: only an interrupt leads out.");
        }

        if (Masked(end) is { } masked)
            yield return masked;
    }

    private static IEnumerable<ValuePlace> Asks(TracedEvent traced)
    {
        Op op = traced.Exception is null ? Decoder.Decode(traced.Word) : Op.Illegal;
        return op is Op.Bc or Op.Bclr ? SourceFinder.Asked(Decoder.Row(op), traced.Word) : [];
    }

    /// <summary>Says since when interrupts are off; null when they are on.</summary>
    private Statement? Masked(Moment end)
    {
        run.Timeline.GoTo(end);
        if (run.InterruptsAreOn || run.Finder.Find(ValuePlace.Of("msr"), end) is not { Trace: not null, Event: var off })
            return null;
        string by = off.Exception is { } kind ? $"{kind} turned" : $"'{ExplainedRun.Text(off.Word, off.Pc)}' left";
        return run.Say(StatementKind.Remark, off.At, off.Pc, $"{by} external interrupts off (MSR[EE] = 0), and nothing has turned them on since.");
    }
}
