using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>Integer arithmetic.</summary>
internal static class ArithmeticEmitters
{
    /// <summary>Where the state holds XER[SO].</summary>
    private const int SoShift = 61;

    public static void Li(RegionContext c, in DecodedInstruction i) => c.Int(i.Immediate).To(i.T);

    public static void Addi(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.A).Int(i.Immediate).Op(OpCodes.Add).To(i.T);

    public static void Mulli(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.A).Int(i.Immediate).Op(OpCodes.Mul).To(i.T);

    public static void Add(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Gpr(i.B).Op(OpCodes.Add).ToT(i);

    public static void Subf(RegionContext c, in DecodedInstruction i) => c.Gpr(i.B).Gpr(i.A).Op(OpCodes.Sub).ToT(i);

    public static void Neg(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Op(OpCodes.Neg).ToT(i);

    public static void Mullw(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Gpr(i.B).Op(OpCodes.Mul).ToT(i);

    public static void Mulhw(RegionContext c, in DecodedInstruction i) =>
        MultiplyHigh(c, i, OpCodes.Conv_I8, OpCodes.Shr);

    public static void Mulhwu(RegionContext c, in DecodedInstruction i) =>
        MultiplyHigh(c, i, OpCodes.Conv_U8, OpCodes.Shr_Un);

    // What sets CA, OV or both. Subtraction adds the complement of rA and 1.
    public static void Addic(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.Immediate, Addend.None, Sets.Ca);

    public static void AddicRecord(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.Immediate, Addend.None, Sets.Ca | Sets.Cr0);

    public static void Subfic(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.Immediate, Addend.One, Sets.Ca);

    public static void Addc(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.B, Addend.None, Sets.Ca | Recorded(i));

    public static void Adde(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.B, Addend.Ca, Sets.Ca | Recorded(i));

    public static void Addze(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.Ca, Addend.None, Sets.Ca | Recorded(i));

    public static void Addme(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.MinusOne, Addend.Ca, Sets.Ca | Recorded(i));

    public static void Subfc(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.B, Addend.One, Sets.Ca | Recorded(i));

    public static void Subfe(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.B, Addend.Ca, Sets.Ca | Recorded(i));

    public static void Subfze(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.Ca, Addend.None, Sets.Ca | Recorded(i));

    public static void Subfme(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.MinusOne, Addend.Ca, Sets.Ca | Recorded(i));

    public static void Addo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.B, Addend.None, Sets.Ov | Recorded(i));

    public static void Subfo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.B, Addend.One, Sets.Ov | Recorded(i));

    public static void Nego(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.One, Addend.None, Sets.Ov | Recorded(i));

    public static void Addco(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.B, Addend.None, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Addeo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.B, Addend.Ca, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Addzeo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.Ca, Addend.None, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Addmeo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.A, Addend.MinusOne, Addend.Ca, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Subfco(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.B, Addend.One, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Subfeo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.B, Addend.Ca, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Subfzeo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.Ca, Addend.None, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Subfmeo(RegionContext c, in DecodedInstruction i) =>
        Sum(c, i, Addend.NotA, Addend.MinusOne, Addend.Ca, Sets.Ca | Sets.Ov | Recorded(i));

    public static void Mullwo(RegionContext c, in DecodedInstruction i)
    {
        c.Registers.LoadWide(i.A, unsigned: false);
        c.Registers.LoadWide(i.B, unsigned: false).Op(OpCodes.Mul).Store(c.Wide);
        SetOverflowOfWide(c, OpCodes.Conv_I8);
        c.Il.Load(c.Wide).Op(OpCodes.Conv_U4);
        ToTAfterOverflow(c, i);
    }

    public static void Divw(RegionContext c, in DecodedInstruction i)
    {
        PushQuotient(c, i, signed: true);
        c.ToT(i);
    }

    public static void Divwu(RegionContext c, in DecodedInstruction i)
    {
        PushQuotient(c, i, signed: false);
        c.ToT(i);
    }

    // What overflows goes to the interpreter.
    public static void Divwo(RegionContext c, in DecodedInstruction i) => DivideWithoutOverflow(c, i, signed: true);

    public static void Divwuo(RegionContext c, in DecodedInstruction i) => DivideWithoutOverflow(c, i, signed: false);

    /// <summary>The multiply-accumulate group.</summary>
    public static void MultiplyAccumulate(RegionContext c, in DecodedInstruction i)
    {
        HalfwordForm form = (HalfwordForm)i.Immediate;
        bool signed = form.HasFlag(HalfwordForm.Signed);
        bool saturates = form.HasFlag(HalfwordForm.Saturate);
        bool overflows = Codes.SetsOverflow(i.Code);
        OpCode widen = signed ? OpCodes.Conv_I8 : OpCodes.Conv_U8;
        if (saturates && !signed && !overflows)
        {
            AddUpToMost(c, i);
        }
        else if (saturates || overflows)
        {
            PushSum(c, i, widen);
            c.Il.Store(c.Wide);
            if (overflows)
                SetOverflowOfWide(c, widen);
            c.Il.Load(c.Wide).Op(OpCodes.Conv_U4);
            c.To(i.T);
            if (saturates)
                Saturate(c, i.T, widen);
        }
        else
        {
            PushSum(c, i, null);
            c.To(i.T);
        }

        if (i.Rc != 0)
            Record(c, i, overflows);
    }

    /// <summary>Pushes the sum of rT and a product, or the product alone.</summary>
    /// <param name="c">The place where IL is written.</param>
    /// <param name="i">The instruction.</param>
    /// <param name="widen">How its parts become 64 bits; null for 32.</param>
    private static void PushSum(RegionContext c, in DecodedInstruction i, OpCode? widen)
    {
        HalfwordForm form = (HalfwordForm)i.Immediate;
        bool sums = (form & (HalfwordForm.Accumulate | HalfwordForm.Subtract)) != 0;
        if (sums)
            c.Gpr(i.T);
        if (sums && widen is { } widenTotal)
            c.Op(widenTotal);
        PushProduct(c, i);
        if (widen is { } widenProduct)
            c.Op(widenProduct);
        if (sums)
            c.Op(form.HasFlag(HalfwordForm.Subtract) ? OpCodes.Sub : OpCodes.Add);
    }

    /// <summary>Pushes the product of two halves, which always fits into 32 bits.</summary>
    private static void PushProduct(RegionContext c, in DecodedInstruction i)
    {
        HalfwordForm form = (HalfwordForm)i.Immediate;
        bool signed = form.HasFlag(HalfwordForm.Signed);
        PushHalf(c, i.A, form.HasFlag(HalfwordForm.HighA), signed);
        PushHalf(c, i.B, form.HasFlag(HalfwordForm.HighB), signed);
        c.Op(OpCodes.Mul);
    }

    /// <summary>rT = rT and a product, without signs, or the most that 32 bits hold: a sum that is too large is below its parts.</summary>
    private static void AddUpToMost(RegionContext c, in DecodedInstruction i)
    {
        byte total = i.T;
        (Label tooMuch, Label done) = (c.Il.DefineLabel(), c.Il.DefineLabel());
        PushProduct(c, i);
        c.Il.Store(c.Scratch);
        c.Gpr(total).Il.Load(c.Scratch).Op(OpCodes.Add);
        c.To(total);
        c.Gpr(total).Il.Load(c.Scratch).Branch(OpCodes.Blt_Un, tooMuch).Mark(done);
        c.AddOutOfLine(() =>
        {
            c.Il.Mark(tooMuch);
            c.Int(uint.MaxValue).To(total);
            c.Il.GoTo(done);
        });
    }

    /// <summary>
    /// Puts the nearest number that 32 bits hold into a register, if the sum in <see cref="RegionContext.Wide"/> is none.
    /// It seldom is, and a call of Math.Min would be compiled by the profile that the runtime has of it.
    /// </summary>
    private static void Saturate(RegionContext c, int total, OpCode widen)
    {
        (Label tooMuch, Label done) = (c.Il.DefineLabel(), c.Il.DefineLabel());
        c.Il.Load(c.Wide).Op(Narrow(widen), widen).Load(c.Wide).Branch(OpCodes.Bne_Un, tooMuch).Mark(done);
        c.AddOutOfLine(() =>
        {
            c.Il.Mark(tooMuch);
            if (widen == OpCodes.Conv_I8)
                c.Il.Load(c.Wide).Int(63).Op(OpCodes.Shr, OpCodes.Conv_I4).Int(int.MaxValue).Op(OpCodes.Xor);
            else
                c.Int(uint.MaxValue);
            c.To(total);
            c.Il.GoTo(done);
        });
    }

    private static void PushHalf(RegionContext c, int register, bool high, bool signed)
    {
        c.Gpr(register);
        if (high)
            c.Int(16).Op(signed ? OpCodes.Shr : OpCodes.Shr_Un);
        else
            c.Op(signed ? OpCodes.Conv_I2 : OpCodes.Conv_U2);
    }

    private static Sets Recorded(in DecodedInstruction i) => i.Rc != 0 ? Sets.Cr0 : Sets.None;

    /// <summary>rT = first + second + third; with the sum as 64 bits, bit 32 is CA.</summary>
    private static void Sum(RegionContext c, in DecodedInstruction i, Addend first, Addend second, Addend third, Sets sets)
    {
        if (c.Options.CompareCarries && sets.HasFlag(Sets.Ca) && !sets.HasFlag(Sets.Ov) && TryCompareSum(c, i, first, second, third))
        {
            if (sets.HasFlag(Sets.Cr0))
                Record(c, i, changesSo: false);
            return;
        }

        PushWide(c, i, first);
        PushWide(c, i, second);
        c.Op(OpCodes.Add);
        if (third != Addend.None)
        {
            PushWide(c, i, third);
            c.Op(OpCodes.Add);
        }

        if (sets.HasFlag(Sets.Ca) && c.IsNeeded(Resources.Ca))
        {
            c.Il.Store(c.Wide).Load(c.Wide).Int(32).Op(OpCodes.Shr_Un, OpCodes.Conv_U4);
            c.ToResource(Resources.CaNumber);
            c.Il.Load(c.Wide);
        }

        c.Op(OpCodes.Conv_U4);
        if (sets.HasFlag(Sets.Ov))
        {
            // Both addends have the same sign and the sum has the other; a carry has the sign of 0.
            c.Il.Store(c.Scratch).Field(Offsets.XerOv);
            Push(c, i, first);
            c.Il.Load(c.Scratch).Op(OpCodes.Xor);
            Push(c, i, second);
            c.Il.Load(c.Scratch).Op(OpCodes.Xor, OpCodes.And).Int(31).Op(OpCodes.Shr_Un, OpCodes.Stind_I4);
            AddOverflowToSummary(c);
            c.Il.Load(c.Scratch);
        }

        c.To(i.T);
        if (sets.HasFlag(Sets.Cr0))
            Record(c, i, sets.HasFlag(Sets.Ov));
    }

    /// <summary>
    /// The same with 32 bits, where a comparison gives CA: a sum of two with a carry is below either, and a difference without a borrow is
    /// not above what it was taken from.
    /// </summary>
    /// <returns>False where that would take more than the sum as 64 bits.</returns>
    private static bool TryCompareSum(RegionContext c, in DecodedInstruction i, Addend first, Addend second, Addend third)
    {
        bool needsCa = c.IsNeeded(Resources.Ca);
        switch (first, second, third)
        {
            case (Addend.A, Addend.Immediate or Addend.B or Addend.Ca, Addend.None):
                Addend kept = second == Addend.B && i.B == i.T ? Addend.A : second;
                if (needsCa && kept == Addend.A && i.A == i.T)
                    return false;
                Push(c, i, first);
                Push(c, i, second);
                c.Op(OpCodes.Add).To(i.T);
                if (!needsCa)
                    return true;
                c.Gpr(i.T);
                Push(c, i, kept);
                c.Op(OpCodes.Clt_Un).ToResource(Resources.CaNumber);
                return true;
            case (Addend.NotA, Addend.Immediate or Addend.B, Addend.One):
                if (needsCa)
                {
                    Push(c, i, second);
                    c.Gpr(i.A).Op(OpCodes.Clt_Un).Int(0).Op(OpCodes.Ceq).ToResource(Resources.CaNumber);
                }

                Push(c, i, second);
                c.Gpr(i.A).Op(OpCodes.Sub).To(i.T);
                return true;
            default:
                return false;
        }
    }

    /// <summary>XER[OV] = whether <see cref="RegionContext.Wide"/> does not fit into 32 bits; XER[SO] with it.</summary>
    private static void SetOverflowOfWide(RegionContext c, OpCode widen)
    {
        c.Il.Field(Offsets.XerOv).Load(c.Wide).Load(c.Wide).Op(Narrow(widen), widen, OpCodes.Ceq);
        c.Int(0).Op(OpCodes.Ceq, OpCodes.Stind_I4);
        AddOverflowToSummary(c);
    }

    /// <summary>What cuts to 32 bits before they are widened again.</summary>
    private static OpCode Narrow(OpCode widen) => widen == OpCodes.Conv_I8 ? OpCodes.Conv_I4 : OpCodes.Conv_U4;

    private static void AddOverflowToSummary(RegionContext c)
    {
        c.Il.Field(Offsets.XerSo).LoadField(Offsets.XerSo, typeof(long)).LoadField(Offsets.XerOv, typeof(uint));
        c.Op(OpCodes.Conv_U8).Int(SoShift).Op(OpCodes.Shl, OpCodes.Or, OpCodes.Stind_I8);
    }

    private static void ToTAfterOverflow(RegionContext c, in DecodedInstruction i)
    {
        c.To(i.T);
        if (i.Rc != 0)
            Record(c, i, changesSo: true);
    }

    /// <summary>Sets CR0, at once where SO has just changed: a comparison takes SO as it is where it is computed.</summary>
    private static void Record(RegionContext c, in DecodedInstruction i, bool changesSo)
    {
        if (changesSo)
            c.Registers.RecordNow(i.T);
        else
            c.Registers.Record(i.T);
    }

    /// <summary>Pushes one addend as 64 bits without a sign.</summary>
    private static void PushWide(RegionContext c, in DecodedInstruction i, Addend addend)
    {
        switch (addend)
        {
            case Addend.Immediate: c.Il.Long(i.Immediate); break;
            case Addend.MinusOne: c.Il.Long(uint.MaxValue); break;
            case Addend.One: c.Il.Long(1); break;
            default:
                Push(c, i, addend);
                c.Op(OpCodes.Conv_U8);
                break;
        }
    }

    /// <summary>Pushes one addend.</summary>
    private static void Push(RegionContext c, in DecodedInstruction i, Addend addend)
    {
        switch (addend)
        {
            case Addend.A: c.Gpr(i.A); break;
            case Addend.NotA: c.Gpr(i.A).Op(OpCodes.Not); break;
            case Addend.B: c.Gpr(i.B); break;
            case Addend.Immediate: c.Int(i.Immediate); break;
            case Addend.MinusOne: c.Int(uint.MaxValue); break;
            case Addend.One: c.Int(1); break;
            case Addend.Ca: c.Resource(Resources.CaNumber); break;
        }
    }

    private static void MultiplyHigh(RegionContext c, in DecodedInstruction i, OpCode widen, OpCode shift) =>
        c.Gpr(i.A).Op(widen).Gpr(i.B).Op(widen, OpCodes.Mul).Int(32).Op(shift, OpCodes.Conv_U4).ToT(i);

    /// <summary>
    /// Divisions whose result the manual leaves open go to the interpreter; the others cannot trap on the host.
    /// </summary>
    private static void PushQuotient(RegionContext c, in DecodedInstruction i, bool signed)
    {
        Label leave = c.Ways.ExitHere(ExitReason.Step);
        c.Gpr(i.B).Il.Branch(OpCodes.Brfalse, leave);
        if (signed)
        {
            Label fine = c.Il.DefineLabel();
            c.Gpr(i.B).Int(uint.MaxValue).Il.Branch(OpCodes.Bne_Un, fine);
            c.Gpr(i.A).Int(0x80000000).Il.Branch(OpCodes.Beq, leave).Mark(fine);
        }

        c.Gpr(i.A).Gpr(i.B).Op(signed ? OpCodes.Div : OpCodes.Div_Un);
    }

    private static void DivideWithoutOverflow(RegionContext c, in DecodedInstruction i, bool signed)
    {
        PushQuotient(c, i, signed);
        c.Il.Store(c.Scratch).Field(Offsets.XerOv).Int(0).Op(OpCodes.Stind_I4).Load(c.Scratch);
        ToTAfterOverflow(c, i);
    }

    /// <summary>What an addition sets besides rT.</summary>
    [Flags]
    private enum Sets
    {
        None = 0,
        Ca = 1,
        Ov = 2,
        Cr0 = 4,
    }

    /// <summary>What an addition adds up.</summary>
    private enum Addend
    {
        None,
        A,
        NotA,
        B,
        Immediate,
        MinusOne,
        One,
        Ca,
    }
}
