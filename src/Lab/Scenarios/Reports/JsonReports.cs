using System.Text.Json;
using PpcJit.Kernel.Files;
using PpcJit.Kernel;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Reports as JSON: for programs, and for merging the parts of a large run.</summary>
public static class JsonReports
{
    /// <summary>
    /// Most bytes of all reports that are read together. A byte of text can become ten of memory: an empty text in a list has three, and takes eight,
    /// in a list that grows by doubling.
    /// </summary>
    public const long MaxBytes = 64 << 20;

    /// <summary>Writes a report as JSON.</summary>
    public static void Write(Stream to, ScenarioReport report) => JsonText.Write(to, report, JsonText.StrictForm);

    /// <summary>Reads reports back.</summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="InputException">One is no report, or they are too large together.</exception>
    public static IReadOnlyList<(string File, ScenarioReport Report)> ReadAll(IEnumerable<string> paths)
    {
        List<(string, ScenarioReport)> reports = [];
        long left = MaxBytes;
        foreach (string path in paths)
        {
            InputLimit limit = new(left, reports.Count == 0
                ? "which is the most that a report may have"
                : $"which is what the files before it leave of the {MaxBytes >> 20} MB that reports may have together");
            ImageBytes file = InputFile.Read(path, limit);
            left -= file.Memory.Length;
            reports.Add((path, Read(file)));
        }

        return reports;
    }

    private static ScenarioReport Read(ImageBytes file)
    {
        try
        {
            ScenarioReport report = JsonSerializer.Deserialize<ScenarioReport>(file.Memory.Span, JsonText.StrictForm)
                ?? throw file.Bad("it holds no report");
            return ReportCheck.Problem(report) is { } problem ? throw file.Bad($"it is damaged: {problem}") : report;
        }
        catch (JsonException error)
        {
            throw file.Bad($"it is not a report that 'scenario run --report FILE.json' wrote (line {error.LineNumber + 1})");
        }
    }
}
