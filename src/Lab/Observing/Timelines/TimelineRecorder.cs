using System.Globalization;
using PpcJit.Kernel;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Formats;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Timelines;

/// <summary>Takes a timeline while a guest runs, and writes it.</summary>
internal sealed unsafe class TimelineRecorder : IRecorder
{
    private const string Perfetto = ".pftrace", Page = ".html", Signals = ".vcd";

    private readonly ObservedGuest _guest;
    private readonly ExecutionFlow _flow;
    private readonly string _title;
    private readonly OutputFiles _files;
    private readonly RunTimeline _timeline;
    private readonly CallStacks? _stacks;
    private readonly SignalDump? _signals;

    /// <summary>Opens the files, and begins.</summary>
    /// <exception cref="InputException">Nobody knows the form of a file.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public TimelineRecorder(ObservedGuest guest, ExecutionFlow flow, IReadOnlyList<string> paths, string title)
    {
        (_guest, _flow, _title) = (guest, flow, title);
        _files = new OutputFiles("--timeline", paths, Perfetto, Page, Signals);
        _timeline = new RunTimeline(guest);
        if (paths.Any(path => path.EndsWith(Signals, StringComparison.Ordinal)))
        {
            _signals = new SignalDump(guest);
            _signals.Begin();
        }

        if (paths.All(path => path.EndsWith(Signals, StringComparison.Ordinal)))
            return;
        _stacks = new CallStacks(guest, _timeline);
        _timeline.Begin();
        flow.Add(_stacks);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Report()
    {
        foreach (TimelineTrack track in _timeline.Tracks.Where(track => track.LeftOut > 0))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"--timeline: {track.Name}: {track.LeftOut:N0} slices are left out, the shortest, of less than {track.Least:N0} instructions.");
        if (_signals is { IsFull: true })
            yield return $"--timeline: the signals are incomplete: there were more changes than are kept.";
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _signals?.End();
        if (_stacks is not null)
        {
            _flow.Remove(_stacks);
            _stacks.Finish();
            _timeline.End();
        }

        _files.Write(Write, path => path.EndsWith(Signals, StringComparison.Ordinal) ? SignalDump.Incomplete : null);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private void Write(string path, Stream to)
    {
        switch (Path.GetExtension(path))
        {
            case Perfetto:
                new PerfettoWriter(to, _timeline, _title).Write();
                break;
            case Page:
                TimelinePage.Write(to, _timeline, _title, _guest.State->InstructionCount);
                break;
            default:
                _signals!.Write(to, _title);
                break;
        }
    }
}
