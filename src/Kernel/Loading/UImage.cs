using System.Text;
using PpcJit.Kernel.Loading.Compression;
using PpcJit.Machine;

namespace PpcJit.Kernel.Loading;

/// <summary>Reads U-Boot's legacy images ("uImage"): a 64-byte big-endian header with two checksums, then the payload.</summary>
internal static class UImage
{
    private const int HeaderSize = 64;
    private const uint Magic = 0x27051956;
    private const byte ArchitecturePowerPc = 7;
    private const byte TypeStandalone = 1;
    private const byte TypeKernel = 2;
    private const byte TypeRamDisk = 3;

    /// <summary>Whether a file begins as uImages do.</summary>
    public static bool IsUImage(ReadOnlySpan<byte> bytes) => bytes is [0x27, 0x05, 0x19, 0x56, ..];

    /// <summary>Reads a kernel image.</summary>
    /// <param name="file">The file.</param>
    /// <param name="memorySize">Bytes of the board's RAM: no payload may decompress to more.</param>
    /// <exception cref="InputException">It is damaged or holds no kernel for this processor.</exception>
    public static LoadableImage ReadKernel(ImageBytes file, uint memorySize)
    {
        ImageBytes payload = Check(file);
        ReadOnlySpan<byte> header = file.Memory.Span;
        if (header[30] is not TypeStandalone and not TypeKernel)
            throw file.Bad($"it is a uImage of type {header[30]}, not a kernel (type {TypeKernel})");
        payload = header[31] switch
        {
            0 => payload,
            1 => Gzip.Decompress(payload, (int)memorySize),
            _ => throw file.Bad($"its uImage compression method {header[31]} is not supported; gzip and none are"),
        };
        if (payload.Length == 0)
            throw file.Bad("its payload is empty");
        uint load = file.Word(16, "the uImage header");
        uint entry = file.Word(20, "the uImage header");
        string format = $"uImage '{ImageName(header)}'" + (header[31] == 1 ? " (gzip)" : string.Empty);
        return new LoadableImage(format, [new ImageSegment(load, payload.Memory, (uint)payload.Length)], entry, null);
    }

    /// <summary>Gives the RAM disk inside a uImage, compressed as it is: the kernel itself decompresses it.</summary>
    /// <exception cref="InputException">It is damaged or holds no RAM disk.</exception>
    public static ImageBytes ReadRamDisk(ImageBytes file)
    {
        ImageBytes payload = Check(file);
        byte type = file.Memory.Span[30];
        return type == TypeRamDisk ? payload : throw file.Bad($"it is a uImage of type {type}, not a RAM disk (type {TypeRamDisk})");
    }

    private static ImageBytes Check(ImageBytes file)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        file.Slice(0, HeaderSize, "the uImage header").Span.CopyTo(header);
        uint headerCrc = file.Word(4, "the uImage header");
        header.Slice(4, 4).Clear(); // The header's checksum counts as zero in itself
        if (file.Word(0, "the uImage header") != Magic || Crc32.Of(header) != headerCrc)
            throw file.Bad("it is damaged: the checksum of its uImage header does not match");
        if (header[29] != ArchitecturePowerPc)
            throw file.Bad($"it is a uImage for another processor (architecture {header[29]}; the PowerPC is {ArchitecturePowerPc})");
        ReadOnlyMemory<byte> payload = file.Slice(HeaderSize, file.Word(12, "the uImage header"), "the uImage's data");
        if (Crc32.Of(payload.Span) != file.Word(24, "the uImage header"))
            throw file.Bad("it is damaged: the checksum of its uImage data does not match");
        return new ImageBytes(file.Name, payload);
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
