using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// Branches: the last instruction of a block. What follows a branch that is not taken is written by the block's
/// emitter.
/// </summary>
internal static class BranchEmitters
{
    public static void B(RegionContext c, in DecodedInstruction i)
    {
        SetLink(c, i);
        TakeDirect(c, i);
    }

    public static void Bc(RegionContext c, in DecodedInstruction i)
    {
        SetLink(c, i);
        Label notTaken = BranchUnlessTaken(c, i);
        TakeDirect(c, i);
        c.Il.Mark(notTaken);
    }

    public static void Bclr(RegionContext c, in DecodedInstruction i) => Indirect(c, i, Resources.LrNumber);

    public static void Bcctr(RegionContext c, in DecodedInstruction i) => Indirect(c, i, Resources.CtrNumber);

    // mtmsr, rfi and sc: all registers are stored, the helper changes MSR and PC, and the region of the new PC follows
    // in the new context.
    public static void Mtmsr(RegionContext c, in DecodedInstruction i)
    {
        SystemEmitters.LeaveInProblemState(c);
        c.Ways.StoreHere();
        c.Op(RegionMethod.State).Gpr(i.T).Int(c.Address + 4).Call(RegionCalls.SetMsrMethod);
        c.Ways.LookUpTarget();
    }

    public static void Rfi(RegionContext c, in DecodedInstruction i)
    {
        SystemEmitters.LeaveInProblemState(c);
        c.Ways.StoreHere();
        c.Op(RegionMethod.State).Call(RegionCalls.ReturnFromInterruptMethod);
        c.Ways.LookUpTarget();
    }

    public static void Sc(RegionContext c, in DecodedInstruction i)
    {
        c.Ways.StoreHere();
        c.Op(RegionMethod.State, RegionMethod.Budget).Int(c.Address + 4).Call(RegionCalls.SystemCallMethod);
        c.Ways.LookUpTarget();
    }

    private static void Indirect(RegionContext c, in DecodedInstruction i, int register)
    {
        c.Resource(register).Int(~3u).Op(OpCodes.And).Il.Store(c.Target);
        SetLink(c, i);
        Label notTaken = BranchUnlessTaken(c, i);
        ReturnInside(c);
        JumpInside(c);
        c.Ways.JumpToTarget();
        c.Il.Mark(notTaken);
    }

    private static void SetLink(RegionContext c, in DecodedInstruction i)
    {
        if (Field.Lk(i.Word))
            c.Int(c.Address + 4).ToResource(Resources.LrNumber);
    }

    /// <summary>Counts CTR down where BO asks, and branches where BO and BI say that the instruction does not.</summary>
    /// <returns>Where that goes.</returns>
    private static Label BranchUnlessTaken(RegionContext c, in DecodedInstruction i)
    {
        int bo = Field.Bo(i.Word);
        Label notTaken = c.Il.DefineLabel();
        if ((bo & 4) == 0)
        {
            c.Resource(Resources.CtrNumber).Int(1).Op(OpCodes.Sub).ToResource(Resources.CtrNumber);
            c.Resource(Resources.CtrNumber).Il.Branch((bo & 2) == 0 ? OpCodes.Brfalse : OpCodes.Brtrue, notTaken);
        }

        if ((bo & 16) == 0)
            BranchUnless(c, Field.Bi(i.Word), (bo & 8) != 0, notTaken);
        return notTaken;
    }

    /// <summary>Goes to the target of a direct branch.</summary>
    private static void TakeDirect(RegionContext c, in DecodedInstruction i)
    {
        int word = c.Block.Callee?.First ?? i.DirectTarget(c.Plan.PageAddress, c.Word, call: false);
        if (word < 0)
            c.Flow.Leave(i.TargetAddress(c.Address));
        else
            c.Flow.GoTo(word, null);
    }

    /// <summary>
    /// Goes on after the call inside of the region that has the target as its return address, if there is one.
    /// </summary>
    private static void ReturnInside(RegionContext c)
    {
        foreach (RegionBlock after in c.Block.Returns)
        {
            Label other = c.Il.DefineLabel();
            c.Il.Load(c.Target).Int(c.Plan.AddressOf(after.First)).Branch(OpCodes.Bne_Un, other);
            c.Flow.GoTo(after.First, null);
            c.Il.Mark(other);
        }
    }

    /// <summary>Goes to the place inside of the region that has the target as its address, if there is one.</summary>
    private static void JumpInside(RegionContext c)
    {
        if (c.Block.JumpTargets is not [var first, ..] targets)
            return;
        Label outside = c.Il.DefineLabel();
        Label[] table = new Label[targets[^1].First - first.First + 1];
        for (int n = 0; n < table.Length; n++)
            table[n] = outside;
        foreach (RegionBlock target in targets)
            table[target.First - first.First] = c.Il.DefineLabel();
        c.Il.Load(c.Target).Int(c.Plan.AddressOf(first.First)).Op(OpCodes.Sub).Int(2).Op(OpCodes.Shr_Un);
        c.Il.Switch(table).GoTo(outside);
        foreach (RegionBlock target in targets)
        {
            c.Il.Mark(table[target.First - first.First]);
            c.Flow.GoTo(target.First, null);
        }

        c.Il.Mark(outside);
    }

    /// <summary>
    /// Branches when a CR bit is not as wanted. Where the field is a comparison whose operands are still there, they
    /// are compared directly.
    /// </summary>
    private static void BranchUnless(RegionContext c, int bit, bool wanted, Label label)
    {
        CrSource source = c.Sources[bit >> 2];
        if (c.Options.FuseCompare && source.IsComparison && (bit & 3) != 3)
        {
            BranchOnComparison(c, source, bit & 3, !wanted, label);
            return;
        }

        if ((bit & 3) == 3)
            c.Registers.LoadCr(bit >> 2);
        else
            c.Registers.PushCr(bit >> 2);
        switch (bit & 3)
        {
            case 0:
                c.Il.Long(0).Branch(wanted ? OpCodes.Bge : OpCodes.Blt, label);
                break;
            case 1:
                c.Int(3).Op(OpCodes.Shl).Il.Long(0).Branch(wanted ? OpCodes.Ble : OpCodes.Bgt, label);
                break;
            case 2:
                c.Op(OpCodes.Conv_U4).Il.Branch(wanted ? OpCodes.Brtrue : OpCodes.Brfalse, label);
                break;
            default:
                c.Registers.LoadCr(bit >> 2);
                c.Int(1).Op(OpCodes.Shr, OpCodes.Xor).Il.Long(CrField.SummaryOverflow).Op(OpCodes.And)
                    .Branch(wanted ? OpCodes.Brfalse : OpCodes.Brtrue, label);
                break;
        }
    }

    /// <summary>Branches when comparing the operands sets a CR bit, or when it does not.</summary>
    private static void BranchOnComparison(RegionContext c, CrSource source, int bit, bool branchIfSet, Label label)
    {
        c.Gpr(source.A);
        if (source.HasImmediate)
            c.Int(source.Immediate);
        else
            c.Gpr(source.B);
        c.Il.Branch((bit, branchIfSet, source.IsUnsigned) switch
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
