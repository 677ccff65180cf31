using System.Buffers.Binary;
using System.Globalization;

namespace PpcJit.Machine.Tests.Isa;

/// <summary>What GNU objdump prints for instruction words of the 405.</summary>
internal static class Objdump
{
    /// <summary>Disassembles <paramref name="words"/> as consecutive words from <paramref name="address"/> on, in one run of objdump.</summary>
    public static string[] Disassemble(ReadOnlySpan<uint> words, uint address)
    {
        byte[] image = new byte[words.Length * 4];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(i * 4), words[i]);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, image);
            return Parse(
                ExternalTool.Run(
                    "powerpc-linux-gnu-objdump",
                    "binutils-powerpc-linux-gnu",
                    "-M405", "-b", "binary", "-m", "powerpc", "-D", "-EB", "-z", $"--adjust-vma=0x{address:x}", file),
                words,
                address);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Parse(string listing, ReadOnlySpan<uint> words, uint address)
    {
        string[] texts = new string[words.Length];
        int count = 0;
        foreach (string line in listing.Split('\n'))
        {
            // "c0000004:<tab>38 60 00 01 <tab>li      r3,1"
            string[] columns = line.Split('\t', 3);
            if (columns.Length < 3 || !columns[0].EndsWith(':'))
                continue;
            uint at = uint.Parse(columns[0].AsSpan().Trim()[..^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.That(at, Is.EqualTo(address + (uint)count * 4), "objdump lists every word");
            texts[count++] = columns[2];
        }

        Assert.That(count, Is.EqualTo(words.Length), "objdump lists every word");
        return texts;
    }
}
