using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>What a scenario file means that leaves things out.</summary>
internal sealed class ScenarioDefaultsTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Test]
    public void A_file_with_an_image_alone_runs_it_as_boot_would()
    {
        Scenario scenario = Read("image: a");
        ScenarioCase only = scenario.Cases.Single();
        Assert.That((scenario.Name, scenario.Title), Is.EqualTo(("test", "")));
        Assert.That((only.Board, only.MemoryBytes, only.Symbols, only.CommandLine, only.Input),
            Is.EqualTo((BoardCatalog.All[0].Name, (uint?)null, (string?)null, (string?)null, "")));
        Assert.That((only.Injections.Count, only.Checks.Count, only.Searches.Count, only.Settings.Count, only.Kernel),
            Is.EqualTo((0, 0, 0, 0, (KernelSection?)null)));
        Assert.That(only.Expect.Brief, Is.EqualTo("no finding"));
    }

    [TestCase("")]
    [TestCase("\nend: {console: x}")]
    [TestCase("\nend: {panic: [y]}")]
    public void A_run_ends_after_1000_million_instructions(string end) =>
        Assert.That(Read($"image: a{end}").Cases.Single().Ends.Instructions, Is.EqualTo(1_000_000_000ul));

    [TestCase("raise pit", 2_000ul, 100_000ul)]
    [TestCase("return 0 from f", 200_000ul, 2_000_000ul)]
    public void A_trial_of_a_search_passes_and_is_given_up_after_counts_that_fit_its_injection(string inject, ulong pass, ulong limit)
    {
        Search search = Read($"image: a\nsearch: {{inject: {inject}, from: main, window: 5}}").Cases.Single().Searches.Single();
        Assert.That((search.Pass, search.Limit, search.Within.Count, search.From.Arrival), Is.EqualTo((pass, limit, 0, 1ul)));
    }

    [TestCase(9_000ul, 100_000ul)]
    [TestCase(11_000ul, 110_000ul)]
    public void The_limit_of_a_trial_is_ten_times_its_pass_and_not_less_than_100_000(ulong pass, ulong limit)
    {
        Search search = Read($"image: a\nsearch: {{inject: raise pit, from: main, window: 5, pass: {pass}}}").Cases.Single().Searches.Single();
        Assert.That((search.Pass, search.Limit), Is.EqualTo((pass, limit)));
    }

    [Test]
    public void A_kernel_of_which_nothing_else_is_said_has_4_KB_pages_and_tables_with_the_usual_bits()
    {
        KernelDescription kernel = Resolve("page-table: 0x1000, lwp-array: 0x2000, direct-size: 16M");
        Assert.That((kernel.PageSize, kernel.PcbSize, kernel.UAreaSize, kernel.KernelPid, kernel.LwpNameIsPointer),
            Is.EqualTo((4096u, 0u, (uint?)null, (uint?)null, false)));
        Assert.That(kernel.PageTable, Is.EqualTo(new PageTable(0x1000, 0, 0, 0xfffffc00, uint.MaxValue)));
        Assert.That(kernel.AllLwps, Is.EqualTo(new LwpTable(0x2000, 1, 0)));
        Assert.That(kernel.DirectMap, Is.EqualTo(new DirectMap(0, 0, 16 << 20)));
        Assert.That(Resolve("lwp-list: 0x3000").AllLwps, Is.EqualTo(new LwpTable(0x3000, 0, 0)));
    }

    private static KernelDescription Resolve(string section) =>
        Read($"image: a\nkernel: {{{section}}}").Cases.Single().Kernel!.Resolve(new GuestSymbols(null, "a"));

    private static Scenario Read(string text) => ScenarioReader.Read("test.yaml", text, Nothing);
}
