using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Emitting;

/// <summary>Comparison, condition register and traps.</summary>
internal static class ConditionEmitters
{
    private static readonly MethodInfo Encode = typeof(CrField).GetMethod(nameof(CrField.Encode))!;
    private static readonly MethodInfo CombineBits = typeof(CrBits).GetMethod(nameof(CrBits.Combine))!;

    public static void Compare(RegionContext c, in DecodedInstruction i) =>
        c.Registers.Compare(Field.Bf(i.Word), CrSource.Of(i));

    public static void CrLogic(RegionContext c, in DecodedInstruction i)
    {
        (int a, int b, int t) = (Field.Ba(i.Word), Field.Bb(i.Word), Field.Bt(i.Word));
        if (!c.IsNeeded(Resources.Cr(t >> 2)))
            return;
        c.Registers.LoadCr(t >> 2);
        c.Registers.LoadCr(a >> 2);
        c.Registers.LoadCr(b >> 2);
        c.Int(i.Immediate).Call(CombineBits);
        c.Registers.StoreCr(t >> 2);
    }

    public static void Mcrf(RegionContext c, in DecodedInstruction i)
    {
        if (!c.Registers.IsComparison(Field.Bfa(i.Word)))
            c.Registers.MoveCr(Field.Bfa(i.Word), Field.Bf(i.Word));
    }

    /// <summary>Fields that have changed are stored first, then one call reads all eight.</summary>
    public static void Mfcr(RegionContext c, in DecodedInstruction i)
    {
        for (int n = 0; n < 8; n++)
        {
            if ((c.Changed & Resources.Cr(n)) == 0)
                continue;
            c.Il.Field(Offsets.Cr(n));
            c.Registers.LoadCr(n);
            c.Op(OpCodes.Stind_I8);
        }

        c.Op(RegionMethod.State).Call(RegionCalls.ReadCrMethod).To(i.T);
    }

    public static void Mtcrf(RegionContext c, in DecodedInstruction i)
    {
        for (int n = 0; n < 8; n++)
        {
            if ((Field.Fxm(i.Word) & (0x80u >> n)) == 0 || !c.IsNeeded(Resources.Cr(n)))
                continue;
            c.Gpr(i.T).Int((uint)(28 - (4 * n))).Op(OpCodes.Shr_Un).Int(0xf).Op(OpCodes.And).Call(Encode);
            c.Registers.StoreCr(n);
        }
    }

    /// <summary>XER[SO,OV,CA] go to a field, and are cleared.</summary>
    public static void Mcrxr(RegionContext c, in DecodedInstruction i)
    {
        const int fromSo = 61 - 3, fromOv = 2, fromCa = 1;
        c.Il.LoadField(Offsets.XerSo, typeof(long)).Int(fromSo).Op(OpCodes.Shr_Un, OpCodes.Conv_U4);
        c.Il.LoadField(Offsets.XerOv, typeof(uint)).Int(fromOv).Op(OpCodes.Shl, OpCodes.Or);
        c.Resource(Resources.CaNumber).Int(fromCa).Op(OpCodes.Shl, OpCodes.Or).Call(Encode);
        c.Registers.StoreCr(Field.Bf(i.Word));
        c.Il.Field(Offsets.XerSo).Long(0).Op(OpCodes.Stind_I8);
        c.Il.Field(Offsets.XerOv).Int(0).Op(OpCodes.Stind_I4);
        c.Int(0).ToResource(Resources.CaNumber);
    }

    /// <summary>A trap whose condition holds leaves the region, and the interpreter takes the exception.</summary>
    public static void Trap(RegionContext c, in DecodedInstruction i)
    {
        Label leave = c.Ways.ExitHere(ExitReason.Step);
        ReadOnlySpan<(int Bit, OpCode Branch)> tests =
        [
            (16, OpCodes.Blt), (8, OpCodes.Bgt), (4, OpCodes.Beq), (2, OpCodes.Blt_Un), (1, OpCodes.Bgt_Un),
        ];
        foreach ((int bit, OpCode branch) in tests)
        {
            if ((i.T & bit) == 0)
                continue;
            c.Gpr(i.A);
            if (i.Code == ColdCode.Twi)
                c.Int(i.Immediate);
            else
                c.Gpr(i.B);
            c.Il.Branch(branch, leave);
        }
    }
}
