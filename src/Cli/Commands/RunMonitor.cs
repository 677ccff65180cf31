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
        Monitor = new DebugMonitor(new MonitoredRun(_timeline, names, () => session.PanicAt)
        {
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

    /// <summary>Does commands, prints what they answer, and goes back to where the run stood, if it is still the same run. The first that cannot be done is the last.</summary>
    /// <param name="commands">What to do.</param>
    /// <param name="console">Where answers go.</param>
    /// <param name="result">How the run had ended.</param>
    public IReadOnlyList<MonitorAnswer> Execute(IReadOnlyList<string> commands, HostConsole console, RunResult result)
    {
        Moment here = _timeline.Present;
        (_ended, _branchesThen) = (result, _timeline.Branches);
        List<MonitorAnswer> answers = [];
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
}
