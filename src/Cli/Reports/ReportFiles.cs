using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Cli.Reports;

/// <summary>The files into which a person wants reports.</summary>
internal sealed class ReportFiles
{
    private static readonly Dictionary<string, Func<ScenarioReport, string>> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = HtmlReport.Write,
        [".json"] = JsonReports.Write,
        [".xml"] = JUnitReport.Write,
    };

    private readonly IReadOnlyList<string> _paths;

    /// <summary>Takes the paths; nothing is written yet.</summary>
    /// <exception cref="InputException">One has no known extension, or its folder does not exist.</exception>
    public ReportFiles(IReadOnlyList<string> paths)
    {
        _paths = paths;
        foreach (string path in paths)
        {
            if (!Formats.ContainsKey(Path.GetExtension(path)))
                throw new InputException($"--report {path}: the name ends in one of {string.Join(", ", Formats.Keys)}, which says what is written.");
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
                throw new InputException($"--report {path}: the folder {folder} does not exist.");
        }
    }

    /// <summary>Writes the files.</summary>
    /// <exception cref="InputException">One cannot be written.</exception>
    public void Write(ScenarioReport report)
    {
        foreach (string path in _paths)
        {
            try
            {
                File.WriteAllText(path, Formats[Path.GetExtension(path)](report));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"--report {path}: the file cannot be written: {error.Message.TrimEnd('.')}.", error);
            }
        }
    }
}
