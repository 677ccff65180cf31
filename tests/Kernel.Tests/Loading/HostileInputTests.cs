using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Loading;

/// <summary>Damages files of every kind, the same way each time: the loader takes them or says why not, and nothing else can happen.</summary>
public sealed class HostileInputTests
{
    private const int Rounds = 3000;
    private static readonly uint[] Boundaries = [0, 1, 4, 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffc, 0xffffffff, 0x01000000, 0x00ffff80];
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create(16);

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void A_damaged_ELF_is_loaded_or_refused() => Damage(Elf(), image => _board.Boot(image));

    [Test]
    public void A_damaged_compressed_ELF_is_loaded_or_refused() => Damage(Compressed.Gzip(Elf()), image => _board.Boot(image));

    [Test]
    public void A_damaged_uImage_is_loaded_or_refused() => Damage(new UImageBuilder(Elf()).Build(), image => _board.Boot(image));

    [Test]
    public void A_uImage_with_damaged_contents_and_right_checksums_is_loaded_or_refused() =>
        Damage(
            (new UImageBuilder(Compressed.Gzip(Elf())) { Compression = 1 }).Build(),
            image => _board.Boot(UImageBuilder.WithChecksums(image)));

    [Test]
    public void A_damaged_compressed_binary_is_loaded_or_refused([Values("bzip2", "lzma", "lzo", "lz4", "zstd", "xz")] string method)
    {
        byte[] packed = method switch
        {
            "bzip2" => CompressedSamples.Bzip2,
            "lzma" => CompressedSamples.Lzma,
            "lzo" => CompressedSamples.Lzop,
            "lz4" => CompressedSamples.Lz4,
            "zstd" => CompressedSamples.Zstd,
            _ => CompressedSamples.Xz,
        };
        Damage(packed, image => _board.Boot(image, TestBoard.Options with { LoadAddress = 0x10000 }));
    }

    [Test]
    public void A_damaged_FIT_image_is_loaded_or_refused() => Damage(new FitBuilder(Elf()).Build(), image => _board.Boot(image));

    [Test]
    public void A_damaged_raw_binary_is_loaded_or_refused() =>
        Damage(Compressed.Gzip(new byte[100]), image => _board.Boot(image, TestBoard.Options with { LoadAddress = 0xfffe00 }));

    [Test]
    public void A_damaged_device_tree_is_used_or_refused() =>
        Damage(FlattenedTreeWriter.Write(SampleTree.Create()), blob =>
        {
            ImageBytes file = new("tree.dtb", blob);
            BootRequest request = new(_board, "quiet"u8.ToArray(), new ImageBytes("initrd", new byte[100]));
            new DeviceTreeBoot(file, FlattenedTreeReader.Read(file)).Prepare(request, new Placement(_board.Memory));
        });

    [Test]
    public void A_damaged_listing_of_symbols_is_used_or_refused() =>
        Damage(
            Encoding.ASCII.GetBytes("00010000 T start\n00010010 00000004 t main\n         U printf\n"),
            listing => SymbolListing.Read(new ImageBytes("System.map", listing)));

    [Test]
    public void A_damaged_RAM_disk_in_a_uImage_is_used_or_refused() =>
        Damage((new UImageBuilder(new byte[100]) { Type = 3 }).Build(), file => UImage.ReadRamDisk(new ImageBytes("initrd", file)));

    private static byte[] Elf() => ElfBuilder.Small().Segment(
        0xc0020000, 0x20000, new byte[100], 5000).Function("start", 0x10000, 8).Function("main", 0x10008).Build();

    private static void Damage(byte[] file, Action<byte[]> load)
    {
        load([.. file]);
        Random random = new(405);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = Mutate(file, random);
            try
            {
                load(damaged);
            }
            catch (InputException refusal)
            {
                refused++;
                Assert.That(refusal.Message, Does.EndWith(".").And.Not.Contain("\n"), $"round {round}");
            }
            catch (Exception error)
            {
                Assert.Fail($"Round {round}: {error}\n{Convert.ToHexString(damaged)}");
            }
        }

        Assert.That(refused, Is.Positive);
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        byte[] damaged = [.. file];
        int changes = 1 + random.Next(4);
        for (int n = 0; n < changes; n++)
        {
            // Half of the changes in the first bytes, where formats have their headers
            int at = random.Next(random.Next(2) == 0 ? Math.Min(damaged.Length, 128) : damaged.Length);
            switch (random.Next(3))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    at &= ~3;
                    if (at + 4 <= damaged.Length)
                        damaged.PutWord(at, Boundaries[random.Next(Boundaries.Length)]);
                    break;
            }
        }

        return random.Next(4) == 0 ? damaged[..random.Next(1, damaged.Length + 1)] : damaged;
    }
}
