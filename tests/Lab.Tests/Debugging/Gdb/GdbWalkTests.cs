using System.Globalization;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Tests.Debugging.Gdb;

/// <summary>Long ways through a run, as a client asks for them: at their ends the guest is in the state of a straight run.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class GdbWalkTests(bool jit)
{
    private const ulong Far = 500_000;

    [Test]
    public void Random_walks_end_in_the_state_of_a_straight_run([Values("demo", "uarea")] string name, [Range(1, 3)] int seed)
    {
        Random random = new(seed);
        using DebuggedGuest guest = new(jit, name);
        List<string> walk = [];
        using (GdbServer server = new(guest))
        {
            using GdbClient client = new(server.Port);
            Go(client, "goto 300K");
            for (int n = 0; n < 25; n++)
                walk.AddRange(Walk(client, random, guest));
            client.Ask("D");
            server.AwaitEnds(1);
        }

        Moment here = guest.Timeline.Present;
        if (guest.Machine.IsMidway)
            guest.Timeline.GoTo(here);
        using DebuggedGuest straight = new(jit: false, name);
        straight.Machine.Run(here);
        Assert.That(guest.Board.StateHash(), Is.EqualTo(straight.Board.StateHash()), $"{string.Join("; ", walk)} at {here}");
    }

    [Test]
    public void Each_step_back_is_a_step_forward_undone_also_where_exceptions_are_taken()
    {
        using DebuggedGuest guest = new(jit);
        using GdbServer server = new(guest);
        using GdbClient client = new(server.Port);
        Go(client, "goto 100K");
        Go(client, "until exception any");
        Go(client, "back 40");
        List<string> forward = [];
        List<Moment> moments = [];
        for (int n = 0; n < 120; n++)
        {
            forward.Add(client.Ask("g"));
            moments.Add(guest.Timeline.Present);
            client.Ask("vCont;s");
        }

        Assert.That(moments.Any(moment => moment.Exceptions > 0), Is.True, "no exception lies on the way");
        for (int n = forward.Count - 1; n >= 0; n--)
        {
            Assert.That(client.Ask("bs"), Does.StartWith("T05"));
            Assert.That((guest.Timeline.Present, client.Ask("g")), Is.EqualTo((moments[n], forward[n])), $"{n}");
        }

        client.Ask("D");
        server.AwaitEnds(1);
    }

    private static void Go(GdbClient client, string command) => Assert.That(
        client.Ask($"qRcmd,{Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(command))}"), Is.EqualTo("OK"));

    private static IEnumerable<string> Walk(GdbClient client, Random random, DebuggedGuest guest)
    {
        Symbol[] functions = [.. guest.Functions];
        uint function = functions[random.Next(functions.Length)].Address;
        ulong present = ulong.Parse(client.Ask($"p{0xab:x}"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string[] packets = random.Next(7) switch
        {
            0 => ["vCont;s", "vCont;s"],
            1 => ["bs", "bs", "bs"],
            2 => [$"Z0,{function:x},4", "bc", $"z0,{function:x},4"],
            3 =>
                [$"Z0,{function:x},4", $"Z0,{guest.Symbol("print_hex"):x},4", present < Far / 2 ? "vCont;c" : "bs",
                    $"z0,{function:x},4", $"z0,{guest.Symbol("print_hex"):x},4"],
            4 => [$"m{client.Ask("p1")},40", "g", "mef600300,8"],
            5 => [$"Z2,{client.Ask("p1")},4", "bc", $"z2,{client.Ask("p1")},4"],
            _ => [$"vCont;r{function:x},{function + 64:x}"],
        };
        foreach (string packet in packets)
            client.Ask(packet);
        if (present > Far)
            Go(client, "goto 200K");
        return packets;
    }
}
