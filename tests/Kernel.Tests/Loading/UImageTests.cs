using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Tests.Builders;
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
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Type = 3 }).Build()), Does.Contain("type 3, not a kernel"));

    [Test]
    public void A_compression_that_is_not_supported_is_refused() =>
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Compression = 3 }).Build()), Does.Contain("compression method 3"));

    [Test]
    public void A_payload_outside_of_memory_is_refused() =>
        Assert.That(_board.Refusal((new UImageBuilder(Payload) { Load = 0x80000000, Entry = 0x80000000 }).Build()), Does.Contain("no memory"));

    [Test]
    public void An_empty_payload_is_refused() =>
        Assert.That(_board.Refusal(new UImageBuilder([]).Build()), Does.Contain("payload is empty"));
}
