using System.Buffers.Binary;
using System.Xml.Linq;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Each way in which a guest can end has a word of its own in every report, with where it stood and what led there.</summary>
[TestFixture]
internal sealed class DeathTests
{
    private const uint Start = 0x10000;
    private const uint Loop = 0x48000000; // b .
    private static readonly uint[] Illegal = [0];
    private static readonly uint[] Watchdog = [0x3cc03000, MoveTo(986, 6), Loop]; // lis r6,0x3000; mtspr TCR,r6
    private static readonly uint[] ResetByDebug = [0x3cc03000, MoveTo(1010, 6), Loop]; // mtspr DBCR0,r6
    private static readonly uint[] Wait = [0x3c600004, 0x7c600124, Loop]; // lis r3,4; mtmsr r3

    /// <summary>Stores nop and rfi at the vector of the program exception, then takes an illegal instruction for ever.</summary>
    private static readonly uint[] Circle = [0x3ca06000, 0x90a00700, 0x3ca04c00, 0x60a50064, 0x90a00704, 0];

    /// <summary>LCR = 8 bits, IER = the transmitter's interrupt, as a tty driver leaves it that was about to send.</summary>
    private static readonly uint[] EnableTransmitter = [0x3c60ef60, 0x60630300, 0x38800003, 0x98830003, 0x38800002, 0x98830001];

    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<TestCaseData> Deaths =>
    [
        new("exception-loop", Illegal, "the first was Program at"),
        new("fault-cycle", Circle, "The same faults come again and again"),
        new("watchdog-reset", Watchdog, "The watchdog reset the machine at"),
        new("waits-forever", Wait, "for an interrupt that nothing can raise"),
        new("panic", Print("Kernel panic: no init\n"), "The guest panicked: Kernel panic: no init"),
        new("panic", Print("panic: Größe\n"), "The guest panicked: panic: Größe"),
        new("panic", Print("Kernel panic: within a line"), "The guest panicked: Kernel panic: within a line"),
        new("debugger-prompt", Print("db> "), "in its debugger, and nobody types: db>"),
        new("debugger-prompt", Print("--db_more--"), "in its debugger, and nobody types: --db_more--"),
        new("debugger-prompt", (uint[])[.. EnableTransmitter, .. Print("\ndb{0}> ")], "in its debugger, and nobody types: db{0}>"),
    ];

    [TestCaseSource(nameof(Deaths))]
    public void A_death_is_told_in_every_report(string end, uint[] code, string summary)
    {
        ScenarioReport report = Run(code);
        CaseReport only = report.Cases.Single();
        Assert.That((only.End, report.AsExpected), Is.EqualTo((end, false)));
        Assert.That(only.Finding!.Summary, Does.Contain(summary));
        XElement failure = XDocument.Parse(Written.By(JUnitReport.Write, report)).Descendants("failure").Single();
        XElement output = XDocument.Parse(Written.By(JUnitReport.Write, report)).Descendants("system-out").Single();
        Assert.That(failure.Attribute("type")!.Value, Is.EqualTo(end));
        foreach (string told in (string[])[failure.Value, output.Value, string.Join('\n', only.Standing)])
            Assert.That(told, Does.Contain("PC  0x").And.Contain("MSR 0x").And.Match("after [0-9]+ instructions"));
        Assert.That(failure.Value, Does.Contain(summary));
        Assert.That(Written.By(JsonReports.Write, report), Does.Contain($"\"end\": \"{end}\"").And.Contain("PC  0x"));
        Assert.That(Written.By(HtmlReport.Write, report), Does.Contain("Where the guest stood").And.Contain("PC  0x"));
        if (end is "exception-loop" or "fault-cycle")
            Assert.That(failure.Value, Does.Contain("The last exceptions").And.Contain("Program at 0x000100"));
    }

    [TestCase("exception-loop")]
    [TestCase("watchdog-reset")]
    public void A_death_that_was_expected_is_none(string end) =>
        Assert.That(Run(end == "watchdog-reset" ? Watchdog : Illegal, $"expect: {{exit: {end}}}").AsExpected, Is.True);

    [Test]
    public void A_reset_and_a_halt_are_no_deaths_but_have_words()
    {
        Assert.That(Run(ResetByDebug).Cases.Single().End, Is.EqualTo("reset"));
        ScenarioReport halted = Run(Print("reboot: Power down\n"));
        Assert.That((halted.Cases.Single().End, halted.AsExpected), Is.EqualTo(("power-off", true)));
        Assert.That(Run(Print("reboot: Power down\n"), "expect: {exit: reset}").AsExpected, Is.False);
    }

    [Test]
    public void A_scenarios_own_texts_are_a_panic_beside_the_known_ones([Values("Oops: 11\n", "panic: x\n")] string printed) =>
        Assert.That(Run(Print(printed), "end: {panic: [Oops]}").Cases.Single().End, Is.EqualTo("panic"));

    [Test]
    public void A_signal_leaves_what_is_known_and_what_is_missing_is_said()
    {
        int asked = 0;
        ScenarioReport report = Run([Loop], "matrix: {n: [1, 2, 3]}\nend: {instructions: 1000G}", () => ++asked < 10 ? 0 : 15);
        Assert.That((report.Signal, report.Missing, report.Cases.Single().End, report.IsWhole), Is.EqualTo((15, 2, "signal", false)));
        Assert.That(XDocument.Parse(Written.By(JUnitReport.Write, report)).Descendants("failure").Single().Value, Does.Contain("PC  0x00010000"));
        Assert.That(Written.By(HtmlReport.Write, report), Does.Contain("Signal 15 ended the run; 2 cases had not begun."));
    }

    private ScenarioReport Run(uint[] code, string more = "", Func<int>? signal = null)
    {
        byte[] bytes = new byte[code.Length * 4];
        for (int n = 0; n < code.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(n * 4), code[n]);
        File.WriteAllBytes(Path.Combine(_folder, "guest.elf"), ElfWriter.Write(Start, Start, bytes));
        string limit = more.Contains("end:", StringComparison.Ordinal) ? "" : "end: {instructions: 5M}\n";
        Scenario scenario = ScenarioReader.Read(
            Path.Combine(_folder, "death.yaml"), $"image: guest.elf\n{limit}{more}", new Dictionary<string, string>());
        return ScenarioRunner.Run(scenario, new RunSettings("interpreter", processor => new InterpreterEngine(processor), 1, EndSignal: signal));
    }

    private static uint[] Print(string text) =>
    [
        0x3c60ef60, 0x60630300, 0x38800003, 0x98830003, // lis r3; ori r3: UART0; LCR = 8 bits
        .. System.Text.Encoding.UTF8.GetBytes(text).SelectMany(value => (uint[])[0x38800000u | value, 0x98830000]), // li r4; stb r4,0(r3)
        Loop,
    ];

    private static uint MoveTo(uint spr, uint source) => (31u << 26) | (source << 21) | ((spr & 31u) << 16) | ((spr >> 5) << 11) | (467u << 1);
}
