using PpcJit.Kernel.Networking.Backends;
using static PpcJit.Kernel.Tests.Networking.Packets;

namespace PpcJit.Kernel.Tests.Networking;

internal sealed class TapBackendTests
{
    private const string Name = "ppcjit-test0";
    private static readonly byte[] HostIp = [192, 168, 211, 1];
    private static readonly byte[] OtherIp = [192, 168, 211, 2];

    [Test]
    public void The_host_answers_on_a_TAP_device_or_the_missing_permission_is_named()
    {
        TapBackend backend;
        try
        {
            backend = new TapBackend(Name);
        }
        catch (InputException refused)
        {
            Assert.That(refused.Message, Does.StartWith("--net tap: ").And.Contain("CAP_NET_ADMIN").Or.Contain("modprobe tun"));
            return;
        }

        using (backend)
        {
            Assert.That(backend.Description, Is.EqualTo($"tap {Name}"));
            Assert.That(HostTool.Run("ip", "ip", "addr", "add", "192.168.211.1/24", "dev", Name).ExitCode, Is.Zero);
            Assert.That(HostTool.Run("ip", "ip", "link", "set", Name, "up").ExitCode, Is.Zero);
            byte[]? reply = null;
            for (int tries = 0; tries < 300 && reply is null; tries++)
            {
                backend.Send(ArpRequest(OtherIp, HostIp));
                backend.Poll(TimeSpan.FromMilliseconds(10));
                while (backend.HasFrame && backend.Take() is { } frame)
                    reply = Type(frame) == 0x0806 && frame[21] == 2 ? frame : reply; // the host has things of its own to say, too
            }

            Assert.That(reply?[28..32], Is.EqualTo(HostIp));
        }
    }

    [TestCase("")]
    [TestCase("a-name-that-is-too-long")]
    [TestCase("ä")]
    public void Impossible_names_are_refused(string name) =>
        Assert.That(() => new TapBackend(name), Throws.TypeOf<InputException>().With.Message.Contains("1 to 15 characters"));
}
