using PpcJit.Inspector.Timelines;

namespace PpcJit.WholeSystem.Tests;

/// <summary>
/// Walks back and forth over a boot of Linux into which keys and frames come: wherever a walk ends, the machine is in
/// the state of a straight run.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class LinuxWalkTests(bool jit)
{
    private const int Walks = 50;

    [Test]
    public void Random_walks_end_in_the_state_of_a_straight_run()
    {
        string image = LinuxImages.Find(LinuxImages.Direct);
        ulong[] hashes;
        using (WalkedLinux straight = new(image, jit: true))
        {
            hashes = LinuxWalk.Straight(straight);
            Assert.That(straight.Printed, Does.Contain("eth0: link is up"));
            Assert.That((straight.Machine.Inputs.Keys.Count, straight.Board.Ethernet[0].FramesArrived),
                Is.EqualTo((WalkedLinux.Keys, (ulong)WalkedLinux.Frames)));
        }

        using LinuxWalk walk = new(image, jit, hashes, seed: 405);
        for (int n = 0; n < Walks; n++)
            Assert.That(walk.Walk(), Is.Null, $"walk {n}");
    }
}
