using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Gdb;

namespace PpcJit.Lab.Tests.Debugging.Gdb;

/// <summary>
/// Clients that do what gdb never would: each gets an error or a clean end, and as long as nothing is written the run
/// stays what it is.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class HostileClientTests(bool jit)
{
    private const ulong Compared = 200_000;
    private const string Wrong = "E01";

    private static readonly (string Packet, string Reply)[] Nonsense =
    [
        ("m", Wrong),
        ("m0", Wrong),
        ("m0,", Wrong),
        ("mzz,4", Wrong),
        ("m7ffffffe,4", "E14"),
        ("M0,4:", Wrong),
        ("M0,4:0011", Wrong),
        ("M0,ffffffff:00", Wrong),
        ("M7fffff00,1:00", "E14"),
        ("X0,10:ab", Wrong),
        ("X0", Wrong),
        ("P", Wrong),
        ("P=", Wrong),
        ("P40=", Wrong),
        ("P40=zz", Wrong),
        ("P40=0000000000000000", Wrong),
        ("Pffffffff=00000000", Wrong),
        ("P80=00000000", Wrong), // the PVR
        ("p", Wrong),
        ("pffff", Wrong),
        ("G", Wrong),
        ("G00", Wrong),
        ("Gzz", Wrong),
        ("Z0", Wrong),
        ("Z0,zz,4", Wrong),
        ("Z0,100,4;X", Wrong),
        ("Z0,100,4;Xffffffff,22", Wrong),
        ("Z0,100,4;X1,zz", Wrong),
        ("Z0,100,4;cmds:", Wrong),
        ("Z2,100,ffffffff", "E28"),
        ("Z9,100,4", ""),
        ("vCont;", Wrong),
        ("vCont;r", Wrong),
        ("vCont;r1", Wrong),
        ("vCont;q", Wrong),
        ("qXfer:features:read:other.xml:0,100", "E00"),
        ("qXfer:features:read:target.xml:ffffff,100", Wrong),
        ("qXfer:features:read:target.xml:", Wrong),
        ("qXfer:auxv:read::0,100", ""),
        ("qRcmd,zz", Wrong),
        ("qRcmd", Wrong),
        ("vMustReplyEmpty", ""),
        ("vFlashErase:0,100", ""),
        ("!", ""),
        ("bx", ""),
        ("\0", ""),
        ("m0,fffffffff", Wrong),
    ];

    [Test]
    public void A_packet_that_makes_no_sense_gets_an_error_and_changes_nothing()
    {
        using DebuggedGuest guest = new(jit);
        using (GdbServer server = new(guest))
        {
            using GdbClient client = new(server.Port);
            Assert.Multiple(() =>
            {
                foreach ((string packet, string expected) in Nonsense)
                    Assert.That(client.Ask(packet), Is.EqualTo(expected), packet);
            });
            Assert.That(client.Ask("mfffffffc,8"), Is.EqualTo("E14").Or.Match("^[0-9a-f]+$"));
            Assert.That(client.Ask("p40"), Has.Length.EqualTo(8));
            Assert.That(client.Ask("D"), Is.EqualTo("OK"));
            server.AwaitEnds(1);
        }

        AssertUndisturbed(guest);
    }

    [Test]
    public void Noise_and_a_packet_of_a_megabyte_are_passed_over()
    {
        using DebuggedGuest guest = new(jit);
        using (GdbServer server = new(guest))
        {
            using GdbClient client = new(server.Port);
            client.Raw("GET / HTTP/1.1\r\n\r\n+++---#00#$$$");
            client.Raw("$g#00");
            Assert.That(client.Ask("?"), Does.StartWith("T05"));
            Assert.That(client.Ask("m" + new string('0', 1 << 20)), Is.EqualTo("E01"));
            client.Raw("$" + new string('}', 1 << 20));
            client.Raw("#00");
            Assert.That(client.Reply(), Is.EqualTo("E01"));
            client.Raw("\x03\x03\x03");
            Assert.That(client.Ask("qC"), Is.EqualTo("QC1"));
            Assert.That(client.Ask("D"), Is.EqualTo("OK"));
            server.AwaitEnds(1);
        }

        AssertUndisturbed(guest);
    }

    [Test]
    public void Random_packets_never_end_the_server()
    {
        using DebuggedGuest guest = new(jit);
        using GdbServer server = new(guest);
        Random random = new(7);
        using GdbClient client = new(server.Port);
        const string Letters = "?gGpPmMXZzHTvqQbscC0123456789abcdef,;:=#$}*\x03+-";
        for (int n = 0; n < 3000; n++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => Letters[random.Next(Letters.Length)]));
            client.Send(new string([.. text.Where(character => character is not ('#' or '$' or '}' or '\x03'))])
                .Replace("vKill", "", StringComparison.Ordinal) is var data
                    && data is ['D' or 'k' or 'c' or 's' or 'C' or 'S' or 'b', ..] ? "qC" : data);
            if (n % 50 == 49)
                client.Raw(text);
        }

        using GdbClient another = new(server.Port);
        Assert.That(another.Byte(), Is.EqualTo(-1));
        client.Raw("#00");
        client.Send("D");
        server.AwaitEnds(1);
    }

    [TestCase("")]
    [TestCase("$")]
    [TestCase("$m0,4")]
    [TestCase("$m0,4#")]
    [TestCase("$vCont;c#a8")]
    public void A_client_that_vanishes_leaves_the_guest_standing_for_the_next(string last)
    {
        using DebuggedGuest guest = new(jit);
        using (GdbServer server = new(guest))
        {
            using (GdbClient client = new(server.Port))
            {
                client.Ask("?");
                client.Raw(last);
                Thread.Sleep(last.Contains('c') ? 30 : 0);
            }

            server.AwaitEnds(1);
            Assert.That(server.Ends[0], Is.EqualTo(GdbEnd.Vanished));
            using GdbClient next = new(server.Port);
            Assert.That(next.Ask("?"), Does.StartWith("T05"));
            Assert.That(next.Ask("bs"), Does.StartWith("T05"));
            Assert.That(next.Ask("k"), Is.EqualTo("closed"));
            server.AwaitEnds(2);
            Assert.That(server.Ends[1], Is.EqualTo(GdbEnd.Killed));
        }

        AssertUndisturbed(guest);
    }

    [Test]
    public void A_client_that_floods_a_guest_that_would_run_for_ever_and_vanishes_stops_it()
    {
        const string CountForEver = "386300014bfffffc"; // addi r3,r3,1; b .-4
        using DebuggedGuest guest = new(jit);
        using GdbServer server = new(guest);
        using (GdbClient client = new(server.Port))
        {
            Assert.That(client.Ask("QStartNoAckMode"), Is.EqualTo("OK"), "else the server sees by its acknowledgements that nobody is there");
            Assert.That(client.Ask($"M{guest.Symbol("kernel_main"):x},8:{CountForEver}"), Is.EqualTo("OK"));
            client.Send("vCont;c");
            for (int n = 0; n < 300; n++)
                client.Send("qC");
        }

        server.AwaitEnds(1);
        Assert.That(server.Ends[0], Is.EqualTo(GdbEnd.Vanished));
    }

    [Test]
    public void A_second_client_is_turned_away_and_Ctrl_C_stops_a_guest_that_runs()
    {
        using DebuggedGuest guest = new(jit, "uarea");
        using GdbServer server = new(guest);
        using GdbClient client = new(server.Port);
        client.Ask("?");
        using (GdbClient second = new(server.Port))
            Assert.That(second.Byte(), Is.EqualTo(-1));
        client.Ask("Z0,fffffffc,4");
        client.Send("vCont;c");
        client.Raw("\x03");
        string stop = client.Reply();
        Assert.That(stop, Does.StartWith("T02").Or.StartWith("T05replaylog:end"));
        Assert.That(client.Ask("g"), Has.Length.EqualTo((38 * 8) + (43 * 8) + 16));
        client.Send("D");
        server.AwaitEnds(1);
    }

    [Test]
    public void Conditions_that_never_end_or_cannot_be_evaluated_stop_the_guest_where_a_person_sees_it()
    {
        using DebuggedGuest guest = new(jit);
        using GdbServer server = new(guest);
        using GdbClient client = new(server.Port);
        string address = $"{guest.Symbol("start_tasks"):x}";
        foreach (string code in (string[])["210000", "227f06", "ff", "2200221706", "28", "26ffff27", "2400000000197fff"])
        {
            client.Ask("qRcmd," + Convert.ToHexString("goto 0"u8));
            Assert.That(client.Ask($"Z0,{address},4;X{code.Length / 2:x},{code}"), Is.EqualTo("OK"));
            Assert.That(client.Ask("vCont;c"), Does.StartWith("T05swbreak"), code);
            Assert.That(client.Ask($"z0,{address},4"), Is.EqualTo("OK"));
        }

        client.Ask("D");
        server.AwaitEnds(1);
    }

    private static void AssertUndisturbed(DebuggedGuest guest)
    {
        guest.Timeline.GoTo(new Moment(Compared));
        using DebuggedGuest straight = new(jit: false);
        straight.Machine.Run(Compared);
        Assert.That(guest.Board.StateHash(), Is.EqualTo(straight.Board.StateHash()));
    }
}
