using System.Globalization;
using System.Xml.Linq;
using PpcJit.Kernel.Texts;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>Reports as JUnit XML, which CI systems show: one test case for each case of the matrix.</summary>
public static class JUnitReport
{
    /// <summary>Gives a report as XML.</summary>
    public static string Write(ScenarioReport report)
    {
        XElement suite = new(
            "testsuite",
            new XAttribute("name", report.Scenario),
            new XAttribute("tests", report.Cases.Count),
            new XAttribute("failures", report.Cases.Count(one => one.Problem.Length > 0)),
            new XAttribute("errors", 0),
            new XAttribute("time", Seconds(report.Cases.Sum(one => one.Seconds))),
            report.Cases.Select(one => TestCase(report, one)));
        return MarkupText.Xml(new XElement("testsuites", suite));
    }

    private static XElement TestCase(ScenarioReport report, CaseReport one)
    {
        string name = string.Join(' ', one.Settings.Where(setting => one.Varying.Contains(setting.Key)).Select(setting => $"{setting.Key}={setting.Value}"));
        XElement element = new(
            "testcase",
            new XAttribute("classname", report.Scenario),
            new XAttribute("name", name.Length == 0 ? report.Scenario : name),
            new XAttribute("time", Seconds(one.Seconds)));
        if (one.Problem.Length > 0)
            element.Add(new XElement("failure", new XAttribute("message", one.Problem), one.FirstFinding is { } finding ? Explain(finding) : one.Console));
        element.Add(new XElement("system-out", one.FirstFinding is { } found ? Explain(found) : one.Outcome));
        return element;
    }

    private static string Explain(FindingReport finding) =>
        string.Join('\n', finding.Chain.Select(step => $"{step.Count,12}  {step.Place}: {step.Text}").Prepend(finding.Summary));

    private static string Seconds(double seconds) => seconds.ToString("F3", CultureInfo.InvariantCulture);
}
