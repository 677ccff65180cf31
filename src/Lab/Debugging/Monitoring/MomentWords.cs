using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>Words that say where the run stands, and go elsewhere.</summary>
internal static unsafe class MomentWords
{
    public static IReadOnlyList<MonitorWord> All { get; } =
    [
        new("when", "", "Say where the run stands, how far it goes, and what is kept of it.", When),
        new("goto", "MOMENT", "Go to a moment: @N, -N, reset, end, panic, a finding's name, SYMBOL#K.", GoTo),
        new("step", "[N]", "Go on by N instructions, or by one.", Step),
        new("back", "[N]", "Go back by N instructions, or by one.", Back),
        new("until", "PROBE", "Go on to where a probe is hit: exec, read, write, access, exception, interrupt, tlbwe, device, console.", Until),
        new("back-until", "PROBE", "Go back to where a probe was hit last.", BackUntil),
        new("lastwrite", "[physical] ADDRESS[,LENGTH]", "Go back to the last write to four bytes of memory, or as many as said.", LastWrite),
        new("checkpoint", "", "Mark the present moment with a number.", Checkpoint),
        new("restart", "[NUMBER]", "Go to a marked moment; without a number, list them.", Restart),
    ];

    private static MonitorReply When(MonitorCall call)
    {
        Timeline timeline = call.Run.Timeline;
        MonitorReply where = call.Run.Where();
        int branches = timeline.Branches;
        return new MonitorReply(
            [
                .. where.Lines,
                $"The run goes to {timeline.End}; history begins at {timeline.Oldest}, "
                    + $"with {timeline.Checkpoints.Count()} checkpoints in {timeline.Bytes / (1 << 20)} MB.",
                .. timeline.Lack is { } lack ? (string[])[lack] : [],
                .. branches == 0 ? (string[])[] : [$"It was changed by hand {Times(branches)}, last at {timeline.Machine.Inputs.Injections[^1].At}."],
            ],
            new
            {
                at = timeline.Present.ToString(),
                count = timeline.Present.Count,
                exceptions = timeline.Present.Exceptions,
                pc = MonitoredRun.Hex(call.Run.State->Pc),
                symbol = call.Run.SymbolAt(call.Run.State->Pc),
                end = timeline.End.ToString(),
                oldest = timeline.Oldest.ToString(),
                forgotten = timeline.Lack,
                checkpoints = timeline.Checkpoints.Count(),
                checkpointBytes = timeline.Bytes,
                branches,
            });
    }

    private static MonitorReply GoTo(MonitorCall call)
    {
        MomentReference moment = DebugGrammar.ParseMoment(call.Arguments, call.Run.Names).OrThrow("goto");
        string? problem = call.Run.Moments.GoTo(moment, call.Cancel);
        return call.Run.Where() with { Problem = problem };
    }

    private static MonitorReply Step(MonitorCall call)
    {
        ulong count = call.Run.Count(call.Arguments, "step", 1);
        ulong target = call.Run.Timeline.Present.Count + count;
        if (target < count)
            throw new InputException("step: no run has that many instructions.");
        string? problem = call.Run.Moments.GoTo(new CountReference(new Moment(target)), call.Cancel);
        return call.Run.Where() with { Problem = problem };
    }

    private static MonitorReply Back(MonitorCall call)
    {
        string? problem = call.Run.Moments.GoTo(new BackReference(call.Run.Count(call.Arguments, "back", 1)), call.Cancel);
        return call.Run.Where() with { Problem = problem };
    }

    private static MonitorReply Until(MonitorCall call)
    {
        Timeline timeline = call.Run.Timeline;
        Probe probe = DebugGrammar.ParseProbe(call.Arguments, call.Run.Names).OrThrow("until");
        SearchResult result = timeline.FindNext(probe, call.Run.Moments.Limit, call.Cancel);
        return Found(call.Run, result.Hit, result.Reason == StopReason.None
            ? "The run was stopped before that."
            : MomentFinder.Stopped(timeline, result.Reason));
    }

    private static MonitorReply BackUntil(MonitorCall call)
    {
        Timeline timeline = call.Run.Timeline;
        Probe probe = DebugGrammar.ParseProbe(call.Arguments, call.Run.Names).OrThrow("back-until");
        SearchResult result = timeline.FindLast(probe, call.Cancel);
        return Found(call.Run, result.Hit, $"It did not happen since {timeline.Oldest}, where history begins.");
    }

    private static MonitorReply LastWrite(MonitorCall call)
    {
        Timeline timeline = call.Run.Timeline;
        Probe probe = Writes(call.Run.Names, call.Arguments, "lastwrite");
        Moment here = timeline.Present;
        Hit? hit = timeline.FindLast(probe, call.Cancel).Hit;
        if (hit is null)
            timeline.GoTo(here);
        return Found(call.Run, hit, $"Nothing was written there since {timeline.Oldest}, where history begins: it holds what was loaded.");
    }

    /// <summary>Reads <c>[physical] ADDRESS[,LENGTH]</c>.</summary>
    /// <param name="names">What names mean.</param>
    /// <param name="text">The text.</param>
    /// <param name="word">What errors call it.</param>
    internal static Probe Writes(DebugNames names, string text, string word)
    {
        const string Kind = "write ";
        Parsed<Probe> parsed = DebugGrammar.ParseProbe(Kind + text, names);
        return (parsed with { Error = parsed.Error is { } error
            ? error with { Position = Math.Max(0, error.Position - Kind.Length) }
            : null }).OrThrow(word);
    }

    private static MonitorReply Checkpoint(MonitorCall call)
    {
        call.Run.Timeline.KeepHere();
        call.Run.Marks.Add(call.Run.Timeline.Present);
        return new MonitorReply(
            [$"Checkpoint {call.Run.Marks.Count} is {call.Run.Timeline.Present}."],
            new { checkpoint = call.Run.Marks.Count, at = call.Run.Timeline.Present.ToString() });
    }

    private static MonitorReply Restart(MonitorCall call)
    {
        IList<Moment> marks = call.Run.Marks;
        if (call.Arguments.Length == 0)
        {
            return new MonitorReply(
                marks.Count == 0 ? ["No moment is marked; 'checkpoint' marks one."] : [.. marks.Select((at, n) => $"{n + 1}  {at}")],
                new { checkpoints = marks.Select((at, n) => new { checkpoint = n + 1, at = at.ToString() }) });
        }

        ulong number = call.Run.Value(call.Arguments, "restart");
        if (number == 0 || number > (ulong)marks.Count)
            throw new InputException($"restart: there is no checkpoint {number}; "
                + $"{(marks.Count == 0 ? "none is marked" : $"there is 1 to {marks.Count}")}.");
        string? problem = call.Run.Moments.GoTo(new CountReference(marks[(int)number - 1]), call.Cancel);
        return call.Run.Where() with { Problem = problem };
    }

    private static MonitorReply Found(MonitoredRun run, Hit? hit, string otherwise)
    {
        if (hit is null)
            return run.Where() with { Problem = otherwise };
        string? access = hit.Bytes == 0 ? null : $"{(hit.IsStore ? "Write" : "Read")} of {hit.Bytes} "
            + $"{(hit.Bytes == 1 ? "byte" : "bytes")} at {run.Describe(hit.Address)}, ahead of it:";
        MonitorReply where = run.Where(access is null ? [] : [access]);
        uint pc = run.State->Pc;
        return where with
        {
            Data = new
            {
                at = hit.At.ToString(),
                pc = MonitoredRun.Hex(pc),
                symbol = run.SymbolAt(pc),
                address = MonitoredRun.Hex(hit.Address),
                bytes = hit.Bytes,
                isStore = hit.IsStore,
            },
        };
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
