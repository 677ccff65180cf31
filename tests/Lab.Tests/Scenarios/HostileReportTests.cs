using System.Text;
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
        string xml = Written.By(JUnitReport.Write, Report());
        string html = Written.By(HtmlReport.Write, Report());

        Assert.That(XDocument.Parse(xml).Descendants("testcase").Single().Attribute("classname")!.Value,
            Is.EqualTo("a\\x1b[31m<b>\\x01]]>\\x9b\\ufffeé"));
        Assert.That(html, Does.Contain("a\\x1b[31m&lt;b&gt;\\x01").And.Contain("é"));
        Assert.That((xml + html).Where(character => char.IsControl(character) && character is not ('\n' or '\t' or '\r')), Is.Empty);
    }

    [Test]
    public void A_report_comes_back_as_it_was_written()
    {
        File.WriteAllText(_file, Written.By(JsonReports.Write, Report()));

        Assert.That(Written.By(JsonReports.Write, Read(_file)), Is.EqualTo(Written.By(JsonReports.Write, Report())));
    }

    [TestCase("\"partCount\": 1", "\"partCount\": 2147483647")]
    [TestCase("\"partCount\": 1", "\"partCount\": -1")]
    [TestCase("\"varying\": []", "\"varying\": null")]
    [TestCase("\"varying\": []", "\"varying\": [null]")]
    [TestCase("\"index\": 0", "\"index\": -1")]
    [TestCase("\"seconds\": 1", "\"seconds\": -1")]
    public void A_damaged_report_is_refused(string right, string wrong)
    {
        string json = Written.By(JsonReports.Write, Report());
        Assert.That(json, Does.Contain(right));
        File.WriteAllText(_file, json.Replace(right, wrong, StringComparison.Ordinal));

        Assert.That(() => Read(_file), Throws.TypeOf<InputException>());
    }

    [Test]
    public void A_large_report_is_never_whole_in_memory()
    {
        const int Cases = 4000;
        CaseReport one = Report().Cases[0] with { Console = new string('c', 10_000) };
        ScenarioReport large = Report() with { Cases = [.. Enumerable.Repeat(one, Cases)] };
        foreach (Action<Stream, ScenarioReport> write in (Action<Stream, ScenarioReport>[])[JsonReports.Write, JUnitReport.Write, HtmlReport.Write])
        {
            write(Stream.Null, large with { Cases = [one] });
            using LiveBytes live = new();
            write(live, large);
            Assert.That(live.Passed, Is.GreaterThan(Cases * one.Console.Length));
            Assert.That(live.Rise, Is.LessThan(4 << 20), "bytes in use while it is written");
        }
    }

    [Test]
    public void Reports_that_are_too_large_together_are_refused_before_they_are_read()
    {
        using (FileStream file = File.OpenWrite(_file))
            file.SetLength(JsonReports.MaxBytes + 1);
        Assert.That(() => Read(_file), Throws.TypeOf<InputException>().With.Message.Contains("(64 MB), which is the most that a report may have"));

        using TemporaryFile first = new(Encoding.UTF8.GetBytes(Written.By(JsonReports.Write, Report())));
        using (FileStream file = File.OpenWrite(_file))
            file.SetLength(JsonReports.MaxBytes);
        Assert.That(() => JsonReports.ReadAll([first.Path, _file]), Throws.TypeOf<InputException>().With.Message.Contains("together"));
    }

    /// <summary>Takes a text, and looks every few megabytes how many bytes are in use.</summary>
    private sealed class LiveBytes : MemoryStream
    {
        private const long Distance = 8 << 20;
        private readonly long _before = InUse();
        private long _next = Distance;

        public long Passed { get; private set; }

        public long Rise { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Passed += buffer.Length;
            if (Passed < _next)
                return;
            _next += Distance;
            Rise = Math.Max(Rise, InUse() - _before);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        private static long InUse()
        {
            GC.Collect();
            return GC.GetTotalMemory(forceFullCollection: false);
        }
    }

    private static ScenarioReport Read(string path) => JsonReports.ReadAll([path]).Single().Report;

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
