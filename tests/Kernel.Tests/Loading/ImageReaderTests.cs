using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class ImageReaderTests
{
    private static readonly byte[] Code = [0x60, 0, 0, 0, 0x48, 0, 0, 0];
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create();

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void A_raw_binary_goes_where_it_is_told_and_is_entered_at_its_start()
    {
        _board.Boot(Code, TestBoard.Options with { LoadAddress = 0x2000 });

        Assert.That(_board.Read(0x2000, Code.Length), Is.EqualTo(Code));
        Assert.That(_board.Pc(), Is.EqualTo(0x2000u));
    }

    [Test]
    public void A_compressed_raw_binary_is_entered_where_it_is_told()
    {
        _board.Boot(Compressed.Gzip(Code), TestBoard.Options with { LoadAddress = 0x2000, EntryAddress = 0x2004 });

        Assert.That(_board.Read(0x2000, Code.Length), Is.EqualTo(Code));
        Assert.That(_board.Pc(), Is.EqualTo(0x2004u));
    }

    [Test]
    public void A_raw_binary_is_decompressed_by_whichever_method_it_is_compressed()
    {
        byte[][] all =
        [
            CompressedSamples.Bzip2, CompressedSamples.Lzma, CompressedSamples.Lzop, CompressedSamples.Lz4, CompressedSamples.Zstd,
            CompressedSamples.Xz,
        ];
        foreach (byte[] packed in all)
        {
            LoadedGuest guest = _board.Boot(packed, TestBoard.Options with { LoadAddress = 0x2000 });
            Assert.That(_board.Read(0x2000, CompressedSamples.Contents.Length), Is.EqualTo(CompressedSamples.Contents), guest.Description);
        }
    }

    [Test]
    public void A_configuration_of_an_image_that_has_none_is_refused() =>
        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), TestBoard.Options with { FitConfiguration = "b" }),
            Does.Contain("it is no FIT image"));

    [Test]
    public void A_compressed_ELF_is_loaded()
    {
        LoadedGuest guest = _board.Boot(Compressed.Gzip(ElfBuilder.Small().Build()));

        Assert.That(guest.Description, Does.Contain("ELF (gzip)"));
        Assert.That(_board.Pc(), Is.EqualTo(0x10000u));
    }

    [Test]
    public void An_entry_address_overrides_that_of_an_ELF()
    {
        _board.Boot(ElfBuilder.Small().Build(), TestBoard.Options with { EntryAddress = 0x10020 });

        Assert.That(_board.Pc(), Is.EqualTo(0x10020u));
    }

    [Test]
    public void A_raw_binary_without_an_address_is_refused_with_the_option_it_needs() =>
        Assert.That(_board.Refusal(Code),
            Does.Contain("neither an ELF nor a uImage, a FIT image nor an OpenBIOS image; a raw binary needs --load ADDRESS"));

    [Test]
    public void An_address_for_an_image_that_has_its_own_is_refused() =>
        Assert.That(_board.Refusal(ElfBuilder.Small().Build(), TestBoard.Options with { LoadAddress = 0 }),
            Does.Contain("--load is for raw binaries only"));

    [Test]
    public void An_entry_between_two_instructions_is_refused() =>
        Assert.That(_board.Refusal(Code, TestBoard.Options with { LoadAddress = 0, EntryAddress = 2 }), Does.Contain("not a multiple of 4"));

    [Test]
    public void An_entry_outside_of_the_image_is_refused() =>
        Assert.That(_board.Refusal(Code, TestBoard.Options with { LoadAddress = 0, EntryAddress = 8 }),
            Does.Contain("lies outside of what it loads"));

    [Test]
    public void A_raw_binary_past_the_end_of_the_address_space_is_refused() =>
        Assert.That(_board.Refusal(Code, TestBoard.Options with { LoadAddress = 0xfffffffc }), Does.Contain("no memory"));

    [Test]
    public void Gzip_inside_gzip_is_refused() =>
        Assert.That(_board.Refusal(Compressed.Gzip(Compressed.Gzip(ElfBuilder.Small().Build()))), Does.Contain("gzip inside gzip"));

    [Test]
    public void One_method_inside_another_is_refused() =>
        Assert.That(_board.Refusal(Compressed.Gzip(CompressedSamples.Xz)), Does.Contain("xz inside gzip"));

    [Test]
    public void An_image_that_decompresses_to_more_than_memory_is_refused() =>
        Assert.That(_board.Refusal(Compressed.Gzip(new byte[(32 << 20) + 1])),
            Does.Contain("more than 33554432 bytes, which do not fit into memory"));

    [Test]
    public void Nothing_at_all_is_refused([Values] bool compressed) =>
        Assert.That(_board.Refusal(compressed ? Compressed.Gzip([]) : [], TestBoard.Options with { LoadAddress = 0 }), Does.Contain("it is empty"));
}
