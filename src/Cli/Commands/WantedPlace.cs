using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Cpu;

namespace PpcJit.Cli.Commands;

/// <summary>The place of <c>--at</c>, to which a guest is run.</summary>
internal sealed class WantedPlace
{
    private readonly MomentReference _reference;

    private WantedPlace(MomentReference reference) => _reference = reference;

    /// <summary>Whether the run came there; otherwise it has ended.</summary>
    public bool IsThere { get; private set; }

    /// <summary>Why the run did not come there, in one sentence; null when it did, and when the place is the run's end.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads a place.</summary>
    /// <exception cref="InputException">It is not one.</exception>
    public static WantedPlace? Parse(string? text, DebugNames names) =>
        text is null ? null : new WantedPlace(DebugGrammar.ParseMoment(text, names).OrThrow($"--at {text}"));

    /// <summary>Runs a guest there.</summary>
    /// <param name="session">Its run, at its beginning.</param>
    /// <param name="options">When the run ends otherwise.</param>
    /// <param name="timeline">Its history.</param>
    public RunResult Run(GuestSession session, RunOptions options, Timeline timeline)
    {
        session.Begin(options);
        return GoOn(session, options, timeline);
    }

    /// <summary>Goes on there, when the run was left on the way.</summary>
    /// <param name="session">The guest's run.</param>
    /// <param name="options">When the run ends otherwise.</param>
    /// <param name="timeline">Its history.</param>
    public RunResult GoOn(GuestSession session, RunOptions options, Timeline timeline)
    {
        Problem = null;
        Moment? known = _reference switch
        {
            CountReference { Moment: var moment } => moment,
            FindingReference { Moment: var moment } => moment,
            EndReference => new Moment(ulong.MaxValue),
            _ => null,
        };
        if (known is { } place)
            return Run(session, options, timeline, place);
        Problem = new MomentFinder(timeline, () => session.PanicAt) { Limit = options.MaxInstructions ?? ulong.MaxValue }.GoTo(_reference);
        IsThere = Problem is null;
        RunResult result = session.Stopped();
        RunEnd end = !IsThere && timeline.Machine.LeaveRequested ? RunEnd.Left : result.End;
        return result with { End = end, StateHashes = Hashes(session, options, timeline) };
    }

    /// <summary>Takes the state hashes that were asked for on the way, since nobody knew it before.</summary>
    private static IReadOnlyList<StateHashPoint> Hashes(GuestSession session, RunOptions options, Timeline timeline)
    {
        Moment here = timeline.Present;
        List<StateHashPoint> hashes = [];
        foreach (ulong count in options.StateHashAt.Where(count => count >= timeline.Oldest.Count && count <= here.Count).Distinct().Order())
        {
            timeline.GoTo(new Moment(count));
            hashes.Add(session.TakeHash());
        }

        timeline.GoTo(here);
        return hashes;
    }

    private RunResult Run(GuestSession session, RunOptions options, Timeline timeline, Moment place)
    {
        RunResult result = session.GoOn(options with { MaxInstructions = Math.Min(place.Count, options.MaxInstructions ?? ulong.MaxValue) });
        IsThere = result.End == RunEnd.InstructionLimit && result.Instructions == place.Count && timeline.GoTo(place) == StopReason.None;
        if (!IsThere && place.Count != ulong.MaxValue)
            Problem = $"The run ended at {timeline.Present}, before {place}.";
        return result;
    }
}
