using PpcJit.Kernel;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Formats;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Latency;

/// <summary>Measures the latencies of a run, and writes them.</summary>
internal sealed class LatencyRecorder : IRecorder
{
    private readonly LatencyProbe _probe;
    private readonly OutputFiles _files;
    private readonly LatencyReport? _before;
    private readonly string _title;

    /// <summary>Opens the files, and begins.</summary>
    /// <exception cref="InputException">Nobody knows the form of a file.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public LatencyRecorder(ObservedGuest guest, IEnumerable<string> paths, LatencyReport? before, string title)
    {
        _title = title;
        _before = before;
        _files = new OutputFiles("--latency", paths, LatencyWriter.Endings);
        _probe = new LatencyProbe(guest);
        _probe.Begin();
    }

    /// <summary>What was measured; null before the end.</summary>
    public LatencyReport? Latencies { get; private set; }

    /// <inheritdoc/>
    public void Complete()
    {
        _probe.End();
        LatencyReport report = Latencies = _probe.Report(_title);
        _files.Write((path, to) => LatencyWriter.Write(path, to, report, _before));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Report() => Latencies?.Lines(_before) ?? [];

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
