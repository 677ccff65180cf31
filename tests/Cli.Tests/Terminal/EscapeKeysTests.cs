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

    private static string Filter(EscapeKeys keys, string typed)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(typed);
        return Encoding.Latin1.GetString(bytes, 0, keys.Filter(bytes));
    }
}
