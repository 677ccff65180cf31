using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Instructions on the condition register and its bits and fields.</summary>
internal sealed class ConditionRegisterTests : InstructionBench
{
    private static readonly Dictionary<Op, Func<bool, bool, bool>> Logic = new()
    {
        [Op.Crand] = (a, b) => a && b,
        [Op.Crandc] = (a, b) => a && !b,
        [Op.Creqv] = (a, b) => a == b,
        [Op.Crnand] = (a, b) => !a || !b,
        [Op.Crnor] = (a, b) => !a && !b,
        [Op.Cror] = (a, b) => a || b,
        [Op.Crorc] = (a, b) => a || !b,
        [Op.Crxor] = (a, b) => a != b,
    };

    [TestedOps]
    public static IEnumerable<Op> LogicOps => Logic.Keys;

    [TestCaseSource(nameof(LogicOps))]
    public void CR_logic_with_every_pair_of_sources_into_every_target(Op op)
    {
        for (int pair = 0; pair < 1024; pair++)
        {
            (int a, int b) = (pair >> 5, pair & 31);
            foreach (int target in (ReadOnlySpan<int>)[a, b, (a + b) & 31, Random.Next(32)])
            {
                Before.Cr = Values.Random(Random);
                Check(
                    Assembler.Word(op, ('p', target), ('q', a), ('r', b)),
                    (r, i) => r.SetCrBit(i.Bits(6, 10), Logic[op](r.CrBit(i.Bits(11, 15)), r.CrBit(i.Bits(16, 20)))));
            }
        }
    }

    [Test]
    [TestedOps(Op.Mcrf)]
    public void Mcrf_copies_every_field_to_every_field()
    {
        for (int n = 0; n < 64 * 32; n++)
        {
            Before.Cr = Values.Random(Random);
            Check(Assembler.Word(Op.Mcrf, ('F', n & 7), ('G', (n >> 3) & 7)),
                (r, i) => r.SetCrField(i.Bits(6, 8), r.CrField(i.Bits(11, 13))));
        }
    }

    [Test]
    [TestedOps(Op.Mcrxr)]
    public void Mcrxr_moves_SO_OV_and_CA_to_a_field_and_clears_them()
    {
        for (uint n = 0; n < 64; n++)
        {
            Before.Cr = Values.Random(Random);
            Before.Xer = ((n >> 3) << 29) | (n & 0x7f);
            Check(Assembler.Word(Op.Mcrxr, ('F', n & 7)), (r, i) =>
            {
                r.SetCrField(i.Bits(6, 8), (r.So ? 8u : 0) + (r.Ov ? 4u : 0) + (r.Ca ? 2u : 0));
                (r.So, r.Ov, r.Ca) = (false, false, false);
            });
        }
    }

    [Test]
    [TestedOps(Op.Mfcr)]
    public void Mfcr_reads_all_fields()
    {
        foreach (uint value in Values.Words)
        {
            for (int target = 0; target < 32; target++)
            {
                Before.Cr = value;
                Check(Assembler.Word(Op.Mfcr, ('t', target)), (r, i) => r.Gpr[i.Rt] = r.Cr);
            }
        }
    }

    [Test]
    [TestedOps(Op.Mtcrf)]
    public void Mtcrf_writes_the_fields_that_the_mask_names()
    {
        foreach (uint value in Values.Words)
        {
            for (int mask = 0; mask < 256; mask++)
            {
                (Before.Gpr[6], Before.Cr) = (value, Values.Random(Random));
                Check(Assembler.Word(Op.Mtcrf, ('s', 6), ('X', mask)), (r, i) =>
                {
                    for (int field = 0; field < 8; field++)
                    {
                        if (i.Bits(12 + field, 12 + field) == 1)
                            r.SetCrField(field, (r.Gpr[i.Rs] >> (28 - (4 * field))) % 16);
                    }
                });
            }
        }
    }

    [Test]
    public void Every_value_of_a_field_survives_every_way_in_and_out()
    {
        for (uint value = 0; value < 16; value++)
        {
            Machine[3] = value << 28;
            Machine.Load("mtcrf 0x80,r3", "mcrf 7,0", "mfcr r4", "crand 0,0,0", "crorc 1,1,1", "mfcr r5").Step(6);
            Assert.That(Machine[4], Is.EqualTo((value << 28) + value));
            Assert.That(Machine[5], Is.EqualTo(((value | 4) << 28) + value));
        }
    }
}
