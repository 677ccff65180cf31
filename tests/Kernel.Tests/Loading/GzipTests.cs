using System.IO.Compression;
using PpcJit.Kernel.Loading.Compression;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class GzipTests
{
    private const int Limit = 1 << 20;

    [Test]
    public void What_the_host_compresses_comes_back(
        [Values(CompressionLevel.NoCompression, CompressionLevel.Fastest, CompressionLevel.Optimal,
            CompressionLevel.SmallestSize)] CompressionLevel level,
        [Values(0, 1, 3, 259, 65_535, 65_536, 300_000)] int length,
        [Values(1, 4, 256)] int alphabet)
    {
        byte[] bytes = Noise(length, alphabet);

        Assert.That(Decompress(Compressed.Gzip(bytes, level)).Memory.Span.SequenceEqual(bytes), Is.True);
    }

    [Test]
    public void Padding_behind_the_checksum_does_no_harm()
    {
        byte[] bytes = Noise(1000, 4);

        Assert.That(Decompress([.. Compressed.Gzip(bytes), .. new byte[512]]).Memory.ToArray(), Is.EqualTo(bytes));
    }

    [Test]
    public void The_contents_of_all_members_follow_each_other([Values(0, 1, 255, 256, 257, 70_000)] int length, [Values(0, 512)] int padding)
    {
        byte[] first = Noise(length, 256);
        byte[] second = Noise(3000, 4);

        byte[] file = [.. Compressed.Gzip(first), .. new byte[padding], .. Compressed.Gzip(second), .. Compressed.Gzip([]), .. new byte[100]];
        Assert.That(Decompress(file).Memory.ToArray(), Is.EqualTo(first.Concat(second)));
    }

    [Test]
    public void A_second_member_that_is_damaged_or_cut_off_is_refused()
    {
        byte[] first = Compressed.Gzip(Noise(1000, 4));
        byte[] second = Compressed.Gzip(Noise(500, 16));

        for (int length = 3; length < second.Length; length++)
            Assert.That(() => Decompress([.. first, .. second[..length]]), Throws.TypeOf<InputException>(), $"{length} bytes");
    }

    [Test]
    public void The_limit_holds_for_all_members_together()
    {
        byte[] half = Compressed.Gzip(new byte[Limit / 2]);

        Assert.That(Decompress([.. half, .. half]).Length, Is.EqualTo(Limit));
        Assert.That(() => Decompress([.. half, .. half, .. Compressed.Gzip([1])]),
            Throws.TypeOf<InputException>().With.Message.Contains($"more than {Limit} bytes"));
    }

    [Test]
    public void Members_without_end_are_refused()
    {
        byte[] empty = Compressed.Gzip([]);
        byte[] file = [.. Enumerable.Repeat(empty, 70_000).SelectMany(member => member)];

        Assert.That(() => Decompress(file), Throws.TypeOf<InputException>().With.Message.Contains("members"));
    }

    [Test]
    public void All_optional_parts_of_the_header_are_passed_over()
    {
        byte[] bytes = Noise(1000, 4);
        byte[] plain = Compressed.Gzip(bytes);
        byte[] header = [.. plain.AsSpan(0, 10)];
        header[3] = 0x1e;
        byte[] file = [.. header, 3, 0, 1, 2, 3, .. "vmlinux\0"u8, .. "a comment\0"u8, 0xcc, 0xcc, .. plain.AsSpan(10)];

        Assert.That(Decompress(file).Memory.ToArray(), Is.EqualTo(bytes));
    }

    [Test]
    public void A_file_cut_off_anywhere_is_refused()
    {
        byte[] whole = Compressed.Gzip(Noise(500, 16));

        for (int length = 2; length < whole.Length; length++)
            Assert.That(() => Decompress(whole[..length]), Throws.TypeOf<InputException>(), $"{length} bytes");
    }

    [Test]
    public void A_wrong_checksum_is_refused([Values(8, 4)] int fromEnd)
    {
        byte[] file = Compressed.Gzip(Noise(500, 16));
        file[^fromEnd] ^= 1;

        Assert.That(() => Decompress(file), Throws.TypeOf<InputException>().With.Message.Contains("checksum does not match"));
    }

    [Test]
    public void A_file_that_decompresses_to_more_than_fits_is_refused_without_decompressing_it_all()
    {
        byte[] bomb = Compressed.Gzip(new byte[64 << 20]);

        Assert.That(() => Decompress(bomb), Throws.TypeOf<InputException>().With.Message.Contains($"more than {Limit} bytes"));
    }

    [TestCase(1 << 16)]
    [TestCase(Limit)]
    [TestCase(16 << 20)]
    public void A_file_takes_no_more_memory_than_twice_what_fits_whatever_it_says_of_its_length(int limit)
    {
        byte[] bomb = Compressed.Gzip(new byte[64 << 20]);
        foreach (uint stated in (uint[])[64 << 20, 0, uint.MaxValue])
        {
            BitConverter.TryWriteBytes(bomb.AsSpan(bomb.Length - 4), stated);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.That(() => Gzip.Decompress(new ImageBytes("file", bomb), (uint)limit), Throws.TypeOf<InputException>());
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((2L * limit) + (1 << 20)), $"{stated} bytes stated");
        }
    }

    [Test]
    public void A_file_that_decompresses_to_exactly_what_fits_is_taken() =>
        Assert.That(Decompress(Compressed.Gzip(new byte[Limit])).Length, Is.EqualTo(Limit));

    [Test]
    public void An_unknown_compression_method_is_refused()
    {
        byte[] file = Compressed.Gzip(Noise(500, 16));
        file[2] = 9;

        Assert.That(() => Decompress(file), Throws.TypeOf<InputException>().With.Message.Contains("method 9"));
    }

    private static ImageBytes Decompress(byte[] file) => Gzip.Decompress(new ImageBytes("file", file), Limit);

    private static byte[] Noise(int length, int alphabet)
    {
        Random random = new(length + alphabet);
        byte[] bytes = new byte[length];
        for (int n = 0; n < length; n++)
            bytes[n] = (byte)random.Next(alphabet);
        return bytes;
    }
}
