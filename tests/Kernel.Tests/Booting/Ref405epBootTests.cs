using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Booting;

/// <summary>
/// The registers and memory that a kernel finds at its entry; the addresses are those that QEMU 7.2's ref405ep showed
/// in its monitor.
/// </summary>
public sealed class Ref405epBootTests
{
    private const uint Information = 0x00ffff80;
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create(128);

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void The_registers_of_a_kernel_without_arguments_are_those_of_QEMUs_board()
    {
        _board.Boot(ElfBuilder.Small().Build());

        Assert.That(new[] { 1, 3, 4, 5, 6, 7 }.Select(_board.Gpr), Is.EqualTo(new[] { 0xfff7fff8u, Information, 0u, 0u, Information, Information }));
        Assert.That(_board.Pc(), Is.EqualTo(0x10000u));
        Assert.That(_board.Msr(), Is.Zero);
    }

    [Test]
    public void The_command_line_stands_below_the_board_information_with_a_terminator()
    {
        _board.Memory.TryCopyIn(0x00fffe85, [0xff]);
        _board.Boot(ElfBuilder.Small().Build(), TestBoard.Options with { CommandLine = "hello" });

        Assert.That((_board.Gpr(6), _board.Gpr(7)), Is.EqualTo((0x00fffe80u, 0x00fffe85u)));
        Assert.That(_board.Read(0x00fffe80, 6), Is.EqualTo("hello\0"u8.ToArray()));
    }

    [Test]
    public void The_RAM_disk_stands_at_24_MB()
    {
        using TemporaryFile initrd = new([1, 2, 3, 4, 5]);
        _board.Boot(ElfBuilder.Small().Build(), TestBoard.Options with { InitrdPath = initrd.Path });

        Assert.That((_board.Gpr(4), _board.Gpr(5)), Is.EqualTo((0x01800000u, 0x01800005u)));
        Assert.That(_board.Read(0x01800000, 5), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public void The_RAM_disk_goes_to_the_end_of_a_memory_that_is_too_small()
    {
        using Board small = TestBoard.Create(16);
        using TemporaryFile initrd = new(new byte[10_000]);
        small.Boot(ElfBuilder.Small().Build(), TestBoard.Options with { InitrdPath = initrd.Path });

        Assert.That((small.Gpr(4), small.Gpr(5)), Is.EqualTo((0x00ffd000u, 0x00ffd000u + 10_000)));
    }

    [Test]
    public void The_payload_of_a_RAM_disk_in_a_uImage_is_loaded()
    {
        using TemporaryFile initrd = new((new UImageBuilder([1, 2, 3]) { Type = 3, Compression = 1 }).Build());
        _board.Boot(ElfBuilder.Small().Build(), TestBoard.Options with { InitrdPath = initrd.Path });

        Assert.That(_board.Read(_board.Gpr(4), 4), Is.EqualTo(new byte[] { 1, 2, 3, 0 }));
    }

    [TestCase(0x00, 0u, "start of memory")]
    [TestCase(0x04, 128u << 20, "size of memory")]
    [TestCase(0x14, 0xfff00000u, "start of SRAM")]
    [TestCase(0x18, 512u << 10, "size of SRAM")]
    [TestCase(0x2c, 333_333_330u, "internal clock")]
    [TestCase(0x30, 111_111_110u, "bus clock")]
    [TestCase(0x34, 115_200u, "baud rate")]
    [TestCase(0x5c, 333_333_330u, "processor clock")]
    [TestCase(0x60, 111_111_110u, "PLB clock")]
    [TestCase(0x64, 33_333_333u, "PCI clock")]
    [TestCase(0x74, 55_555_555u, "OPB clock")]
    public void The_board_information_describes_the_board(int offset, uint value, string what)
    {
        _board.Boot(ElfBuilder.Small().Build());

        Assert.That(_board.Read(Information, 128).Word(offset), Is.EqualTo(value), what);
    }

    [Test]
    public void An_image_over_the_board_information_is_refused()
    {
        byte[] image = new ElfBuilder { Entry = 0x00f00000 }.Segment(0x00f00000, new byte[16], size: 0x200000).Build();

        Assert.That(_board.Refusal(image), Is.EqualTo("the board information at 0x00ffff80-0x00ffffff overlaps image at 0x00f00000-0x010fffff."));
    }

    [TestCase(20 << 20, "is larger than 16777216 bytes (16 MB), which is what the board's memory holds")]
    [TestCase((16 << 20) - 4096, "finds no room")]
    public void A_RAM_disk_for_which_memory_has_no_room_is_refused(int length, string words)
    {
        using Board small = TestBoard.Create(16);
        using TemporaryFile initrd = new(new byte[length]);

        Assert.That(
            small.Refusal(ElfBuilder.Small().Build(), TestBoard.Options with { InitrdPath = initrd.Path }),
            Does.Contain(words));
    }

    [Test]
    public void A_command_line_that_kernels_would_cut_is_refused() =>
        Assert.That(
            _board.Refusal(ElfBuilder.Small().Build(), TestBoard.Options with { CommandLine = new string('x', 2048) }),
            Does.Contain("2048 bytes; a kernel takes at most 2047"));

    [Test]
    public void A_command_line_with_a_zero_byte_is_refused() =>
        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), TestBoard.Options with { CommandLine = "a\0b" }), Does.Contain("zero byte"));

    [Test]
    public void What_was_placed_is_listed_by_rising_address()
    {
        LoadedGuest guest = _board.Boot(ElfBuilder.Small().Build(), TestBoard.Options with { CommandLine = "hello" });

        Assert.That(guest.Ranges, Is.EqualTo(new[]
        {
            new LoadedRange("image", 0x10000, 64), new LoadedRange("the command line", 0x00fffe80, 6),
            new LoadedRange("the board information", Information, 128),
        }));
    }

    [Test]
    public void Symbols_may_come_from_a_file_of_their_own()
    {
        using TemporaryFile map = new("00010000 T start\n"u8.ToArray());
        LoadedGuest guest = _board.Boot(ElfBuilder.Small().Build(), TestBoard.Options with { SymbolsPath = map.Path });

        Assert.That(guest.Symbols!.Describe(0x10004), Is.EqualTo("0x00010004 (start+0x4)"));
    }

    [Test]
    public void Symbols_may_come_from_several_files_and_those_of_programs_have_the_programs_name()
    {
        using TemporaryFile map = new("00010000 T start\n"u8.ToArray());
        using TemporaryFile more = new("00020000 T module\n"u8.ToArray());
        using TemporaryFile program = new("00400000 T main\n"u8.ToArray());
        LoadedGuest guest = _board.Boot(
            ElfBuilder.Small().Build(),
            TestBoard.Options with
            {
                SymbolsPath = map.Path,
                MoreSymbolPaths = [more.Path],
                ProgramSymbolPaths = [new ProgramSymbols("sh", program.Path)],
            });

        Assert.That(guest.Symbols!.Describe(0x10004), Is.EqualTo("0x00010004 (start+0x4)"));
        Assert.That(guest.Symbols!.Describe(0x20008), Is.EqualTo("0x00020008 (module+0x8)"));
        Assert.That(guest.AllSymbols.Select(table => table.Describe(0x40000c)), Is.EqualTo((string[])["0x0040000c", "0x0040000c (sh.main+0xc)"]));
    }
}
