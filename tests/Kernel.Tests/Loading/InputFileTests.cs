using PpcJit.Kernel.Booting;
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

    private string Refusal(string path) =>
        Assert.Throws<InputException>(() => GuestLoader.Load(_board, new BootOptions { ImagePath = path }))!.Message;
}
