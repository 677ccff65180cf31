using System.Reflection.Emit;
using PpcJit.Jit.Cold;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Regions;

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
            case ColdCode.Wrteei: return EmitEnableInterrupts(Field.E(i.Word));
            default: return false;
        }
    }

    /// <summary>A privileged instruction in problem state leaves the region, and the interpreter takes the exception.</summary>
    private void LeaveInProblemState()
    {
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
}
