using PpcJit.Compare.Contest;

namespace PpcJit.Bench.Tests;

/// <summary>Who takes part in what.</summary>
public sealed class ContenderTests
{
    private static readonly IReadOnlyList<Contender> All = Contender.All("ppcjit");

    [Test]
    public void Every_engine_and_tier_and_the_peer_take_part() => Assert.That(
        All.Select(contender => contender.Name),
            Is.EquivalentTo((string[])[Contender.Jit, Contender.Warm, Contender.Cold, Contender.Interpreter, Contender.Qemu]));

    [Test]
    public void A_warm_profile_takes_part_in_boots_only()
    {
        Contender warm = All.Single(contender => contender.Name == Contender.Warm);
        Assert.That(Workload.Full.Select(workload => workload.CountsFor(warm)), Is.All.Null);
        Assert.That(warm.Command(new RunFiles("image", "append", "figures", "profile")),
            Does.Contain("--jit-profile").And.Contain("profile"));
    }

    [Test]
    public void Qemu_is_left_out_where_it_is_known_to_be_wrong()
    {
        Contender qemu = All.Single(contender => contender.Name == Contender.Qemu);
        Assert.That(Workload.Full.Where(workload => workload.CountsFor(qemu) is null),
            Is.EqualTo(Workload.Full.Where(workload => !workload.IsRightOnQemu)));
    }

    [Test]
    public void Names_that_nobody_has_are_refused() =>
        Assert.That(() => CommandLines.Names("jit,nobody", "--only", ["jit", "qemu"]),
            Throws.TypeOf<BenchException>().With.Message.EqualTo("--only jit,nobody: there is jit,qemu."));

    [TestCase(0)]
    [TestCase(101)]
    public void Rounds_out_of_range_are_refused(int rounds) =>
        Assert.That(() => CommandLines.Rounds(rounds, 5),
            Throws.TypeOf<BenchException>().With.Property(nameof(BenchException.ExitCode)).EqualTo(ExitCode.BadInput));
}
