using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Isa;

[TestFixture]
public class InstructionEffectsTests
{
    private const uint R0 = 1, R3 = 1 << 3, R4 = 1 << 4, R5 = 1 << 5;
    private const uint Cr0 = 0x80, Cr1 = 0x40, Cr7 = 0x01;

    [TestCase(0x7c642a14u, R4 | R5, R3, "add r3,r4,r5")]
    [TestCase(0x10642918u, R3 | R4 | R5, R3, "macchwu r3,r4,r5 accumulates into r3")]
    [TestCase(0x38600001u, 0u, R3, "li r3,1 does not read r0")]
    [TestCase(0x30600001u, R0, R3, "addic r3,r0,1 does read r0")]
    [TestCase(0x7c641b78u, R3, R4, "mr r4,r3")]
    [TestCase(0x5064280eu, R3 | R4, R4, "rlwimi r4,r3 keeps bits of r4")]
    [TestCase(0x84640004u, R4, R3 | R4, "lwzu r3,4(r4)")]
    [TestCase(0x94640004u, R3 | R4, R4, "stwu r3,4(r4)")]
    [TestCase(0xbba40000u, R4, 0xe000_0000u, "lmw r29,0(r4)")]
    [TestCase(0xbfa40000u, R4 | 0xe000_0000u, 0u, "stmw r29,0(r4)")]
    [TestCase(0x7fe42caau, R4, 0x8000_0001u, "lswi r31,r4,5 wraps to r0")]
    [TestCase(0x7fe405aau, R4 | 0x8000_007fu, 0u, "stswi r31,r4,32 wraps to r0 to r6")]
    [TestCase(0x7c642c2au, R4 | R5, uint.MaxValue, "lswx may write any register")]
    public void General_purpose_registers_read_and_written(uint word, uint read, uint written, string text)
    {
        InstructionRow row = Decoder.Row(Decoder.Decode(word));
        Assert.That(row.GprsRead(word), Is.EqualTo(read), text);
        Assert.That(row.GprsWritten(word), Is.EqualTo(written), text);
    }

    [TestCase(0x7c642a14u, 0u, 0u, "add")]
    [TestCase(0x7c642a15u, 0u, Cr0, "add.")]
    [TestCase(0x70640001u, 0u, Cr0, "andi.")]
    [TestCase(0x7c60292du, 0u, Cr0, "stwcx.")]
    [TestCase(0x2c840000u, 0u, Cr1, "cmpwi cr1,r4,0")]
    [TestCase(0x4c9f0382u, Cr1 | Cr7 | Cr0, Cr1, "cror 4,31,0 keeps the rest of CR1")]
    [TestCase(0x4c9c0000u, Cr7, Cr1, "mcrf cr1,cr7")]
    [TestCase(0x7c680120u, 0u, Cr0, "mtcrf 128,r3")]
    [TestCase(0x7c600026u, 0xffu, 0u, "mfcr r3")]
    [TestCase(0x419e0008u, Cr7, 0u, "beq cr7")]
    [TestCase(0x4200fff8u, 0u, 0u, "bdnz tests no CR bit")]
    [TestCase(0x7c800400u, 0u, Cr1, "mcrxr cr1")]
    public void Condition_register_fields_read_and_written(uint word, uint read, uint written, string text)
    {
        InstructionRow row = Decoder.Row(Decoder.Decode(word));
        Assert.That(row.CrFieldsRead(word), Is.EqualTo(read), text);
        Assert.That(row.CrFieldsWritten(word), Is.EqualTo(written), text);
    }

    [TestCase(0x7c642a14u, SpecialSet.None, SpecialSet.None, "add")]
    [TestCase(0x7c642e14u, SpecialSet.None, SpecialSet.Overflow, "addo")]
    [TestCase(0x7c642914u, SpecialSet.Ca, SpecialSet.Ca, "adde")]
    [TestCase(0x7c642c10u, SpecialSet.None, SpecialSet.Ca | SpecialSet.Overflow, "subfco")]
    [TestCase(0x7c842830u, SpecialSet.None, SpecialSet.None, "slw")]
    [TestCase(0x48000001u, SpecialSet.None, SpecialSet.Lr, "bl")]
    [TestCase(0x4200fff8u, SpecialSet.Ctr, SpecialSet.Ctr, "bdnz")]
    [TestCase(0x419e0008u, SpecialSet.None, SpecialSet.None, "beq cr7 keeps CTR")]
    [TestCase(0x4e800021u, SpecialSet.Lr, SpecialSet.Lr, "blrl")]
    [TestCase(0x4e800420u, SpecialSet.Ctr, SpecialSet.None, "bctr")]
    [TestCase(0x7c6802a6u, SpecialSet.Lr, SpecialSet.None, "mflr r3")]
    [TestCase(0x7c6903a6u, SpecialSet.None, SpecialSet.Ctr, "mtctr r3")]
    [TestCase(0x7c6102a6u, SpecialSet.Ca | SpecialSet.Overflow, SpecialSet.None, "mfxer r3")]
    [TestCase(0x7c6103a6u, SpecialSet.None, SpecialSet.Ca | SpecialSet.Overflow, "mtxer r3")]
    [TestCase(0x7c7a02a6u, SpecialSet.None, SpecialSet.None, "mfspr of another register")]
    [TestCase(0x7c800400u, SpecialSet.Ca | SpecialSet.Overflow, SpecialSet.Ca | SpecialSet.Overflow, "mcrxr cr1")]
    public void Link_count_and_exception_registers_read_and_written(uint word, SpecialSet read, SpecialSet written, string text)
    {
        InstructionRow row = Decoder.Row(Decoder.Decode(word));
        Assert.That(row.SpecialsRead(word), Is.EqualTo(read), text);
        Assert.That(row.SpecialsWritten(word), Is.EqualTo(written), text);
    }
}
