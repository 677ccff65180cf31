using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>The history of a search's machine is put back after each trial, at the price of what the trial added.</summary>
public sealed class EventRingTests
{
    [Test]
    public void A_copy_is_the_same_whatever_either_has_got_and_whoever_was_copied_between()
    {
        Random random = new(1);
        EventRing[] rings = [new(), new(), new()];
        List<ulong>[] expected = [[], [], []];
        for (ulong n = 0; n < 4000; n++)
        {
            int one = random.Next(3), other = (one + random.Next(1, 3)) % 3;
            int added = random.Next(random.Next(8) == 0 ? 2 * EventRing.Most : 5);
            for (int k = 0; k < added; k++)
            {
                ulong count = (n << 16) + (ulong)k;
                rings[one].Add(new GuestEvent(GuestEventKind.Reached, count, 0, 0, 0));
                expected[one].Add(count);
            }

            if (random.Next(2) == 0)
            {
                rings[other].CopyFrom(rings[one]);
                expected[other] = [.. expected[one]];
            }

            Assert.That(rings[one].Select(e => e.Count), Is.EqualTo(expected[one].TakeLast(EventRing.Most)));
            Assert.That(rings[other].Select(e => e.Count), Is.EqualTo(expected[other].TakeLast(EventRing.Most)));
        }
    }
}
