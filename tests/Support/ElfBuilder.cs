using System.Text;

namespace PpcJit.Tests.Support;

/// <summary>Makes small PowerPC ELF images: header, program headers, segments, and if asked a symbol table.</summary>
internal sealed class ElfBuilder
{
    public const int ProgramHeaders = 52;
    private readonly List<(uint Virtual, uint Physical, byte[] Bytes, uint Size)> _segments = [];
    private readonly List<(string Name, uint Address, uint Size, byte Info, ushort Section)> _symbols = [];

    public uint Entry { get; init; } = 0x10000;

    public ushort Type { get; init; } = 2;

    /// <summary>An image with one segment of a few words at 64 KB.</summary>
    public static ElfBuilder Small() => new ElfBuilder().Segment(0x10000, Enumerable.Range(1, 64).Select(n => (byte)n).ToArray());

    public ElfBuilder Segment(uint address, byte[] bytes, uint? size = null) => Segment(address, address, bytes, size);

    public ElfBuilder Segment(uint virtualAddress, uint physical, byte[] bytes, uint? size = null)
    {
        _segments.Add((virtualAddress, physical, bytes, size ?? (uint)bytes.Length));
        return this;
    }

    public ElfBuilder Function(string name, uint address, uint size = 0) => Symbol(name, address, size, info: 0x12, section: 1);

    public ElfBuilder Symbol(string name, uint address, uint size, byte info, ushort section)
    {
        _symbols.Add((name, address, size, info, section));
        return this;
    }

    public byte[] Build()
    {
        using MemoryStream file = new();
        int body = ProgramHeaders + (32 * _segments.Count);
        file.Write(new byte[body]);
        List<uint> offsets = [];
        foreach ((_, _, byte[] bytes, _) in _segments)
        {
            offsets.Add((uint)file.Length);
            file.Write(bytes);
        }

        long sections = _symbols.Count != 0 ? WriteSymbols(file) : 0;
        byte[] image = file.ToArray();
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 2, 1 }.CopyTo(image, 0);
        image.PutHalf(16, Type);
        image.PutHalf(18, 20);
        image.PutWord(20, 1);
        image.PutWord(24, Entry);
        image.PutWord(28, ProgramHeaders);
        image.PutWord(32, (uint)sections);
        image.PutHalf(40, ProgramHeaders);
        image.PutHalf(42, 32);
        image.PutHalf(44, _segments.Count);
        image.PutHalf(46, 40);
        image.PutHalf(48, sections != 0 ? 3 : 0);
        for (int n = 0; n < _segments.Count; n++)
        {
            int at = ProgramHeaders + (32 * n);
            image.PutWord(at, 1);
            image.PutWord(at + 4, offsets[n]);
            image.PutWord(at + 8, _segments[n].Virtual);
            image.PutWord(at + 12, _segments[n].Physical);
            image.PutWord(at + 16, (uint)_segments[n].Bytes.Length);
            image.PutWord(at + 20, _segments[n].Size);
            image.PutWord(at + 24, 7);
        }

        return image;
    }

    /// <summary>Writes the symbol table, its strings, and three section headers: none, symbols, strings.</summary>
    private long WriteSymbols(MemoryStream file)
    {
        using MemoryStream names = new();
        names.WriteByte(0);
        byte[] table = new byte[16 * (_symbols.Count + 1)];
        for (int n = 0; n < _symbols.Count; n++)
        {
            int at = 16 * (n + 1);
            table.PutWord(at, (uint)names.Length);
            table.PutWord(at + 4, _symbols[n].Address);
            table.PutWord(at + 8, _symbols[n].Size);
            table[at + 12] = _symbols[n].Info;
            table.PutHalf(at + 14, _symbols[n].Section);
            names.Write(Encoding.ASCII.GetBytes(_symbols[n].Name + '\0'));
        }

        uint tableOffset = (uint)file.Length;
        file.Write(table);
        uint namesOffset = (uint)file.Length;
        file.Write(names.ToArray());
        long headers = file.Length;
        byte[] sections = new byte[3 * 40];
        sections.PutWord(40 + 4, 2);
        sections.PutWord(40 + 16, tableOffset);
        sections.PutWord(40 + 20, (uint)table.Length);
        sections.PutWord(40 + 24, 2);
        sections.PutWord(80 + 4, 3);
        sections.PutWord(80 + 16, namesOffset);
        sections.PutWord(80 + 20, (uint)names.Length);
        file.Write(sections);
        return headers;
    }
}
