using System.Text;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Observing.Formats;

/// <summary>Files that are opened before a run, so that a wrong path does not cost it, and written after it.</summary>
internal sealed class OutputFiles : IDisposable
{
    private readonly List<(string Path, OutputFile File)> _files = [];

    /// <summary>Opens the files.</summary>
    /// <param name="option">The option that names them.</param>
    /// <param name="paths">Their names.</param>
    /// <param name="endings">What their names may end in, which says their form.</param>
    /// <exception cref="InputException">Nobody knows the form of one.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public OutputFiles(string option, IEnumerable<string> paths, params IReadOnlyCollection<string> endings)
    {
        try
        {
            foreach (string path in paths)
            {
                if (!endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
                    throw new InputException($"{option} {path}: the name's ending says the form: {string.Join(", ", endings)}.");
                _files.Add((path, OutputFile.Open(option + " ", path)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes them. That one fails does not cost the others.</summary>
    /// <param name="contents">Writes the contents of the file of a name.</param>
    /// <param name="incomplete">
    /// Gives the line that says in a file of a name that the rest is missing, when its lines are of use without those after them; otherwise null.
    /// </param>
    /// <exception cref="OutputException">At least one cannot be written.</exception>
    public void Write(Action<string, Stream> contents, Func<string, string?>? incomplete = null)
    {
        List<string> problems = [];
        foreach ((string path, OutputFile file) in _files)
        {
            try
            {
                file.Write(to => contents(path, to));
                file.Commit();
            }
            catch (OutputException error)
            {
                problems.Add($"{error.Message} {file.GiveUp(Encoding.UTF8.GetBytes(incomplete?.Invoke(path) ?? ""))}");
            }
        }

        if (problems.Count > 0)
            throw new OutputException(string.Join("\nppcjit: ", problems));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, OutputFile file) in _files)
            file.Dispose();
    }
}
