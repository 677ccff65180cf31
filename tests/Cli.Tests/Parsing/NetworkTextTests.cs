using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Kernel.Networking.Backends;

namespace PpcJit.Cli.Tests.Parsing;

[TestFixture]
internal sealed class NetworkTextTests
{
    [Test]
    public void Everything_that_the_user_network_takes_is_read()
    {
        NetworkOptions options = NetworkText.Parse(
            "user,tftp=a,,b,bootfile=uImage,pcap=x.pcap,mac=02:00:5e:10:00:01,restrict=on,hostfwd=tcp::2222-:22,hostfwd=udp:0.0.0.0:69-10.0.2.16:70");
        Assert.That((options.Kind, options.TftpFolder, options.BootFile, options.CapturePath),
            Is.EqualTo((NetworkKind.User, "a,b", "uImage", "x.pcap")));
        Assert.That((options.Address.ToString(), options.IsRestricted), Is.EqualTo(("02:00:5e:10:00:01", true)));
        Assert.That(options.Forwardings.Select(forwarding => forwarding.ToString()), Is.EqualTo(new[]
        {
            "PortForwarding { IsUdp = False, Host = 127.0.0.1:2222, Guest = 10.0.2.15:22 }",
            "PortForwarding { IsUdp = True, Host = 0.0.0.0:69, Guest = 10.0.2.16:70 }",
        }));
    }

    [Test]
    public void The_other_kinds_are_read()
    {
        Assert.That(NetworkText.Parse("none,pcap=x").Kind, Is.EqualTo(NetworkKind.None));
        Assert.That(NetworkText.Parse("tap,ifname=tap0"),
            Is.EqualTo(new NetworkOptions { Kind = NetworkKind.Tap, InterfaceName = "tap0" }));
    }

    [TestCase("usr", "Did you mean 'user'")]
    [TestCase("", "there is: none, user, tap")]
    [TestCase("user,tfpt=x", "Did you mean 'tftp'")]
    [TestCase("tap,tftp=x", "'tap' has no option 'tftp'")]
    [TestCase("user,", "has no option ''")]
    [TestCase("user,pcap", "pcap needs a value")]
    [TestCase("user,pcap=", "pcap needs a value")]
    [TestCase("user,mac=02:00", "is not an Ethernet address")]
    [TestCase("user,mac=ff:ff:ff:ff:ff:ff", "no station's address")]
    [TestCase("user,mac=00:00:00:00:00:00", "no station's address")]
    [TestCase("user,restrict=1", "either on or off")]
    [TestCase("user,hostfwd=tcp::2222", "expected tcp:")]
    [TestCase("user,hostfwd=sctp::1-:2", "expected tcp:")]
    [TestCase("user,hostfwd=tcp::0-:22", "expected tcp:")]
    [TestCase("user,hostfwd=tcp::70000-:22", "expected tcp:")]
    [TestCase("user,hostfwd=tcp:here:1-:22", "expected tcp:")]
    [TestCase("user,hostfwd=tcp:::1:1-:22", "expected tcp:")]
    public void Anything_else_is_refused_in_one_sentence(string text, string expected) =>
        Assert.That(() => NetworkText.Parse(text), Throws.TypeOf<InputException>().With.Message.Contains(expected));
}
