using PpcJit.Kernel;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;

namespace PpcJit.Lab.Observing.Coverage;

/// <summary>Takes the coverage of a run, and writes it.</summary>
internal sealed class CoverageRecorder : IRecorder
{
    private readonly ExecutionFlow _flow;
    private readonly CoverageCounts _counts;
    private readonly string _title;
    private readonly CoverageFiles _files;

    /// <summary>Opens the files, and begins.</summary>
    /// <exception cref="InputException">Nobody knows the form of a file.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public CoverageRecorder(ObservedGuest guest, ExecutionFlow flow, IEnumerable<string> paths, string title)
    {
        (_flow, _title) = (flow, title);
        _files = new CoverageFiles(paths);
        _counts = new CoverageCounts(guest);
        flow.Add(_counts);
    }

    /// <summary>What was reached; null before the end.</summary>
    public CoverageReport? Coverage { get; private set; }

    /// <inheritdoc/>
    public void Complete()
    {
        _flow.Remove(_counts);
        Coverage = _counts.Report(_title);
        _files.Write(Coverage);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Report() => Coverage is null ? [] : CoverageWriter.Summary(Coverage).Concat(
        _counts.IsFull ? ["--coverage: code was reached on more pages than are counted; what is on the rest is left out."] : []);

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
