using System.Numerics;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>The high halves of products, and quotients.</summary>
internal sealed class MultiplyDivideTests : InstructionBench
{
    [Test]
    [TestedOps(Op.Mulhw)]
    public void Mulhw_gives_the_high_half_of_the_signed_product() =>
        Sweep(Op.Mulhw, (r, i) => Finish(r, i, (uint)(((BigInteger)(int)r.Gpr[i.Ra] * (int)r.Gpr[i.Rb] >> 32) & 0xffffffff)));

    [Test]
    [TestedOps(Op.Mulhwu)]
    public void Mulhwu_gives_the_high_half_of_the_unsigned_product() =>
        Sweep(Op.Mulhwu, (r, i) => Finish(r, i, (uint)((BigInteger)r.Gpr[i.Ra] * r.Gpr[i.Rb] / (1L << 32))));

    /// <summary>The manual leaves the result of an overflow open; here it is the dividend's sign in all bits.</summary>
    [Test]
    [TestedOps(Op.Divw)]
    public void Divw_truncates_and_overflows_where_the_quotient_does_not_fit() =>
        Sweep(Op.Divw, (r, i) =>
        {
            long dividend = (int)r.Gpr[i.Ra];
            long divisor = (int)r.Gpr[i.Rb];
            bool overflow = divisor == 0 || dividend / divisor > int.MaxValue;
            long quotient = overflow
                ? (dividend < 0 ? -1 : 0)
                : Math.Sign(dividend) * Math.Sign(divisor) * (Math.Abs(dividend) / Math.Abs(divisor));
            if (i.Oe)
                r.Overflow(overflow);
            Finish(r, i, (uint)(quotient & 0xffffffff));
        });

    /// <summary>The manual leaves the result of a division by zero open; here it is 0.</summary>
    [Test]
    [TestedOps(Op.Divwu)]
    public void Divwu_overflows_only_when_dividing_by_zero() =>
        Sweep(Op.Divwu, (r, i) =>
        {
            ulong dividend = r.Gpr[i.Ra];
            ulong divisor = r.Gpr[i.Rb];
            if (i.Oe)
                r.Overflow(divisor == 0);
            Finish(r, i, divisor == 0 ? 0 : (uint)(dividend / divisor));
        });

    [TestCase("divwo. r3,r4,r5", 0x80000000u, 0xffffffffu, 0xffffffffu)]
    [TestCase("divwo. r3,r4,r5", 0x7fffffffu, 0u, 0u)]
    [TestCase("divwo. r3,r4,r5", 0xfffffff9u, 0u, 0xffffffffu)]
    [TestCase("divwuo. r3,r4,r5", 0xfffffff9u, 0u, 0u)]
    public void A_quotient_that_does_not_exist_sets_OV_and_SO(string line, uint dividend, uint divisor, uint result)
    {
        (Machine[4], Machine[5], Machine.Xer) = (dividend, divisor, 0);
        Machine.Execute(line);
        Assert.That(Machine[3], Is.EqualTo(result));
        Assert.That(Machine.Xer, Is.EqualTo(0xc0000000));
        Assert.That(Machine.Cr >> 28 & 1, Is.EqualTo(1), "CR0[SO]");
    }

    [TestCase(7u, 2u, 3u)]
    [TestCase(0xfffffff9u, 2u, 0xfffffffdu)]
    [TestCase(7u, 0xfffffffeu, 0xfffffffdu)]
    [TestCase(0xfffffff9u, 0xfffffffeu, 3u)]
    public void Divw_rounds_towards_zero(uint dividend, uint divisor, uint quotient)
    {
        (Machine[4], Machine[5]) = (dividend, divisor);
        Machine.Execute("divw r3,r4,r5");
        Assert.That(Machine[3], Is.EqualTo(quotient));
    }

    private static void Finish(Registers r, Instruction i, uint result)
    {
        r.Gpr[i.Rt] = result;
        if (i.Rc)
            r.Record(result);
    }
}
