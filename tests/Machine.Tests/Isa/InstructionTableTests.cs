using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Isa;

[TestFixture]
public class InstructionTableTests
{
    [Test]
    public void Every_instruction_has_exactly_one_line()
    {
        List<Op> ops = [Op.Illegal];
        foreach (InstructionRow row in InstructionTable.Rows)
            ops.Add(row.Op);
        Assert.That(ops, Is.EquivalentTo(Enum.GetValues<Op>()));
        foreach (Op op in ops)
            Assert.That(Decoder.Row(op).Op, Is.EqualTo(op));
    }

    [Test]
    public void No_two_patterns_overlap()
    {
        ReadOnlySpan<InstructionRow> rows = InstructionTable.Rows;
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                uint common = rows[i].FixedMask & rows[j].FixedMask;
                Assert.That((rows[i].FixedBits ^ rows[j].FixedBits) & common, Is.Not.Zero, $"{rows[i]} and {rows[j]} share words");
            }
        }
    }

    [Test]
    public void Every_line_decodes_to_itself_whatever_its_operands_and_reserved_bits()
    {
        Random random = new(405);
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            for (int i = 0; i < 200; i++)
            {
                uint word = row.RandomWord(random);
                uint reserved = (uint)random.NextInt64(1L << 32) & row.ReservedMask;
                Assert.That(word & row.ReservedMask, Is.Zero);
                Assert.That(row.Matches(word | reserved));
                Assert.That(Decoder.Decode(word | reserved), Is.EqualTo(row.Op), $"{word | reserved:x8}");
            }
        }
    }

    [Test]
    public void A_word_that_no_line_matches_is_illegal_and_every_other_is_the_line_that_matches()
    {
        Random random = new(405);
        for (uint selectors = 0; selectors < 64 * 2048; selectors++)
        {
            uint word = selectors >> 11 << 26 | (uint)random.Next(1 << 15) << 11 | (selectors & 2047);
            Op expected = Op.Illegal;
            foreach (InstructionRow row in InstructionTable.Rows)
                if (row.Matches(word))
                    expected = row.Op;
            if (Decoder.Decode(word) != expected)
                Assert.Fail($"{word:x8} decodes as {Decoder.Decode(word)}, not {expected}");
        }
    }

    [TestCase(0x00000000u, "all zeros")]
    [TestCase(0xffffffffu, "all ones")]
    [TestCase(0xc0230000u, "lfs")]
    [TestCase(0xfc22182au, "fadd")]
    [TestCase(0xec22182au, "fadds")]
    [TestCase(0x7c221caeu, "lfdx")]
    [TestCase(0x7c21212cu, "stwcx. without its record bit")]
    [TestCase(0x44000000u, "sc without bit 30")]
    [TestCase(0x7c0004a6u, "mfsr")]
    [TestCase(0xe8230000u, "ld")]
    public void Words_outside_the_405s_set_are_illegal(uint word, string what) =>
        Assert.That(Decoder.Decode(word), Is.EqualTo(Op.Illegal), what);

    [Test]
    public void Each_line_selects_on_its_primary_opcode_and_splits_the_word_without_a_gap()
    {
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            uint covered = row.FixedMask | row.ReservedMask;
            foreach (OperandField field in row.Fields)
            {
                Assert.That(covered & field.Mask, Is.Zero, row.ToString());
                covered |= field.Mask;
            }

            Assert.That(covered, Is.EqualTo(uint.MaxValue), row.ToString());
            Assert.That(row.FixedMask >> 26, Is.EqualTo(63), row.ToString());
        }
    }

    [Test]
    public void Fields_lie_where_the_manuals_formats_put_them()
    {
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            foreach (OperandField field in row.Fields)
            {
                (int shift, int width) = field.Letter switch
                {
                    't' or 'u' or 's' or 'T' or 'O' or 'p' => (21, 5),
                    'a' or 'z' or 'd' or 'x' or 'q' or 'C' => (16, 5),
                    'b' or 'H' or 'N' or 'r' or 'W' => (11, 5),
                    'M' => (6, 5),
                    'E' => (1, 5),
                    'F' => (23, 3),
                    'G' => (18, 3),
                    'X' => (12, 8),
                    'S' => (11, 10),
                    'V' => (15, 1),
                    'o' => (10, 1),
                    'A' => (1, 1),
                    'c' or 'l' => (0, 1),
                    'I' or 'U' or 'D' => (0, 16),
                    'B' => (2, row.Op == Op.B ? 24 : 14),
                    _ => (-1, -1),
                };
                Assert.That((field.Shift, field.Width), Is.EqualTo((shift, width)), $"{field.Letter} of {row}");
            }
        }
    }

    [Test]
    public void The_privileged_instructions_are_the_manuals()
    {
        Op[] expected =
        [
            Op.Dcbi, Op.Dccci, Op.Dcread, Op.Iccci, Op.Icread, Op.Mfdcr, Op.Mfmsr, Op.Mtdcr, Op.Mtmsr, Op.Rfci, Op.Rfi,
            Op.Tlbia, Op.Tlbre, Op.Tlbsx, Op.Tlbsync, Op.Tlbwe, Op.Wrtee, Op.Wrteei,
        ];
        Assert.That(With(InstructionFlags.Privileged), Is.EquivalentTo(expected));
    }

    [Test]
    public void The_instructions_that_use_the_carry_are_the_manuals()
    {
        Op[] reading = [Op.Adde, Op.Addme, Op.Addze, Op.Subfe, Op.Subfme, Op.Subfze];
        Op[] writing = [.. reading, Op.Addc, Op.Addic, Op.AddicRecord, Op.Subfc, Op.Subfic, Op.Sraw, Op.Srawi];
        Assert.That(With(InstructionFlags.ReadsCa), Is.EquivalentTo(reading));
        Assert.That(With(InstructionFlags.WritesCa), Is.EquivalentTo(writing));
    }

    [Test]
    public void Update_forms_are_the_loads_and_stores_that_write_their_base_register()
    {
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            bool storage = row.Is(InstructionFlags.Load | InstructionFlags.Store);
            Assert.That(row.Is(InstructionFlags.Update), Is.EqualTo(storage && row.TryGetField('x', out _)), row.ToString());
        }
    }

    private static List<Op> With(InstructionFlags flag)
    {
        List<Op> ops = [];
        foreach (InstructionRow row in InstructionTable.Rows)
            if (row.Is(flag))
                ops.Add(row.Op);
        return ops;
    }
}
