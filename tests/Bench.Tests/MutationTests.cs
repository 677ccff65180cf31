using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PpcJit.Mutation.Mutants;
using PpcJit.Mutation.Runs;

namespace PpcJit.Bench.Tests;

/// <summary>The measurement of what tests notice.</summary>
public sealed class MutationTests
{
    private const string Program = """
        public static class Program
        {
            private const int Limit = 4;

            public static int Sum(int a, int b)
            {
                int sum = 0;
                if (a < b)
                    sum += a + 1;
                return sum;
            }
        }
        """;

    private static readonly string[] Wanted =
    [
        "a < b => a <= b", "a < b => a >= b", "sum += a + 1; => ;", "sum += a + 1; => sum -= a + 1;", "a + 1 => a - 1",
            "1 => ((int)(1 + 1))",
        "0 => ((int)(0 + 1))",
    ];

    [Test]
    public void Each_place_that_runs_is_changed_and_no_constant() =>
        Assert.That(Mutants().Select(mutant => mutant.Text), Is.EquivalentTo(Wanted));

    [TestCase(-1, 3)]
    [TestCase(0, 0)]
    public void One_build_holds_all_mutants_and_each_is_on_by_its_number(int offset, int expected)
    {
        // With all of them woven in, the first number is that of the statement that is left out.
        Mutant[] mutants = [
            .. Mutants().OrderBy(mutant => mutant.Text != "sum += a + 1; => ;").Select((mutant, n) => mutant with { Number = n })];
        SyntaxTree woven = MutantWeaver.Weave(mutants[0].Site.SyntaxTree, mutants, CSharpParseOptions.Default);
        using MemoryStream bytes = new();
        Assert.That(Compile(woven, CSharpSyntaxTree.ParseText("#nullable enable\n" + MutantSwitch.ForOne)).Emit(bytes).Success);
        bytes.Position = 0;
        Environment.SetEnvironmentVariable(MutantSwitch.Variable, $"{offset}");
        AssemblyLoadContext context = new("mutated", isCollectible: true);
        MethodInfo sum = context.LoadFromStream(bytes).GetType("Program")!.GetMethod("Sum")!;
        Assert.That(sum.Invoke(null, [2, 5]), Is.EqualTo(expected));
        context.Unload();
    }

    [Test]
    public void The_same_seed_draws_the_same_and_nothing_twice()
    {
        int[] all = [.. Enumerable.Range(0, 1000)];
        IReadOnlyList<int> drawn = Sample.Draw(all, 300, 7);
        Assert.That(drawn, Is.Unique.And.EqualTo(Sample.Draw(all, 300, 7)));
        Assert.That(drawn.Take(3), Is.Not.EqualTo(Sample.Draw(all, 300, 8).Take(3)));
    }

    [TestCase("start\t0.0\t\tB", true, Fate.Crashed, "B")]
    [TestCase("start\t0.0\t\tB", false, Fate.TimedOut, "B")]
    [TestCase("start\t0.0\t\tB\nfailed\t0.0\t4\tB", true, Fate.Failed, "B")]
    [TestCase("start\t0.0\t\tB\nfailed\t0.0\t4\tB\nmut", true, Fate.Failed, "B")]
    [TestCase("start\t0.0\t\tB\ntimeout\t0.0\t\tB", true, Fate.TimedOut, "B")]
    [TestCase("start\t0.0\t\tB\ndone\t0.0\t4\t", true, Fate.Survived, "")]
    [TestCase("", true, Fate.Crashed, "(before the first test)")]
    public void A_run_that_ends_names_the_test_that_it_ended_in(string log, bool ended, object fate, string test) =>
        Assert.That(
            HostLog.Read($"mutant\t0.0\t4\t\n{log}".Split('\n'), ended),
            Is.EqualTo([new HostEnd(4, (Fate)fate, test, 0, IsSure: true)]));

    /// <summary>What an earlier mutant of the process left behind may be the reason.</summary>
    [TestCase("failed\t2000.0\t5\tB", Fate.Failed, true)]
    [TestCase("spoilt\t2000.0\t5\tB", Fate.Failed, false)]
    [TestCase("timeout\t2000.0\t\tB", Fate.TimedOut, false)]
    public void Only_a_failure_that_goes_without_the_mutant_is_sure_in_a_process_that_has_tried_another(string end, object fate, bool isSure)
    {
        string[] log = ["mutant\t0.0\t4\t", "start\t0.0\t\tA", "done\t0.0\t4\t", "mutant\t0.0\t5\t", "start\t0.0\t\tB", end];
        Assert.That(HostLog.Read(log, ended: true)[1], Is.EqualTo(new HostEnd(5, (Fate)fate, "B", 2, isSure)));
    }

    [Test]
    public void A_mutant_in_an_initializer_is_run_with_every_test()
    {
        Coverage coverage = new(["all\t0.0\t3\t", "passed\t5.0\t1 2\tSlower", "passed\t1.0\t2\tFaster"]);
        string[] Names(int number, bool isStatic = false) => [.. coverage.Of(number, isStatic).Select(test => test.Name)];
        Assert.That(Names(1), Is.EqualTo(["Slower"]));
        Assert.That(Names(2), Is.EqualTo(["Faster", "Slower"]));
        Assert.That(Names(3), Is.EqualTo(["Faster", "Slower"]));
        Assert.That(Names(4), Is.Empty);
        Assert.That(Names(4, isStatic: true), Has.Length.EqualTo(2));
    }

    private static IReadOnlyList<Mutant> Mutants()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Program);
        return MutantFinder.Find(Compile(tree).GetSemanticModel(tree));
    }

    private static CSharpCompilation Compile(params SyntaxTree[] trees)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] references = ["System.Private.CoreLib.dll", "System.Runtime.dll"];
        return CSharpCompilation.Create(
            "Mutated", trees, references.Select(file => MetadataReference.CreateFromFile(Path.Combine(runtime, file))),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }
}
