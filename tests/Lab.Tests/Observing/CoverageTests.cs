using System.Text.Json;
using System.Text.RegularExpressions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Observing;
using PpcJit.Lab.Observing.Coverage;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Logs;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Which code was reached, by function, line and branch.</summary>
public sealed class CoverageTests
{
    private const ulong Counted = 400_000;

    [Test]
    public void Each_instruction_is_counted_as_often_as_the_log_has_it()
    {
        ObservedRun logged = ObservedRun.Of(jit: false, folder => new ObservationRequest
        {
            Log = new LogRequest([LogKind.Instructions]) { Path = Path.Combine(folder, "a.log"), Limit = ulong.MaxValue },
        }, Counted);
        Dictionary<uint, ulong> byLog = logged.Text(".log").TrimEnd('\n').Split('\n')
            .Select(line => Convert.ToUInt32(Regex.Match(line, " insn +0x([0-9a-f]+)").Groups[1].Value, 16)).GroupBy(address => address)
                .ToDictionary(address => address.Key, address => (ulong)address.Count());
        foreach (bool jit in (bool[])[true, false])
        {
            CoverageReport report = Report(ObservedRun.Of(jit, folder => Coverage(folder, "a.json"), Counted));
            Dictionary<uint, ulong> byReport = report.Functions
                .SelectMany(function => function.Reached.SelectMany(stretch => Enumerable.Range(stretch.First, stretch.Length)
                    .Select(word => (Address: function.Start + (uint)(4 * word), stretch.Times))))
                .ToDictionary(word => word.Address, word => word.Times);
            Assert.That(byReport, Is.EquivalentTo(byLog));
        }
    }

    [Test]
    public void Genhtml_accepts_lines_branches_and_functions_and_counts_them_as_the_report_does()
    {
        ObservedRun run = ObservedRun.Of(jit: true, folder => Coverage(folder, "a.info"));
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            // The names of files are those that the compiler was given, in the guest's folder.
            string info = Path.Combine(folder, "a.info");
            File.WriteAllText(info, Regex.Replace(run.Text(".info"), "(?m)^SF:(?!/)(.*)$", $"SF:{HostTool.RepositoryFile("guests/demo")}/$1"));
            (int exitCode, byte[] output, string errors) = HostTool.Run("genhtml", "lcov", "--branch-coverage", "--output-directory", folder, info);
            string text = System.Text.Encoding.UTF8.GetString(output);
            Assert.That(exitCode, Is.Zero, text + errors);
            string[] lines = run.Text(".info").Split('\n');
            Assert.That(text, Does.Contain($"({lines.Count(line => Regex.IsMatch(line, "^DA:.*,[1-9]"))} of "
                + $"{lines.Count(line => line.StartsWith("DA:", StringComparison.Ordinal))} lines)"));
            Assert.That(text, Does.Match(@"branches\.+: [\d.]+% \(\d+ of \d+ branches\)"));
            Assert.That(Directory.GetFiles(folder, "main.c.gcov.html", SearchOption.AllDirectories), Is.Not.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Runs_are_put_together()
    {
        CoverageReport first = Report(ObservedRun.Of(jit: true, folder => Coverage(folder, "a.json"), 100_000));
        CoverageReport whole = Report(ObservedRun.Of(jit: false, folder => Coverage(folder, "a.json")));
        CoverageSum together = new();
        together.Add(first);
        together.Add(whole);
        CoverageReport both = together.Report!;
        Assert.That(both.Runs, Is.EqualTo(2));
        foreach (FunctionCoverage function in whole.Functions)
        {
            FunctionCoverage sum = both.Functions.Single(one => one.Start == function.Start);
            Assert.That(sum.Entered, Is.EqualTo(function.Entered + (first.Functions.FirstOrDefault(one =>
                one.Start == function.Start)?.Entered ?? 0)), function.Name);
            Assert.That(sum.Reached.Sum(stretch => stretch.Length), Is.EqualTo(function.Reached.Sum(stretch => stretch.Length)), function.Name);
        }

        FileCoverage file = both.Files.Single(one => one.Name.EndsWith("main.c", StringComparison.Ordinal));
        FileCoverage of = whole.Files.Single(one => one.Name == file.Name);
        Assert.That(file.Lines.Select(line => line.Line), Is.EqualTo(of.Lines.Select(line => line.Line)));
        Assert.That(file.Lines.Sum(line => (long)line.Times), Is.GreaterThan(of.Lines.Sum(line => (long)line.Times)));
    }

    [Test]
    public void The_page_and_the_summary_say_what_was_not_reached()
    {
        ObservedRun run = ObservedRun.Of(jit: true, folder => Coverage(folder, "a.html"), 100_000);
        Assert.That(run.Text(".html"), Does.Contain("Functions that were not reached").And.Contain("main.c").And.Not.Match("(src|href)=|https?:"));
        Assert.That(run.Report, Has.Some.Match(@"^\d+ of \d+ \([\d.]+%\) functions and \d+ of \d+ \([\d.]+%\) instructions were reached\.$"));
        Assert.That(run.Report, Has.Some.Match(@"^\d+ of \d+ \([\d.]+%\) lines were reached; of the branches that were, \d+ of \d+ \([\d.]+%\) "
            + @"went both ways\.$"));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("{\"title\":\"x\",\"functions\":[null]}")]
    [TestCase("{\"title\":\"x\",\"functions\":[{\"name\":\"f\",\"start\":0,\"words\":1,\"entered\":0}]}")]
    [TestCase("{\"title\":\"x\",\"files\":[{\"name\":\"f\",\"lines\":[null]}]}")]
    [TestCase("{\"title\":\"x\",\"runs\":-1}")]
    [TestCase("{\"title\":\"x\",\"functions\":[{\"name\":\"f\",\"start\":0,\"words\":1,\"entered\":0,"
        + "\"reached\":[{\"first\":0,\"length\":2,\"times\":1}]}]}")]
    [TestCase("{\"title\":\"x\",\"files\":[{\"name\":\"f\",\"lines\":[{}],\"branches\":[],\"functions\":[]}]}")]
    [TestCase("not json")]
    public void What_is_no_report_is_refused(string text)
    {
        using TemporaryFile file = new(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.That(() => CoverageReport.Read(file.Path),
            Throws.TypeOf<PpcJit.Kernel.InputException>().With.Message.Contains("is no report of coverage"));
    }

    [Test]
    public void Any_number_of_runs_adds_up()
    {
        CoverageSum sum = new();
        FunctionCoverage whole = new("f", 0, (1 << 30) - 1, 1, [new ReachedStretch(0, (1 << 30) - 1, 1)]);
        for (int n = 0; n < 3; n++)
        {
            sum.Add(new CoverageReport
            {
                Title = "x", Runs = int.MaxValue, Functions = [whole, whole with { Name = "g" }, whole with { Name = "h" }],
            });
        }

        Assert.That(sum.Report!.Runs, Is.EqualTo(int.MaxValue));
        Assert.That(CoverageWriter.Summary(sum.Report).First(), Does.Contain("3221225469 of 3221225469 (100.0%) instructions were reached"));
    }

    [Test]
    public void A_guest_that_runs_everywhere_is_counted_on_so_many_pages()
    {
        CoverageCounts counts = new(guest: null!);
        for (uint page = 0; page < 8192; page++)
            counts.Ran(new CodeRun(page << 12, 1, 0, false, page));
        Assert.That(counts.IsFull, Is.False);
        counts.Ran(new CodeRun(8192u << 12, 1, 0, false, 8192));
        counts.Ran(new CodeRun(0, 1, 0, false, 8193));
        Assert.That(counts.IsFull);
    }

    /// <summary>Looking at each instruction that the symbol claims, a thousand million, would take minutes.</summary>
    [Test]
    public void A_symbol_may_claim_the_whole_address_space()
    {
        byte[] image = new ElfBuilder().Segment(0x10000, [0x60, 0, 0, 0, 0x4b, 0xff, 0xff, 0xfc]).Function("all", 0x10000, 0xfffeffff).Build();
        CoverageReport report = Report(ObservedRun.Of(jit: false, folder => Coverage(folder, "a.json"), 1000, image));
        FunctionCoverage all = report.Functions.Single(function => function.Name == "all");
        Assert.That(all.Reached, Is.EqualTo((ReachedStretch[])[new ReachedStretch(0, 2, 500)]));
    }

    private static CoverageReport Report(ObservedRun run) => JsonSerializer.Deserialize<CoverageReport>(run.Bytes(".json"), JsonText.Form)!;

    private static ObservationRequest Coverage(string folder, string file) => new() { Coverage = [Path.Combine(folder, file)] };
}
