using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class InputFileTests
{
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create();

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void An_image_file_is_loaded_and_named()
    {
        using TemporaryFile file = new(ElfBuilder.Small().Build());

        Assert.That(GuestLoader.Load(_board, new BootOptions { ImagePath = file.Path }).Description, Does.StartWith(file.Path + ": ELF"));
    }

    [Test]
    public void A_missing_file_is_named()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "no", "such.elf");

        Assert.That(Refusal(path), Is.EqualTo($"{path} does not exist."));
    }

    [Test]
    public void A_directory_is_refused()
    {
        string path = TestContext.CurrentContext.WorkDirectory;

        Assert.That(Refusal(path), Is.EqualTo($"{path} is a directory, not a file."));
    }

    [Test]
    public void An_empty_file_is_refused()
    {
        using TemporaryFile file = new([]);

        Assert.That(Refusal(file.Path), Is.EqualTo($"{file.Path} is empty."));
    }

    [TestCase("")]
    [TestCase("a\0b")]
    public void A_path_that_can_be_none_is_refused(string path) => Assert.That(Refusal(path), Does.Contain("cannot be read"));

    [TestCase("dtb", 2 << 20, "a device tree may have")]
    [TestCase("symbols", 64 << 20, "a listing of symbols may have")]
    [TestCase("more symbols", 64 << 20, "a listing of symbols may have")]
    [TestCase("user symbols", 64 << 20, "a listing of symbols may have")]
    public void A_file_is_refused_that_is_larger_than_its_kind_can_be(string which, int most, string expected)
    {
        using TemporaryFile file = new("0"u8.ToArray());
        using (FileStream sparse = File.OpenWrite(file.Path))
            sparse.SetLength(most + 1L);
        BootOptions options = which switch
        {
            "dtb" => TestBoard.Options with { DtbPath = file.Path },
            "symbols" => TestBoard.Options with { SymbolsPath = file.Path },
            "more symbols" => TestBoard.Options with { MoreSymbolPaths = [file.Path] },
            _ => TestBoard.Options with { ProgramSymbolPaths = [new ProgramSymbols("sh", file.Path)] },
        };
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), options),
            Does.StartWith($"{file.Path} is larger than {most} bytes").And.Contain(expected));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20), "before it is read");
    }

    [Test]
    public void A_missing_RAM_disk_tree_or_symbol_file_is_named([Values("initrd", "dtb", "symbols")] string which)
    {
        BootOptions options = which switch
        {
            "initrd" => TestBoard.Options with { InitrdPath = "no-such-file" },
            "dtb" => TestBoard.Options with { DtbPath = "no-such-file" },
            _ => TestBoard.Options with { SymbolsPath = "no-such-file" },
        };

        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), options), Is.EqualTo("no-such-file does not exist."));
    }

    [Test]
    public void A_file_that_the_memory_cannot_hold_is_refused_by_its_length_alone()
    {
        using TemporaryFile file = new([1]);
        using (FileStream stream = new(file.Path, FileMode.Open))
            stream.SetLength(400L << 20);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Refusal(file.Path), Does.StartWith($"{file.Path} is larger than {_board.Memory.RamSize} bytes")
            .And.Contain("what the board's memory holds"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20));
    }

    [Test]
    public void An_ELF_may_have_more_debug_information_than_the_memory_holds()
    {
        byte[] elf = ElfBuilder.Small().Build();
        using TemporaryFile file = new([.. elf, .. new byte[_board.Memory.RamSize]]);

        Assert.That(GuestLoader.Load(_board, new BootOptions { ImagePath = file.Path }).Description, Does.Contain("ELF"));
    }

    [Test]
    public void A_file_is_read_whole_whatever_its_length([Values(1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000)] int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using TemporaryFile file = new(bytes);

        Assert.That(InputFile.Read(file.Path).Memory.Span.SequenceEqual(bytes), Is.True);
    }

    private string Refusal(string path) =>
        Assert.Throws<InputException>(() => GuestLoader.Load(_board, new BootOptions { ImagePath = path }))!.Message;
}
