using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Machine.Devices.Ethernet;
using static PpcJit.Kernel.Tests.Networking.Packets;

namespace PpcJit.Kernel.Tests.Networking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TftpServerTests : IDisposable
{
    private const int Headers = Ethernet + Ip + Udp;
    private const int Client = 0x4005;
    private readonly string _outer = Directory.CreateTempSubdirectory().FullName;
    private readonly string _folder;
    private readonly Queue<byte[]> _sent = new();
    private readonly TftpServer _server;
    private long _nanoseconds;

    public TftpServerTests()
    {
        _folder = Path.Combine(_outer, "given");
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        File.WriteAllText(Path.Combine(_outer, "secret"), "secret");
        _server = new TftpServer(new TftpFolder(_folder), () => _nanoseconds, _sent.Enqueue);
    }

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_outer, recursive: true);
    }

    [Test]
    public void A_file_comes_in_blocks_and_the_last_one_is_short([Values(0, 511, 512, 1024, 100_000)] int length)
    {
        byte[] content = Content("file", length);
        Assert.That(Fetch("file"), Is.EqualTo(content));
        Assert.That(_server.Count, Is.Zero, "the transfer is over");
    }

    [Test]
    public void A_file_of_more_blocks_than_are_numbered_comes_whole()
    {
        byte[] content = Content("large", 65_540 * 8);
        Assert.That(Fetch("large", "blksize", "8"), Is.EqualTo(content));
    }

    [Test]
    public void Block_size_and_file_size_are_agreed_on()
    {
        byte[] content = Content("file", 5000);
        Ask("file", "tsize", "0", "blksize", "1468", "unknown", "1");
        Assert.That(Encoding.ASCII.GetString(Answer()), Is.EqualTo("\0\u0006tsize\0" + "5000\0blksize\0" + "1428\0"));
        Acknowledge(0);
        Assert.That(Answer(), Is.EqualTo((byte[])[0, 3, 0, 1, .. content[..1428]]));
    }

    [Test]
    public void A_block_that_was_lost_is_sent_again_but_not_for_a_doubled_acknowledgement()
    {
        Content("file", 2000);
        Ask("file");
        byte[] first = Answer();
        Acknowledge(0);
        Assert.That(_sent, Is.Empty);
        _nanoseconds += 1_000_000_000;
        Acknowledge(0);
        Assert.That(Answer(), Is.EqualTo(first));
    }

    [Test]
    public void Links_lead_to_files_of_the_folder_and_to_no_others()
    {
        Content("sub/file", 10);
        File.CreateSymbolicLink(Path.Combine(_folder, "inside"), "sub/file");
        File.CreateSymbolicLink(Path.Combine(_folder, "outside"), "../secret");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "up"), "..");
        File.CreateSymbolicLink(Path.Combine(_folder, "round"), "round");
        Assert.That(Fetch("inside"), Has.Length.EqualTo(10));
        foreach (string name in new[] { "outside", "up/secret", "round", "../secret", "sub/../../secret", "/../secret", "..", ".", "", "sub" })
            Assert.That(Refusal(name), Is.Not.Null, name);
    }

    [Test]
    public void A_folder_whose_name_begins_like_the_other_is_another_one()
    {
        Directory.CreateDirectory(Path.Combine(_outer, "given2"));
        File.WriteAllText(Path.Combine(_outer, "given2", "file"), "secret");
        Assert.That(Refusal("../given2/file"), Is.EqualTo("no such file"));
    }

    [Test]
    [Platform(Include = "Linux")]
    public void A_FIFO_and_a_device_do_not_block_and_are_refused()
    {
        using (Process made = Process.Start("mkfifo", [Path.Combine(_folder, "fifo")]))
            made.WaitForExit();
        File.CreateSymbolicLink(Path.Combine(_folder, "null"), "/dev/null");
        Assert.That(Refusal("fifo"), Is.EqualTo("no such file"));
        Assert.That(Refusal("null"), Is.EqualTo("no such file"));
    }

    [Test]
    public void Writing_and_other_modes_are_refused()
    {
        Send([0, 2, .. "file\0octet\0"u8]);
        Assert.That(Answer()[..4], Is.EqualTo(new byte[] { 0, 5, 0, 2 }));
        Send([0, 1, .. "file\0mail\0"u8]);
        Assert.That(Answer()[..4], Is.EqualTo(new byte[] { 0, 5, 0, 0 }));
        Assert.That(File.Exists(Path.Combine(_folder, "file")), Is.False);
    }

    [Test]
    public void Requests_without_an_end_or_without_any_measure_are_survived()
    {
        Send([0, 1, .. "file\0octet"u8]);
        Send([0, 1, .. Enumerable.Repeat((byte)'x', 1400), 0]);
        Send([0, 1, 0, 0]);
        Send([0, 1, .. "file\0octet\0blksize\0"u8, .. "99999999999999999999\0"u8]);
        Send([0]);
        Assert.That(_sent.Select(frame => frame[Headers + 1]), Is.All.EqualTo(5));
        Assert.That(_sent, Has.Count.EqualTo(4));
    }

    [Test]
    public void A_guest_that_never_finishes_holds_few_files_open()
    {
        Content("file", 2000);
        for (int n = 0; n < 1000; n++)
            Ask("file", port: 1000 + n);
        Assert.That(_server.Count, Is.EqualTo(TftpServer.MaxTransfers));
    }

    private byte[] Content(string name, int length)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(n => (byte)(n + (n >> 8)))];
        File.WriteAllBytes(Path.Combine(_folder, name), content);
        return content;
    }

    private void Send(byte[] message, int port = Client) =>
        _server.Take(UdpPacket(SlirpBackend.GatewayStation, GuestIp, GatewayIp, port, 69, message));

    private void Ask(string name, params string[] options) =>
        Send([0, 1, .. Encoding.ASCII.GetBytes(string.Join('\0', [name, "octet", .. options]) + "\0")]);

    private void Ask(string name, int port) => Send([0, 1, .. Encoding.ASCII.GetBytes(name + "\0octet\0")], port);

    private void Acknowledge(int block) => Send([0, 4, (byte)(block >> 8), (byte)block]);

    /// <summary>What the server sent, out of a frame that is right in every part.</summary>
    private byte[] Answer()
    {
        byte[] frame = _sent.Dequeue();
        Assert.That(MacAddress.Read(frame), Is.EqualTo(GuestMac));
        Assert.That(InternetChecksum.Of(frame.AsSpan(Ethernet, Ip)), Is.Zero);
        byte[] pseudo =
        [
            .. frame[(Ethernet + 12)..(Ethernet + 20)], 0, 17, .. frame[(Ethernet + Ip + 4)..(Ethernet + Ip + 6)],
            .. frame[(Ethernet + Ip)..],
        ];
        Assert.That(InternetChecksum.Of(pseudo), Is.Zero, "UDP checksum");
        Assert.That(BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(Ethernet + Ip + 2)), Is.EqualTo(Client));
        return frame[Headers..];
    }

    private string? Refusal(string name)
    {
        Ask(name);
        byte[] answer = Answer();
        return answer[1] == 5 ? Encoding.ASCII.GetString(answer[4..^1]) : null;
    }

    private byte[] Fetch(string name, params string[] options)
    {
        Ask(name, options);
        int size = options.Length == 0 ? 512 : 8;
        if (options.Length != 0)
        {
            Answer();
            Acknowledge(0);
        }

        MemoryStream content = new();
        for (int block = 1; ; block++)
        {
            byte[] data = Answer();
            Assert.That((data[1], BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(2))), Is.EqualTo(((byte)3, (ushort)block)));
            content.Write(data.AsSpan(4));
            Acknowledge(block);
            if (data.Length < 4 + size)
                return content.ToArray();
        }
    }
}
