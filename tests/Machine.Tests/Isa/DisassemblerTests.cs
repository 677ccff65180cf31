using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Isa;

[TestFixture]
public class DisassemblerTests
{
    // Near the end of memory, so that branches also wrap around.
    private const uint Base = 0xfe80_0000;

    [TestCase(0x38600001u, "li      r3,1")]
    [TestCase(0x7c0802a6u, "mflr    r0")]
    [TestCase(0x4e800020u, "blr")]
    [TestCase(0x4200fff8u, "bdnz+   0xff8")]
    [TestCase(0x419e0008u, "beq-    cr7,0x1008")]
    [TestCase(0x10642918u, "macchwu r3,r4,r5")]
    [TestCase(0x10642f59u, "maclhwo. r3,r4,r5")]
    [TestCase(0x48000003u, "bla     0x0")]
    [TestCase(0x4c8221ccu, ".long 0x4c8221cc")]
    [TestCase(0u, ".long 0x0")]
    public void Text_is_objdumps(uint word, string text) => Assert.That(Disassembler.Disassemble(word, 0x1000), Is.EqualTo(text));

    [TestCase(0x8460fff8u, "lwzu    r3,-8(r0)")]
    [TestCase(0x7c2004acu, "sync")]
    [TestCase(0x7c6c42a6u, "mfspr   r3,268")]
    [TestCase(0x4ec00020u, "blr")]
    public void An_invalid_form_prints_as_what_the_processor_executes(uint word, string text) =>
        Assert.That(Disassembler.Disassemble(word, 0), Is.EqualTo(text));

    [Test]
    public void Every_instruction_prints_as_objdump_prints_it()
    {
        const int samples = 400;
        Random random = new(405);
        List<uint> words = [];
        foreach (InstructionRow row in InstructionTable.Rows)
            for (int i = 0; i < samples; i++)
                words.Add(row.Encode(Interesting(random)));
        AddSpecialRegisters(words);
        Compare([.. words]);
    }

    [Test]
    public void Every_opcode_is_an_instruction_exactly_where_objdump_sees_one()
    {
        // All values of the bits that select instructions, each with random other bits, reserved ones included.
        Random random = new(1405);
        uint[] words = new uint[64 * 2048];
        for (uint i = 0; i < words.Length; i++)
            words[i] = i >> 11 << 26 | (uint)random.Next(1 << 15) << 11 | (i & 2047);
        Compare(words);
    }

    [Test]
    public void Random_words_are_instructions_exactly_where_objdump_sees_one()
    {
        Random random = new(2405);
        uint[] words = new uint[100_000];
        for (int i = 0; i < words.Length; i++)
            words[i] = (uint)random.NextInt64(1L << 32);
        Compare(words);
    }

    private static void Compare(uint[] words)
    {
        string[] expected = Objdump.Disassemble(words, Base);
        List<string> wrong = [];
        for (int i = 0; i < words.Length; i++)
        {
            uint word = words[i], address = Base + (uint)i * 4;
            string actual = Disassembler.Disassemble(word, address);
            if (!Explained(word, address, expected[i], actual))
                wrong.Add($"{word:x8} at {address:x}: objdump \"{expected[i]}\", here \"{actual}\"");
        }

        Assert.That(wrong, Is.Empty);
    }

    /// <summary>The texts agree, or differ for a named reason; a reason to differ must make them differ.</summary>
    private static bool Explained(uint word, uint address, string objdump, string actual)
    {
        bool objdumpGivesUp = objdump.StartsWith(".long", StringComparison.Ordinal);
        Op op = Decoder.Decode(word);
        if (op == Op.Illegal)
            return objdumpGivesUp ? actual == objdump : BinutilsDifferences.NotOnThe405(word, objdump) is not null;
        InstructionRow row = Decoder.Row(op);
        if ((word & row.ReservedMask) != 0)
            return actual == Disassembler.Disassemble(word & ~row.ReservedMask, address); // The processor ignores them, objdump does not.
        return BinutilsDifferences.InvalidForm(row, word) is null ? actual == objdump : objdumpGivesUp;
    }

    /// <summary>Random bits in which small fields are often 0, all ones or equal to each other, as simplified mnemonics want.</summary>
    private static uint Interesting(Random random)
    {
        uint bits = (uint)random.NextInt64(1L << 32);
        for (int shift = 6; shift <= 21; shift += 5)
        {
            uint field = random.Next(10) switch
            {
                0 => 0,
                1 => 31,
                2 => bits >> 11 & 31,
                3 => 31 - (bits >> 11 & 31),
                4 => 32 - (bits >> 11 & 31),
                _ => bits >> shift & 31,
            };
            bits = bits & ~(31u << shift) | (field & 31) << shift;
        }

        return random.Next(4) == 0 ? bits | 0x3e : bits;
    }

    /// <summary>Every SPR, TBR and DCR number, since most have names.</summary>
    private static void AddSpecialRegisters(List<uint> words)
    {
        foreach (Op op in new[] { Op.Mfspr, Op.Mtspr, Op.Mftb, Op.Mfdcr, Op.Mtdcr })
            for (uint number = 0; number < 1024; number++)
                words.Add(Decoder.Row(op).Encode((number & 31) << 16 | number >> 5 << 11 | 7u << 21));
    }
}
