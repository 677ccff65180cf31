using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Runs;

namespace PpcJit.Cli.Reports;

/// <summary>Writes the file of <c>--save-run</c> when the run has ended; that it can be written is known from the start.</summary>
internal sealed class RunSaver(string path, bool packsImages) : IDisposable
{
    private readonly OutputFile _file = OutputFile.Open("--save-run ", path);

    /// <summary>Writes the run.</summary>
    /// <exception cref="OutputException">It cannot be written; the old file is still there.</exception>
    public void Save(RunFile run, RunStart start)
    {
        (run with { Packed = packsImages ? start.Contents() : start.ChangingContents() }).Write(_file);
        _file.Commit();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
