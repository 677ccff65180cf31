using PpcJit.Jit.Settings;
using PpcJit.Scaling.Guests;

namespace PpcJit.Bench.Tests;

/// <summary>The guests of the scaling measurements do what they are said to do.</summary>
public sealed class ScalingGuestTests
{
    private const int Rounds = 40;
    private static readonly JitOptions Cold = new() { Regions = false };
    private static readonly JitOptions RegionsOnly = new() { Background = false, Threshold = 8 };

    private static readonly Dictionary<string, GuestImage> AllGuests = new()
    {
        ["64 KiB"] = ScalingGuests.WorkingSet(64 << 10),
        ["48 pages"] = ScalingGuests.TlbReach(48),
        ["100 pages"] = ScalingGuests.TlbReach(100),
        ["100 functions"] = ScalingGuests.Functions(100, ScalingGuests.Dense),
        ["30 pages of code"] = ScalingGuests.Functions(30, ScalingGuests.OneInAPage),
    };

    private static IEnumerable<string> Guests => AllGuests.Keys;

    [TestCaseSource(nameof(Guests))]
    public void Both_tiers_compute_the_same_in_the_same_number_of_instructions(string name)
    {
        GuestImage guest = AllGuests[name];
        (ulong count, string checksum) = Run(guest, Rounds, Cold);
        Assert.That(checksum, Does.Match("^[a-p]{8}$").And.Not.EqualTo("aaaaaaaa"));
        Assert.That(Run(guest, Rounds, RegionsOnly), Is.EqualTo((count, checksum)));
    }

    [TestCaseSource(nameof(Guests))]
    public void Each_round_takes_the_same_number_of_instructions(string name)
    {
        GuestImage guest = AllGuests[name];
        ulong two = Run(guest, 2, Cold).Count, four = Run(guest, 4, Cold).Count, eight = Run(guest, 8, Cold).Count;
        Assert.That(eight - four, Is.EqualTo(2 * (four - two)).Within(2 * 9 * 64));
    }

    [Test]
    public void Pages_that_the_TLB_holds_are_missed_once_each_and_more_at_every_load()
    {
        ulong few = Run(ScalingGuests.TlbReach(63), Rounds, Cold).Count, many = Run(ScalingGuests.TlbReach(65), Rounds, Cold).Count;
        Assert.That(many - few, Is.EqualTo((ulong)(9 * ScalingGuests.Loads * Rounds)).Within(2000));
    }

    [Test]
    public void Every_function_becomes_a_region()
    {
        using BareMachine machine = new(ScalingGuests.Functions(50, ScalingGuests.Dense).ToElf(null), RegionsOnly);
        machine.Run(50 * 20 * (ScalingGuests.FunctionSize + ScalingGuests.CallSize));
        Assert.That(machine.Engine.Statistics.Regions, Is.InRange(50, 55));
    }

    [Test]
    public void The_queue_of_the_compiler_can_be_seen()
    {
        using BareMachine background = new(ScalingGuests.Functions(1, ScalingGuests.Dense).ToElf(null), new JitOptions());
        Assert.That(CompileQueue.Length(background.Engine), Is.Zero);
    }

    private static (ulong Count, string Console) Run(GuestImage guest, int rounds, JitOptions options)
    {
        using BareMachine machine = new(guest.ToElf(rounds), options);
        machine.RunToReset();
        return (machine.Count, machine.Console);
    }
}
