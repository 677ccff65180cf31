using System.Text;
using PpcJit.Machine;

namespace PpcJit.Tests.Support;

/// <summary>Makes U-Boot's legacy images.</summary>
internal sealed record UImageBuilder(byte[] Payload)
{
    public const int HeaderSize = 64;

    public byte Architecture { get; init; } = 7;

    public byte Type { get; init; } = 2;

    public byte Compression { get; init; }

    public uint Load { get; init; } = 0x400000;

    public uint Entry { get; init; } = 0x400000;

    public byte[] Build()
    {
        byte[] image = new byte[HeaderSize + Payload.Length];
        Payload.CopyTo(image, HeaderSize);
        image.PutWord(0, 0x27051956);
        image.PutWord(12, (uint)Payload.Length);
        image.PutWord(16, Load);
        image.PutWord(20, Entry);
        image[28] = 5;
        image[29] = Architecture;
        image[30] = Type;
        image[31] = Compression;
        Encoding.ASCII.GetBytes("Linux-test").CopyTo(image, 32);
        return WithChecksums(image);
    }

    /// <summary>Corrects both checksums after a change, as far as the header's length allows.</summary>
    public static byte[] WithChecksums(byte[] image)
    {
        if (image.Length < HeaderSize)
            return image;
        uint length = Math.Min(image.Word(12), (uint)(image.Length - HeaderSize));
        image.PutWord(24, Crc32.Of(image.AsSpan(HeaderSize, (int)length)));
        image.PutWord(4, 0);
        image.PutWord(4, Crc32.Of(image.AsSpan(0, HeaderSize)));
        return image;
    }
}
