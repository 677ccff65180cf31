using System.Text;
using PpcJit.Cli.Terminal;

namespace PpcJit.Cli.Tests.Terminal;

[TestFixture]
internal sealed class EscapeKeysTests
{
    private const string A = "\u0001";

    [TestCase("text", "text")]
    [TestCase(A + "a", A)]
    [TestCase(A + A, A)]
    [TestCase("x" + A + "Ay", "x" + A + "y")]
    [TestCase(A + "xq", "q")]
    [TestCase(A + "q", "")]
    public void Only_what_is_meant_for_the_guest_is_kept(string typed, string expected) =>
        Assert.That(Filter(new EscapeKeys(() => { }), typed), Is.EqualTo(expected));

    [TestCase("x", false)]
    [TestCase(A + "x", true)]
    [TestCase(A + "X", true)]
    [TestCase(A + A + "x", false)]
    public void Ctrl_A_X_leaves(string typed, bool expected)
    {
        EscapeKeys keys = new(() => { });
        Filter(keys, typed);
        Assert.That(keys.LeaveRequested, Is.EqualTo(expected));
    }

    [TestCase(A + "h")]
    [TestCase(A + "?")]
    public void Ctrl_A_H_and_unknown_keys_help(string typed)
    {
        int helped = 0;
        Filter(new EscapeKeys(() => helped++), typed);
        Assert.That(helped, Is.EqualTo(1));
    }

    [Test]
    public void The_two_keys_may_come_in_two_pieces()
    {
        EscapeKeys keys = new(() => { });
        Filter(keys, A);
        Filter(keys, "x");
        Assert.That(keys.LeaveRequested, Is.True);
    }

    [Test]
    public void Ctrl_A_C_leads_keys_to_the_monitor_until_it_is_closed()
    {
        List<byte> monitors = [];
        EscapeKeys keys = new(() => { }, monitors.Add) { OffersMonitor = true };
        Assert.That(Filter(keys, "ab" + A + "cwhen\r" + A + A + A + "c"), Is.EqualTo("ab"));
        Assert.That(monitors, Is.EqualTo("when\r\u0004"u8.ToArray()));
        keys.IsMonitors = false;
        Assert.That(Filter(keys, "cd"), Is.EqualTo("cd"));
    }

    [Test]
    public void Without_a_monitor_Ctrl_A_C_helps()
    {
        int helped = 0;
        EscapeKeys keys = new(() => helped++);
        Assert.That((Filter(keys, A + "cd"), helped, keys.IsMonitors), Is.EqualTo(("d", 1, false)));
    }

    private static string Filter(EscapeKeys keys, string typed)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(typed);
        return Encoding.Latin1.GetString(bytes, 0, keys.Filter(bytes));
    }
}
