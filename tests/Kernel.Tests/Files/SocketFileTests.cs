using System.Net.Sockets;
using PpcJit.Kernel.Files;

namespace PpcJit.Kernel.Tests.Files;

[TestFixture]
internal sealed class SocketFileTests
{
    private string _folder = "";

    private string Place => Path.Combine(_folder, "socket");

    [SetUp]
    public void Prepare() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void It_goes_with_its_owner()
    {
        using (SocketFile file = new(Place))
        {
            Assert.That(file.Listener.IsBound);
            Assert.That(() => new SocketFile(Place).Dispose(), Throws.InstanceOf<IOException>().With.Message.Contains("Somebody listens"));
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(new UnixDomainSocketEndPoint(Place));
        }

        Assert.That(Directory.GetFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public void One_that_a_killed_owner_left_is_replaced()
    {
        Socket left = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(Place));
        left.Listen();
        string moved = Path.Combine(_folder, "moved");
        File.Move(Place, moved); // what the runtime would remove with the socket
        left.Dispose();
        File.Move(moved, Place);
        using SocketFile file = new(Place);
        Assert.That(file.Listener.IsBound);
    }

    [Test]
    public void A_file_of_another_kind_stays_what_it_is()
    {
        File.WriteAllText(Place, "precious");
        Assert.That(() => new SocketFile(Place).Dispose(), Throws.InstanceOf<IOException>().With.Message.Contains("no socket"));
        Assert.That(File.ReadAllText(Place), Is.EqualTo("precious"));
    }
}
