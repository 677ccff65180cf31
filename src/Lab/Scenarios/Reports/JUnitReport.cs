using System.Globalization;
using System.Xml.Linq;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Reports as JUnit XML, which CI systems show: one test case for each case of the matrix.</summary>
public static class JUnitReport
{
    /// <summary>Writes a report as XML.</summary>
    public static void Write(Stream to, ScenarioReport report)
    {
        XStreamingElement suite = new(
            "testsuite",
            new XAttribute("name", report.Scenario),
            new XAttribute("tests", report.Cases.Count),
            new XAttribute("failures", report.Cases.Count(one => one.Problem.Length > 0)),
            new XAttribute("errors", 0),
            new XAttribute("time", Seconds(report.Cases.Sum(one => one.Seconds))),
            report.Cases.Select(one => TestCase(report, one)));
        MarkupText.Xml(to, new XStreamingElement("testsuites", suite));
    }

    private static XElement TestCase(ScenarioReport report, CaseReport one)
    {
        string name = string.Join(' ', one.Settings.Where(setting => one.Varying.Contains(setting.Key)).Select(
            setting => $"{setting.Key}={setting.Value}"));
        XElement element = new(
            "testcase",
            new XAttribute("classname", report.Scenario),
            new XAttribute("name", name.Length == 0 ? report.Scenario : name),
            new XAttribute("time", Seconds(one.Seconds)));
        if (one.Problem.Length > 0)
            element.Add(new XElement("failure", new XAttribute("message", one.Problem), new XAttribute("type", one.End), Explain(one)));
        string notes = string.Concat(one.Notes.Concat(SearchText.Lines(one)).Concat(SearchText.FatalLines(one)).Select(note => $"{note}\n"));
        element.Add(new XElement("system-out", $"{one.Outcome}\n{notes}{Explain(one)}\n{one.Console}"));
        return element;
    }

    /// <summary>What was found and what led there, then where the guest stood: a CI system shows nothing else.</summary>
    private static string Explain(CaseReport one)
    {
        IEnumerable<string> lines = one.FirstFinding is { } finding
            ? finding.Chain.Select(step => $"{step.Count,12}  {step.Place}: {step.Text}").Prepend(finding.Summary).Concat(finding.CutOff)
            : [$"The run ended with {one.End}."];
        string? look = one.FirstFinding?.Run is { } run ? $"To look at it: {ShellText.Open(run, RunFile.Death)}" : one.FirstFinding?.NoRun;
        return string.Join('\n', [.. lines, .. look is null ? (string[])[] : [look], .. one.Standing]);
    }

    private static string Seconds(double seconds) => seconds.ToString("F3", CultureInfo.InvariantCulture);
}
