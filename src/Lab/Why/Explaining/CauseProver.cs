using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>What trying showed of something that came from outside.</summary>
public enum Verdict
{
    /// <summary>The guest dies with it and lives without it.</summary>
    Cause,

    /// <summary>It dies without it too.</summary>
    History,

    /// <summary>It was not tried, or it is not known what came of it.</summary>
    Undecided,
}

/// <summary>Something that came from outside, and what came of trying the run without it.</summary>
/// <param name="What">What it is, for people.</param>
/// <param name="At">When it came.</param>
/// <param name="Verdict">What trying showed.</param>
/// <param name="Text">The same in a sentence.</param>
public sealed record TriedCause(string What, Moment At, Verdict Verdict, string Text)
{
    /// <summary>Where the guest stood when it came; null where that makes no difference.</summary>
    public uint? Pc { get; init; }
}

/// <summary>
/// Tries a death without each interrupt, change by hand, key and frame in its chain, and with interrupts earlier and later. Only what the guest
/// lives without is a cause.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="death">How it ends.</param>
internal sealed class CauseProver(ExplainedRun run, Moment death)
{
    /// <summary>Instructions after the moment of the death after which a guest that has not died lives.</summary>
    private const ulong Patience = 2_000_000;

    /// <summary>Instructions to each side over which an interrupt is moved: more than a handler has in which none can be taken.</summary>
    private const ulong Reach = 1_000;

    /// <summary>Moments to each side at which it is tried.</summary>
    private const int MaxMoved = 24;

    /// <summary>Things that are tried.</summary>
    private const int MaxTried = 8;

    private readonly ForkedRun _fork = new(run, death.Count + Patience);

    /// <summary>What was not tried, each in a sentence.</summary>
    public List<string> CutOff { get; } = [];

    /// <summary>Tries what led to the death.</summary>
    /// <param name="statements">What is known of it.</param>
    /// <param name="chains">The chains.</param>
    public IReadOnlyList<TriedCause> Try(IReadOnlyCollection<Statement> statements, IEnumerable<CausalLink> chains)
    {
        CausalLink[] links = [.. chains.SelectMany(chain => chain.All())];
        (ExceptionKind Kind, Moment At, uint Pc)[] interrupts =
        [
            .. statements.Where(statement => statement is { Kind: StatementKind.Interrupt, Exception: not null })
                .Select(statement => (statement.Exception!.Value, statement.At, statement.Pc)),
            .. links.Where(link => link is { At: not null, Exception: { } kind } && kind.IsInterrupt())
                .Select(link => (link.Exception!.Value, link.At!.Value, link.Pc)),
        ];
        OutsideInput[] inputs = [.. links.Select(link => link.Input).Concat(statements.Select(statement => statement.Input))
            .OfType<OutsideInput>().DistinctBy(input => (input.Line, input.Number))];
        List<TriedCause> tried = [];
        HashSet<int> changes = [];
        foreach ((ExceptionKind kind, Moment at, uint pc) in interrupts.Distinct())
        {
            if (IsFull(tried))
                break;
            tried.Add(TryInterrupt(kind, at, pc, changes));
        }

        foreach (OutsideInput input in inputs.OrderByDescending(input => input.At))
        {
            if (IsFull(tried))
                break;
            if (input.Line.Length > 0 || changes.Add((int)input.Number - 1))
                tried.Add(TryInput(input));
        }

        return tried;
    }

    private bool IsFull(List<TriedCause> tried)
    {
        if (tried.Count < MaxTried && !run.Cancel.IsCancellationRequested)
            return false;
        CutOff.Add(run.Cancel.IsCancellationRequested
            ? "The time was up before all was tried that came from outside."
            : $"More than {MaxTried} things came from outside: the others were not tried.");
        return true;
    }

    private TriedCause TryInterrupt(ExceptionKind kind, Moment at, uint pc, HashSet<int> changes)
    {
        TriedCause tried = TryInterrupt(kind, at, $"{kind} at {at}, {run.Names.Describe(pc)}", changes);
        return tried with { Pc = pc };
    }

    private TriedCause TryInterrupt(ExceptionKind kind, Moment at, string what, HashSet<int> changes)
    {
        InterruptShift shift = new(run, kind, at);
        if (shift.ByHand is >= 0 and var number)
            changes.Add(number);
        Moment from = Before(shift.Came);
        if (!shift.CanBeTaken)
            return new TriedCause(what, at, Verdict.Undecided, "it cannot be taken out of the run: nothing that can be turned off asks for it.");
        if (_fork.Try(from, future => future.Aside(future.Changes)) != ForkEnd.Died)
            return new TriedCause(what, at, Verdict.Undecided, "the same run, done once more, was not seen to die.");
        switch (_fork.Try(from, shift.Without))
        {
            case ForkEnd.Died:
                return new TriedCause(what, at, Verdict.History, "the guest dies without it too.");
            case ForkEnd.Unknown:
                return new TriedCause(what, at, Verdict.Undecided, "without it, it is not known what becomes of the guest.");
        }

        return new TriedCause(what, at, Verdict.Cause, $"the guest dies with it and lives without it; {Range(shift, from)}");
    }

    /// <summary>Says between which moments the interrupt is fatal.</summary>
    private string Range(InterruptShift shift, Moment from)
    {
        Edge early = Search(shift, from, earlier: true);
        Edge late = Search(shift, from, earlier: false);
        string range = early.Fatal == late.Fatal ? $"it is fatal at {early.Fatal}"
            : $"it is fatal from {Describe(early.FatalPc, early.Fatal)} to {Describe(late.FatalPc, late.Fatal)}";
        return $"{range}; {Side(early, "earlier")}, {Side(late, "later")}.";
    }

    private string Side(Edge edge, string side) =>
        edge.Harmless is { } harmless ? $"{side}, at {Describe(edge.HarmlessPc, harmless)}, it is not" : $"how far {side} was not looked at";

    private string Describe(uint pc, Moment at) => pc == 0 ? $"{at}" : $"{at} ({run.Names.Describe(pc)})";

    /// <summary>Moves an interrupt on until it is not fatal. Where it could not be taken it would only wait, and is not tried.</summary>
    private Edge Search(InterruptShift shift, Moment from, bool earlier)
    {
        Edge edge = new(shift.Came, 0, null, 0);
        foreach ((Moment moment, uint pc) in (earlier ? Earlier(shift) : Later(shift, from)).Take(MaxMoved))
        {
            Moment start = Before(moment < shift.Came ? moment : shift.Came);
            switch (_fork.Try(start, future => shift.At(future, moment)))
            {
                case ForkEnd.Died:
                    edge = edge with { Fatal = moment, FatalPc = pc };
                    break;
                case ForkEnd.Lived:
                    return edge with { Harmless = moment, HarmlessPc = pc };
                default:
                    return edge;
            }
        }

        return edge;
    }

    /// <summary>The moments ahead of an interrupt at which it could be taken, the nearest first.</summary>
    private IEnumerable<(Moment At, uint Pc)> Earlier(InterruptShift shift)
    {
        ulong first = Math.Max(run.Timeline.Oldest.Count, shift.Came.Count - Math.Min(Reach, shift.Came.Count));
        return Takeable(shift, first, shift.Came.Count).AsEnumerable().Reverse();
    }

    /// <summary>The moments after it at which it could be taken, in the run without it.</summary>
    private IEnumerable<(Moment At, uint Pc)> Later(InterruptShift shift, Moment from) =>
        run.Timeline.Fork(from, shift.Without, () => Takeable(shift, shift.Came.Count + 1, shift.Came.Count + Reach)) ?? [];

    /// <summary>The moments at which an interrupt could be taken, from one count to ahead of another one.</summary>
    private List<(Moment At, uint Pc)> Takeable(InterruptShift shift, ulong first, ulong end)
    {
        List<(Moment, uint)> moments = [];
        for (ulong count = first; count < end && run.Timeline.GoTo(new Moment(count)) == StopReason.None; count++)
        {
            if (run.Takes(shift.Source))
                moments.Add((new Moment(count), run.Pc));
        }

        return moments;
    }

    private TriedCause TryInput(OutsideInput input)
    {
        (string what, Func<MachineFuture, MachineFuture?> without) = Without(input);
        return _fork.Try(Before(input.At), without) switch
        {
            ForkEnd.Died => new TriedCause(what, input.At, Verdict.History, "the guest dies without it too."),
            ForkEnd.Lived => new TriedCause(what, input.At, Verdict.Cause, "the guest dies with it and lives without it."),
            _ => new TriedCause(what, input.At, Verdict.Undecided,
                "it cannot be taken out of the run by itself, or it is not known what becomes of it then."),
        };
    }

    private (string What, Func<MachineFuture, MachineFuture?> Without) Without(OutsideInput input)
    {
        GuestMachine machine = run.Timeline.Machine;
        if (input.Line.Length == 0)
        {
            return ($"change {input.Number} by hand", future =>
                future.Aside(future.Changes.Where((_, n) => n + future.FirstChange != (int)input.Number - 1)));
        }

        for (int link = 0; link < machine.Links.Count; link++)
        {
            int cable = link;
            if (machine.Links[link].Port.Name == input.Line)
                return ($"frame {input.Number} of {input.Line}", future => future.WithoutFrame(cable, (int)input.Number - 1)?.Aside(future.Changes));
        }

        bool isSecond = machine.Board.Console?.Name != input.Line;
        int[] keys = [.. (isSecond ? machine.Inputs.SecondKeys : machine.Inputs.Keys).Index()
            .Where(key => key.Item.Count == input.At.Count).Select(key => key.Index)];
        return ($"character {input.Number} of {input.Line}", future =>
            keys is [var only] ? future.WithoutKey(isSecond ? 1 : 0, only)?.Aside(future.Changes) : null);
    }

    /// <summary>A moment ahead of what happens at another one: what is changed by hand there has not been changed yet.</summary>
    private Moment Before(Moment moment) => moment.Count > run.Timeline.Oldest.Count ? new Moment(moment.Count - 1) : run.Timeline.Oldest;

    /// <summary>How far an interrupt may be moved to one side.</summary>
    private sealed record Edge(Moment Fatal, uint FatalPc, Moment? Harmless, uint HarmlessPc);
}
