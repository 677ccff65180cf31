using System.IO.Compression;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Lab.Observing.Lines;
using PpcJit.Machine.Boards;
using PpcJit.Tests.Support;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>What is booted, and the names that belong to it.</summary>
internal static class ImageFormats
{
    private static readonly byte[] Elf = ElfBuilder.Small().Segment(0xc0020000, 0x20000, new byte[64], 5000).Function("start", 0x10000, 8).Build();
    private static readonly byte[] UImage = new UImageBuilder(Gzip(Elf)) { Compression = 1 }.Build();

    public static IReadOnlyList<InputFormat> All { get; } =
    [
        new("elf", Elf, Boot),
        new("gzip", [Gzip(Elf), [.. Gzip(Elf[..100]), .. Gzip(Elf[100..])]], Boot),
        new("openbios", [0, 0x52, 0x50, 0x4f, 0, 0x40, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x40, 0, 0, .. new byte[12], .. new byte[128]], Boot),
        new("uimage", UImage, Boot),
        new("uimage-summed", UImage, bytes => Boot(UImageBuilder.WithChecksums([.. bytes]))),
        new("fit", [new FitBuilder(Elf).Build(), Fit()], Boot),
        new("bzip2", CompressedSamples.Bzip2, BootRaw),
        new("lzma", CompressedSamples.Lzma, BootRaw),
        new("lzo", CompressedSamples.Lzop, BootRaw),
        new("lz4", CompressedSamples.Lz4, BootRaw),
        new("zstd", CompressedSamples.Zstd, BootRaw),
        new("xz", CompressedSamples.Xz, BootRaw),
        new("raw", Elf[64..], BootRaw),
        new("initrd", new UImageBuilder(Elf) { Type = 3 }.Build(), bytes => BootWith("initrd", UImageBuilder.WithChecksums([.. bytes]))),
        new("device-tree", FlattenedTreeWriter.Write(SampleTree.Create()), bytes => BootWith("dtb", bytes)),
        new("symbols", [Elf, EmbeddedGuests.FindSymbols("guest:uarea")!.Value.ToArray()], ReadSymbols),
        new("debug-information", [Debug("guest:uarea"), Debug("guest:demo")], ReadDebugInformation),
        new("system-map", "00010000 T start\n00010010 00000004 t main\n         U printf\n"u8.ToArray(), ReadSymbols),
    ];

    private static void Boot(byte[] image) => Boot(image, TestBoard.Options);

    private static void BootRaw(byte[] image) => Boot(image, TestBoard.Options with { LoadAddress = 0x10000 });

    /// <summary>A FIT image with all that a configuration can have.</summary>
    private static byte[] Fit()
    {
        FitBuilder fit = new(Gzip(Elf), "gzip", "sha256");
        fit.Image("disk", "ramdisk", new byte[40]);
        fit.Image("tree", "flat_dt", FlattenedTreeWriter.Write(SampleTree.Create()));
        fit.Configuration("conf-2", ("kernel", "kernel-1"), ("fdt", "tree"), ("ramdisk", "disk"));
        fit.Configurations.SetText("default", "conf-2"u8);
        return fit.Build();
    }

    private static void Boot(byte[] image, BootOptions options)
    {
        using Board board = TestBoard.Create(16);
        board.Boot(image, options);
    }

    private static void BootWith(string role, byte[] file)
    {
        BootOptions options = TestBoard.Options with { AtHand = new Dictionary<string, ReadOnlyMemory<byte>> { [role] = file } };
        Boot(Elf, role == "dtb" ? options with { DtbPath = role } : options with { InitrdPath = role });
    }

    private static void ReadSymbols(byte[] bytes)
    {
        SymbolTable symbols = SymbolListing.Read(new ImageBytes("symbols", bytes));
        symbols.Find(0x10004);
        symbols.Describe(0x10004);
    }

    private static byte[] Debug(string guest) => EmbeddedGuests.FindSymbols(guest)!.Value.ToArray();

    private static void ReadDebugInformation(byte[] bytes)
    {
        ImageBytes file = new("debug information", bytes);
        LineTable? lines = LineTable.Read(file);
        lines?.Find(0x10004);
        lines?.Stretches().Count();
        ArgumentTable? arguments = ArgumentTable.Read(file);
        for (uint address = 0x100000; address < 0x108000; address += 4)
            arguments?.Find(address);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream output = new();
        using (GZipStream stream = new(output, CompressionLevel.Optimal))
            stream.Write(bytes);
        return output.ToArray();
    }
}
