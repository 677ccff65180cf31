using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;

namespace PpcJit.Cli.Commands;

/// <summary>Looks at a run with the words of the monitor.</summary>
internal sealed class RunMonitor
{
    private readonly Timeline _timeline;
    private readonly bool _opensOnDeath;
    private readonly TimelineOptions _history;
    private readonly ulong _limit;
    private RunResult? _ended;
    private int _branchesThen;

    /// <summary>Prepares to look at a run.</summary>
    /// <param name="start">The guest.</param>
    /// <param name="session">Its run, at its beginning.</param>
    /// <param name="timeline">Its history.</param>
    /// <param name="names">Names of places and values.</param>
    /// <param name="request">What the person wants.</param>
    public RunMonitor(GuestStart start, GuestSession session, Timeline timeline, DebugNames names, RunRequest request)
    {
        _timeline = timeline;
        (_opensOnDeath, _history) = (request.OpensMonitorOnDeath, request.History(isAsked: true));
        _limit = request.Options.MaxInstructions ?? ulong.MaxValue;
        Monitor = new DebugMonitor(new MonitoredRun(_timeline, names, () => session.PanicAt)
        {
            Ended = () => _timeline.Branches == _branchesThen ? _ended : null,
            SaveRun = path =>
            {
                using RunSaver saver = new(path, request.PacksImages);
                RunFile run = start.Describe(session.Machine, request.Options);
                bool endsAsBefore = _ended is { } ended && run.End.Count == ended.Instructions && _timeline.Branches == _branchesThen;
                saver.Save(endsAsBefore ? run with { End = run.End with { Reason = _ended!.End } } : run, start.Start);
            },
        });
    }

    /// <summary>Does the words.</summary>
    public DebugMonitor Monitor { get; }

    /// <summary>Whether the person was told already how the guest died.</summary>
    public bool IsToldHow { get; private set; }

    /// <summary>
    /// Does commands, prints what they answer, and goes back to where the run stood, if it is still the same run. The
    /// first that cannot be done is the last.
    /// </summary>
    /// <param name="commands">What to do.</param>
    /// <param name="console">Where answers go.</param>
    /// <param name="result">How the run had ended.</param>
    public IReadOnlyList<MonitorAnswer> Execute(IReadOnlyList<string> commands, HostConsole console, RunResult result)
    {
        Moment here = _timeline.Present;
        (_ended, _branchesThen) = (result, _timeline.Branches);
        List<MonitorAnswer> answers = [];

        // Nobody is there to stop a batch whose guest never comes to what it looks for.
        Monitor.Run.Moments.Limit = _limit;
        foreach (string command in commands)
        {
            MonitorAnswer answer = Monitor.Execute(command);
            answers.Add(answer);
            console.Print($"> {command}\n{string.Concat(answer.Lines.Select(line => line + "\n"))}");
            if (answer.Error is { } error)
            {
                console.Notice($"ppcjit: --do '{command}': {error}");
                break;
            }
        }

        if (_timeline.Branches == _branchesThen)
            _timeline.GoTo(here);
        return answers;
    }

    /// <summary>Lets a person look at a guest whenever they ask for it, and where it dies if they want to.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="goOn">Lets the guest go on.</param>
    /// <param name="result">How it ended, or was left.</param>
    /// <param name="conclude">Says how a guest died.</param>
    /// <returns>How it ended at last.</returns>
    public RunResult Attend(HostConsole console, Func<RunResult> goOn, RunResult result, Func<RunResult, IEnumerable<string>> conclude)
    {
        while (!console.IsLeft)
        {
            bool isDeath = _opensOnDeath && result.GuestFailed;
            if (!isDeath && !console.MonitorRequested)
                break;
            IsToldHow = isDeath;
            foreach (string line in isDeath ? conclude(result) : [])
                console.Notice(line);
            if (!Converse(console, result.End == RunEnd.Left ? null : result))
                break;
            IsToldHow = false;
            RunResult next = goOn();
            result = next with { HostTime = result.HostTime + next.HostTime, StateHashes =
                [.. result.StateHashes.Concat(next.StateHashes).DistinctBy(point => point.Count)] };
        }

        return result;
    }

    /// <summary>Lets a person type words until they have seen enough.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="result">How the run had ended; null when it goes on.</param>
    /// <returns>Whether the guest is to go on.</returns>
    public bool Converse(HostConsole console, RunResult? result)
    {
        Moment here = _timeline.Present;
        (_ended, _branchesThen) = (result, _timeline.Branches);
        _timeline.Options = _history;
        console.OpenMonitor();
        try
        {
            console.Print($"The monitor: 'help' lists the words; 'continue', Ctrl-D or Ctrl-A C goes on, 'quit' leaves "
                + $"PpcJit.\n{Monitor.Execute("when").Text}");
            bool? goesOn = null;
            while (goesOn is null)
            {
                string? line = console.ReadCommand();
                switch (line?.Trim())
                {
                    case null:
                        goesOn = !console.IsLeft && result is null;
                        break;
                    case "continue":
                        goesOn = true;
                        break;
                    case "quit":
                        goesOn = false;
                        break;
                    case "":
                        break;
                    case var command:
                        console.Print(console.Interruptibly(cancel => Monitor.Execute(command, cancel)).Text);
                        break;
                }
            }

            if (goesOn == true && !_timeline.Machine.IsLive)
                console.Print($"The guest does again what it did up to {_timeline.End}; from there on the outside is live.\n");
            if (goesOn == false && _timeline.Branches == _branchesThen)
                _timeline.GoTo(here);
            return goesOn == true;
        }
        finally
        {
            console.CloseMonitor();
        }
    }
}
