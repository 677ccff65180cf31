using System.Globalization;
using System.Text;

namespace PpcJit.WholeSystem.Tests;

/// <summary>
/// Archives in cpio's "newc" form, as the kernel unpacks them: headers of 110 ASCII characters, names and contents padded to four bytes.
/// </summary>
internal static class Initramfs
{
    private const int HeaderSize = 110;
    private const int ModeField = 1, SizeField = 6, NameSizeField = 11;
    private static readonly byte[] Magic = "070701"u8.ToArray();

    /// <summary>Takes a file out of the archive that a kernel carries.</summary>
    /// <param name="kernel">The kernel's ELF, with an archive that is not compressed.</param>
    /// <param name="name">The file's path, without a slash ahead.</param>
    public static byte[] Extract(byte[] kernel, string name)
    {
        ReadOnlySpan<byte> archive = kernel.AsSpan(Start(kernel));
        for (int at = 0; ;)
        {
            int nameSize = Field(archive, at, NameSizeField);
            int contents = Padded(at + HeaderSize + nameSize);
            int size = Field(archive, at, SizeField);
            string found = Encoding.ASCII.GetString(archive.Slice(at + HeaderSize, nameSize - 1));
            if (found == name)
                return archive.Slice(contents, size).ToArray();
            Assert.That(found, Is.Not.EqualTo("TRAILER!!!"), $"the archive has no {name}");
            at = Padded(contents + size);
        }
    }

    /// <summary>Makes an archive with one folder.</summary>
    public static byte[] Folder(string name) => [.. Entry(name, 0x41ed), .. Entry("TRAILER!!!", 0)];

    private static byte[] Entry(string name, int mode)
    {
        StringBuilder header = new("070701");
        for (int n = 0; n < 13; n++)
            header.Append(CultureInfo.InvariantCulture, $"{n switch { ModeField => mode, NameSizeField => name.Length + 1, _ => 0 }:x8}");
        header.Append(name);
        byte[] bytes = new byte[Padded(header.Length + 1)];
        Encoding.ASCII.GetBytes(header.ToString(), bytes);
        return bytes;
    }

    /// <summary>The kernel has the magic number in its own code too, followed by no header.</summary>
    private static int Start(byte[] kernel)
    {
        for (int at = 0; ; at++)
        {
            int next = kernel.AsSpan(at).IndexOf(Magic);
            Assert.That(next, Is.Not.Negative, "the kernel has an archive");
            at += next;
            if (kernel.AsSpan(at, HeaderSize).ContainsAnyExcept("0123456789abcdefABCDEF"u8))
                continue;
            return at;
        }
    }

    private static int Field(ReadOnlySpan<byte> archive, int entry, int field) =>
        int.Parse(archive.Slice(entry + Magic.Length + (8 * field), 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Padded(int length) => (length + 3) & ~3;
}
