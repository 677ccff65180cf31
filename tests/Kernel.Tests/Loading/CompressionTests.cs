using PpcJit.Kernel.Loading.Compression;

namespace PpcJit.Kernel.Tests.Loading;

/// <summary>The methods of compression beside gzip: what the host's compressors make comes back, and nothing else.</summary>
internal sealed class CompressionTests
{
    private const int Limit = 1 << 20;

    /// <summary>How a file is compressed: the method's name, the program, its package, its options.</summary>
    private static readonly string[][] Commands =
    [
        ["bzip2", "bzip2", "bzip2", "-1"],
        ["bzip2", "bzip2", "bzip2", "-9"],
        ["lzma", "xz", "xz-utils", "--format=lzma", "-6"],
        ["lzma", "xz", "xz-utils", "--format=lzma", "--lzma1=preset=0,lc=0,lp=2,pb=0"],
        ["lzma", "xz", "xz-utils", "--format=lzma", "--lzma1=preset=9,lc=3,lp=1,pb=4"],
        ["xz", "xz", "xz-utils", "-0", "--check=none"],
        ["xz", "xz", "xz-utils", "-9e", "--check=crc32"],
        ["xz", "xz", "xz-utils", "--check=crc64", "--block-size=40000"],
        ["xz", "xz", "xz-utils", "--check=sha256", "-T2", "--block-size=100000"],
        ["xz", "xz", "xz-utils", "--check=crc32", "--powerpc", "--lzma2=preset=6,dict=1MiB"],
        ["xz", "xz", "xz-utils", "--powerpc=start=4096", "--lzma2=preset=6,lc=0,lp=3,pb=1"],
        ["lzo", "lzop", "lzop", "-1"],
        ["lzo", "lzop", "lzop", "-3", "--crc32"],
        ["lzo", "lzop", "lzop", "-9"],
        ["lz4", "lz4", "lz4", "-1"],
        ["lz4", "lz4", "lz4", "-9", "--content-size", "-B4", "-BD"],
        ["lz4", "lz4", "lz4", "-B5", "-BX"],
        ["lz4", "lz4", "lz4", "-l"],
        ["zstd", "zstd", "zstd", "-1"],
        ["zstd", "zstd", "zstd", "-9", "--no-check"],
        ["zstd", "zstd", "zstd", "--ultra", "-22", "--long=27"],
        ["zstd", "zstd", "zstd", "--fast=5"],
    ];

    private static IEnumerable<string> Methods => CompressionMethod.All.Select(method => method.Name);

    private static IEnumerable<TestCaseData> Samples =>
    [
        Sample("gzip", Compressed.Gzip(CompressedSamples.Contents)),
        Sample("bzip2", CompressedSamples.Bzip2),
        Sample("lzma", CompressedSamples.Lzma),
        Sample("lzo", CompressedSamples.Lzop),
        Sample("lz4", CompressedSamples.Lz4),
        Sample("zstd", CompressedSamples.Zstd),
        Sample("xz", CompressedSamples.Xz),
    ];

    private static IEnumerable<TestCaseData> SamplesWithChecksums => Samples.Where(sample => (string)sample.Arguments[0]! is not "lzma");

    private static IEnumerable<TestCaseData> HostCommands =>
        Commands.Select(words => new TestCaseData(words[0], words[1], words[2], words[3..]).SetArgDisplayNames(string.Join(' ', words[1..])));

    [TestCaseSource(nameof(HostCommands))]
    public void What_the_hosts_compressor_makes_comes_back(string method, string program, string package, string[] options)
    {
        foreach (byte[] contents in Contents())
        {
            byte[] packed = Pack(contents, program, package, options);
            if (packed is not [not 0x5d, 0, 0, ..]) // LZMA has no magic number but its usual properties
                Assert.That(CompressionMethod.Of(packed)?.Name, Is.EqualTo(method), "it is told by how it begins");
            Assert.That(Decompress(method, packed).AsSpan().SequenceEqual(contents), $"{contents.Length} bytes");
        }
    }

    [TestCaseSource(nameof(Samples))]
    public void A_sample_comes_back(string method, byte[] packed)
    {
        Assert.That(CompressionMethod.Of(packed)?.Name, Is.EqualTo(method));
        Assert.That(Decompress(method, packed), Is.EqualTo(CompressedSamples.Contents));
    }

    [TestCaseSource(nameof(Samples))]
    public void Padding_behind_the_end_does_no_harm(string method, byte[] packed) =>
        Assert.That(Decompress(method, [.. packed, .. new byte[509]]), Is.EqualTo(CompressedSamples.Contents));

    [TestCaseSource(nameof(Samples))]
    public void A_file_cut_off_anywhere_is_refused(string method, byte[] packed)
    {
        for (int length = 0; length < packed.Length; length++)
            Assert.That(() => Decompress(method, packed[..length]), Throws.TypeOf<InputException>(), $"{length} bytes");
    }

    /// <summary>A bit that says nothing (a time, a name, the level) may change; what comes out may not.</summary>
    [TestCaseSource(nameof(SamplesWithChecksums))]
    public void A_changed_bit_is_refused_or_changes_nothing(string method, byte[] packed)
    {
        int refused = 0;
        for (int bit = 0; bit < 8 * packed.Length; bit += 3)
        {
            byte[] damaged = [.. packed];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.That(Decompress(method, damaged).AsSpan().SequenceEqual(CompressedSamples.Contents), $"bit {bit}");
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(2 * packed.Length));
    }

    [TestCaseSource(nameof(Samples))]
    public void What_fits_exactly_is_taken_and_one_byte_more_is_not(string method, byte[] packed)
    {
        int length = CompressedSamples.Contents.Length;
        Assert.That(Decompress(method, packed, length), Has.Length.EqualTo(length));
        Assert.That(() => Decompress(method, packed, length - 1),
            Throws.TypeOf<InputException>().With.Message.Contains($"more than {length - 1} bytes"));
    }

    [TestCase("bzip2", "bzip2", "bzip2", "-9")]
    [TestCase("lzma", "xz", "xz-utils", "--format=lzma", "-0")]
    [TestCase("xz", "xz", "xz-utils", "-0")]
    [TestCase("lzo", "lzop", "lzop", "-1")]
    [TestCase("lz4", "lz4", "lz4", "-1")]
    [TestCase("zstd", "zstd", "zstd", "-1")]
    public void A_bomb_is_refused_with_no_more_memory_than_what_fits_twice(string method, string program, string package, params string[] options)
    {
        byte[] bomb = Pack(new byte[32 << 20], program, package, options);
        Decompress(method, Pack([1], program, package, options));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Decompress(method, bomb), Throws.TypeOf<InputException>().With.Message.Contains($"more than {Limit} bytes"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((2L * Limit) + (5 << 20)));
    }

    [Test]
    public void A_dictionary_of_4_GB_and_a_length_of_many_take_no_memory()
    {
        byte[] file = [.. CompressedSamples.Lzma];
        file.AsSpan(1, 4).Fill(0xff);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Decompress("lzma", file), Is.EqualTo(CompressedSamples.Contents));
        file.AsSpan(5, 7).Fill(0xff);
        file[12] = 0;
        Assert.That(() => Decompress("lzma", file), Throws.TypeOf<InputException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(3L * Limit));
    }

    [TestCaseSource(nameof(Methods))]
    public void Bytes_that_are_nothing_are_refused_or_end(string method)
    {
        Random random = new(405);
        foreach (TestCaseData sample in Samples.Where(sample => (string)sample.Arguments[0]! == method))
        {
            byte[] packed = (byte[])sample.Arguments[1]!;
            for (int round = 0; round < 300; round++)
            {
                byte[] bytes = new byte[500];
                random.NextBytes(bytes);
                packed.AsSpan(0, Math.Min(random.Next(40), packed.Length)).CopyTo(bytes);
                try
                {
                    Decompress(method, bytes);
                }
                catch (InputException)
                {
                    // Refused
                }
            }
        }
    }

    private static TestCaseData Sample(string method, byte[] packed) => new TestCaseData(method, packed).SetArgDisplayNames(method);

    private static byte[] Decompress(string method, byte[] packed, int limit = Limit) =>
        CompressionMethod.All.First(known => known.Name == method).Decompress(new ImageBytes("file", packed), (uint)limit).Memory.ToArray();

    private static IEnumerable<byte[]> Contents()
    {
        Random random = new(7);
        byte[] noise = new byte[70_000];
        random.NextBytes(noise);
        byte[] few = new byte[150_000];
        for (int n = 0; n < few.Length; n++)
            few[n] = (byte)(random.Next(6) * random.Next(6));
        byte[] program = File.ReadAllBytes(HostTool.RepositoryFile("guests/uarea/uarea.elf"));
        return [[7], CompressedSamples.Contents, noise, few, new byte[Limit / 2], program];
    }

    private static byte[] Pack(byte[] contents, string program, string package, string[] options)
    {
        using TemporaryFile file = new(contents);
        return HostTool.Run(program, package, [.. options, "-c", file.Path]).Output;
    }
}
