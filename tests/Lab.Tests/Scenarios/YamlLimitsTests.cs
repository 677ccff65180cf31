using System.Diagnostics;
using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Scenario files that are broken or stand for far more than they are: refused with their place before they cost anything.</summary>
[TestFixture]
internal sealed class YamlLimitsTests
{
    private const long MaxBytes = 256 << 20;
    private static readonly Dictionary<string, string> Nothing = [];

    private static IEnumerable<TestCaseData> Hostile()
    {
        static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
        static string List(int count) => "[" + string.Join(", ", Enumerable.Range(0, count)) + "]";
        string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(n => $"a{n}: &a{n} [" + string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 9)) + "]\n"));

        yield return Case("a bracket that is forgotten", "image: guest:uarea\nchecks: [stack-overflow\nend: {instructions: 1000}\n", "not YAML");
        yield return Case("brackets without end", "image: " + Repeat("[", 40_000), "nested deeper than 32");
        yield return Case("braces without end", "image: " + Repeat("{a: ", 40_000), "nested deeper than 32");
        yield return Case("keys without end", "image: " + Repeat("? ", 40_000), "test.yaml:");
        yield return Case("lists in lists by indentation", "image:\n  " + Repeat("- ", 40_000) + "x", "nested deeper than 32");
        yield return Case("a key that is itself", "image: a\nsettings: &a {*a : b}", "no anchor '&a'");
        yield return Case("a list that holds itself", "image: a\nchecks: &a [*a]", "no anchor '&a'");
        yield return Case("a list as a key", "image: a\nsettings: {[a, b]: c}", "a name is expected here");
        yield return Case("an alias of a list as a key", "image: a\nchecks: &a [x]\nsettings: {*a : c}", "a name is expected here");
        yield return Case("aliases of aliases", laughs, "more than 100000");
        yield return Case("a name that stands twice", "image: a\nimage: b", "not YAML");
        yield return Case("a product of lists", $"image: a\nmatrix: {{a: {List(9_999)}, b: {List(80_000)}}}", "combinations");
        yield return Case("a product of lists of which the last is empty",
            $"image: a\nmatrix: {{a: {List(300)}, b: {List(300)}, c: []}}", "more than 10000 combinations");
        yield return Case("many rows", "image: a\nmatrix:\n" + Repeat("  - {a: 1}\n", 200_000), "test.yaml:");
        yield return Case("rows that just pass as nodes", "image: a\nmatrix:\n" + Repeat("  - {a: 1}\n", 20_000), "more than 10000 combinations");
        yield return Case("many cases of a large file",
            $"image: a\nmatrix: {{a: {List(9_000)}}}\ninject:\n" + Repeat("  - raise pit at x\n", 10_000),
            "too many for a file");
        yield return Case(
            "a long setting that is used often", $"image: a\nsettings: {{s: {Repeat("x", 1 << 20)}}}\nend:\n panic:\n"
                + Repeat("  - ${s}\n", 5_000), "put into texts");
        yield return Case("a setting that is used often in one text",
            $"image: a\nsettings: {{s: {Repeat("x", 1000)}}}\ntitle: t\ninput: {Repeat("${s}", 100_000)}",
            "put into texts");
        yield return Case("more characters than any scenario has", "image: a\n#" + Repeat("x", 5 << 20), "at most 4 M characters");
        yield return Case("a control character", "image: a\0b\u0001", "test.yaml:");
        yield return Case("a tag without end", "image: !<", "test.yaml:");
        yield return Case("a directive of another version", "%YAML 9.9\n---\nimage: a", "test.yaml:");

        static TestCaseData Case(string name, string text, string message) => new TestCaseData(text, message).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Hostile))]
    public void What_cannot_be_used_is_refused_with_its_place_and_costs_little(string text, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();

        Assert.That(() => ScenarioReader.Read("test.yaml", text, Nothing),
            Throws.TypeOf<InputException>().With.Message.Match("^test.yaml:[0-9]+:[0-9]+: ").And.Message.Contains(
                message));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MaxBytes));
    }

    [Test]
    public void An_alias_may_stand_for_a_value_or_a_list()
    {
        Scenario scenario = ScenarioReader.Read("test.yaml",
            "image: &i a\nchecks: &c [stack-overflow]\nsettings: {x: *i}\ncommand-line: '${x}${x}-'", Nothing);

        Assert.That(scenario.Cases.Single().CommandLine, Is.EqualTo("aa-"));
    }

    [Test]
    public void A_matrix_of_ten_thousand_cases_is_read() =>
        Assert.That(
            ScenarioReader.Read("test.yaml", $"image: a\nmatrix: {{a: [{string.Join(',', Enumerable.Range(0, 100))}], "
                + $"b: [{string.Join(',', Enumerable.Range(0, 90))}]}}", Nothing).Cases,
            Has.Count.EqualTo(9_000));
}
