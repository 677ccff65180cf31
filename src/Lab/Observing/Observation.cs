using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Counting;
using PpcJit.Lab.Observing.Coverage;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Latency;
using PpcJit.Lab.Observing.Logs;
using PpcJit.Lab.Observing.Places;
using PpcJit.Lab.Observing.Prints;
using PpcJit.Lab.Observing.Profiles;
using PpcJit.Lab.Observing.Timelines;

namespace PpcJit.Lab.Observing;

/// <summary>Observes a run from its beginning to its end. The run is the same as without: the same states at the same counts.</summary>
public sealed class Observation : IDisposable
{
    private readonly ArrivalObserver _arrivals;
    private readonly List<IRecorder> _recorders = [];
    private readonly LogOutput? _lines;
    private readonly EventLog? _log;
    private readonly CoverageRecorder? _coverage;
    private readonly LatencyRecorder? _latency;

    /// <summary>Begins to observe a machine that stands at the beginning of its run.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="names">What names mean in its guest.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="surroundings">What else is known, and who is told.</param>
    /// <exception cref="InputException">Something that is wanted cannot be had.</exception>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public Observation(GuestMachine machine, DebugNames names, ObservationRequest request, ObservationSurroundings surroundings)
    {
        ObservedGuest guest = new(machine, names, new CodePlaces(names.Symbols, surroundings.Lines),
            surroundings.Tasks ?? Tasks(machine, names)) { Arguments = surroundings.Arguments };
        _arrivals = new ArrivalObserver(guest);
        ExecutionFlow flow = new(guest);
        try
        {
            if (request.Log is not null || request.Prints.Count > 0)
                _lines = new LogOutput(request.Log?.Path, request.Log?.Limit ?? LogRequest.DefaultLimit, surroundings.Notice, surroundings.Show);
            if (request.Prints.Count > 0)
                _ = new PrintPoints(guest, _arrivals, "--print", request.Prints, _lines!);
            if (request.Count is { } places)
                _recorders.Add(new PlaceCounts(guest, _arrivals, places));
            if (request.Log is { } log)
                _log = new EventLog(guest, flow, new Window(guest, _arrivals, surroundings.End, surroundings.Panic), log, _lines!,
                    (surroundings.Notice, surroundings.End));
            if (request.Profiles.Count > 0)
                _recorders.Add(new ProfileRecorder(guest, flow, request.Profiles, surroundings.Title));
            if (request.Timelines.Count > 0)
                _recorders.Add(new TimelineRecorder(guest, flow, request.Timelines, surroundings.Title));
            if (request.TakesCoverage || request.Coverage.Count > 0)
                _recorders.Add(_coverage = new CoverageRecorder(guest, flow, request.Coverage, surroundings.Title));
            if (request.MeasuresLatency)
                _recorders.Add(_latency = new LatencyRecorder(guest, request.LatencyFiles,
                    request.ComparedReport ?? (request.ComparedLatency is { } compared ? LatencyReport.Read(compared) : null), surroundings.Title));
            _arrivals.Begin();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What was reached, when the run has ended; null when that was not asked for.</summary>
    public CoverageReport? Coverage => _coverage?.Coverage;

    /// <summary>The latencies, when the run has ended; null when those were not asked for.</summary>
    public LatencyReport? Latencies => _latency?.Latencies;

    /// <summary>Lines that were logged and printed so far.</summary>
    public ulong Lines => _lines?.Lines ?? 0;

    /// <summary>Keeps of a log what there is, when the run cannot go on; of all else, part is of no use.</summary>
    public void GiveUp() => _lines?.GiveUp();

    /// <summary>Ends with the run, and writes what was collected.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> Complete()
    {
        List<string> problems = [];
        _log?.Complete();
        _arrivals.End();
        if (_lines?.Complete() is { } problem)
            problems.Add(problem);
        foreach (IRecorder recorder in _recorders)
        {
            try
            {
                recorder.Complete();
            }
            catch (OutputException error)
            {
                problems.Add(error.Message);
            }
        }

        return problems;
    }

    /// <summary>Gives what is to be shown at the end, as lines for people.</summary>
    public IEnumerable<string> Report() => _recorders.SelectMany(recorder => recorder.Report());

    private static ITaskNames Tasks(GuestMachine machine, DebugNames names)
    {
        StackTasks stacks = new(machine.Board);
        return names.Kernel is { } kernel ? new KernelTasks(kernel, stacks) : stacks;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines?.Dispose();
        foreach (IRecorder recorder in _recorders)
            recorder.Dispose();
    }
}
