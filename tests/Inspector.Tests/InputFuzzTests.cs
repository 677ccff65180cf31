using PpcJit.Inspector.Fuzzing;
using PpcJit.Kernel;

namespace PpcJit.Inspector.Tests;

/// <summary>Inputs of every format, right ones and almost right ones: each is taken or refused with a sentence. The
/// inspector's fuzz-inputs goes on for as long as one likes.</summary>
[TestFixture]
internal sealed class InputFuzzTests
{
    private const int Seed = 405;

    /// <summary>Inputs of all formats together: all in CI, a part elsewhere.</summary>
    private static readonly int InputsInAll = Environment.GetEnvironmentVariable("CI") is null ? 10_000 : 100_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static IEnumerable<string> Names => InputFormat.All.Select(format => format.Name);

    [TestCaseSource(nameof(Names))]
    public void Each_input_is_taken_or_refused_with_a_sentence(string name)
    {
        int count = (InputsInAll + InputFormat.All.Count - 1) / InputFormat.All.Count;
        FuzzTally tally = new FuzzLoop(Find(name), Seed).Run(0, count, Patience);
        Assert.That(tally.Finding, Is.Null, tally.Finding?.ToString());
        Assert.That(tally.Inputs, Is.EqualTo(count), "in time");
        Assert.That(tally.Refused, Is.LessThan(count - 1), "some are right");
    }

    [Test]
    public void An_input_follows_from_its_seed_and_number_alone()
    {
        foreach (InputFormat format in InputFormat.All)
        {
            byte[] first = format.Input(1, 1000), again = format.Input(1, 1000);
            Assert.That(again, Is.EqualTo(first));
            Assert.That(Enumerable.Range(100, 20).Select(number => Convert.ToHexString(format.Input(1, number))).Distinct().Count(),
                Is.GreaterThan(8), format.Name);
        }
    }

    [Test]
    public void A_fault_is_a_finding_and_so_is_a_sample_that_is_refused()
    {
        InputFormat faulty = new("faulty", "abc"u8.ToArray(), bytes => _ = bytes[2]);
        FuzzFinding fault = new FuzzLoop(faulty, 1).Run(0, 1000, Patience).Finding!;
        Assert.That(fault.Problem, Does.StartWith("System.IndexOutOfRangeException"));
        Assert.That(faulty.Input(1, fault.Number), Has.Length.LessThan(3));
        InputFormat strict = new("strict", "abc"u8.ToArray(), _ => throw new InputException("No."));
        Assert.That(new FuzzLoop(strict, 1).Run(0, 10, Patience).Finding!.Number, Is.Zero);
        Assert.That(new FuzzLoop(strict, 1).Run(1, 10, Patience), Has.Property("Refused").EqualTo(10).And.Property("Finding").Null);
    }

    [Test]
    public void What_takes_too_much_memory_is_a_finding()
    {
        InputFormat large = new("large", [0], _ => GC.KeepAlive(new byte[FuzzLoop.MaxBytes]));
        Assert.That(new FuzzLoop(large, 1).Run(0, 1, Patience).Finding!.Problem, Does.EndWith("MB were allocated."));
    }

    [Test]
    public void What_does_not_end_is_a_finding()
    {
        using ManualResetEventSlim never = new();
        InputFormat slow = new("slow", [0], _ => never.Wait());
        FuzzTally tally = new FuzzLoop(slow, 1) { Patience = TimeSpan.FromSeconds(0.2) }.Run(0, 1, Patience);
        never.Set();
        Assert.That(tally.Finding!.Problem, Is.EqualTo("It is not done after 0.2 s."));
    }

    private static InputFormat Find(string name) => InputFormat.All.Single(format => format.Name == name);
}
