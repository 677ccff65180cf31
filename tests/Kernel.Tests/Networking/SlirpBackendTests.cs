using System.Net;
using System.Net.Sockets;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Kernel.Tests.Networking.Packets;

namespace PpcJit.Kernel.Tests.Networking;

/// <summary>The user network, asked by hand-made frames.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SlirpBackendTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private long _nanoseconds;
    private SlirpBackend? _backend;

    [SetUp]
    public void Require() => Libslirp.Require();

    public void Dispose()
    {
        _backend?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void The_gateway_answers_ARP_with_its_address()
    {
        byte[] reply = Ask(ArpRequest(GuestIp, GatewayIp));
        Assert.That(Type(reply), Is.EqualTo(0x0806));
        Assert.That(MacAddress.Read(reply), Is.EqualTo(GuestMac));
        Assert.That(reply[28..32], Is.EqualTo(GatewayIp));
    }

    [Test]
    public void The_gateway_answers_a_ping_with_the_same_bytes()
    {
        byte[] data = [.. Enumerable.Range(0, 1000).Select(n => (byte)n)];
        byte[] reply = Ask(Echo(Gateway(), GatewayIp, data));
        Assert.That(reply[Ethernet + Ip], Is.Zero, "echo reply");
        Assert.That(reply[(Ethernet + Ip + 8)..], Is.EqualTo(data));
    }

    [Test]
    public void A_ping_in_fragments_is_answered_whatever_their_order([Values] bool reverse)
    {
        byte[] data = [.. Enumerable.Range(0, 3000).Select(n => (byte)(n * 3))];
        byte[] whole = Echo(Gateway(), GatewayIp, data);
        List<byte[]> pieces = [.. Fragments(whole, 1480)];
        if (reverse)
            pieces.Reverse();
        foreach (byte[] piece in pieces)
            _backend!.Send(piece);
        List<byte> answer = [];
        for (int n = 0; n < pieces.Count; n++)
            answer.AddRange(Next()[(Ethernet + Ip)..]);
        Assert.That(answer.Skip(8), Is.EqualTo(data));
    }

    [Test]
    public void DHCP_offers_address_router_and_name_server()
    {
        byte[] offer = Ask(DhcpDiscover());
        byte[] message = offer[(Ethernet + Ip + Udp)..];
        Assert.That((message[0], message[7]), Is.EqualTo(((byte)2, (byte)0x77)), "the answer to our question");
        Assert.That(message[16..20], Is.EqualTo(GuestIp));
        Assert.That(message[240..243], Is.EqualTo(new byte[] { 53, 1, 2 }), "DHCPOFFER");
        string options = Convert.ToHexString(message[240..]);
        Assert.That(options, Does.Contain("03040A000202").And.Contain("06040A000203"), "router 10.0.2.2, DNS 10.0.2.3");
    }

    [Test]
    public void TFTP_gives_out_the_files_of_its_folder_and_no_others()
    {
        File.WriteAllText(Path.Combine(_folder, "hello.txt"), "hello");
        NetworkOptions options = new() { TftpFolder = _folder };
        byte[] data = Ask(TftpRequest(Gateway(options), "hello.txt"))[(Ethernet + Ip + Udp)..];
        Assert.That(data, Is.EqualTo((byte[])[0, 3, 0, 1, .. "hello"u8]));
        foreach (string name in new[] { "none.txt", "../../../../etc/passwd" })
            Assert.That(Ask(TftpRequest(Gateway(options), name))[Ethernet + Ip + Udp + 1], Is.EqualTo(5), $"an error for {name}");
    }

    [Test]
    public void A_forwarded_port_of_the_host_reaches_the_guest()
    {
        int port = Libslirp.FreePort();
        Open(new NetworkOptions { Forwardings = [new PortForwarding(
            false, new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(SlirpBackend.GuestAddress, 22))] });
        using TcpClient client = new();
        Task connecting = client.ConnectAsync(IPAddress.Loopback, port);
        byte[] question = Next();
        Assert.That((Type(question), question[38..42]), Is.EqualTo(((ushort)0x0806, GuestIp)), "it looks for the guest");
        byte[] answer = [.. ArpRequest(GuestIp, GatewayIp)];
        answer[21] = 2;
        _backend!.Send(answer);
        byte[] synchronise = Next();
        Assert.That((synchronise[23], synchronise[Ethernet + Ip + 3], synchronise[Ethernet + Ip + 13] & 2),
            Is.EqualTo(((byte)6, (byte)22, 2)), "TCP SYN to port 22");
        Assert.That(connecting.IsFaulted, Is.False);
    }

    [Test]
    public void A_port_that_is_taken_is_refused()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        IPEndPoint host = (IPEndPoint)taken.LocalEndpoint;
        NetworkOptions options = new() { Forwardings = [new PortForwarding(false, host, new IPEndPoint(SlirpBackend.GuestAddress, 22))] };
        Assert.That(() => Open(options), Throws.TypeOf<InputException>().With.Message.Contains("cannot be listened to"));
        _backend = null;
    }

    [Test]
    public void A_TFTP_folder_that_does_not_exist_is_refused() =>
        Assert.That(() => Open(new NetworkOptions { TftpFolder = "/no/such" }),
            Throws.TypeOf<InputException>().With.Message.Contains("tftp=/no/such"));

    [Test]
    public void Junk_is_survived([Range(1, 5)] int seed)
    {
        Open(new NetworkOptions());
        Random random = new(seed);
        for (int n = 0; n < 2000; n++)
        {
            byte[] junk = new byte[random.Next(1515)];
            random.NextBytes(junk);
            if (n % 2 == 0 && junk.Length > 60)
                Echo(new MacAddress(0x52550a000202), GatewayIp, []).AsSpan(0, random.Next(12, 42)).CopyTo(junk);
            _backend!.Send(junk);
            _nanoseconds += 1_000_000;
            _backend.Poll(TimeSpan.Zero);
        }
    }

    private void Open(NetworkOptions options) => _backend = new SlirpBackend(options, () => _nanoseconds);

    private MacAddress Gateway(NetworkOptions? options = null)
    {
        if (_backend is null)
            Open(options ?? new NetworkOptions());
        return MacAddress.Read(Ask(ArpRequest(GuestIp, GatewayIp)).AsSpan(22));
    }

    private byte[] Ask(byte[] frame)
    {
        if (_backend is null)
            Open(new NetworkOptions());
        _backend!.Send(frame);
        return Next();
    }

    private byte[] Next()
    {
        for (int tries = 0; tries < 500 && !_backend!.HasFrame; tries++)
            _backend.Poll(TimeSpan.FromMilliseconds(10));
        return _backend!.Take();
    }
}
