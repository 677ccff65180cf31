using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>What reports tell.</summary>
internal static class Told
{
    /// <summary>Looks for a text in JUnit, HTML and JSON.</summary>
    public static void InAllReports(ScenarioReport report, string text)
    {
        InReportsForPeople(report, text);
        Assert.That(Regex.Unescape(Written.By(JsonReports.Write, report)), Does.Contain(text), "JSON");
    }

    /// <summary>Looks for a text in JUnit and HTML: JSON has it in parts.</summary>
    public static void InReportsForPeople(ScenarioReport report, string text)
    {
        string xml = string.Concat(XDocument.Parse(Written.By(JUnitReport.Write, report)).Descendants("testcase")
            .Select(one => one.Value
                + string.Concat(one.Descendants().SelectMany(part => part.Attributes("message")).Select(message => message.Value))));
        Assert.That(xml, Does.Contain(text), "JUnit");
        Assert.That(WebUtility.HtmlDecode(Written.By(HtmlReport.Write, report)), Does.Contain(text), "HTML");
    }
}
