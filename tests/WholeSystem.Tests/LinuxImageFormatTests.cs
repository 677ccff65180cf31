using System.Text;

namespace PpcJit.WholeSystem.Tests;

/// <summary>The Linux guest in the formats in which U-Boot and OpenBIOS get kernels: wrapped, packed, and with its tree.</summary>
[TestFixture]
public sealed class LinuxImageFormatTests
{
    private const uint WrapperAddress = 0x600000;
    private string _folder = null!;

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("ppcjit-images-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_wrapper_boots_as_a_uImage_that_gets_board_information()
    {
        (string payload, uint entry) = Flatten(LinuxImages.Wrapper);
        Tool("xz", "xz-utils", "--format=lzma", "-0", "-k", payload);
        Tool("mkimage", "u-boot-tools", "-A", "ppc", "-O", "linux", "-T", "kernel", "-C", "lzma", "-a", $"{WrapperAddress:x}", "-e", $"{entry:x}",
            "-n", "cuImage", "-d", payload + ".lzma", Path.Combine(_folder, "cuImage"));
        Boots("cuImage");
    }

    [Test]
    public void A_wrapper_boots_as_a_treeImage_on_OpenBIOS()
    {
        (string payload, uint entry) = Flatten(LinuxImages.Walnut);
        byte[] contents = File.ReadAllBytes(payload);
        int blocks = (contents.Length + 511) / 512;
        byte[] image = new byte[32 + (512 * blocks)];
        image.PutWord(0, 0x0052504f);
        image.PutWord(4, WrapperAddress);
        image.PutWord(8, (uint)blocks);
        image.PutWord(16, entry);
        contents.CopyTo(image, 32);
        File.WriteAllBytes(Path.Combine(_folder, "treeImage"), image);
        Boots("treeImage", "--board", "walnut", "--append", "console=ttyS0,9600");
    }

    [Test]
    public void A_kernel_packed_by_xz_as_Linux_does_it_boots_from_a_FIT_image_with_its_tree()
    {
        (string payload, _) = Flatten("vmlinux");
        Tool("xz", "xz-utils", "-k", "--check=crc32", "--powerpc", "--lzma2=preset=0", payload);
        string tree = Path.Combine(Path.GetDirectoryName(LinuxImages.Find(LinuxImages.Wrapper))!, "ref405ep.dtb");
        string source = Path.Combine(_folder, "kernel.its");
        File.WriteAllText(source, $$"""
            /dts-v1/;
            / {
                description = "linux";
                #address-cells = <1>;
                images {
                    kernel { data = /incbin/("{{payload}}.xz"); type = "kernel"; arch = "ppc"; os = "linux"; compression = "xz";
                        load = <0>; entry = <0>; hash-1 { algo = "sha256"; }; };
                    fdt { data = /incbin/("{{tree}}"); type = "flat_dt"; arch = "ppc"; compression = "none"; hash-1 { algo = "crc32"; }; };
                };
                configurations { default = "bare"; bare { kernel = "kernel"; }; board { kernel = "kernel"; fdt = "fdt"; }; };
            };
            """, Encoding.ASCII);
        Tool("mkimage", "u-boot-tools", "-f", source, Path.Combine(_folder, "kernel.itb"));
        Boots("kernel.itb", "--fit-config", "board");
    }

    private void Boots(string image, params string[] options)
    {
        ProcessResult result = PpcJitProcess.Run(
            ["boot", Path.Combine(_folder, image), "--exit-on", "BOOT-OK", "--max-instructions", "500M", .. options]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("BOOT-OK"));
    }

    /// <summary>Gives the bytes that an image has in memory, and where it is entered.</summary>
    private (string Path, uint Entry) Flatten(string name)
    {
        string image = LinuxImages.Find(name);
        string path = Path.Combine(_folder, name + ".bin");
        Tool("powerpc-linux-gnu-objcopy", "binutils-powerpc-linux-gnu", "-O", "binary", image, path);
        return (path, File.ReadAllBytes(image).Word(24));
    }

    private static void Tool(string program, string package, params string[] arguments)
    {
        (int code, _, string errors) = HostTool.Run(program, package, arguments);
        Assert.That(code, Is.Zero, errors);
    }
}
