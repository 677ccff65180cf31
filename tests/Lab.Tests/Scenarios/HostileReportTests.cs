using System.Xml.Linq;
using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Reports hold any text, and what is read back is looked at before it is believed.</summary>
public sealed class HostileReportTests
{
    private const string Hostile = "a\u001b[31m<b>\u0001]]>\u009b\ufffeé";
    private string _file = null!;

    [SetUp]
    public void CreateFile() => _file = Path.GetTempFileName();

    [TearDown]
    public void DeleteFile() => File.Delete(_file);

    [Test]
    public void Any_text_can_be_in_a_report()
    {
        string xml = JUnitReport.Write(Report());
        string html = HtmlReport.Write(Report());

        Assert.That(XDocument.Parse(xml).Descendants("testcase").Single().Attribute("classname")!.Value,
            Is.EqualTo("a\\x1b[31m<b>\\x01]]>\\x9b\\ufffeé"));
        Assert.That(html, Does.Contain("a\\x1b[31m&lt;b&gt;\\x01").And.Contain("é"));
        Assert.That((xml + html).Where(character => char.IsControl(character) && character is not ('\n' or '\t' or '\r')), Is.Empty);
    }

    [Test]
    public void A_report_comes_back_as_it_was_written()
    {
        File.WriteAllText(_file, JsonReports.Write(Report()));

        Assert.That(JsonReports.Write(JsonReports.Read(_file)), Is.EqualTo(JsonReports.Write(Report())));
    }

    [TestCase("\"partCount\": 1", "\"partCount\": 2147483647")]
    [TestCase("\"partCount\": 1", "\"partCount\": -1")]
    [TestCase("\"varying\": []", "\"varying\": null")]
    [TestCase("\"varying\": []", "\"varying\": [null]")]
    [TestCase("\"index\": 0", "\"index\": -1")]
    [TestCase("\"seconds\": 1", "\"seconds\": -1")]
    public void A_damaged_report_is_refused(string right, string wrong)
    {
        string json = JsonReports.Write(Report());
        Assert.That(json, Does.Contain(right));
        File.WriteAllText(_file, json.Replace(right, wrong, StringComparison.Ordinal));

        Assert.That(() => JsonReports.Read(_file), Throws.TypeOf<InputException>());
    }

    private static ScenarioReport Report() => new()
    {
        Scenario = Hostile,
        Title = Hostile,
        Engine = "jit",
        Parts = [0],
        PartCount = 1,
        Cases =
        [
            new CaseReport
            {
                Index = 0,
                Settings = [new KeyValuePair<string, string>(Hostile, Hostile)],
                Varying = [],
                Expected = new Expectation { Console = Hostile },
                End = "limit",
                Instructions = 1,
                Seconds = 1,
                Console = Hostile,
                ConsoleAppeared = false,
            },
        ],
    };
}
