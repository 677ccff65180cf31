using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>The 64-bit form of a CR field.</summary>
internal sealed class CrFieldTests
{
    [Test]
    public void Every_value_is_decoded_as_it_was_encoded([Range(0, 15)] int bits) =>
        Assert.That(CrField.Decode(CrField.Encode((uint)bits)), Is.EqualTo((uint)bits));

    [Test]
    public void Xer_so_toggles_SO_of_every_value_and_nothing_else([Range(0, 15)] int bits) =>
        Assert.That(CrField.Decode(CrField.Encode((uint)bits) ^ CrField.SummaryOverflow), Is.EqualTo((uint)bits ^ 1));

    [Test]
    public void Each_bit_is_the_host_test_that_its_description_names([Range(0, 15)] int bits)
    {
        long field = CrField.Encode((uint)bits);
        Assert.That(field < 0, Is.EqualTo((bits & 8) != 0), "LT");
        Assert.That(field << 3 > 0, Is.EqualTo((bits & 4) != 0), "GT");
        Assert.That((uint)field == 0, Is.EqualTo((bits & 2) != 0), "EQ");
        Assert.That(((field >> 61) & 1) != ((field >> 62) & 1), Is.EqualTo((bits & 1) != 0), "SO");
    }

    [Test]
    public void A_signed_comparison_gives_LT_GT_or_EQ_and_SO()
    {
        foreach (uint a in Values.Words)
        {
            foreach (uint b in Values.Words)
            {
                uint order = Order(((int)a).CompareTo((int)b));
                Assert.That(CrField.Decode(CrField.Compare((int)a, (int)b, 0)), Is.EqualTo(order), $"{a:x8} {b:x8}");
                Assert.That(CrField.Decode(CrField.Compare((int)a, (int)b, CrField.SummaryOverflow)),
                    Is.EqualTo(order + 1), $"{a:x8} {b:x8}");
            }
        }
    }

    [Test]
    public void An_unsigned_comparison_gives_LT_GT_or_EQ_and_SO()
    {
        foreach (uint a in Values.Words)
        {
            foreach (uint b in Values.Words)
            {
                uint order = Order(a.CompareTo(b));
                Assert.That(CrField.Decode(CrField.CompareUnsigned(a, b, 0)), Is.EqualTo(order), $"{a:x8} {b:x8}");
                Assert.That(CrField.Decode(CrField.CompareUnsigned(a, b, CrField.SummaryOverflow)),
                    Is.EqualTo(order + 1), $"{a:x8} {b:x8}");
            }
        }
    }

    [Test]
    public void The_whole_register_and_the_XER_keep_what_is_written()
    {
        using TestMachine machine = new();
        foreach (uint value in Values.Words)
        {
            machine.Cr = value;
            machine.Xer = value;
            Assert.That(machine.Cr, Is.EqualTo(value));
            Assert.That(machine.Xer, Is.EqualTo(value & 0xe000007f));
        }
    }

    private static uint Order(int comparison) => comparison < 0 ? 8u : comparison > 0 ? 4u : 2u;
}
