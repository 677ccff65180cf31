using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Emitting;

/// <content>Logical, rotate and shift instructions.</content>
internal sealed partial class RegionEmitter
{
    private static readonly MethodInfo LeadingZeros = typeof(BitOperations).GetMethod(nameof(BitOperations.LeadingZeroCount), [typeof(uint)])!;
    private static readonly MethodInfo RotateLeft = typeof(BitOperations).GetMethod(nameof(BitOperations.RotateLeft), [typeof(uint), typeof(int)])!;

    private bool EmitLogical(in DecodedInstruction i)
    {
        switch (i.Code)
        {
            case ColdCode.And: return EmitBinary(i, OpCodes.And);
            case ColdCode.Andc: LoadGpr(i.T); LoadGpr(i.B); Op(OpCodes.Not, OpCodes.And); return ToA(i);
            case ColdCode.AndiRecord: LoadGpr(i.T); Constant(i.Immediate); Op(OpCodes.And); StoreGpr(i.A); Record(i.A); return true;
            case ColdCode.Nand: EmitPair(i); Op(OpCodes.And, OpCodes.Not); return ToA(i);
            case ColdCode.Nor: EmitPair(i); Op(OpCodes.Or, OpCodes.Not); return ToA(i);
            case ColdCode.Or when i.T == i.B: LoadGpr(i.T); return ToA(i);
            case ColdCode.Or: return EmitBinary(i, OpCodes.Or);
            case ColdCode.Orc: LoadGpr(i.T); LoadGpr(i.B); Op(OpCodes.Not, OpCodes.Or); return ToA(i);
            case ColdCode.Ori: LoadGpr(i.T); Constant(i.Immediate); Op(OpCodes.Or); StoreGpr(i.A); return true;
            case ColdCode.Xor: return EmitBinary(i, OpCodes.Xor);
            case ColdCode.Xori: LoadGpr(i.T); Constant(i.Immediate); Op(OpCodes.Xor); StoreGpr(i.A); return true;
            case ColdCode.Eqv: EmitPair(i); Op(OpCodes.Xor, OpCodes.Not); return ToA(i);
            case ColdCode.Extsb: LoadGpr(i.T); Op(OpCodes.Conv_I1); return ToA(i);
            case ColdCode.Extsh: LoadGpr(i.T); Op(OpCodes.Conv_I2); return ToA(i);
            case ColdCode.Cntlzw: LoadGpr(i.T); _il.Emit(OpCodes.Call, LeadingZeros); return ToA(i);
            case ColdCode.Rlwinm: EmitRotateAndMask(i); return ToA(i);
            case ColdCode.Rlwimi: return EmitInsert(i);
            case ColdCode.Rlwnm:
                LoadGpr(i.T);
                LoadGpr(i.B);
                _il.Emit(OpCodes.Call, RotateLeft);
                Constant(i.Immediate);
                Op(OpCodes.And);
                return ToA(i);

            // A shift of a 64-bit value by 0 to 63 gives what the 6-bit amount asks for without a test.
            case ColdCode.Slw: return EmitWideShift(i, OpCodes.Shl);
            case ColdCode.Srw: return EmitWideShift(i, OpCodes.Shr_Un);
            case ColdCode.Sraw: return EmitShiftAlgebraic(i, byRegister: true);
            case ColdCode.Srawi: return EmitShiftAlgebraic(i, byRegister: false);
            default: return false;
        }
    }

    private void EmitPair(in DecodedInstruction i)
    {
        LoadGpr(i.T);
        LoadGpr(i.B);
    }

    private bool EmitBinary(in DecodedInstruction i, OpCode operation)
    {
        EmitPair(i);
        Op(operation);
        return ToA(i);
    }

    /// <summary>Pops the result into rA, and sets CR0 where Rc asks.</summary>
    private bool ToA(in DecodedInstruction i)
    {
        StoreGpr(i.A);
        if (i.Rc != 0)
            Record(i.A);
        return true;
    }

    /// <summary>Pushes ROTL(rS, SH) AND mask, as a plain shift where the mask takes away what a rotation brings around.</summary>
    private void EmitRotateAndMask(in DecodedInstruction i)
    {
        int amount = i.B;
        LoadGpr(i.T);
        if (amount != 0 && i.Immediate == uint.MaxValue << amount)
        {
            _il.Emit(OpCodes.Ldc_I4, amount);
            Op(OpCodes.Shl);
            return;
        }

        if (amount != 0 && i.Immediate == uint.MaxValue >> (32 - amount))
        {
            _il.Emit(OpCodes.Ldc_I4, 32 - amount);
            Op(OpCodes.Shr_Un);
            return;
        }

        if (amount != 0)
        {
            // Without the bits that come around, a shift does; else a rotation.
            if ((i.Immediate & ~(uint.MaxValue << amount)) == 0)
            {
                _il.Emit(OpCodes.Ldc_I4, amount);
                Op(OpCodes.Shl);
            }
            else if ((i.Immediate & ~(uint.MaxValue >> (32 - amount))) == 0)
            {
                _il.Emit(OpCodes.Ldc_I4, 32 - amount);
                Op(OpCodes.Shr_Un);
            }
            else
            {
                _il.Emit(OpCodes.Ldc_I4, amount);
                _il.Emit(OpCodes.Call, RotateLeft);
            }
        }

        if (i.Immediate != uint.MaxValue)
        {
            Constant(i.Immediate);
            Op(OpCodes.And);
        }
    }

    private bool EmitInsert(in DecodedInstruction i)
    {
        EmitRotateAndMask(i);
        LoadGpr(i.A);
        Constant(~i.Immediate);
        Op(OpCodes.And, OpCodes.Or);
        return ToA(i);
    }

    private bool EmitWideShift(in DecodedInstruction i, OpCode shift)
    {
        Wide(i.T);
        LoadGpr(i.B);
        _il.Emit(OpCodes.Ldc_I4, 63);
        Op(OpCodes.And, shift, OpCodes.Conv_U4);
        return ToA(i);
    }

    /// <summary>CA says that the source is negative and that ones were shifted out: that shifting back does not restore it.</summary>
    private bool EmitShiftAlgebraic(in DecodedInstruction i, bool byRegister)
    {
        byte registerB = i.B;
        void Amount()
        {
            if (byRegister)
            {
                LoadGpr(registerB);
                _il.Emit(OpCodes.Ldc_I4, 63);
                Op(OpCodes.And);
            }
            else
            {
                _il.Emit(OpCodes.Ldc_I4, (int)registerB);
            }
        }

        LoadGpr(i.T);
        Op(OpCodes.Conv_I4, OpCodes.Conv_I8);
        Amount();
        Op(OpCodes.Shr);
        if (Needed(Resources.Ca))
        {
            _il.Emit(OpCodes.Stloc, _wide);

            // CA = (source < 0) AND ((result << amount) != source)
            _il.Emit(OpCodes.Ldloc, _wide);
            Amount();
            Op(OpCodes.Shl);
            LoadGpr(i.T);
            Op(OpCodes.Conv_I4, OpCodes.Conv_I8, OpCodes.Ceq, OpCodes.Ldc_I4_0, OpCodes.Ceq);
            LoadGpr(i.T);
            _il.Emit(OpCodes.Ldc_I4, 31);
            Op(OpCodes.Shr_Un, OpCodes.And);
            _il.Emit(OpCodes.Stloc, Local(Resources.CaNumber));
            _il.Emit(OpCodes.Ldloc, _wide);
        }

        Op(OpCodes.Conv_U4);
        return ToA(i);
    }
}
