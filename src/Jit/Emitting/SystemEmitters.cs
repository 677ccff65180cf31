using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <summary>Moves to and from special registers, the interrupt enable bit, and the TLB.</summary>
internal static class SystemEmitters
{
    /// <summary>Where XER's bits are in a register.</summary>
    private const int SoShift = 31, OvShift = 30, CaShift = 29, CountMask = 0x7f;

    /// <summary>From bit 0 of XER as a register holds it to where the state holds SO.</summary>
    private const int SoDistance = 61 - SoShift;

    public static void Nop(RegionContext c, in DecodedInstruction i)
    {
    }

    public static void Mflr(RegionContext c, in DecodedInstruction i) => c.Resource(Resources.LrNumber).To(i.T);

    public static void Mtlr(RegionContext c, in DecodedInstruction i) => c.Gpr(i.T).ToResource(Resources.LrNumber);

    public static void Mfctr(RegionContext c, in DecodedInstruction i) => c.Resource(Resources.CtrNumber).To(i.T);

    public static void Mtctr(RegionContext c, in DecodedInstruction i) => c.Gpr(i.T).ToResource(Resources.CtrNumber);

    public static void Mfmsr(RegionContext c, in DecodedInstruction i)
    {
        LeaveInProblemState(c);
        c.Il.LoadField(Offsets.Msr, typeof(uint));
        c.To(i.T);
    }

    public static void MfWord(RegionContext c, in DecodedInstruction i)
    {
        LeaveIfPrivileged(c, i);
        c.Il.LoadField((int)i.Immediate, typeof(uint));
        c.To(i.T);
    }

    public static void MtWord(RegionContext c, in DecodedInstruction i)
    {
        LeaveIfPrivileged(c, i);
        c.Il.Field((int)i.Immediate);
        c.Gpr(i.T).Int(PlainSpr.WriteMask(Field.Spr(i.Word))).Op(OpCodes.And, OpCodes.Stind_I4);
    }

    /// <summary>
    /// The timebase is a function of the count, which the budget tells: the block has charged it already.
    /// </summary>
    public static void Mftb(RegionContext c, in DecodedInstruction i)
    {
        c.Op(RegionMethod.State, RegionMethod.Budget).Il.Long(c.Block.Charged - c.Index).Op(OpCodes.Add);
        c.Int(Field.Spr(i.Word) == Spr.TblRead ? 0u : 32).Call(RegionCalls.ReadTimebaseMethod).To(i.T);
    }

    /// <summary>There is one processor only, so nothing to wait for.</summary>
    public static void Tlbsync(RegionContext c, in DecodedInstruction i) => LeaveInProblemState(c);

    /// <summary>XER is kept in parts: SO ready for CR fields, OV, CA and the byte count.</summary>
    public static void MfXer(RegionContext c, in DecodedInstruction i)
    {
        c.Il.LoadField(Offsets.XerSo, typeof(long)).Int(SoDistance).Op(OpCodes.Shr_Un, OpCodes.Conv_U4);
        c.Il.LoadField(Offsets.XerOv, typeof(uint)).Int(OvShift).Op(OpCodes.Shl, OpCodes.Or);
        c.Resource(Resources.CaNumber).Int(CaShift).Op(OpCodes.Shl, OpCodes.Or);
        c.Il.LoadField(Offsets.XerCount, typeof(uint)).Op(OpCodes.Or);
        c.To(i.T);
    }

    public static void MtXer(RegionContext c, in DecodedInstruction i)
    {
        c.Il.Field(Offsets.XerSo);
        c.WideGpr(i.T).Int(SoDistance).Op(OpCodes.Shl).Il.Long(CrField.SummaryOverflow).Op(OpCodes.And, OpCodes.Stind_I8);
        c.Il.Field(Offsets.XerOv);
        PushBits(c, i.T, OvShift, 1).Op(OpCodes.Stind_I4);
        PushBits(c, i.T, CaShift, 1).ToResource(Resources.CaNumber);
        c.Il.Field(Offsets.XerCount);
        PushBits(c, i.T, 0, CountMask).Op(OpCodes.Stind_I4);
    }

    /// <summary>
    /// wrteei: enabling while anything is pending is left to the interpreter, so that an interrupt is taken at the
    /// right boundary.
    /// </summary>
    public static void Wrteei(RegionContext c, in DecodedInstruction i)
    {
        bool enables = Field.E(i.Word);
        LeaveInProblemState(c);
        if (enables)
            LeaveIfPending(c);
        c.Il.Field(Offsets.Msr).LoadField(Offsets.Msr, typeof(uint)).Int(enables ? Msr.Ee : ~Msr.Ee);
        c.Op(enables ? OpCodes.Or : OpCodes.And, OpCodes.Stind_I4);
    }

    /// <summary>wrtee: the same with a register's EE bit.</summary>
    public static void Wrtee(RegionContext c, in DecodedInstruction i)
    {
        LeaveInProblemState(c);
        Label quiet = c.Il.DefineLabel();
        c.Gpr(i.T).Int(Msr.Ee).Op(OpCodes.And).Il.Store(c.Scratch).Load(c.Scratch).Branch(OpCodes.Brfalse, quiet);
        LeaveIfPending(c);
        c.Il.Mark(quiet).Field(Offsets.Msr).LoadField(Offsets.Msr, typeof(uint)).Int(~Msr.Ee).Op(OpCodes.And);
        c.Il.Load(c.Scratch).Op(OpCodes.Or, OpCodes.Stind_I4);
    }

    public static void Tlbwe(RegionContext c, in DecodedInstruction i)
    {
        LeaveInProblemState(c);
        c.Op(RegionMethod.State).Gpr(i.A).Gpr(i.T).Int((uint)Field.Ws(i.Word)).Call(RegionCalls.WriteTlbMethod);
        LeaveAfterIfTrue(c);
        c.Pages.ForgetAll();
    }

    public static void MtPid(RegionContext c, in DecodedInstruction i)
    {
        LeaveInProblemState(c);
        c.Op(RegionMethod.State).Gpr(i.T).Call(RegionCalls.SetPidMethod);
        LeaveAfterIfTrue(c);
        c.Pages.LoadTables();
        c.Pages.ForgetAll();
    }

    /// <summary>
    /// A privileged instruction in problem state leaves the region, and the interpreter takes the exception.
    /// </summary>
    /// <remarks>The first of a block is enough: what changes MSR[PR] ends the block.</remarks>
    internal static void LeaveInProblemState(RegionContext c)
    {
        if (c.IsPrivileged)
            return;
        c.IsPrivileged = true;
        c.Il.LoadField(Offsets.Msr, typeof(uint)).Int(Msr.Pr).Op(OpCodes.And);
        c.Il.Branch(OpCodes.Brtrue, c.Ways.ExitHere(ExitReason.Step));
    }

    private static void LeaveIfPrivileged(RegionContext c, in DecodedInstruction i)
    {
        if (Spr.IsPrivileged(Field.Spr(i.Word)))
            LeaveInProblemState(c);
    }

    private static void LeaveIfPending(RegionContext c)
    {
        c.Il.LoadField(Offsets.Pending, typeof(uint));
        c.Il.Branch(OpCodes.Brtrue, c.Ways.ExitHere(ExitReason.Step));
    }

    /// <summary>
    /// Pops a truth value; if it is set, the region's own code may no longer be what is mapped here, so the dispatcher
    /// looks.
    /// </summary>
    private static void LeaveAfterIfTrue(RegionContext c) => c.Il.Branch(OpCodes.Brtrue, c.Ways.ExitAfter());

    private static RegionContext PushBits(RegionContext c, int register, int shift, uint mask) =>
        c.Gpr(register).Int((uint)shift).Op(OpCodes.Shr_Un).Int(mask).Op(OpCodes.And);
}
