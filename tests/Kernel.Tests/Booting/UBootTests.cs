using System.Text;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.I2c;

namespace PpcJit.Kernel.Tests.Booting;

/// <summary>What a kernel for the 405EX boards finds at its entry where it brings no device tree.</summary>
public sealed class UBootTests
{
    private static readonly byte[] Image = ElfBuilder.Small().Build();
    private readonly List<Board> _boards = [];

    [TearDown]
    public void DisposeBoards() => _boards.ForEach(board => board.Dispose());

    /// <summary>The places are those of the structure in Linux's arch/powerpc/boot/ppcboot.h, for TARGET_4xx and TARGET_44x.</summary>
    [TestCase(0x00, 0u, "start of memory")]
    [TestCase(0x04, 128u << 20, "memory")]
    [TestCase(0x08, 0xfc000000u, "start of flash")]
    [TestCase(0x0c, 64u << 20, "flash")]
    [TestCase(0x24, 0x02004005u, "first Ethernet address")]
    [TestCase(0x2c, 400_000_000u, "core")]
    [TestCase(0x34, 115200u, "console")]
    [TestCase(0x5c, 400_000_000u, "core in Hz")]
    [TestCase(0x60, 200_000_000u, "processor local bus")]
    [TestCase(0x74, 100_000_000u, "peripheral bus")]
    public void A_wrapper_gets_board_information_in_r3(int offset, uint expected, string what)
    {
        Board board = Create("kilauea", flash: 64 << 20);
        board.Boot(Image);
        Assert.That(board.Gpr(3), Is.EqualTo(0x00ffff80u));
        Assert.That(board.Read(board.Gpr(3), 0x80).Word(offset), Is.EqualTo(expected).Within(offset >= 0x2c && offset != 0x34 ? 2u : 0u), what);
    }

    [Test]
    public void The_second_Ethernet_address_is_behind_the_first_structure()
    {
        Board board = Create("kilauea");
        board.Ethernet[1].Address = new MacAddress(0x001122334455);
        board.Boot(Image);
        Assert.That(board.Read(board.Gpr(3) + 0x6e, 6), Is.EqualTo(new byte[] { 0, 0x11, 0x22, 0x33, 0x44, 0x55 }));
        Assert.That(board.Read(board.Gpr(3) + 8, 8), Is.All.Zero, "no flash");
    }

    [Test]
    public void The_command_line_stands_below_the_board_information()
    {
        Board board = Create("kilauea");
        board.Boot(Image, TestBoard.Options with { CommandLine = "console=ttyS0" });
        Assert.That(Encoding.ASCII.GetString(board.Read(board.Gpr(6), (int)(board.Gpr(7) - board.Gpr(6)))), Is.EqualTo("console=ttyS0"));
        Assert.That(board.Gpr(7), Is.LessThan(board.Gpr(3)));
        Assert.That(board.Gpr(1), Is.GreaterThan(0x00ffffffu).And.LessThan(128u << 20));
    }

    /// <summary>NetBSD's OPENBLOCKS600: argc and argv as for a program, and the addresses of the ports in the EEPROM.</summary>
    [Test]
    public void An_OpenBlockS_600_hands_over_arguments_as_to_a_program()
    {
        Board board = Create("obs600");
        board.Ethernet[0].Address = new MacAddress(0x001122334455);
        board.Boot(Image, TestBoard.Options with { CommandLine = " -s  root=sd0a " });
        Assert.That(board.Gpr(3), Is.EqualTo(3));
        byte[] vector = board.Read(board.Gpr(4), 16);
        Assert.That(Enumerable.Range(0, 3).Select(n => Text(board, vector.Word(4 * n))), Is.EqualTo(new[] { "netbsd", "-s", "root=sd0a" }));
        Assert.That(vector.Word(12), Is.Zero, "the list ends");
        Assert.That((Text(board, board.Gpr(5)), board.Gpr(6)), Is.EqualTo((" -s  root=sd0a ", board.Gpr(5))));
        I2cEeprom eeprom = board.DevicesOf<I2cEeprom>().Single();
        eeprom.Start(isRead: false);
        eeprom.Write(0);
        eeprom.Start(isRead: true);
        Assert.That(Enumerable.Range(0, 6).Select(_ => eeprom.Read()), Is.EqualTo(new byte[] { 0, 0x11, 0x22, 0x33, 0x44, 0x55 }));
    }

    [Test]
    public void An_OpenBlockS_600_has_no_RAM_disk_to_hand_over()
    {
        using TemporaryFile initrd = new([1, 2, 3]);
        Assert.That(
            Create("obs600").Refusal(Image, TestBoard.Options with { InitrdPath = initrd.Path }),
            Is.EqualTo("The firmware of obs600 hands no RAM disk to a kernel without a device tree; --dtb FILE gives one."));
    }

    private static string Text(Board board, uint address)
    {
        byte[] bytes = board.Read(address, 64);
        return Encoding.ASCII.GetString(bytes.AsSpan(0, Array.IndexOf(bytes, (byte)0)));
    }

    private Board Create(string name, uint? flash = null)
    {
        Board board = BoardCatalog.Find(name)!.Create(new BoardOptions { MemoryBytes = 128 << 20, FlashBytes = flash });
        _boards.Add(board);
        return board;
    }
}
