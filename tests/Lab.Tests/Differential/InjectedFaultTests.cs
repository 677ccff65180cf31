using System.Reflection.Emit;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Lab.Differential.Fuzzing;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Differential;

/// <summary>
/// Breaks the fast engine in one place after the other and requires that fuzzing notices. A fuzzer that finds nothing
/// is no evidence until this passes.
/// </summary>
internal sealed class InjectedFaultTests
{
    private const ulong MaxCases = 20_000;

    private static IEnumerable<TestCaseData> WrongTranslations()
    {
        static TestCaseData Fault(string name, FuzzGroup group, Func<uint, uint> fault) => new TestCaseData(group, fault).SetArgDisplayNames(name);
        yield return Fault("adde ignores the carry", FuzzGroup.Integer, Instead(Op.Adde, Op.Addc));
        yield return Fault("addc leaves the carry", FuzzGroup.Integer, Instead(Op.Addc, Op.Add));
        yield return Fault("addze adds minus one", FuzzGroup.Integer, Instead(Op.Addze, Op.Addme));
        yield return Fault("addic leaves the carry", FuzzGroup.Integer, Instead(Op.Addic, Op.Mulli));
        yield return Fault("subfic adds", FuzzGroup.Integer, Instead(Op.Subfic, Op.Addic));
        yield return Fault("subf swaps its operands", FuzzGroup.Integer, Swapped(Op.Subf));
        yield return Fault("divw swaps its operands", FuzzGroup.Integer, Swapped(Op.Divw));
        yield return Fault("divw is unsigned", FuzzGroup.Integer, Instead(Op.Divw, Op.Divwu));
        yield return Fault("mulhw is unsigned", FuzzGroup.Integer, Instead(Op.Mulhw, Op.Mulhwu));
        yield return Fault("andc forgets to complement", FuzzGroup.Integer, Instead(Op.Andc, Op.And));
        yield return Fault("nor is or", FuzzGroup.Integer, Instead(Op.Nor, Op.Or));
        yield return Fault("extsb extends a halfword", FuzzGroup.Integer, Instead(Op.Extsb, Op.Extsh));
        yield return Fault("rlwimi clears what it should keep", FuzzGroup.Integer, Instead(Op.Rlwimi, Op.Rlwinm));
        yield return Fault("sraw is srw", FuzzGroup.Integer, Instead(Op.Sraw, Op.Srw));
        yield return Fault("slw is srw", FuzzGroup.Integer, Instead(Op.Slw, Op.Srw));
        yield return Fault("srawi shifts by one bit less", FuzzGroup.Integer, Changed(Op.Srawi, 1u << 11));
        yield return Fault("record forms of or do not record", FuzzGroup.Integer, word => Decoder.Decode(word) == Op.Or ? word & ~1u : word);
        yield return Fault("cmpw is unsigned", FuzzGroup.Integer, Instead(Op.Cmp, Op.Cmpl));
        yield return Fault("cmplwi is signed", FuzzGroup.Integer, Instead(Op.Cmpli, Op.Cmpi));
        yield return Fault("cmpwi writes another field", FuzzGroup.Integer, Changed(Op.Cmpi, 1u << 23));
        yield return Fault("mtcrf misses CR7", FuzzGroup.Branch, word => Decoder.Decode(word) == Op.Mtcrf ? word & ~(1u << 12) : word);
        yield return Fault("crandc is crand", FuzzGroup.Branch, Instead(Op.Crandc, Op.Crand));
        yield return Fault("bc tests the opposite", FuzzGroup.Branch,
            word => Decoder.Decode(word) == Op.Bc && (Field.Bo(word) & 0x10) == 0 ? word ^ (8u << 21) : word);
        yield return Fault("bdnz is bdz", FuzzGroup.Branch,
            word => Decoder.Decode(word) == Op.Bc && (Field.Bo(word) & 0x14) == 0x10 ? word ^ (2u << 21) : word);
        yield return Fault("bc goes too far", FuzzGroup.Branch, Changed(Op.Bc, 4));
        yield return Fault("b does not link", FuzzGroup.Branch, word => Decoder.Decode(word) == Op.B ? word & ~1u : word);
        yield return Fault("lha loses the sign", FuzzGroup.Memory, Instead(Op.Lha, Op.Lhz));
        yield return Fault("lwbrx does not reverse", FuzzGroup.Memory, Instead(Op.Lwbrx, Op.Lwzx));
        yield return Fault("sthbrx does not reverse", FuzzGroup.Memory, Instead(Op.Sthbrx, Op.Sthx));
        yield return Fault("lwzu does not update", FuzzGroup.Memory, Instead(Op.Lwzu, Op.Lwz));
        yield return Fault("stbx stores a halfword", FuzzGroup.Memory, Instead(Op.Stbx, Op.Sthx));
        yield return Fault("stw has a wrong displacement", FuzzGroup.Memory, Changed(Op.Stw, 4));
        yield return Fault("lmw begins one register later", FuzzGroup.Memory,
            word => Decoder.Decode(word) == Op.Lmw && Field.Rt(word) < 31 ? word + (1u << 21) : word);
        yield return Fault("dcbz only touches", FuzzGroup.Memory, Instead(Op.Dcbz, Op.Dcbst));
        yield return Fault("stwcx. is stwx", FuzzGroup.Memory, Instead(Op.StwcxRecord, Op.Stwx));
        yield return Fault("twi never traps", FuzzGroup.System, word => Decoder.Decode(word) == Op.Twi ? word & ~(31u << 21) : word);
        yield return Fault("wrteei does the opposite", FuzzGroup.System, Changed(Op.Wrteei, 1u << 15));
        yield return Fault("tlbwe swaps its words", FuzzGroup.System, Changed(Op.Tlbwe, 1u << 11));
        yield return Fault("rfi only synchronises", FuzzGroup.System, Instead(Op.Rfi, Op.Isync));
    }

    [TestCaseSource(nameof(WrongTranslations))]
    public void Fuzzing_finds_a_wrong_translation(FuzzGroup group, Func<uint, uint> fault) =>
        AssertFound(group, (processor, options) => new JitEngine(processor, options with { Fault = fault }));

    /// <summary>
    /// Wrong IL of regions; the cold tier stays right. Only opcodes that make no addresses, so that a fault is a wrong
    /// result and never a wild access.
    /// </summary>
    private static IEnumerable<TestCaseData> WrongIl()
    {
        static TestCaseData Fault(string name, FuzzGroup group, OpCode right, OpCode wrong) =>
            new TestCaseData(group, (Func<OpCode, OpCode>)(code => code == right ? wrong : code)).SetArgDisplayNames(name);
        yield return Fault("algebraic shifts and mulhw lose the sign", FuzzGroup.Integer, OpCodes.Shr, OpCodes.Shr_Un);
        yield return Fault("comparisons widen without the sign", FuzzGroup.Integer, OpCodes.Conv_I8, OpCodes.Conv_U8);
        yield return Fault("divw is unsigned", FuzzGroup.Integer, OpCodes.Div, OpCodes.Div_Un);
        yield return Fault("complements are negations", FuzzGroup.Integer, OpCodes.Not, OpCodes.Neg);
        yield return Fault("neg is not", FuzzGroup.Integer, OpCodes.Neg, OpCodes.Not);
        yield return Fault("products are sums", FuzzGroup.Integer, OpCodes.Mul, OpCodes.Add);
        yield return Fault("exclusive-or is or", FuzzGroup.Integer, OpCodes.Xor, OpCodes.Or);
        yield return Fault("extsh and signed halfwords lose the sign", FuzzGroup.Integer, OpCodes.Conv_I2, OpCodes.Conv_U2);
        yield return Fault("extsb loses the sign", FuzzGroup.Integer, OpCodes.Conv_I1, OpCodes.Conv_U1);
    }

    [TestCaseSource(nameof(WrongIl))]
    public void Fuzzing_finds_wrong_IL(FuzzGroup group, Func<OpCode, OpCode> fault) =>
        AssertFound(group, (processor, options) => new JitEngine(processor, options with { IlFault = fault }));

    [Test]
    public void Fuzzing_finds_a_missing_invalidation_of_rewritten_code() => AssertFound(FuzzGroup.SelfModifying, (processor, options) =>
    {
        JitEngine engine = new(processor, options);
        Action<uint, uint>? invalidate = processor.Memory.CodeWritten;

        // The guest's stores have at most four bytes; the restoring of memory between two cases has more, mostly.
        processor.Memory.CodeWritten = (physical, bytes) =>
        {
            if (bytes > 4)
                invalidate!(physical, bytes);
        };
        return engine;
    });

    [Test]
    public void Fuzzing_finds_translations_that_outlive_their_tlb_entry() => AssertFound(FuzzGroup.System, (processor, options) =>
    {
        JitEngine engine = new(processor, options);
        processor.Tlb.Observer = new ForgetfulObserver(engine, processor, missesEntries: true);
        return engine;
    });

    [Test]
    public void Fuzzing_finds_translations_that_outlive_a_rule_of_protection() => AssertFound(FuzzGroup.System, (processor, options) =>
    {
        JitEngine engine = new(processor, options);
        processor.Tlb.Observer = new ForgetfulObserver(engine, processor, missesEntries: false);
        return engine;
    });

    private static void AssertFound(FuzzGroup group, Func<Processor, JitOptions, IEngine> create)
    {
        FuzzOptions options = new()
        {
            Only = group,
            Cases = MaxCases,
            Settings = [new JitOptions { Background = false, Threshold = 2 }],
            StatesPerProgram = 16,
            TraceEvery = int.MaxValue,
            CreateCandidate = create,
        };
        using FuzzRunner runner = new(options);
        Assert.That(runner.Run().Failure, Is.Not.Null);
    }

    /// <summary>A fault that translates one instruction as another with the same operands.</summary>
    private static Func<uint, uint> Instead(Op right, Op wrong)
    {
        InstructionRow from = InstructionTable.Row(right);
        InstructionRow to = InstructionTable.Row(wrong);
        return word => Decoder.Decode(word) == right ? (word & ~from.FixedMask & ~to.FixedMask) | to.FixedBits : word;
    }

    /// <summary>A fault that swaps rA and rB.</summary>
    private static Func<uint, uint> Swapped(Op op) => word => Decoder.Decode(word) == op
        ? (word & 0xffe007ff) | ((uint)Field.Rb(word) << 16) | ((uint)Field.Ra(word) << 11)
        : word;

    /// <summary>A fault that inverts bits of the word.</summary>
    private static Func<uint, uint> Changed(Op op, uint bits) => word => Decoder.Decode(word) == op ? word ^ bits : word;

    /// <summary>Does not pass on what it is told in the midst of a run: that an entry changes, or that a rule for all entries did.</summary>
    private sealed unsafe class ForgetfulObserver(JitEngine engine, Processor processor, bool missesEntries) : ITranslationObserver
    {
        public void TlbEntryChanging(int index)
        {
            if (!missesEntries)
                engine.TlbEntryChanging(index);
        }

        public void TlbEntryChanged(int index) => engine.TlbEntryChanged(index);

        public void AllTranslationsChanged()
        {
            // At count 0 a case is being loaded.
            if (missesEntries || processor.State->InstructionCount == 0)
                engine.AllTranslationsChanged();
        }
    }
}
