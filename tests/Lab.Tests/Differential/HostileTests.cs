using PpcJit.Jit;
using PpcJit.Lab.Differential.Hostile;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Differential;

/// <summary>Whole boards with guests that keep no rule: both engines do the same.</summary>
internal sealed class HostileTests
{
    [Test]
    public void Hostile_guests_run_alike_on_both_engines()
    {
        HostileResult result = new HostileRunner(new HostileOptions { Seed = 405, Guests = 120 }).Run();
        Assert.That(result.Failure?.Report(405, ""), Is.Null);
        Assert.That(result.Guests, Is.EqualTo(120));
        Assert.That(result.Exceptions, Is.GreaterThan(10_000), "they take exceptions");
        Assert.That(result.Regions, Is.GreaterThan(100), "they get compiled");
        Assert.That(result.Instructions, Is.GreaterThan(500_000), "they live");
    }

    [Test]
    public void A_guest_follows_from_seed_and_number()
    {
        foreach (ulong number in (ReadOnlySpan<ulong>)[0, 1, 2, 3])
        {
            HostileGuest first = new(7, number, 1000);
            HostileGuest second = new(7, number, 1000);
            using Board one = first.CreateBoard();
            using Board two = second.CreateBoard();
            Assert.That((two.StateHash(), second.BoardName), Is.EqualTo((one.StateHash(), first.BoardName)));
            Assert.That(second.Visits.Select(visit => visit.Count), Is.EqualTo(first.Visits.Select(visit => visit.Count)));
            using Board other = new HostileGuest(8, number, 1000).CreateBoard();
            Assert.That(other.StateHash(), Is.Not.EqualTo(one.StateHash()));
        }
    }

    [Test]
    public void A_wrong_instruction_of_the_fast_engine_is_found_and_the_report_says_how_to_repeat_it()
    {
        HostileOptions options = new()
        {
            Seed = 3,
            CreateCandidate = (processor, setting) => new JitEngine(
                processor, setting with { Fault = word => Decoder.Decode(word) == Op.Addi ? word ^ 1 : word }),
        };
        HostileFailure? failure = new HostileRunner(options).Run().Failure;
        Assert.That(failure, Is.Not.Null);
        string report = failure.Report(3, " --each-switch");
        Assert.That(report, Does.Contain($"ppcjit fuzz --guests 1 --seed 3 --first {failure.Guest} --each-switch\n").And.Contain("addi"));
        HostileFailure? again = new HostileRunner(options with { First = failure.Guest, Guests = 1 }).Run().Failure;
        Assert.That((again?.Guest, again?.Count), Is.EqualTo((failure.Guest, failure.Count)));
    }
}
