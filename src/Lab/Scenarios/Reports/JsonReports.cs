using System.Text.Json;
using PpcJit.Kernel.Files;
using PpcJit.Kernel;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Reports as JSON: for programs, and for merging the parts of a large run.</summary>
public static class JsonReports
{
    private static readonly JsonSerializerOptions Options = new(JsonText.Form) { RespectNullableAnnotations = true };

    private static readonly InputLimit Limit = new(128 << 20, "which is the most that a report may have");

    /// <summary>Gives a report as JSON.</summary>
    public static string Write(ScenarioReport report) => JsonSerializer.Serialize(report, Options) + "\n";

    /// <summary>Reads a report back.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It is not one.</exception>
    public static ScenarioReport Read(string path)
    {
        ImageBytes file = InputFile.Read(path, Limit);
        try
        {
            ScenarioReport report = JsonSerializer.Deserialize<ScenarioReport>(file.Memory.Span, Options) ?? throw file.Bad("it holds no report");
            return ReportCheck.Problem(report) is { } problem ? throw file.Bad($"it is damaged: {problem}") : report;
        }
        catch (JsonException error)
        {
            throw file.Bad($"it is not a report that 'scenario run --report FILE.json' wrote (line {error.LineNumber + 1})");
        }
    }
}
