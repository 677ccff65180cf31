using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Cli.Reports;

/// <summary>The files into which a person wants reports.</summary>
internal sealed class ReportFiles : IDisposable
{
    private static readonly Dictionary<string, Action<Stream, ScenarioReport>> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = HtmlReport.Write,
        [".json"] = JsonReports.Write,
        [".xml"] = JUnitReport.Write,
    };

    private readonly List<(OutputFile File, Action<Stream, ScenarioReport> Format)> _files = [];

    /// <summary>Opens the files; those that exist stay as they are until <see cref="Write"/> has the new ones whole.</summary>
    /// <param name="places">
    /// Paths with a known extension, or <c>html:</c>, <c>json:</c> or <c>xml:</c> and a path that need have none, as
    /// <c>json:-</c>.
    /// </param>
    /// <exception cref="InputException">One has no known format, or two are the same file.</exception>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public ReportFiles(IReadOnlyList<string> places)
    {
        NamedFile.RefuseClashes([.. Names(places)]);
        try
        {
            foreach ((string path, Action<Stream, ScenarioReport> format) in places.Select(Choose))
                _files.Add((OutputFile.Open("--report ", path), format));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The files that places name.</summary>
    /// <exception cref="InputException">One has no known format.</exception>
    public static IEnumerable<NamedFile> Names(IEnumerable<string> places) =>
        places.Select(place => new NamedFile("--report", Choose(place).Path, IsOutput: true));

    /// <summary>Writes the files.</summary>
    /// <exception cref="OutputException">One cannot be written.</exception>
    public void Write(ScenarioReport report)
    {
        foreach ((OutputFile file, Action<Stream, ScenarioReport> format) in _files)
        {
            file.Write(to => format(to, report));
            file.Commit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((OutputFile file, _) in _files)
            file.Dispose();
    }

    private static (string Path, Action<Stream, ScenarioReport> Format) Choose(string place)
    {
        int colon = place.IndexOf(':');
        if (colon > 0 && Formats.TryGetValue("." + place[..colon], out Action<Stream, ScenarioReport>? named))
            return (place[(colon + 1)..], named);
        return Formats.TryGetValue(Path.GetExtension(place), out Action<Stream, ScenarioReport>? format)
            ? (place, format)
            : throw new InputException($"--report {place}: the name ends in one of {string.Join(", ", Formats.Keys)}, "
                + "which says what is written; 'json:-' says it for a name without.");
    }
}
