using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Tests.Booting;

/// <summary>What a kernel for the 405GP boards finds at its entry.</summary>
public sealed class OpenBiosBootTests
{
    private static readonly byte[] Image = new ElfBuilder { Entry = 0x25000 }.Segment(0x25000, new byte[64]).Build();
    private readonly List<Board> _boards = [];

    [TearDown]
    public void DisposeBoards() => _boards.ForEach(board => board.Dispose());

    [TestCase("walnut", 32u)]
    [TestCase("openblocks266", 64u)]
    public void A_kernel_is_entered_in_real_mode_with_a_stack_in_RAM_that_it_may_use(string name, uint megabytes)
    {
        Board board = Create(name, megabytes);
        board.Boot(Image);
        Assert.That((board.Pc(), board.Msr()), Is.EqualTo((0x25000u, 0u)));
        Assert.That(board.Gpr(1), Is.InRange((megabytes << 20) - 0x8000, (megabytes << 20) - 16));
        Assert.That(board.Gpr(1) % 16, Is.Zero);
        Assert.That(board.Read(board.Gpr(1), 8), Is.All.Zero, "the back chain ends here");
        Assert.That(new[] { 3, 4, 5 }.Select(board.Gpr), Is.EqualTo(new[] { OpenBiosRom.Description, 0u, 0u }));
        Assert.That(board.Gpr(6), Is.EqualTo(board.Gpr(7)), "no command line");
    }

    [Test]
    public void Command_line_and_RAM_disk_stand_where_the_registers_say()
    {
        Board board = Create("walnut", 32);
        using TemporaryFile initrd = new([1, 2, 3]);
        board.Boot(Image, TestBoard.Options with { CommandLine = "hello", InitrdPath = initrd.Path });
        Assert.That(board.Read(board.Gpr(6), 6), Is.EqualTo("hello\0"u8.ToArray()));
        Assert.That(board.Gpr(7) - board.Gpr(6), Is.EqualTo(5));
        Assert.That(board.Gpr(6), Is.LessThan(16u << 20), "a wrapper has not mapped more yet");
        Assert.That(board.Read(board.Gpr(4), 3), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(board.Gpr(5) - board.Gpr(4), Is.EqualTo(3));
    }

    [Test]
    public void The_smallest_board_has_room_for_everything()
    {
        Board board = Create("walnut", 16);
        using TemporaryFile initrd = new(new byte[10_000]);
        LoadedGuest guest = board.Boot(Image, TestBoard.Options with { CommandLine = "hello", InitrdPath = initrd.Path });
        Assert.That(guest.Ranges.Select(range => range.Name),
            Is.EquivalentTo(new[] { "image", "the command line", "the firmware's stack", initrd.Path }));
    }

    [Test]
    public void The_description_has_the_address_that_the_interface_was_given()
    {
        Board board = Create("walnut", 32);
        board.Ethernet[0].Address = new MacAddress(0x0004ac445566);
        board.Boot(Image);
        Assert.That(board.Read(OpenBiosRom.Description + 40, 6), Is.EqualTo(new byte[] { 0x00, 0x04, 0xac, 0x44, 0x55, 0x66 }));
    }

    [Test]
    public void An_OpenBlockS_200_has_its_description_at_1_MB()
    {
        Board board = Create("openblocks200", 64);
        board.Ethernet[0].Address = new MacAddress(0x0004ac445566);
        board.Boot(new ElfBuilder { Entry = 0x450000 }.Segment(0x450000, new byte[64]).Build());
        Assert.That(board.Read(0x100000, 8), Is.EqualTo(new byte[] { 0x00, 0x04, 0xac, 0x44, 0x55, 0x66, 0, 64 }));
        Assert.That(board.Refusal(Image, TestBoard.Options with { CommandLine = "x" }), Does.Contain("openblocks200").And.Contains("--append"));
    }

    [Test]
    public void An_OpenBIOS_image_is_loaded_behind_its_header()
    {
        byte[] payload = [.. Enumerable.Range(0, 700).Select(n => (byte)n)];
        byte[] image = new byte[32 + payload.Length];
        image.PutWord(0, 0x0052504f);
        image.PutWord(4, 0x400000);
        image.PutWord(8, 2);
        image.PutWord(16, 0x400010);
        payload.CopyTo(image, 32);

        Board board = Create("walnut", 32);
        LoadedGuest guest = board.Boot(Compressed.Gzip(image));
        Assert.That(board.Read(0x400000, payload.Length), Is.EqualTo(payload));
        Assert.That(board.Pc(), Is.EqualTo(0x400010));
        Assert.That(guest.Description, Does.Contain("OpenBIOS image (gzip)"));

        image.PutWord(8, 1);
        Assert.That(Create("walnut", 32).Boot(image).Ranges[0].Size, Is.EqualTo(512), "what follows the blocks is not part of it");
        image.PutWord(8, 0);
        Assert.That(board.Refusal(image), Does.Contain("nothing after its header"));
        Assert.That(board.Refusal(image[..20]), Does.Contain("truncated"));
        image.PutWord(8, 2);
        image.PutWord(16, 0x500000);
        Assert.That(board.Refusal(image), Does.Contain("entry point"));
    }

    private Board Create(string name, uint megabytes)
    {
        Board board = BoardCatalog.Find(name)!.Create(new BoardOptions { MemoryBytes = megabytes << 20 });
        _boards.Add(board);
        return board;
    }
}
