using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>Integer arithmetic.</summary>
internal static class ArithmeticEmitters
{
    private static readonly MethodInfo Smaller = typeof(Math).GetMethod(nameof(Math.Min), [typeof(long), typeof(long)])!;
    private static readonly MethodInfo Larger = typeof(Math).GetMethod(nameof(Math.Max), [typeof(long), typeof(long)])!;

    public static void Li(RegionContext c, in DecodedInstruction i) => c.Int(i.Immediate).To(i.T);

    public static void Addi(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Int(i.Immediate).Op(OpCodes.Add).To(i.T);

    public static void Mulli(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Int(i.Immediate).Op(OpCodes.Mul).To(i.T);

    public static void Add(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Gpr(i.B).Op(OpCodes.Add).ToT(i);

    public static void Subf(RegionContext c, in DecodedInstruction i) => c.Gpr(i.B).Gpr(i.A).Op(OpCodes.Sub).ToT(i);

    public static void Neg(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Op(OpCodes.Neg).ToT(i);

    public static void Mullw(RegionContext c, in DecodedInstruction i) => c.Gpr(i.A).Gpr(i.B).Op(OpCodes.Mul).ToT(i);

    public static void Mulhw(RegionContext c, in DecodedInstruction i) => MultiplyHigh(c, i, OpCodes.Conv_I8, OpCodes.Shr);

    public static void Mulhwu(RegionContext c, in DecodedInstruction i) => MultiplyHigh(c, i, OpCodes.Conv_U8, OpCodes.Shr_Un);

    // Subtraction adds the complement of rA and 1.
    public static void Addic(RegionContext c, in DecodedInstruction i) => Sum(c, i, Addend.A, Addend.Immediate, Addend.None);

    public static void AddicRecord(RegionContext c, in DecodedInstruction i)
    {
        Sum(c, i, Addend.A, Addend.Immediate, Addend.None);
        c.Registers.Record(i.T);
    }

    public static void Subfic(RegionContext c, in DecodedInstruction i) => Sum(c, i, Addend.NotA, Addend.Immediate, Addend.One);

    public static void Addc(RegionContext c, in DecodedInstruction i) => SumRecording(c, i, Addend.A, Addend.B, Addend.None);

    public static void Adde(RegionContext c, in DecodedInstruction i) => SumRecording(c, i, Addend.A, Addend.B, Addend.Ca);

    public static void Addze(RegionContext c, in DecodedInstruction i) => SumRecording(c, i, Addend.A, Addend.Ca, Addend.None);

    public static void Addme(RegionContext c, in DecodedInstruction i) => SumRecording(c, i, Addend.A, Addend.MinusOne, Addend.Ca);

    public static void Subfc(RegionContext c, in DecodedInstruction i) => SumRecording(c, i, Addend.NotA, Addend.B, Addend.One);

    public static void Subfe(RegionContext c, in DecodedInstruction i) => SumRecording(c, i, Addend.NotA, Addend.B, Addend.Ca);

    public static void Subfze(RegionContext c, in DecodedInstruction i) => SumRecording(c, i, Addend.NotA, Addend.Ca, Addend.None);

    public static void Divw(RegionContext c, in DecodedInstruction i) => Divide(c, i, signed: true);

    public static void Divwu(RegionContext c, in DecodedInstruction i) => Divide(c, i, signed: false);

    /// <summary>The multiply-accumulate group.</summary>
    public static void MultiplyAccumulate(RegionContext c, in DecodedInstruction i)
    {
        HalfwordForm form = (HalfwordForm)i.Immediate;
        bool signed = form.HasFlag(HalfwordForm.Signed);
        bool saturates = form.HasFlag(HalfwordForm.Saturate);
        bool sums = (form & (HalfwordForm.Accumulate | HalfwordForm.Subtract)) != 0;
        OpCode widen = signed ? OpCodes.Conv_I8 : OpCodes.Conv_U8;
        if (sums)
        {
            c.Gpr(i.T);
            if (saturates)
                c.Op(widen);
        }

        // A product of two halves always fits into 32 bits.
        PushHalf(c, i.A, form.HasFlag(HalfwordForm.HighA), signed);
        PushHalf(c, i.B, form.HasFlag(HalfwordForm.HighB), signed);
        c.Op(OpCodes.Mul);
        if (saturates)
            c.Op(widen);
        if (sums)
            c.Op(form.HasFlag(HalfwordForm.Subtract) ? OpCodes.Sub : OpCodes.Add);
        if (saturates)
        {
            c.Il.Long(signed ? int.MaxValue : uint.MaxValue).Call(Smaller);
            if (signed)
                c.Il.Long(int.MinValue).Call(Larger);
            c.Op(OpCodes.Conv_U4);
        }

        c.ToT(i);
    }

    private static void PushHalf(RegionContext c, int register, bool high, bool signed)
    {
        c.Gpr(register);
        if (high)
            c.Int(16).Op(signed ? OpCodes.Shr : OpCodes.Shr_Un);
        else
            c.Op(signed ? OpCodes.Conv_I2 : OpCodes.Conv_U2);
    }

    private static void SumRecording(RegionContext c, in DecodedInstruction i, Addend first, Addend second, Addend third)
    {
        Sum(c, i, first, second, third);
        if (i.Rc != 0)
            c.Registers.Record(i.T);
    }

    /// <summary>rT = first + second + third; with the sum as 64 bits, bit 32 is CA.</summary>
    private static void Sum(RegionContext c, in DecodedInstruction i, Addend first, Addend second, Addend third)
    {
        Push(c, i, first);
        Push(c, i, second);
        c.Op(OpCodes.Add);
        if (third != Addend.None)
        {
            Push(c, i, third);
            c.Op(OpCodes.Add);
        }

        if (c.IsNeeded(Resources.Ca))
        {
            c.Il.Store(c.Wide).Load(c.Wide).Int(32).Op(OpCodes.Shr_Un, OpCodes.Conv_U4);
            c.ToResource(Resources.CaNumber);
            c.Il.Load(c.Wide);
        }

        c.Op(OpCodes.Conv_U4).To(i.T);
    }

    /// <summary>Pushes one addend as 64 bits without a sign.</summary>
    private static void Push(RegionContext c, in DecodedInstruction i, Addend addend)
    {
        switch (addend)
        {
            case Addend.A: c.WideGpr(i.A); break;
            case Addend.NotA: c.Gpr(i.A).Op(OpCodes.Not, OpCodes.Conv_U8); break;
            case Addend.B: c.WideGpr(i.B); break;
            case Addend.Immediate: c.Il.Long(i.Immediate); break;
            case Addend.MinusOne: c.Il.Long(uint.MaxValue); break;
            case Addend.One: c.Il.Long(1); break;
            case Addend.Ca: c.Resource(Resources.CaNumber).Op(OpCodes.Conv_U8); break;
        }
    }

    private static void MultiplyHigh(RegionContext c, in DecodedInstruction i, OpCode widen, OpCode shift) =>
        c.Gpr(i.A).Op(widen).Gpr(i.B).Op(widen, OpCodes.Mul).Int(32).Op(shift, OpCodes.Conv_U4).ToT(i);

    /// <summary>
    /// Divisions whose result the manual leaves open go to the interpreter; the others cannot trap on the host.
    /// </summary>
    private static void Divide(RegionContext c, in DecodedInstruction i, bool signed)
    {
        Label leave = c.Ways.ExitHere(ExitReason.Step);
        c.Gpr(i.B).Il.Branch(OpCodes.Brfalse, leave);
        if (signed)
        {
            Label fine = c.Il.DefineLabel();
            c.Gpr(i.B).Int(uint.MaxValue).Il.Branch(OpCodes.Bne_Un, fine);
            c.Gpr(i.A).Int(0x80000000).Il.Branch(OpCodes.Beq, leave).Mark(fine);
        }

        c.Gpr(i.A).Gpr(i.B).Op(signed ? OpCodes.Div : OpCodes.Div_Un).ToT(i);
    }

    /// <summary>What an addition that sets CA adds up.</summary>
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
