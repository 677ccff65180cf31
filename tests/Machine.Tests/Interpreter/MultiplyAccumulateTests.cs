using System.Numerics;
using System.Text.RegularExpressions;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// The 405's multiply-accumulate group, with all boundary halfwords in the halves that count and noise in those that do
/// not. An instruction's name says all about it, so the definition is made from the name: (n)mac or mul; c, h or l; hw;
/// s and u.
/// </summary>
internal sealed class MultiplyAccumulateTests : InstructionBench
{
    private static readonly uint[] Accumulators =
        [0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 0x3fffffff, 0x40000000, 0x40000001, 0xbfffffff, 0xc0000000,
            0xc0000001, 0x0001fffe, 0xfffe0001, 0x89abcdef];

    [TestedOps]
    public static IEnumerable<Op> AccumulateOps =>
    [
        Op.Macchw, Op.Macchws, Op.Macchwu, Op.Macchwsu, Op.Machhw, Op.Machhws, Op.Machhwu, Op.Machhwsu, Op.Maclhw,
            Op.Maclhws, Op.Maclhwu, Op.Maclhwsu,
        Op.Nmacchw, Op.Nmacchws, Op.Nmachhw, Op.Nmachhws, Op.Nmaclhw, Op.Nmaclhws,
    ];

    [TestedOps]
    public static IEnumerable<Op> MultiplyOps => [Op.Mulchw, Op.Mulchwu, Op.Mulhhw, Op.Mulhhwu, Op.Mullhw, Op.Mullhwu];

    [TestCaseSource(nameof(AccumulateOps))]
    public void A_product_of_halfwords_is_added_with_overflow_and_saturation(Op op) => AllHalfwords(op, Accumulators);

    [TestCaseSource(nameof(MultiplyOps))]
    public void A_product_of_halfwords_replaces_the_target(Op op) => AllHalfwords(op, [0x89abcdef]);

    // The largest and smallest products against the largest and smallest accumulators.
    [TestCase("maclhwo. r3,r4,r5", 0x40000000u, 0x00008000u, 0x00008000u, 0x80000000u, 0xc0000000u, 0x9u)]
    [TestCase("maclhwso. r3,r4,r5", 0x40000000u, 0x00008000u, 0x00008000u, 0x7fffffffu, 0xc0000000u, 0x5u)]
    [TestCase("nmaclhwso. r3,r4,r5", 0xbfffffffu, 0x00008000u, 0x00008000u, 0x80000000u, 0xc0000000u, 0x9u)]
    [TestCase("nmaclhwo. r3,r4,r5", 0xc0000000u, 0x00008000u, 0x00008000u, 0x80000000u, 0u, 0x8u)]
    [TestCase("machhwuo. r3,r4,r5", 0x0001ffffu, 0xffff0000u, 0xffff0000u, 0x00000000u, 0xc0000000u, 0x3u)]
    [TestCase("machhwsuo. r3,r4,r5", 0x0001ffffu, 0xffff0000u, 0xffff0000u, 0xffffffffu, 0xc0000000u, 0x9u)]
    [TestCase("macchwso. r3,r4,r5", 0x80000000u, 0x0000ffffu, 0x00010000u, 0x80000000u, 0xc0000000u, 0x9u)]
    [TestCase("mulchw. r3,r4,r5", 0x12345678u, 0x1234ffffu, 0x7fff1234u, 0xffff8001u, 0u, 0x8u)]
    public void Worked_examples(string line, uint accumulator, uint a, uint b, uint result, uint xer, uint cr0)
    {
        (Machine[3], Machine[4], Machine[5], Machine.Xer) = (accumulator, a, b, 0);
        Machine.Execute(line);
        Assert.That($"{Machine[3]:x8}", Is.EqualTo($"{result:x8}"));
        Assert.That($"{Machine.Xer:x8}", Is.EqualTo($"{xer:x8}"));
        Assert.That(Machine.Cr >> 28, Is.EqualTo(cr0));
    }

    private void AllHalfwords(Op op, uint[] accumulators)
    {
        Definition definition = FromName(op);
        InstructionRow row = InstructionTable.Row(op);
        List<uint> words = [];
        for (uint rc = 0; rc < 2; rc++)
        {
            uint word = Assembler.Word(op, ('a', 4), ('b', 5), ('c', rc), (row.TryGetField('u', out _) ? 'u' : 't', 3));
            words.Add(word);
            if (row.TryGetField('o', out OperandField oe))
                words.Add(oe.Insert(word, 1));
        }

        foreach (uint a in Values.Halfwords)
        {
            foreach (uint b in Values.Halfwords)
            {
                foreach (uint accumulator in accumulators)
                {
                    Before.Gpr[3] = accumulator;
                    Before.Gpr[4] = WithNoise(a, high: op.ToString().Contains("hhw", StringComparison.Ordinal));
                    Before.Gpr[5] = WithNoise(b, high: !op.ToString().Contains("lhw", StringComparison.Ordinal));
                    Before.Xer = Values.Random(Random) & 0xe000007f;
                    foreach (uint word in words)
                        Check(word, definition);
                }
            }
        }

        for (int n = 0; n < 2000; n++)
        {
            Before.Scramble(Random);
            Check(row.RandomWord(Random), definition);
        }
    }

    private uint WithNoise(uint halfword, bool high)
    {
        uint noise = (uint)Random.Next(65536);
        return high ? (halfword * 65536) + noise : (noise * 65536) + halfword;
    }

    private static Definition FromName(Op op)
    {
        Match name = Regex.Match(op.ToString(), "^(N?)(mac|mul)([chl])hw(s?)(u?)$", RegexOptions.IgnoreCase);
        bool negative = name.Groups[1].Length != 0;
        bool accumulates = name.Groups[2].Value.ToUpperInvariant() == "MAC";
        string halves = name.Groups[3].Value;
        bool saturates = name.Groups[4].Length != 0;
        bool unsigned = name.Groups[5].Length != 0;
        BigInteger lowest = unsigned ? 0 : int.MinValue;
        BigInteger highest = unsigned ? uint.MaxValue : int.MaxValue;
        return (r, i) =>
        {
            byte[] a = BitConverter.GetBytes(r.Gpr[i.Ra]);
            byte[] b = BitConverter.GetBytes(r.Gpr[i.Rb]);
            BigInteger value = Half(a, halves == "h") * Half(b, halves != "l");
            if (negative)
                value = -value;
            if (accumulates)
                value += unsigned ? r.Gpr[i.Rt] : (int)r.Gpr[i.Rt];
            bool overflow = accumulates && (value < lowest || value > highest);
            if (overflow && saturates)
                value = value < lowest ? lowest : highest;
            uint result = (uint)(value & uint.MaxValue);
            r.Gpr[i.Rt] = result;
            if (accumulates && i.Oe)
                r.Overflow(overflow);
            if (i.Rc)
                r.Record(result);
        };

        BigInteger Half(byte[] word, bool high)
        {
            int at = high ? 2 : 0;
            return unsigned ? BitConverter.ToUInt16(word, at) : BitConverter.ToInt16(word, at);
        }
    }
}
