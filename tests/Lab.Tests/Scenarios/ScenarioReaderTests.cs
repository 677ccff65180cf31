using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Scenario files: what they may hold, and how errors say where and what was expected.</summary>
[TestFixture]
internal sealed class ScenarioReaderTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [TestCase("image: [", "test.yaml:", "not YAML")]
    [TestCase("- image", "test.yaml:1:1:", "maps names")]
    [TestCase("image: a\nimgae: b", "test.yaml:2:1:", "Did you mean 'image'?")]
    [TestCase("title: x", "test.yaml:1:1:", "needs 'image:'")]
    [TestCase("image: a\nboard: ref405pe", "test.yaml:2:8:", "Did you mean 'ref405ep'?")]
    [TestCase("image: a\nmemory: 12Q", "test.yaml:2:9:", "'12Q' is not a size")]
    [TestCase("image: a\nmemory: 1M", "test.yaml:2:9:", "1 MB cannot be")]
    [TestCase("image: a\ncommand-line: x ${entyr}\nsettings: {entry: 1}", "test.yaml:2:15:", "Did you mean 'entry'?")]
    [TestCase("image: a\ncommand-line: x ${entry", "test.yaml:2:15:", "without a '}'")]
    [TestCase("image: a\nchecks: [lost-return-stat]", "test.yaml:2:10:", "there is no check 'lost-return-stat'")]
    [TestCase("image: a\ninject: raze external at main", "test.yaml:2:9:", "Did you mean 'raise'?")]
    [TestCase("image: a\ninject:\n  - raise externl at main", "test.yaml:3:11:", "Did you mean 'external'?")]
    [TestCase("image: a\ninject: raise external", "test.yaml:2:23:", "'at' is expected here, not the end of the sentence")]
    [TestCase("image: a\ninject: raise external at count many", "test.yaml:2:33:", "a count of instructions is expected here, not 'many'")]
    [TestCase("image: a\ninject: return 0 form alloc", "test.yaml:2:18:", "'from' is expected here, not 'form'. Did you mean 'from'?")]
    [TestCase("image: a\ninject: return 0 from alloc on call 0", "test.yaml:2:37:", "calls are counted from 1")]
    [TestCase("image: a\ninject: return 0 from alloc with probability 2", "test.yaml:2:46:", "not a probability")]
    [TestCase("image: a\ninject: evict entry for 0", "test.yaml:2:15:", "'TLB' is expected here, not 'entry'")]
    [TestCase("image: a\ninject: write r33 = 1 at main", "test.yaml:2:15:", "there is no register 'r33'")]
    [TestCase("image: a\ninject: write r3 = 1 at main+x", "test.yaml:2:25:", "no offset such as +0x1c")]
    [TestCase("image: a\ninject: raise pit at main now", "test.yaml:2:27:",
        "'always', 'on call N' or 'with probability P' is expected here, not 'now'")]
    [TestCase("image: a\nsearch: {inject: raise pit, window: 5}", "test.yaml:2:9:", "a search needs 'from:'")]
    [TestCase("image: a\nsearch: {inject: raise pit, from: main, window: 0}", "test.yaml:2:49:", "at least one instruction")]
    [TestCase("image: a\nsearch: {inject: write r3 = 1, from: main, window: 5}", "test.yaml:2:18:", "does not write")]
    [TestCase("image: a\nexpect: {finding: nonne}", "test.yaml:2:19:", "Did you mean 'none'?")]
    [TestCase("image: a\nexpect: {exit: rest}", "test.yaml:2:16:", "Did you mean 'reset'?")]
    [TestCase("image: a\nexpect: {when: {x: 1}}", "test.yaml:2:20:", "there is no setting 'x'")]
    [TestCase("image: a\nkernel: {page-sise: 16K}", "test.yaml:2:10:", "Did you mean 'page-size'?")]
    [TestCase("image: a\nend: {instructions: soon}", "test.yaml:2:21:", "'soon' is not a count")]
    [TestCase("image: a\nmatrix: 5", "test.yaml:2:9:", "maps names")]
    [TestCase("image: a\nexpect: {allow: undecidd}", "test.yaml:2:17:", "Did you mean 'undecided'?")]
    [TestCase("image: a\ninject: raise pit at main when", "test.yaml:2:31:", "a condition is expected here, not the end of the sentence")]
    [TestCase("image: a\ninject: raise pit at main when lwp 'x", "test.yaml:2:36:", "the closing quotation mark is missing")]
    [TestCase("image: a\ninject: raise pit at main when stack is old", "test.yaml:2:41:", "'new' is missing")]
    [TestCase("image: a\nsearch: {inject: [raise pit, return 0 from f], from: main, window: 5}", "test.yaml:2:30:", "'return' comes first")]
    [TestCase("image: a\nsearch: {inject: raise pit, from: main, window: 5, most: 0}", "test.yaml:2:58:", "at least one place")]
    [TestCase("image: a\nsearch: {inject: raise pit, from: main, window: 5, then: {inject: raise pit}}", "test.yaml:2:58:", "needs 'window:'")]
    [TestCase("image: a\nsearch: {inject: raise pit, from: main, window: 5, then: {from: f}}", "test.yaml:2:59:", "'then:' has no 'from:'")]
    [TestCase("image: a\ninput: x\nsearch: {inject: raise pit, from: main, window: 5}", "test.yaml:3:9:", "cannot be searched")]
    public void Errors_say_where_and_what_was_expected(string text, string place, string message) => Assert.That(
        () => ScenarioReader.Read("test.yaml", text, Nothing),
        Throws.TypeOf<InputException>().With.Message.StartsWith(place).And.Message.Contains(message));

    [TestCase("inject: return 0 from wrok", "test.yaml:2:23:", "has no symbol 'wrok'. Did you mean 'work'?")]
    [TestCase("inject: raise pit at laup", "test.yaml:2:22:", "has no symbol 'laup'")]
    [TestCase("inject: write r3 = loob at loop", "test.yaml:2:20:", "Did you mean 'loop'?")]
    [TestCase("inject: raise pit at loop when caller is wrok", "test.yaml:2:42:", "Did you mean 'work'?")]
    [TestCase("kernel: {tlb-reserved: '[stey]'}", "test.yaml:2:", "Did you mean 'stay'?")]
    [TestCase("search: {inject: raise pit, from: touch when stey, window: 5}", "test.yaml:2:46:", "Did you mean 'stay'?")]
    [TestCase("kernel: {current-lwp: stey}", "test.yaml:2:23:", "Did you mean 'stay'?")]
    [TestCase("search: {inject: raise pit, from: tuoch, window: 5}", "test.yaml:2:35:", "Did you mean 'touch'?")]
    [TestCase("search: {inject: raise pit, from: touch, within: [secton], window: 5}", "test.yaml:2:51:", "Did you mean 'section'?")]
    public void A_missing_symbol_names_the_image_and_similar_symbols(string line, string place, string message)
    {
        using TemporaryFile image = new(ScenarioGuest.Image);
        Scenario scenario = ScenarioGuest.Read(image, $"image: IMAGE\n{line}");
        Assert.That(
            () => PpcJit.Lab.Scenarios.ScenarioRunner.Run(scenario, ScenarioGuest.Settings("jit", 1)),
            Throws.TypeOf<InputException>().With.Message.StartsWith(place).And.Message.Contains(message).And.Message.Contains(image.Path));
    }

    [TestCase("image: no-such-file.elf", "test.yaml:1:8: no-such-file.elf does not exist.")]
    [TestCase("image: guest:uaera", "test.yaml:1:8: There is no embedded guest 'uaera'. Did you mean 'uarea'?")]
    public void A_missing_image_is_named(string text, string message) => Assert.That(
        () => PpcJit.Lab.Scenarios.ScenarioRunner.Run(ScenarioReader.Read("test.yaml", text, Nothing), ScenarioGuest.Settings("jit", 1)),
        Throws.TypeOf<InputException>().With.Message.StartsWith(message));

    [Test]
    public void A_matrix_of_lists_gives_every_combination()
    {
        Scenario scenario = ScenarioReader.Read(
            "test.yaml", "image: a\nsettings: {c: 7}\nmatrix: {a: [1, 2], b: [x, y, z]}\ncommand-line: 'a=${a} b=${b} c=${c}'", Nothing);
        Assert.That(
            scenario.Cases.Select(one => one.CommandLine),
            Is.EqualTo((string[])["a=1 b=x c=7", "a=1 b=y c=7", "a=1 b=z c=7", "a=2 b=x c=7", "a=2 b=y c=7", "a=2 b=z c=7"]));
    }

    [Test]
    public void A_matrix_of_rows_gives_these_and_constants_are_overridden()
    {
        Scenario scenario = ScenarioReader.Read("test.yaml",
            "image: a\nsettings: {b: 0}\nmatrix: [{a: 1}, {a: 2, b: 5}]\ncommand-line: '${a}${b}'", Nothing);
        Assert.That(scenario.Cases.Select(one => one.CommandLine), Is.EqualTo((string[])["10", "25"]));
    }

    [Test]
    public void The_first_expectation_that_fits_holds()
    {
        const string Text = "image: a\nmatrix: {a: [1, 2, 3]}\nexpect:\n  - {when: {a: [1, 3]}, exit: limit}\n"
            + "  - {when: {a: 3}, exit: reset}\n  - {panic: x}";
        Scenario scenario = ScenarioReader.Read("test.yaml", Text, Nothing);
        Assert.That(scenario.Cases.Select(one => one.Expect.ToString()), Is.EqualTo((string[])["exit limit", "panics with 'x'", "exit limit"]));
    }

    [Test]
    public void Settings_can_be_fixed()
    {
        const string Text = "image: a\nsettings: {c: 1}\nmatrix: {a: [1, 2]}\ncommand-line: '${a}${c}'";
        Scenario scenario = ScenarioReader.Read("test.yaml", Text, new Dictionary<string, string> { ["a"] = "2", ["c"] = "9" });
        Assert.That(scenario.Cases.Select(one => one.CommandLine), Is.EqualTo((string[])["29"]));
        Assert.That(() => ScenarioReader.Read("test.yaml", Text, new Dictionary<string, string> { ["a"] = "3" }),
            Throws.TypeOf<InputException>().With.Message.Contains("there is: 1, 2"));
        Assert.That(() => ScenarioReader.Read("test.yaml", Text, new Dictionary<string, string> { ["cc"] = "3" }),
            Throws.TypeOf<InputException>().With.Message.Contains("Did you mean 'c'?"));
    }

    [Test]
    public void An_injection_that_a_setting_empties_is_left_out()
    {
        Scenario scenario = ScenarioReader.Read(
            "test.yaml", "image: a\nmatrix: {i: ['', raise pit at main]}\ninject: ['${i}', return 0 from f]", Nothing);
        Assert.That(scenario.Cases.Select(one => one.Injections.Count), Is.EqualTo((int[])[1, 2]));
    }

    [TestCase("", null)]
    [TestCase("32M", 32u << 20)]
    public void An_empty_setting_leaves_the_memory_to_the_board(string memory, uint? bytes)
    {
        Scenario read = ScenarioReader.Read("test.yaml", $"image: a\nmemory: ${{m}}\nsettings: {{m: \"{memory}\"}}", Nothing);
        Assert.That(read.Cases.Single().MemoryBytes, Is.EqualTo(bytes));
    }
}
