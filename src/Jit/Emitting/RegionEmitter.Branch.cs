using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <content>Branches: the last instruction of a block. What follows a branch that is not taken is the caller's.</content>
internal sealed partial class RegionEmitter
{
    private bool EmitBranch(in DecodedInstruction i)
    {
        switch (i.Code)
        {
            case ColdCode.B:
                SetLink(i);
                Take(i);
                return true;
            case ColdCode.Bc or ColdCode.Bclr or ColdCode.Bcctr:
                EmitConditional(i);
                return true;
            case ColdCode.Mtmsr or ColdCode.Rfi or ColdCode.Sc:
                EmitContextSwitch(i);
                return true;
            default:
                return false;
        }
    }

    /// <summary>mtmsr, rfi and sc: all registers are stored, the helper changes MSR and PC, and the region of the new PC follows in the new context.</summary>
    private void EmitContextSwitch(in DecodedInstruction i)
    {
        if (i.Code != ColdCode.Sc)
            LeaveInProblemState();
        Store(HereUnstored);
        _il.Emit(OpCodes.Ldarg_0);
        switch (i.Code)
        {
            case ColdCode.Mtmsr:
                LoadGpr(i.T);
                Constant(Address + 4);
                _il.Emit(OpCodes.Call, RegionCalls.SetMsrMethod);
                break;
            case ColdCode.Rfi:
                _il.Emit(OpCodes.Call, RegionCalls.ReturnFromInterruptMethod);
                break;
            default:
                _il.Emit(OpCodes.Ldarg_1);
                Constant(Address + 4);
                _il.Emit(OpCodes.Call, RegionCalls.SystemCallMethod);
                break;
        }

        _il.Emit(OpCodes.Stloc, _target);
        _il.Emit(OpCodes.Br, _lookUp);
    }

    private void SetLink(in DecodedInstruction i)
    {
        if (!Field.Lk(i.Word))
            return;
        Constant(Address + 4);
        _il.Emit(OpCodes.Stloc, Local(Resources.LrNumber));
    }

    private void EmitConditional(in DecodedInstruction i)
    {
        int bo = Field.Bo(i.Word);
        bool direct = i.Code == ColdCode.Bc;
        if (!direct)
        {
            _il.Emit(OpCodes.Ldloc, Local(i.Code == ColdCode.Bclr ? Resources.LrNumber : Resources.CtrNumber));
            Constant(~3u);
            Op(OpCodes.And);
            _il.Emit(OpCodes.Stloc, _target);
        }

        SetLink(i);
        Label notTaken = _il.DefineLabel();
        bool counts = (bo & 4) == 0;
        bool tests = (bo & 16) == 0;
        if (counts)
        {
            _il.Emit(OpCodes.Ldloc, Local(Resources.CtrNumber));
            Op(OpCodes.Ldc_I4_1, OpCodes.Sub);
            _il.Emit(OpCodes.Stloc, Local(Resources.CtrNumber));
        }

        if (counts && !tests)
        {
            TakeIfCount(i, (bo & 2) == 0, notTaken);
        }
        else
        {
            if (counts)
            {
                _il.Emit(OpCodes.Ldloc, Local(Resources.CtrNumber));
                _il.Emit((bo & 2) == 0 ? OpCodes.Brfalse : OpCodes.Brtrue, notTaken);
            }

            if (tests)
                BranchUnless(Field.Bi(i.Word), (bo & 8) != 0, notTaken);
            Take(i);
        }

        _il.MarkLabel(notTaken);
    }

    private void TakeIfCount(in DecodedInstruction i, bool whileNotZero, Label notTaken)
    {
        _il.Emit(OpCodes.Ldloc, Local(Resources.CtrNumber));
        _il.Emit(whileNotZero ? OpCodes.Brfalse : OpCodes.Brtrue, notTaken);
        Take(i);
    }

    /// <summary>Goes to the branch's target.</summary>
    private void Take(in DecodedInstruction i)
    {
        if (i.Code is ColdCode.Bclr or ColdCode.Bcctr)
        {
            ReturnInside();
            _il.Emit(OpCodes.Br, StoreThen(WayOut.Jump));
            return;
        }

        uint target = i.TargetAddress(Address);
        int word = _block.Callee?.First ?? i.DirectTarget(_plan.PageAddress, Word, call: false);
        if (word < 0)
            _il.Emit(OpCodes.Br, JumpStub(target));
        else
            GoTo(word, null);
    }

    /// <summary>Goes on behind the call inside of the region that the target is behind of, if it is.</summary>
    private void ReturnInside()
    {
        foreach (RegionBlock behind in _block.Returns)
        {
            Label other = _il.DefineLabel();
            _il.Emit(OpCodes.Ldloc, _target);
            Constant(_plan.AddressOf(behind.First));
            _il.Emit(OpCodes.Bne_Un, other);
            GoTo(behind.First, null);
            _il.MarkLabel(other);
        }
    }

    /// <summary>Branches when a CR bit is not as wanted. Where the field is a comparison whose operands are still there, they are compared directly.</summary>
    private void BranchUnless(int bit, bool wanted, Label label)
    {
        CrSource source = _sources[bit >> 2];
        if (_options.FuseCompare && source.IsComparison && (bit & 3) != 3)
        {
            BranchOnComparison(source, bit & 3, !wanted, label);
            return;
        }

        if ((bit & 3) == 3)
            LoadCr(bit >> 2);
        else
            PushCr(bit >> 2);
        switch (bit & 3)
        {
            case 0:
                _il.Emit(OpCodes.Ldc_I8, 0L);
                _il.Emit(wanted ? OpCodes.Bge : OpCodes.Blt, label);
                break;
            case 1:
                _il.Emit(OpCodes.Ldc_I4_3);
                Op(OpCodes.Shl);
                _il.Emit(OpCodes.Ldc_I8, 0L);
                _il.Emit(wanted ? OpCodes.Ble : OpCodes.Bgt, label);
                break;
            case 2:
                Op(OpCodes.Conv_U4);
                _il.Emit(wanted ? OpCodes.Brtrue : OpCodes.Brfalse, label);
                break;
            default:
                LoadCr(bit >> 2);
                Op(OpCodes.Ldc_I4_1, OpCodes.Shr, OpCodes.Xor);
                _il.Emit(OpCodes.Ldc_I8, CrField.SummaryOverflow);
                Op(OpCodes.And);
                _il.Emit(wanted ? OpCodes.Brfalse : OpCodes.Brtrue, label);
                break;
        }
    }

    /// <summary>Branches when comparing the operands sets a CR bit, or when it does not.</summary>
    private void BranchOnComparison(CrSource source, int bit, bool branchIfSet, Label label)
    {
        LoadGpr(source.A);
        if (source.HasImmediate)
            Constant(source.Immediate);
        else
            LoadGpr(source.B);
        _il.Emit((bit, branchIfSet, source.IsUnsigned) switch
        {
            (0, true, false) => OpCodes.Blt,
            (0, true, true) => OpCodes.Blt_Un,
            (0, false, false) => OpCodes.Bge,
            (0, false, true) => OpCodes.Bge_Un,
            (1, true, false) => OpCodes.Bgt,
            (1, true, true) => OpCodes.Bgt_Un,
            (1, false, false) => OpCodes.Ble,
            (1, false, true) => OpCodes.Ble_Un,
            (_, true, _) => OpCodes.Beq,
            _ => OpCodes.Bne_Un,
        }, label);
    }
}
