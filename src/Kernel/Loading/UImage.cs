using System.Buffers.Binary;
using System.Text;
using PpcJit.Kernel.Loading.Compression;
using PpcJit.Machine;

namespace PpcJit.Kernel.Loading;

/// <summary>
/// Reads U-Boot's legacy images ("uImage"): a 64-byte big-endian header with two checksums, then the payload.
/// </summary>
internal static class UImage
{
    private const int HeaderSize = 64;
    /// <summary>Most files of a multi-file image: a kernel, a RAM disk and a device tree.</summary>
    private const int MaxFiles = 3;

    private const byte ArchitecturePowerPc = 7;
    private const byte TypeStandalone = 1;
    private const byte TypeKernel = 2;
    private const byte TypeRamDisk = 3;
    private const byte TypeMultiFile = 4;

    /// <summary>Whether a file begins with the magic number of uImages, damaged ones and U-Boot itself included.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> bytes) => bytes is [0x27, 0x05, 0x19, 0x56, ..];

    /// <summary>
    /// Whether a file begins as uImages do: with the magic number in a header whose checksum is right. Every <c>u-boot.bin</c> begins
    /// with that number too.
    /// </summary>
    public static bool IsUImage(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || !HasMagic(bytes))
            return false;
        Span<byte> header = stackalloc byte[HeaderSize];
        bytes[..HeaderSize].CopyTo(header);
        return HeaderChecksum(header) == BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
    }

    /// <summary>Reads a kernel image.</summary>
    /// <param name="file">The file.</param>
    /// <param name="memorySize">Bytes of the board's RAM: no payload may decompress to more.</param>
    /// <exception cref="InputException">It is damaged or holds no kernel for this processor.</exception>
    public static LoadableImage ReadKernel(ImageBytes file, uint memorySize)
    {
        ImageBytes payload = Check(file);
        ReadOnlySpan<byte> header = file.Memory.Span;
        byte type = header[30];
        if (type is not TypeStandalone and not TypeKernel and not TypeMultiFile)
            throw file.Bad($"it is a uImage that holds {TypeName(type)}, not a kernel{Advice(type)}");
        ImageBytes? initrd = null;
        ImageBytes? deviceTree = null;
        if (type == TypeMultiFile)
            (payload, initrd, deviceTree) = Parts(payload);
        CompressionMethod? compression = Compression(file, header[31]);
        payload = compression?.Decompress(payload, memorySize) ?? payload;
        if (payload.Length == 0)
            throw file.Bad("its payload is empty");
        uint load = file.Word(16, "the uImage header");
        uint entry = file.Word(20, "the uImage header");
        string format = $"uImage '{ImageName(header)}'" + (compression is null ? string.Empty : $" ({compression.Name})");
        return new LoadableImage(
            format, [new ImageSegment(load, payload.Memory, (uint)payload.Length)], entry, null)
            {
                Initrd = initrd,
                DeviceTree = deviceTree,
            };
    }

    /// <summary>Gives the RAM disk inside a uImage, compressed as it is: the kernel itself decompresses it.</summary>
    /// <exception cref="InputException">It is damaged or holds no RAM disk.</exception>
    public static ImageBytes ReadRamDisk(ImageBytes file)
    {
        ImageBytes payload = Check(file);
        byte type = file.Memory.Span[30];
        return type == TypeRamDisk ? payload : throw file.Bad($"it is a uImage that holds {TypeName(type)}, not a RAM disk");
    }

    /// <summary>
    /// Takes a multi-file payload apart: sizes up to a zero, then the files, each padded to a multiple of 4. The first
    /// is the kernel; a device tree is told from a RAM disk by its first word, as either may be left out.
    /// </summary>
    private static (ImageBytes Kernel, ImageBytes? Initrd, ImageBytes? DeviceTree) Parts(ImageBytes payload)
    {
        const string what = "the list of its files";
        List<uint> sizes = [];
        for (uint size = payload.Word(0, what); size != 0; size = payload.Word(4L * sizes.Count, what))
        {
            sizes.Add(size);
            if (sizes.Count > MaxFiles)
                throw payload.Bad($"it is a uImage of more than {MaxFiles} files; a kernel, a RAM disk and a device "
                    + "tree are what can be handed over");
        }

        if (sizes.Count == 0)
            throw payload.Bad("its payload is empty");
        long at = 4L * (sizes.Count + 1);
        List<ImageBytes> files = [];
        foreach (uint size in sizes)
        {
            files.Add(new ImageBytes(payload.Name, payload.Slice(at, size, $"file {files.Count} of the uImage")));
            at += (size + 3L) & ~3L;
        }

        ILookup<bool, ImageBytes> others = files.Skip(1).ToLookup(file => file.Memory.Span is [0xd0, 0x0d, 0xfe, 0xed, ..]);
        return others[true].Count() <= 1 && others[false].Count() <= 1
            ? (files[0], others[false].FirstOrDefault(), others[true].FirstOrDefault())
            : throw payload.Bad("it is a uImage with two RAM disks or two device trees, of which only one can be handed over");
    }

    private static string TypeName(byte type) => type switch
    {
        TypeStandalone => "a standalone program",
        TypeKernel => "a kernel",
        TypeRamDisk => "a RAM disk",
        TypeMultiFile => "several files",
        5 => "firmware",
        6 => "a script",
        7 => "a file system",
        8 => "a device tree",
        _ => $"something else (type {type})",
    };

    private static string Advice(byte type) => type switch
    {
        TypeRamDisk => "; it goes with --initrd",
        8 => "; take it out with 'dumpimage -p 0 -o FILE', and give it with --dtb",
        _ => string.Empty,
    };

    private static CompressionMethod? Compression(ImageBytes file, byte number) => number == 0
        ? null
        : CompressionMethod.All.FirstOrDefault(method => method.UImageNumber == number)
            ?? throw file.Bad($"its compression method {number} does not exist; there are {CompressionMethod.Names}");

    private static ImageBytes Check(ImageBytes file)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        file.Slice(0, HeaderSize, "the uImage header").Span.CopyTo(header);
        if (HeaderChecksum(header) != file.Word(4, "the uImage header"))
            throw file.Bad("it is damaged: the checksum of its uImage header does not match; U-Boot itself, which begins like a "
                + "uImage, is started with --firmware");
        if (header[29] != ArchitecturePowerPc)
            throw file.Bad($"it is a uImage for another processor (architecture {header[29]}; the PowerPC is {ArchitecturePowerPc})");
        ReadOnlyMemory<byte> payload = file.Slice(HeaderSize, file.Word(12, "the uImage header"), "the uImage's data");
        if (Crc32.Of(payload.Span) != file.Word(24, "the uImage header"))
            throw file.Bad("it is damaged: the checksum of its uImage data does not match");
        return new ImageBytes(file.Name, payload);
    }

    /// <summary>The checksum that a header should have. Its own counts as zero in it.</summary>
    private static uint HeaderChecksum(Span<byte> header)
    {
        header.Slice(4, 4).Clear();
        return Crc32.Of(header);
    }

    private static string ImageName(ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> name = header.Slice(32, 32);
        int end = name.IndexOf((byte)0);
        StringBuilder text = new();
        foreach (byte letter in end < 0 ? name : name[..end])
            text.Append(letter is >= 0x20 and < 0x7f ? (char)letter : '?');
        return text.ToString();
    }
}
