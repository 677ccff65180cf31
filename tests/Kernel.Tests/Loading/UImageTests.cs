using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class UImageTests
{
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 200).Select(n => (byte)(n * 7))];
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create();

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void A_plain_payload_is_loaded_at_the_headers_address_and_entered_at_its_entry()
    {
        LoadedGuest guest = _board.Boot(new UImageBuilder(Payload) { Entry = 0x400008 }.Build());

        Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload));
        Assert.That(_board.Pc(), Is.EqualTo(0x400008u));
        Assert.That(guest.Description, Does.Contain("uImage 'Linux-test'"));
    }

    [Test]
    public void A_gzip_payload_is_decompressed()
    {
        _board.Boot(new UImageBuilder(Compressed.Gzip(Payload)) { Compression = 1 }.Build());

        Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload));
    }

    [Test]
    public void A_uImage_that_is_compressed_itself_is_loaded_too()
    {
        _board.Boot(Compressed.Gzip(new UImageBuilder(Payload).Build()));

        Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload));
    }

    [Test]
    public void Bytes_behind_the_payload_do_no_harm()
    {
        _board.Boot([.. new UImageBuilder(Payload).Build(), .. new byte[100]]);

        Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload));
    }

    [Test]
    public void A_changed_header_is_refused()
    {
        byte[] image = new UImageBuilder(Payload).Build();
        image[40] ^= 1;

        Assert.That(_board.Refusal(image), Does.Contain("checksum of its uImage header does not match"));
    }

    [Test]
    public void A_changed_payload_is_refused()
    {
        byte[] image = new UImageBuilder(Payload).Build();
        image[^1] ^= 1;

        Assert.That(_board.Refusal(image), Does.Contain("checksum of its uImage data does not match"));
    }

    [Test]
    public void A_payload_that_is_cut_off_is_refused() =>
        Assert.That(_board.Refusal(new UImageBuilder(Payload).Build()[..^1]), Does.Contain("the uImage's data would reach past its end"));

    [Test]
    public void A_uImage_for_another_processor_is_refused() =>
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Architecture = 2 }).Build()), Does.Contain("another processor (architecture 2"));

    [Test]
    public void A_uImage_of_something_else_than_a_kernel_is_refused() =>
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Type = 3 }).Build()), Does.Contain("holds a RAM disk, not a kernel"));

    [Test]
    public void A_compression_that_does_not_exist_is_refused() =>
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Compression = 9 }).Build()), Does.Contain("compression method 9 does not exist"));

    [Test]
    public void A_payload_outside_of_memory_is_refused() =>
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Load = 0x80000000, Entry = 0x80000000 }).Build()), Does.Contain("no memory"));

    [Test]
    public void An_empty_payload_is_refused() =>
        Assert.That(_board.Refusal(new UImageBuilder([]).Build()), Does.Contain("payload is empty"));

    [Test]
    public void A_multi_file_image_brings_its_RAM_disk_and_its_device_tree()
    {
        byte[] disk = [1, 2, 3, 4, 5];
        byte[] tree = FlattenedTreeWriter.Write(SampleTree.Create());
        LoadedGuest guest = _board.Boot((new UImageBuilder(MultiFile(Compressed.Gzip(Payload), disk, tree)) { Type = 4, Compression = 1 }).Build());

        Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload));
        Assert.That(guest.Description, Does.Contain("device tree in r3"));
        DeviceTreeNode chosen = SampleTree.Parse(_board.Read(_board.Gpr(3), tree.Length + 4096)).Find("/chosen")!;
        Assert.That(chosen.Find("linux,initrd-end")!.Cell - chosen.Find("linux,initrd-start")!.Cell, Is.EqualTo(5u));
        Assert.That(_board.Read(chosen.Find("linux,initrd-start")!.Cell!.Value, 5), Is.EqualTo(disk));
    }

    [Test]
    public void A_multi_file_image_with_a_RAM_disk_starts_by_the_boards_protocol()
    {
        _board.Boot((new UImageBuilder(MultiFile(Payload, [9, 8, 7])) { Type = 4 }).Build());

        Assert.That(_board.Read(_board.Gpr(4), 3), Is.EqualTo(new byte[] { 9, 8, 7 }));
        Assert.That(_board.Gpr(5) - _board.Gpr(4), Is.EqualTo(3u));
    }

    [Test]
    public void A_RAM_disk_that_is_given_replaces_that_of_the_image()
    {
        using TemporaryFile disk = new([1, 2, 3, 4]);
        _board.Boot((new UImageBuilder(MultiFile(Payload, [9, 8, 7])) { Type = 4 }).Build(), TestBoard.Options with { InitrdPath = disk.Path });

        Assert.That(_board.Gpr(5) - _board.Gpr(4), Is.EqualTo(4u));
    }

    [Test]
    public void Files_of_which_none_knows_what_to_do_are_refused()
    {
        Assert.That(_board.Refusal((new UImageBuilder(MultiFile(Payload, [1], [2])) { Type = 4 }).Build()), Does.Contain("two RAM disks"));
        Assert.That(_board.Refusal((new UImageBuilder(MultiFile(Payload, [1], [2], [3])) { Type = 4 }).Build()), Does.Contain("more than 3 files"));
        Assert.That(_board.Refusal((new UImageBuilder(new byte[4]) { Type = 4 }).Build()), Does.Contain("payload is empty"));
        Assert.That(_board.Refusal((new UImageBuilder([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]) { Type = 4 }).Build()), Does.Contain("past its end"));
    }

    [TestCase((byte)2, "bzip2")]
    [TestCase((byte)3, "lzma")]
    [TestCase((byte)4, "lzo")]
    [TestCase((byte)5, "lz4")]
    [TestCase((byte)6, "zstd")]
    public void A_payload_of_each_method_is_decompressed_and_a_payload_of_another_one_is_refused(byte method, string name)
    {
        Dictionary<string, byte[]> packed = new()
        {
            ["bzip2"] = CompressedSamples.Bzip2, ["lzma"] = CompressedSamples.Lzma, ["lzo"] = CompressedSamples.Lzop,
            ["lz4"] = CompressedSamples.Lz4, ["zstd"] = CompressedSamples.Zstd,
        };
        LoadedGuest guest = _board.Boot((new UImageBuilder(packed[name]) { Compression = method }).Build());

        Assert.That(_board.Read(0x400000, CompressedSamples.Contents.Length), Is.EqualTo(CompressedSamples.Contents));
        Assert.That(guest.Description, Does.Contain($"({name})"));
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Compression = method }).Build()), Does.Contain("damaged").Or.Contain("cut off"));
    }

    [Test]
    public void A_device_tree_is_named_with_what_to_do() =>
        Assert.That(_board.Refusal(FlattenedTreeWriter.Write(SampleTree.Create())), Does.Contain("--dtb"));

    [Test]
    public void Firmware_at_the_reset_vector_is_told_that_there_is_no_flash() =>
        Assert.That(_board.Refusal(new byte[0x80000],
            TestBoard.Options with { LoadAddress = 0xfff80000, EntryAddress = 0xfffffffc }), Does.Contain("flash"));

    private static byte[] MultiFile(params byte[][] files)
    {
        List<byte> payload = [];
        foreach (byte[] file in files)
            payload.AddRange([0, 0, (byte)(file.Length >> 8), (byte)file.Length]);
        payload.AddRange(new byte[4]);
        foreach (byte[] file in files)
            payload.AddRange([.. file, .. new byte[-file.Length & 3]]);
        return [.. payload];
    }
}
