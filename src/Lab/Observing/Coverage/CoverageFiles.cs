using PpcJit.Kernel;
using PpcJit.Lab.Observing.Formats;

namespace PpcJit.Lab.Observing.Coverage;

/// <summary>The files into which a person wants the coverage of several runs together.</summary>
public sealed class CoverageFiles : IDisposable
{
    private readonly OutputFiles _files;

    /// <summary>Opens the files.</summary>
    /// <param name="paths">Their names, whose endings say the forms.</param>
    /// <exception cref="InputException">Nobody knows the form of one.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public CoverageFiles(IEnumerable<string> paths) => _files = new OutputFiles("--coverage", paths, [.. CoverageWriter.Endings]);

    /// <summary>Writes them.</summary>
    /// <param name="report">The runs together; for none, nothing is written.</param>
    /// <returns>What was reached, in a few lines for people.</returns>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public IEnumerable<string> Write(CoverageReport? report)
    {
        if (report is null)
            return [];
        _files.Write((path, to) => CoverageWriter.Write(path, to, report));
        return CoverageWriter.Summary(report);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
