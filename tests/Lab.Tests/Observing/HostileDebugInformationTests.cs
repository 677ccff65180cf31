using System.Buffers.Binary;
using System.Text;
using PpcJit.Kernel;
using PpcJit.Lab.Observing.Lines;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Debug information that no compiler makes is refused, and takes neither time nor memory without bound.</summary>
public sealed class HostileDebugInformationTests
{
    private const byte CompileUnit = 0x11, Base = 0x24, Function = 0x2e;
    private const byte Name = 0x03, LowPc = 0x11, Origin = 0x31;
    private const byte Address = 0x01, TextOffset = 0x0e, Reference4 = 0x13, Present = 0x19;

    /// <summary>A step whose length is -11 begins again at its own beginning.</summary>
    [Test]
    public void A_step_of_negative_length_is_no_way_back()
    {
        byte[] back = [0, 0xf5, .. Enumerable.Repeat((byte)0xff, 8), 1, 0x80];
        byte[] program = [0, 2, .. Word(7), 4, 1, 0, 1, 1, 0, 0, .. back];
        Assert.That(() => LineTable.Read(Elf((".debug_line", [.. Word(program.Length), .. program]))),
            Throws.TypeOf<InputException>().With.Message.Contains("reaches past the end of its line table"));
    }

    [Test]
    public void A_function_whose_origin_is_itself_has_no_arguments()
    {
        byte[] abbreviations = [1, Function, 0, LowPc, Address, Origin, Reference4, 0, 0, 0];
        byte[] info = Unit([1, .. Word(0x1000), .. Word(11)]);
        Assert.That(ArgumentTable.Read(Elf((".debug_info", info), (".debug_abbrev", abbreviations)))!.Find(0x1000)!.Names, Is.Empty);
    }

    [Test]
    public void Names_that_overlap_are_bounded_together()
    {
        byte[] abbreviations = [1, CompileUnit, 1, 0, 0, 2, Base, 0, Name, TextOffset, 0, 0, 0];
        byte[] texts = [.. Enumerable.Repeat((byte)'a', 60_000), 0];
        byte[] info = Unit([1, .. Enumerable.Range(0, 3000).SelectMany(n => (byte[])[2, .. Word(n)])]);
        Assert.That(() => ArgumentTable.Read(Elf((".debug_info", info), (".debug_abbrev", abbreviations), (".debug_str", texts))),
            Throws.TypeOf<InputException>().With.Message.Contains("64 million characters"));
    }

    [Test]
    public void A_name_that_is_read_again_is_the_same_one()
    {
        byte[] abbreviations = [1, CompileUnit, 1, 0, 0, 2, Base, 0, Name, TextOffset, 0, 0, 0];
        byte[] texts = [.. Enumerable.Repeat((byte)'a', 60_000), 0];
        byte[] info = Unit([1, .. Enumerable.Range(0, 100).SelectMany(_ => (byte[])[2, .. Word(0)])]);
        DebugInfoReader reader = new(
            new ImageBytes("info", info), new ImageBytes("abbreviations", abbreviations), new ImageBytes("texts", texts), lineTexts: null);
        Assert.That(reader.ReadAll().Values.Select(entry => entry.Name).Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(1));
    }

    [Test]
    public void Entries_with_attributes_that_take_no_bytes_are_bounded()
    {
        byte[] abbreviations = [1, Base, 1, .. Enumerable.Repeat((byte[])[Name, Present], 300).SelectMany(pair => pair), 0, 0, 0];
        Assert.That(() => ArgumentTable.Read(Elf((".debug_info", Unit([1])), (".debug_abbrev", abbreviations))),
            Throws.TypeOf<InputException>().With.Message.Contains("too many attributes"));
    }

    [TestCase(64u << 20, "more bytes than its compressed ones can give")]
    [TestCase(0xfff00000u, "it is compressed, and has more than 128 MB")]
    public void A_compressed_section_is_not_believed_what_it_says_of_its_length(uint length, string message) =>
        Assert.That(() => LineTable.Read(Elf(compressed: true, (".debug_line", [.. Word(1), .. Word((int)length), .. Word(1), .. new byte[1000]]))),
            Throws.TypeOf<InputException>().With.Message.Contains(message));

    /// <summary>A unit of version 4 whose abbreviations begin at 0.</summary>
    private static byte[] Unit(byte[] entries) => [.. Word(7 + entries.Length), 0, 4, .. Word(0), 4, .. entries];

    private static byte[] Word(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static ImageBytes Elf(params (string Name, byte[] Contents)[] sections) => Elf(compressed: false, sections);

    private static ImageBytes Elf(bool compressed, params (string Name, byte[] Contents)[] sections)
    {
        const int header = 52, sectionHeader = 40;
        string names = "\0" + string.Join('\0', sections.Select(section => section.Name).Append(".shstrtab")) + "\0";
        (string Name, byte[] Contents)[] all = [.. sections, (".shstrtab", Encoding.ASCII.GetBytes(names))];
        using MemoryStream file = new();
        file.Write(new byte[header]);
        byte[] headers = new byte[sectionHeader * (all.Length + 1)];
        for (int n = 0; n < all.Length; n++)
        {
            Span<byte> one = headers.AsSpan(sectionHeader * (n + 1));
            BinaryPrimitives.WriteInt32BigEndian(one, names.IndexOf("\0" + all[n].Name + "\0", StringComparison.Ordinal) + 1);
            BinaryPrimitives.WriteInt32BigEndian(one[4..], 1);
            BinaryPrimitives.WriteInt32BigEndian(one[8..], compressed && n < sections.Length ? 0x800 : 0);
            BinaryPrimitives.WriteInt32BigEndian(one[16..], (int)file.Length);
            BinaryPrimitives.WriteInt32BigEndian(one[20..], all[n].Contents.Length);
            file.Write(all[n].Contents);
        }

        int place = (int)file.Length;
        file.Write(headers);
        byte[] bytes = file.ToArray();
        ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 2, 1]).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(16), 2);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(18), 20);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(32), place);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(46), sectionHeader);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(48), (short)(all.Length + 1));
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(50), (short)all.Length);
        return new ImageBytes("hostile", bytes);
    }
}
