using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <content>Moves to and from special registers, and the interrupt enable bit.</content>
internal sealed partial class RegionEmitter
{
    private bool EmitSystem(in DecodedInstruction i)
    {
        switch (i.Code)
        {
            case ColdCode.Nop: return true;
            case ColdCode.Mflr: _il.Emit(OpCodes.Ldloc, Local(Resources.LrNumber)); StoreGpr(i.T); return true;
            case ColdCode.Mtlr: LoadGpr(i.T); _il.Emit(OpCodes.Stloc, Local(Resources.LrNumber)); return true;
            case ColdCode.Mfctr: _il.Emit(OpCodes.Ldloc, Local(Resources.CtrNumber)); StoreGpr(i.T); return true;
            case ColdCode.Mtctr: LoadGpr(i.T); _il.Emit(OpCodes.Stloc, Local(Resources.CtrNumber)); return true;
            case ColdCode.Mfmsr:
                LeaveInProblemState();
                LoadState(Offsets.Msr, typeof(uint));
                StoreGpr(i.T);
                return true;
            case ColdCode.MfWord:
                LeaveInProblemState();
                LoadState((int)i.Immediate, typeof(uint));
                StoreGpr(i.T);
                return true;
            case ColdCode.MtWord:
                LeaveInProblemState();
                StateAddress((int)i.Immediate);
                LoadGpr(i.T);
                Constant(PlainSpr.WriteMask(Field.Spr(i.Word)));
                Op(OpCodes.And, OpCodes.Stind_I4);
                return true;
            case ColdCode.MfXer: return EmitReadXer(i);
            case ColdCode.MtXer: return EmitWriteXer(i);
            case ColdCode.Wrteei: return EmitEnableInterrupts(Field.E(i.Word));
            case ColdCode.Wrtee: return EmitRestoreInterrupts(i);
            case ColdCode.Tlbwe: return EmitTlbWrite(i);
            case ColdCode.MtPid: return EmitSetPid(i);
            default: return false;
        }
    }

    /// <summary>A privileged instruction in problem state leaves the region, and the interpreter takes the exception.</summary>
    /// <remarks>The first of a block is enough: what changes MSR[PR] ends the block.</remarks>
    private void LeaveInProblemState()
    {
        if (_privileged)
            return;
        _privileged = true;
        LoadState(Offsets.Msr, typeof(uint));
        Constant(Msr.Pr);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Brtrue, ExitHere(ExitReason.Step));
    }

    /// <summary>wrteei: enabling while anything is pending is left to the interpreter, so that an interrupt is taken at the right boundary.</summary>
    private bool EmitEnableInterrupts(bool enable)
    {
        LeaveInProblemState();
        if (enable)
        {
            LoadState(Offsets.Pending, typeof(uint));
            _il.Emit(OpCodes.Brtrue, ExitHere(ExitReason.Step));
        }

        StateAddress(Offsets.Msr);
        LoadState(Offsets.Msr, typeof(uint));
        Constant(enable ? Msr.Ee : ~Msr.Ee);
        Op(enable ? OpCodes.Or : OpCodes.And, OpCodes.Stind_I4);
        return true;
    }

    /// <summary>wrtee: the same with a register's EE bit.</summary>
    private bool EmitRestoreInterrupts(in DecodedInstruction i)
    {
        LeaveInProblemState();
        LoadGpr(i.T);
        Constant(Msr.Ee);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Stloc, _scratch);
        Label quiet = _il.DefineLabel();
        _il.Emit(OpCodes.Ldloc, _scratch);
        _il.Emit(OpCodes.Brfalse, quiet);
        LoadState(Offsets.Pending, typeof(uint));
        _il.Emit(OpCodes.Brtrue, ExitHere(ExitReason.Step));
        _il.MarkLabel(quiet);
        StateAddress(Offsets.Msr);
        LoadState(Offsets.Msr, typeof(uint));
        Constant(~Msr.Ee);
        Op(OpCodes.And);
        _il.Emit(OpCodes.Ldloc, _scratch);
        Op(OpCodes.Or, OpCodes.Stind_I4);
        return true;
    }

    private bool EmitTlbWrite(in DecodedInstruction i)
    {
        LeaveInProblemState();
        _il.Emit(OpCodes.Ldarg_0);
        LoadGpr(i.A);
        LoadGpr(i.T);
        Constant((uint)Field.Ws(i.Word));
        _il.Emit(OpCodes.Call, RegionCalls.WriteTlbMethod);
        LeaveBehindIfTrue();
        ForgetHeldPages();
        return true;
    }

    private bool EmitSetPid(in DecodedInstruction i)
    {
        LeaveInProblemState();
        _il.Emit(OpCodes.Ldarg_0);
        LoadGpr(i.T);
        _il.Emit(OpCodes.Call, RegionCalls.SetPidMethod);
        LeaveBehindIfTrue();
        LoadTables();
        ForgetHeldPages();
        return true;
    }

    /// <summary>Pops a truth value; if it is set, the region's own code may no longer be what is mapped here, so the dispatcher looks.</summary>
    private void LeaveBehindIfTrue() =>
        _il.Emit(OpCodes.Brtrue, Word + 1 < Code.CodePage.Words
            ? ExitStub(ExitReason.Dispatch, Word + 1, _block.Instructions.Length - _index - 1)
            : JumpStub(Address + 4));

    /// <summary>XER is kept in parts: SO ready for CR fields, OV, CA and the byte count.</summary>
    private bool EmitReadXer(in DecodedInstruction i)
    {
        LoadState(Offsets.XerSo, typeof(long));
        _il.Emit(OpCodes.Ldc_I4, 61 - 31);
        Op(OpCodes.Shr_Un, OpCodes.Conv_U4);
        LoadState(Offsets.XerOv, typeof(uint));
        _il.Emit(OpCodes.Ldc_I4, 30);
        Op(OpCodes.Shl, OpCodes.Or);
        _il.Emit(OpCodes.Ldloc, Local(Resources.CaNumber));
        _il.Emit(OpCodes.Ldc_I4, 29);
        Op(OpCodes.Shl, OpCodes.Or);
        LoadState(Offsets.XerCount, typeof(uint));
        Op(OpCodes.Or);
        StoreGpr(i.T);
        return true;
    }

    private bool EmitWriteXer(in DecodedInstruction i)
    {
        StateAddress(Offsets.XerSo);
        Wide(i.T);
        _il.Emit(OpCodes.Ldc_I4, 61 - 31);
        Op(OpCodes.Shl);
        _il.Emit(OpCodes.Ldc_I8, CrField.SummaryOverflow);
        Op(OpCodes.And, OpCodes.Stind_I8);
        StateAddress(Offsets.XerOv);
        XerBits(i.T, 30, 1);
        Op(OpCodes.Stind_I4);
        XerBits(i.T, 29, 1);
        _il.Emit(OpCodes.Stloc, Local(Resources.CaNumber));
        StateAddress(Offsets.XerCount);
        XerBits(i.T, 0, 0x7f);
        Op(OpCodes.Stind_I4);
        return true;
    }

    private void XerBits(int register, int shift, uint mask)
    {
        LoadGpr(register);
        _il.Emit(OpCodes.Ldc_I4, shift);
        Op(OpCodes.Shr_Un);
        Constant(mask);
        Op(OpCodes.And);
    }
}
