using PpcJit.Jit.Settings;
using PpcJit.Scaling.Guests;

namespace PpcJit.Bench.Tests;

/// <summary>The guests of the scaling measurements do what they are said to do.</summary>
public sealed class ScalingGuestTests
{
    private const int Rounds = 40;
    private static readonly JitOptions s_cold = new() { Regions = false };
    private static readonly JitOptions s_regions = new() { Background = false, Threshold = 8 };

    private static readonly Dictionary<string, GuestImage> s_guests = new()
    {
        ["64 KiB"] = ScalingGuests.WorkingSet(64 << 10),
        ["48 pages"] = ScalingGuests.TlbReach(48),
        ["100 pages"] = ScalingGuests.TlbReach(100),
        ["100 functions"] = ScalingGuests.Functions(100, ScalingGuests.Dense),
        ["30 pages of code"] = ScalingGuests.Functions(30, ScalingGuests.OneInAPage),
    };

    private static IEnumerable<string> Guests => s_guests.Keys;

    [TestCaseSource(nameof(Guests))]
    public void Both_tiers_compute_the_same_in_the_same_number_of_instructions(string name)
    {
        GuestImage guest = s_guests[name];
        (ulong count, string checksum) = Run(guest, Rounds, s_cold);
        Assert.That(checksum, Does.Match("^[a-p]{8}$").And.Not.EqualTo("aaaaaaaa"));
        Assert.That(Run(guest, Rounds, s_regions), Is.EqualTo((count, checksum)));
    }

    [TestCaseSource(nameof(Guests))]
    public void Each_round_takes_the_same_number_of_instructions(string name)
    {
        GuestImage guest = s_guests[name];
        ulong two = Run(guest, 2, s_cold).Count, four = Run(guest, 4, s_cold).Count, eight = Run(guest, 8, s_cold).Count;
        Assert.That(eight - four, Is.EqualTo(2 * (four - two)).Within(2 * 9 * 64));
    }

    [Test]
    public void Pages_that_the_TLB_holds_are_missed_once_each_and_more_at_every_load()
    {
        ulong few = Run(ScalingGuests.TlbReach(63), Rounds, s_cold).Count, many = Run(ScalingGuests.TlbReach(65), Rounds, s_cold).Count;
        Assert.That(many - few, Is.EqualTo((ulong)(9 * ScalingGuests.Loads * Rounds)).Within(2000));
    }

    [Test]
    public void Every_function_becomes_a_region()
    {
        using GuestMachine machine = new(ScalingGuests.Functions(50, ScalingGuests.Dense).ToElf(null), s_regions);
        machine.Run(50 * 20 * (ScalingGuests.FunctionSize + ScalingGuests.CallSize));
        Assert.That(machine.Engine.Statistics.Regions, Is.InRange(50, 55));
    }

    [Test]
    public void The_queue_of_the_compiler_can_be_seen()
    {
        using GuestMachine background = new(ScalingGuests.Functions(1, ScalingGuests.Dense).ToElf(null), new JitOptions());
        Assert.That(CompileQueue.Length(background.Engine), Is.Zero);
    }

    private static (ulong Count, string Console) Run(GuestImage guest, int rounds, JitOptions options)
    {
        using GuestMachine machine = new(guest.ToElf(rounds), options);
        machine.RunToReset();
        return (machine.Count, machine.Console);
    }
}
