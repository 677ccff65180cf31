using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// An <see cref="InstructionBench"/> with a second copy of the RAM: definitions read and write the copy byte by byte,
/// and afterwards both must be equal.
/// </summary>
internal abstract unsafe class StorageBench : InstructionBench
{
    /// <summary>Effective address of the first of eight 1 KB pages that lie in memory in another order.</summary>
    protected const uint ScatteredPages = 0x40000000;

    private const uint SmallPage = 1024;

    /// <summary>Frame of each scattered page; none follows its predecessor.</summary>
    private static readonly uint[] Frames = [5, 2, 7, 0, 3, 6, 1, 4];

    private static readonly byte[] Noise = MakeNoise();

    private readonly byte[] _copy = new byte[TestMachine.RamSize];

    /// <summary>Whether the data pages are little-endian.</summary>
    protected bool LittleEndian { get; private set; }

    /// <summary>Addresses around the ends of small and of 4 KB pages, at every alignment.</summary>
    protected static IEnumerable<uint> AddressesAroundPageEnds { get; } =
        [.. Around(TestMachine.DataBase + 0x400), .. Around(TestMachine.DataBase + 0x1000), TestMachine.DataBase + 0x123];

    /// <summary>The same in the scattered pages.</summary>
    protected static IEnumerable<uint> AddressesInScatteredPages { get; } =
        [.. Around(ScatteredPages + 0x400), .. Around(ScatteredPages + 0x1000)];

    [SetUp]
    public void FillMemory()
    {
        LittleEndian = false;
        Noise.CopyTo(_copy, 0);
        Noise.CopyTo(new Span<byte>(Ram(0), Noise.Length));
        Machine.SetSpr(Spr.Dccr, 0x80000000);
    }

    /// <summary>Turns data translation on, with the scattered pages and with the RAM where it is in one 1 MB page.</summary>
    protected void TranslateData(bool littleEndian)
    {
        LittleEndian = littleEndian;
        Before.Msr = Msr.Dr;
        uint endian = littleEndian ? Tlb.Endian : 0;
        for (int n = 0; n < Frames.Length; n++)
            Map(n, ScatteredPages + ((uint)n * SmallPage), TestMachine.DataBase + (Frames[n] * SmallPage), endian, Tlb.Write);
        Map(8, 0, 0, endian | (5 << 7), Tlb.Write);
    }

    /// <summary>Writes a TLB entry.</summary>
    protected void Map(int index, uint effective, uint physical, uint attributesHi, uint attributesLo)
    {
        Machine.Processor.Tlb.WriteHi(index, effective | attributesHi | Tlb.Valid);
        Machine.Processor.Tlb.WriteLo(index, physical | attributesLo);
    }

    /// <summary>Reads a number of bytes as one value, in the byte order of the storage.</summary>
    protected uint Read(uint effective, int size)
    {
        uint value = 0;
        for (int n = 0; n < size; n++)
            value |= (uint)_copy[Physical(effective + (uint)n)] << Place(n, size);
        return value;
    }

    /// <summary>Writes the low bytes of a value, in the byte order of the storage.</summary>
    protected void Write(uint effective, int size, uint value)
    {
        for (int n = 0; n < size; n++)
            _copy[Physical(effective + (uint)n)] = (byte)(value >> Place(n, size));
    }

    /// <summary>The RAM must be what the definitions made of the copy, but for the instruction itself.</summary>
    protected void CheckMemory()
    {
        new Span<byte>(Ram(TestMachine.CodeBase), 4).CopyTo(_copy.AsSpan((int)TestMachine.CodeBase));
        int same = new Span<byte>(Ram(0), _copy.Length).CommonPrefixLength(_copy);
        Assert.That(same, Is.EqualTo(_copy.Length), $"the memory differs at 0x{same:x}");
    }

    private static byte[] MakeNoise()
    {
        byte[] noise = new byte[TestMachine.RamSize];
        Values.NewRandom().NextBytes(noise);
        return noise;
    }

    private static IEnumerable<uint> Around(uint end) => Enumerable.Range(-5, 10).Select(n => (uint)(end + n));

    private static uint Physical(uint effective) =>
        effective < ScatteredPages
            ? effective
            : TestMachine.DataBase + (Frames[(effective - ScatteredPages) / SmallPage] * SmallPage) + (effective % SmallPage);

    private int Place(int n, int size) => 8 * (LittleEndian ? n : size - 1 - n);
}
