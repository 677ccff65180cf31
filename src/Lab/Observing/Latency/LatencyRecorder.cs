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
    private LatencyReport? _report;

    /// <summary>Opens the files, and begins.</summary>
    /// <exception cref="InputException">Nobody knows the form of a file, or what it is compared with cannot be read.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public LatencyRecorder(ObservedGuest guest, IEnumerable<string> paths, string? compared, string title)
    {
        _title = title;
        _before = compared is null ? null : LatencyReport.Read(compared);
        _files = new OutputFiles("--latency", paths, LatencyWriter.Endings);
        _probe = new LatencyProbe(guest);
        _probe.Begin();
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _probe.End();
        LatencyReport report = _report = _probe.Report(_title);
        _files.Write((path, to) => LatencyWriter.Write(path, to, report, _before));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Report() => _report?.Lines(_before) ?? [];

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
