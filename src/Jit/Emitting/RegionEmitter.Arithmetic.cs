using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <content>Integer arithmetic.</content>
internal sealed partial class RegionEmitter
{
    private static readonly MethodInfo Smaller = typeof(Math).GetMethod(nameof(Math.Min), [typeof(long), typeof(long)])!;
    private static readonly MethodInfo Larger = typeof(Math).GetMethod(nameof(Math.Max), [typeof(long), typeof(long)])!;

    private bool EmitArithmetic(in DecodedInstruction i)
    {
        (byte a, byte b, uint immediate) = (i.A, i.B, i.Immediate);
        switch (i.Code)
        {
            case ColdCode.Li: Constant(i.Immediate); StoreGpr(i.T); return true;
            case ColdCode.Addi: LoadGpr(i.A); Constant(i.Immediate); Op(OpCodes.Add); StoreGpr(i.T); return true;
            case ColdCode.Mulli: LoadGpr(i.A); Constant(i.Immediate); Op(OpCodes.Mul); StoreGpr(i.T); return true;
            case ColdCode.Add: LoadAb(i); Op(OpCodes.Add); return ToT(i);
            case ColdCode.Subf: LoadBa(i); Op(OpCodes.Sub); return ToT(i);
            case ColdCode.Neg: LoadGpr(i.A); Op(OpCodes.Neg); return ToT(i);
            case ColdCode.Mullw: LoadAb(i); Op(OpCodes.Mul); return ToT(i);
            case ColdCode.Mulhw: return EmitMultiplyHigh(i, OpCodes.Conv_I8, OpCodes.Shr);
            case ColdCode.Mulhwu: return EmitMultiplyHigh(i, OpCodes.Conv_U8, OpCodes.Shr_Un);
            case ColdCode.Halfword: return EmitHalfword(i);
            case ColdCode.Divw: return EmitDivide(i, signed: true);
            case ColdCode.Divwu: return EmitDivide(i, signed: false);

            // With the sum as 64 bits, bit 32 is CA; subtraction adds the complement of rA and 1.
            case ColdCode.Addic: return EmitSum(i, () => Wide(a), () => WideConstant(immediate), null);
            case ColdCode.AddicRecord: EmitSum(i, () => Wide(a), () => WideConstant(immediate), null); Record(i.T); return true;
            case ColdCode.Subfic: return EmitSum(i, () => WideNot(a), () => WideConstant(immediate), () => _il.Emit(OpCodes.Ldc_I8, 1L));
            case ColdCode.Addc: return EmitSum(i, () => Wide(a), () => Wide(b), null);
            case ColdCode.Adde: return EmitSum(i, () => Wide(a), () => Wide(b), WideCa);
            case ColdCode.Addze: return EmitSum(i, () => Wide(a), WideCa, null);
            case ColdCode.Addme: return EmitSum(i, () => Wide(a), () => WideConstant(uint.MaxValue), WideCa);
            case ColdCode.Subfc: return EmitSum(i, () => WideNot(a), () => Wide(b), () => _il.Emit(OpCodes.Ldc_I8, 1L));
            case ColdCode.Subfe: return EmitSum(i, () => WideNot(a), () => Wide(b), WideCa);
            case ColdCode.Subfze: return EmitSum(i, () => WideNot(a), WideCa, null);
            default: return false;
        }
    }

    private void LoadAb(in DecodedInstruction i)
    {
        LoadGpr(i.A);
        LoadGpr(i.B);
    }

    private void LoadBa(in DecodedInstruction i)
    {
        LoadGpr(i.B);
        LoadGpr(i.A);
    }

    /// <summary>Pops the result into rT, and sets CR0 where Rc asks.</summary>
    private bool ToT(in DecodedInstruction i)
    {
        StoreGpr(i.T);
        if (i.Rc != 0)
            Record(i.T);
        return true;
    }

    /// <summary>Sets CR0 from a register: its difference from zero.</summary>
    private void Record(int register)
    {
        if (_options.LazyCr || !Needed(Resources.Cr(0)))
            return;
        PushWide(register, unsigned: false);
        StoreCompared(0);
    }

    private void Wide(int register)
    {
        LoadGpr(register);
        Op(OpCodes.Conv_U8);
    }

    private void WideNot(int register)
    {
        LoadGpr(register);
        Op(OpCodes.Not, OpCodes.Conv_U8);
    }

    private void WideConstant(uint value) => _il.Emit(OpCodes.Ldc_I8, (long)value);

    private void WideCa()
    {
        _il.Emit(OpCodes.Ldloc, Local(Resources.CaNumber));
        Op(OpCodes.Conv_U8);
    }

    /// <summary>rT = a + b + c, CA the carry out of 32 bits.</summary>
    private bool EmitSum(in DecodedInstruction i, Action a, Action b, Action? c)
    {
        a();
        b();
        Op(OpCodes.Add);
        if (c is not null)
        {
            c();
            Op(OpCodes.Add);
        }

        if (Needed(Resources.Ca))
        {
            _il.Emit(OpCodes.Stloc, _wide);
            _il.Emit(OpCodes.Ldloc, _wide);
            _il.Emit(OpCodes.Ldc_I4, 32);
            Op(OpCodes.Shr_Un, OpCodes.Conv_U4);
            _il.Emit(OpCodes.Stloc, Local(Resources.CaNumber));
            _il.Emit(OpCodes.Ldloc, _wide);
        }

        Op(OpCodes.Conv_U4);
        StoreGpr(i.T);
        if (i.Code is not (ColdCode.Addic or ColdCode.AddicRecord or ColdCode.Subfic) && i.Rc != 0)
            Record(i.T);
        return true;
    }

    private bool EmitMultiplyHigh(in DecodedInstruction i, OpCode widen, OpCode shift)
    {
        LoadGpr(i.A);
        Op(widen);
        LoadGpr(i.B);
        Op(widen, OpCodes.Mul);
        _il.Emit(OpCodes.Ldc_I4, 32);
        Op(shift, OpCodes.Conv_U4);
        return ToT(i);
    }

    /// <summary>The multiply-accumulate group.</summary>
    private bool EmitHalfword(in DecodedInstruction i)
    {
        HalfwordForm form = (HalfwordForm)i.Immediate;
        bool signed = form.HasFlag(HalfwordForm.Signed);
        bool saturates = form.HasFlag(HalfwordForm.Saturate);
        bool sums = (form & (HalfwordForm.Accumulate | HalfwordForm.Subtract)) != 0;
        OpCode widen = signed ? OpCodes.Conv_I8 : OpCodes.Conv_U8;
        if (sums)
        {
            LoadGpr(i.T);
            if (saturates)
                Op(widen);
        }

        // A product of two halves always fits into 32 bits.
        LoadHalf(i.A, form.HasFlag(HalfwordForm.HighA), signed);
        LoadHalf(i.B, form.HasFlag(HalfwordForm.HighB), signed);
        Op(OpCodes.Mul);
        if (saturates)
            Op(widen);
        if (sums)
            Op(form.HasFlag(HalfwordForm.Subtract) ? OpCodes.Sub : OpCodes.Add);
        if (saturates)
        {
            Limit(signed ? int.MaxValue : uint.MaxValue, Smaller);
            if (signed)
                Limit(int.MinValue, Larger);
            Op(OpCodes.Conv_U4);
        }

        return ToT(i);
    }

    private void LoadHalf(int register, bool high, bool signed)
    {
        LoadGpr(register);
        if (high)
        {
            _il.Emit(OpCodes.Ldc_I4, 16);
            Op(signed ? OpCodes.Shr : OpCodes.Shr_Un);
        }
        else
        {
            Op(signed ? OpCodes.Conv_I2 : OpCodes.Conv_U2);
        }
    }

    private void Limit(long value, MethodInfo choose)
    {
        _il.Emit(OpCodes.Ldc_I8, value);
        _il.Emit(OpCodes.Call, choose);
    }

    /// <summary>Divisions whose result the manual leaves open go to the interpreter; the others cannot trap on the host.</summary>
    private bool EmitDivide(in DecodedInstruction i, bool signed)
    {
        Label leave = ExitHere(ExitReason.Step);
        LoadGpr(i.B);
        _il.Emit(OpCodes.Brfalse, leave);
        if (signed)
        {
            Label fine = _il.DefineLabel();
            LoadGpr(i.B);
            Constant(uint.MaxValue);
            _il.Emit(OpCodes.Bne_Un, fine);
            LoadGpr(i.A);
            Constant(0x80000000);
            _il.Emit(OpCodes.Beq, leave);
            _il.MarkLabel(fine);
        }

        LoadAb(i);
        Op(signed ? OpCodes.Div : OpCodes.Div_Un);
        return ToT(i);
    }
}
