using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class FitImageTests
{
    private static readonly byte[] Payload = CompressedSamples.Contents;
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create();

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void The_kernel_of_the_default_configuration_is_loaded_and_entered([Values("crc32", "md5", "sha1", "sha256")] string algorithm)
    {
        LoadedGuest guest = _board.Boot(new FitBuilder(Payload, algorithm: algorithm).Build());

        Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload));
        Assert.That(_board.Pc(), Is.EqualTo(0x400004u));
        Assert.That(guest.Description, Does.Contain("FIT image 'a test', configuration 'conf-1'"));
    }

    [Test]
    public void A_compressed_kernel_is_decompressed()
    {
        (string, byte[])[] all =
        [
            ("gzip", Compressed.Gzip(Payload)), ("bzip2", CompressedSamples.Bzip2), ("lzma", CompressedSamples.Lzma), ("lzo", CompressedSamples.Lzop),
            ("lz4", CompressedSamples.Lz4), ("zstd", CompressedSamples.Zstd), ("xz", CompressedSamples.Xz),
        ];
        foreach ((string method, byte[] packed) in all)
        {
            Assert.That(_board.Boot(new FitBuilder(packed, method).Build()).Description, Does.Contain($"({method})"));
            Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload), method);
        }
    }

    [Test]
    public void A_configuration_brings_RAM_disk_tree_and_what_else_is_to_be_loaded()
    {
        byte[] tree = FlattenedTreeWriter.Write(SampleTree.Create());
        byte[] disk = [1, 2, 3, 4, 5];
        FitBuilder fit = new(Payload);
        fit.Image("disk", "ramdisk", disk);
        fit.Image("tree", "flat_dt", Compressed.Gzip(tree), "gzip");
        fit.Image("table", "firmware", [9, 8, 7]).SetCells("load", 0x200000);
        fit.Configuration("conf-2", ("kernel", "kernel-1"), ("fdt", "tree"), ("ramdisk", "disk"), ("loadables", "table"));
        LoadedGuest guest = _board.Boot(fit.Build(), TestBoard.Options with { FitConfiguration = "conf-2" });

        Assert.That(guest.Description, Does.Contain("device tree in r3"));
        DeviceTreeNode chosen = SampleTree.Parse(_board.Read(_board.Gpr(3), tree.Length + 4096)).Find("/chosen")!;
        Assert.That(_board.Read(chosen.Find("linux,initrd-start")!.Cell!.Value, 5), Is.EqualTo(disk));
        Assert.That(_board.Read(0x200000, 3), Is.EqualTo(new byte[] { 9, 8, 7 }));
    }

    [Test]
    public void The_only_configuration_needs_no_default_and_two_need_one()
    {
        FitBuilder fit = new(Payload);
        fit.Configurations.Remove("default");
        _board.Boot(fit.Build());
        Assert.That(_board.Pc(), Is.EqualTo(0x400004u));
        fit.Configuration("conf-2", ("kernel", "kernel-1"));
        Assert.That(_board.Refusal(fit.Build()), Does.Contain("no default of its configurations conf-1, conf-2; --fit-config NAME chooses one"));
    }

    [Test]
    public void What_a_configuration_lacks_is_said()
    {
        FitBuilder fit = new(Payload);
        fit.Configuration("no-kernel", ("ramdisk", "disk")).Configuration("absent", ("kernel", "kernel-2")).Configuration("disk", ("kernel", "disk"))
            .Configuration("two", ("kernel", "kernel-1\0kernel-2"));
        fit.Image("disk", "ramdisk", [1]);
        byte[] image = fit.Build();
        Assert.That(Refusal(image, "conf-l"), Does.Contain("no configuration 'conf-l'").And.Contain("Did you mean 'conf-1'?"));
        Assert.That(Refusal(image, "no-kernel"), Does.Contain("has no kernel"));
        Assert.That(Refusal(image, "absent"), Does.Contain("its image 'kernel-2' is not there"));
        Assert.That(Refusal(image, "disk"), Does.Contain("of type 'ramdisk', not kernel or standalone"));
        Assert.That(Refusal(image, "two"), Does.Contain("more than one kernel"));
        fit.Configurations.SetText("default", "conf-9"u8);
        Assert.That(_board.Refusal(fit.Build()), Does.Contain("its default configuration 'conf-9' is not there"));
    }

    [Test]
    public void A_wrong_hash_an_unknown_one_and_another_processor_are_refused()
    {
        FitBuilder fit = new(Payload);
        DeviceTreeNode kernel = fit.Images.Child("kernel-1")!;
        kernel.Child("hash-1")!.SetCells("value", 1);
        Assert.That(_board.Refusal(fit.Build()), Does.Contain("the crc32 of its image 'kernel-1' does not match"));
        kernel.Child("hash-1")!.SetText("algo", "crc7"u8);
        Assert.That(_board.Refusal(fit.Build()), Does.Contain("a hash 'crc7', which is not known here"));
        kernel.SetText("arch", "arm"u8);
        Assert.That(_board.Refusal(fit.Build()), Does.Contain("for another processor (arm)"));
        kernel.SetText("arch", "ppc"u8);
        kernel.Child("hash-1")!.Set("uboot-ignore", default);
        _board.Boot(fit.Build());
    }

    [Test]
    public void Data_behind_the_tree_are_found_and_may_not_reach_past_the_end()
    {
        FitBuilder fit = new(Payload);
        DeviceTreeNode kernel = fit.Images.Child("kernel-1")!;
        kernel.Remove("data");
        kernel.SetCells("data-offset", 8);
        kernel.SetCells("data-size", (uint)Payload.Length);
        byte[] tree = fit.Build();
        byte[] image = [.. tree, .. new byte[(-tree.Length & 3) + 8], .. Payload];
        _board.Boot(image);
        Assert.That(_board.Read(0x400000, Payload.Length), Is.EqualTo(Payload));
        Assert.That(_board.Refusal(image[..^1]), Does.Contain("the data of its image 'kernel-1' would reach past its end"));
    }

    [Test]
    public void A_kernel_that_decompresses_to_more_than_memory_is_refused() =>
        Assert.That(_board.Refusal(new FitBuilder(Compressed.Gzip(new byte[(32 << 20) + 1]), "gzip").Build()),
            Does.Contain("more than 33554432 bytes, which do not fit into memory"));

    [Test]
    public void What_mkimage_makes_is_loaded([Values] bool outside)
    {
        using TemporaryFile kernel = new(Payload);
        using TemporaryFile source = new(System.Text.Encoding.ASCII.GetBytes($$"""
            /dts-v1/;
            / {
                description = "by mkimage";
                #address-cells = <1>;
                images {
                    kernel { description = "k"; data = /incbin/("{{kernel.Path}}"); type = "kernel"; arch = "ppc"; os = "linux"; compression = "none";
                        load = <0x400000>; entry = <0x400008>; hash-1 { algo = "sha256"; }; hash-2 { algo = "crc32"; }; };
                };
                configurations { default = "c"; c { kernel = "kernel"; }; };
            };
            """));
        using TemporaryFile image = new([]);
        string[] options = outside ? ["-E"] : [];
        (int code, _, string errors) = HostTool.Run("mkimage", "u-boot-tools", [.. options, "-f", source.Path, image.Path]);
        Assert.That(code, Is.Zero, errors);
        _board.Boot(File.ReadAllBytes(image.Path));
        Assert.That((_board.Pc(), _board.Read(0x400000, Payload.Length).AsSpan().SequenceEqual(Payload)), Is.EqualTo((0x400008u, true)));
    }

    private string Refusal(byte[] image, string configuration) =>
        _board.Refusal(image, TestBoard.Options with { FitConfiguration = configuration });
}
