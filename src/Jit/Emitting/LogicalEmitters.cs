using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>Logical, rotate and shift instructions.</summary>
internal static class LogicalEmitters
{
    private static readonly MethodInfo LeadingZeros = typeof(BitOperations)
        .GetMethod(nameof(BitOperations.LeadingZeroCount), [typeof(uint)])!;
    private static readonly MethodInfo RotateLeft = typeof(BitOperations)
        .GetMethod(nameof(BitOperations.RotateLeft), [typeof(uint), typeof(int)])!;

    public static void And(RegionContext c, in DecodedInstruction i) => c.Gpr(i.T).Gpr(i.B).Op(OpCodes.And).ToA(i);

    public static void Andc(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Gpr(i.B).Op(OpCodes.Not, OpCodes.And).ToA(i);

    public static void AndiRecord(RegionContext c, in DecodedInstruction i)
    {
        c.Gpr(i.T).Int(i.Immediate).Op(OpCodes.And).To(i.A);
        c.Registers.Record(i.A);
    }

    public static void Nand(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Gpr(i.B).Op(OpCodes.And, OpCodes.Not).ToA(i);

    public static void Nor(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Gpr(i.B).Op(OpCodes.Or, OpCodes.Not).ToA(i);

    public static void Or(RegionContext c, in DecodedInstruction i)
    {
        c.Gpr(i.T);
        if (i.T != i.B)
            c.Gpr(i.B).Op(OpCodes.Or);
        c.ToA(i);
    }

    public static void Orc(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Gpr(i.B).Op(OpCodes.Not, OpCodes.Or).ToA(i);

    public static void Ori(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Int(i.Immediate).Op(OpCodes.Or).To(i.A);

    public static void Xor(RegionContext c, in DecodedInstruction i) => c.Gpr(i.T).Gpr(i.B).Op(OpCodes.Xor).ToA(i);

    public static void Xori(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Int(i.Immediate).Op(OpCodes.Xor).To(i.A);

    public static void Eqv(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Gpr(i.B).Op(OpCodes.Xor, OpCodes.Not).ToA(i);

    public static void Extsb(RegionContext c, in DecodedInstruction i) => c.Gpr(i.T).Op(OpCodes.Conv_I1).ToA(i);

    public static void Extsh(RegionContext c, in DecodedInstruction i) => c.Gpr(i.T).Op(OpCodes.Conv_I2).ToA(i);

    public static void Cntlzw(RegionContext c, in DecodedInstruction i) => c.Gpr(i.T).Call(LeadingZeros).ToA(i);

    /// <summary>Besides rA and CR0, it sets the byte count in XER.</summary>
    public static void Dlmzb(RegionContext c, in DecodedInstruction i)
    {
        if (i.Rc != 0)
        {
            c.Gpr(i.T).Gpr(i.B).Call(RegionCalls.FieldOfZeroByteMethod);
            c.Registers.StoreCompared(0);
        }

        c.Gpr(i.T).Gpr(i.B).Call(RegionCalls.CountToZeroByteMethod).To(i.A);
        c.Il.Field(Offsets.XerCount);
        c.Gpr(i.A).Op(OpCodes.Stind_I4);
    }

    public static void Rlwinm(RegionContext c, in DecodedInstruction i)
    {
        PushRotatedAndMasked(c, i);
        c.ToA(i);
    }

    public static void Rlwimi(RegionContext c, in DecodedInstruction i)
    {
        // The host adds the second operand of an OR to the first one, which is to be the register that the result goes to.
        c.Gpr(i.A).Int(~i.Immediate).Op(OpCodes.And);
        PushRotatedAndMasked(c, i);
        c.Op(OpCodes.Or).ToA(i);
    }

    public static void Rlwnm(RegionContext c, in DecodedInstruction i) =>
        c.Gpr(i.T).Gpr(i.B).Call(RotateLeft).Int(i.Immediate).Op(OpCodes.And).ToA(i);

    public static void Slw(RegionContext c, in DecodedInstruction i) => ShiftWide(c, i, OpCodes.Shl);

    public static void Srw(RegionContext c, in DecodedInstruction i) => ShiftWide(c, i, OpCodes.Shr_Un);

    public static void Sraw(RegionContext c, in DecodedInstruction i) => ShiftAlgebraic(c, i, byRegister: true);

    public static void Srawi(RegionContext c, in DecodedInstruction i) => ShiftAlgebraic(c, i, byRegister: false);

    /// <summary>
    /// Pushes ROTL(rS, SH) AND mask, as a plain shift where the mask takes away what a rotation brings around.
    /// </summary>
    private static void PushRotatedAndMasked(RegionContext c, in DecodedInstruction i)
    {
        int amount = i.B;
        uint mask = i.Immediate;
        c.Gpr(i.T);
        if (amount != 0)
        {
            uint left = uint.MaxValue << amount, right = uint.MaxValue >> (32 - amount);
            if ((mask & ~left) == 0)
                c.Int((uint)amount).Op(OpCodes.Shl);
            else if ((mask & ~right) == 0)
                c.Int((uint)(32 - amount)).Op(OpCodes.Shr_Un);
            else
                c.Int((uint)amount).Call(RotateLeft);

            // All bits that the shift leaves.
            if (mask == left || mask == right)
                return;
        }

        if (mask != uint.MaxValue)
            c.Int(mask).Op(OpCodes.And);
    }

    /// <summary>A shift of a 64-bit value by 0 to 63 gives what the 6-bit amount asks for without a test.</summary>
    private static void ShiftWide(RegionContext c, in DecodedInstruction i, OpCode shift) =>
        c.WideGpr(i.T).Gpr(i.B).Int(63).Op(OpCodes.And, shift, OpCodes.Conv_U4).ToA(i);

    /// <summary>
    /// CA says that the source is negative and that ones were shifted out: that shifting back does not restore it.
    /// </summary>
    private static void ShiftAlgebraic(RegionContext c, in DecodedInstruction i, bool byRegister)
    {
        if (!byRegister && c.Options.CompareCarries)
        {
            ShiftAlgebraicByConstant(c, i);
            return;
        }

        c.Registers.LoadWide(i.T, unsigned: false);
        PushAmount(c, i, byRegister).Op(OpCodes.Shr);
        if (c.IsNeeded(Resources.Ca))
        {
            // CA = (source < 0) AND ((result << amount) != source)
            c.Il.Store(c.Wide).Load(c.Wide);
            PushAmount(c, i, byRegister).Op(OpCodes.Shl);
            c.Registers.LoadWide(i.T, unsigned: false).Op(OpCodes.Ceq).Int(0).Op(OpCodes.Ceq);
            c.Gpr(i.T).Int(31).Op(OpCodes.Shr_Un, OpCodes.And).ToResource(Resources.CaNumber);
            c.Il.Load(c.Wide);
        }

        c.Op(OpCodes.Conv_U4).ToA(i);
    }

    /// <summary>The same with 32 bits: of the sign and the ones that are shifted out more must be set than the sign.</summary>
    private static void ShiftAlgebraicByConstant(RegionContext c, in DecodedInstruction i)
    {
        const uint Sign = 0x80000000;
        if (c.IsNeeded(Resources.Ca))
            c.Gpr(i.T).Int(Sign | ((1u << i.B) - 1)).Op(OpCodes.And).Int(Sign).Op(OpCodes.Cgt_Un).ToResource(Resources.CaNumber);
        c.Gpr(i.T).Int(i.B).Op(OpCodes.Shr).ToA(i);
    }

    private static RegionContext PushAmount(RegionContext c, in DecodedInstruction i, bool byRegister) =>
        byRegister ? c.Gpr(i.B).Int(63).Op(OpCodes.And) : c.Int(i.B);
}
