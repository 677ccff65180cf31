using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <content>Comparison, condition register and traps.</content>
internal sealed partial class RegionEmitter
{
    private static readonly MethodInfo Encode = typeof(CrField).GetMethod(nameof(CrField.Encode))!;
    private static readonly MethodInfo CombineBits = typeof(CrBits).GetMethod(nameof(CrBits.Combine))!;

    private bool EmitCondition(in DecodedInstruction i)
    {
        switch (i.Code)
        {
            case ColdCode.Cmp or ColdCode.Cmpi or ColdCode.Cmpl or ColdCode.Cmpli: return EmitCompare(i);
            case ColdCode.CrLogic: return EmitCrLogic(i);
            case ColdCode.Mcrf:
                if (_options.LazyCr && _sources[Field.Bfa(i.Word)].IsComparison)
                    return true;
                _il.Emit(OpCodes.Ldloc, Cr(Field.Bfa(i.Word)));
                _il.Emit(OpCodes.Stloc, Cr(Field.Bf(i.Word)));
                return true;
            case ColdCode.Mfcr: return EmitReadCr(i);
            case ColdCode.Mtcrf: return EmitWriteCr(i);
            case ColdCode.Tw:
                return EmitTrap(i.T, i.A, () => LoadGpr(Field.Rb(_block.Instructions[_index].Word)));
            case ColdCode.Twi:
                return EmitTrap(i.T, i.A, () => Constant(_block.Instructions[_index].Immediate));
            default: return false;
        }
    }

    private bool EmitCompare(in DecodedInstruction i)
    {
        int target = Field.Bf(i.Word);
        if (_options.LazyCr || !Needed(Resources.Cr(target)))
            return true;
        PushDifference(CrSource.Of(i));
        StoreCompared(target);
        return true;
    }

    /// <summary>Pushes a CR field without SO: the difference of the widened operands.</summary>
    private void PushDifference(CrSource source)
    {
        PushWide(source.A, source.IsUnsigned);
        if (!source.HasImmediate)
        {
            PushWide(source.B, source.IsUnsigned);
            Op(OpCodes.Sub);
        }
        else if (source.Immediate != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, source.IsUnsigned ? source.Immediate : (long)(int)source.Immediate);
            Op(OpCodes.Sub);
        }
    }

    private void PushWide(int register, bool unsigned)
    {
        LoadGpr(register);
        if (unsigned)
            Op(OpCodes.Conv_U8);
        else
            Op(OpCodes.Conv_I4, OpCodes.Conv_I8);
    }

    private bool EmitCrLogic(in DecodedInstruction i)
    {
        (int a, int b, int t) = (Field.Ba(i.Word), Field.Bb(i.Word), Field.Bt(i.Word));
        if (!Needed(Resources.Cr(t >> 2)))
            return true;
        LoadCr(t >> 2);
        LoadCr(a >> 2);
        LoadCr(b >> 2);
        Constant(i.Word);
        _il.Emit(OpCodes.Call, CombineBits);
        StoreCr(t >> 2);
        return true;
    }

    /// <summary>mfcr: fields that have changed are stored first, then one call reads all eight.</summary>
    private bool EmitReadCr(in DecodedInstruction i)
    {
        for (int n = 0; n < 8; n++)
        {
            if ((_changed & Resources.Cr(n)) == 0)
                continue;
            StateAddress(Offsets.Cr(n));
            LoadCr(n);
            Op(OpCodes.Stind_I8);
        }

        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Call, RegionCalls.ReadCrMethod);
        StoreGpr(i.T);
        return true;
    }

    private bool EmitWriteCr(in DecodedInstruction i)
    {
        for (int n = 0; n < 8; n++)
        {
            if ((Field.Fxm(i.Word) & (0x80u >> n)) == 0 || !Needed(Resources.Cr(n)))
                continue;
            LoadGpr(i.T);
            _il.Emit(OpCodes.Ldc_I4, 28 - (4 * n));
            Op(OpCodes.Shr_Un);
            Constant(0xf);
            Op(OpCodes.And);
            _il.Emit(OpCodes.Call, Encode);
            StoreCr(n);
        }

        return true;
    }

    /// <summary>A trap whose condition holds leaves the region, and the interpreter takes the exception.</summary>
    private bool EmitTrap(int conditions, int registerA, Action loadB)
    {
        Label leave = ExitHere(ExitReason.Step);
        ReadOnlySpan<(int Bit, OpCode Branch)> tests =
        [
            (16, OpCodes.Blt), (8, OpCodes.Bgt), (4, OpCodes.Beq), (2, OpCodes.Blt_Un), (1, OpCodes.Bgt_Un),
        ];
        foreach ((int bit, OpCode branch) in tests)
        {
            if ((conditions & bit) == 0)
                continue;
            LoadGpr(registerA);
            loadB();
            _il.Emit(branch, leave);
        }

        return true;
    }
}
