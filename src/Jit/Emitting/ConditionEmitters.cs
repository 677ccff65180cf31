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
    // A field as CrField encodes it: LT and SO are in bits 61 to 63, GT and EQ in the others.
    private const long LtAndSo = 7L << 61;
    private const long GtIsSet = 1L << 33;
    private const long GtIsClear = 1L << 60;

    private static readonly MethodInfo Encode = typeof(CrField).GetMethod(nameof(CrField.Encode))!;

    public static void Compare(RegionContext c, in DecodedInstruction i) =>
        c.Registers.Compare(Field.Bf(i.Word), CrSource.Of(i));

    public static void CrLogic(RegionContext c, in DecodedInstruction i)
    {
        (int field, int bit) = (Field.Bt(i.Word) >> 2, Field.Bt(i.Word) & 3);
        if (!c.IsNeeded(Resources.Cr(field)))
            return;
        PushLogic(c, i);
        c.Il.Store(c.Scratch);
        c.Registers.LoadCr(field);
        c.Il.Store(c.Wide);
        switch (bit)
        {
            case 0: PushWithLt(c); break;
            case 1: PushWithGtAndEq(c, 1); break;
            case 2: PushWithGtAndEq(c, 2); break;
            default: PushWithSo(c); break;
        }

        c.Registers.StoreCr(field);
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
            if (i.Code == Op.Twi)
                c.Int(i.Immediate);
            else
                c.Gpr(i.B);
            c.Il.Branch(branch, leave);
        }
    }

    /// <summary>Pushes 0 or 1: what a CR logical instruction makes of its source bits.</summary>
    private static void PushLogic(RegionContext c, in DecodedInstruction i)
    {
        (int a, int b) = (Field.Ba(i.Word), Field.Bb(i.Word));

        // Compilers clear and set bits so; what the bit was is not looked at.
        if (a == b && i.Op is Op.Crxor or Op.Crandc)
        {
            c.Int(0);
            return;
        }

        if (a == b && i.Op is Op.Creqv or Op.Crorc)
        {
            c.Int(1);
            return;
        }

        PushBit(c, a);
        PushBit(c, b);
        if (i.Op is Op.Crandc or Op.Crorc)
            c.Int(1).Op(OpCodes.Xor);
        c.Op(i.Op switch
        {
            Op.Crand or Op.Crandc or Op.Crnand => OpCodes.And,
            Op.Cror or Op.Crorc or Op.Crnor => OpCodes.Or,
            _ => OpCodes.Xor,
        });
        if (i.Op is Op.Crnand or Op.Crnor or Op.Creqv)
            c.Int(1).Op(OpCodes.Xor);
    }

    /// <summary>Pushes a CR bit as 0 or 1.</summary>
    private static void PushBit(RegionContext c, int bit)
    {
        int field = bit >> 2;
        switch (bit & 3)
        {
            case 0:
                c.Registers.PushCr(field);
                c.Int(63).Op(OpCodes.Shr_Un, OpCodes.Conv_U4);
                break;
            case 1:
                c.Registers.PushCr(field);
                PushGt(c);
                break;
            case 2:
                c.Registers.PushCr(field);
                PushEq(c);
                break;
            default:
                c.Registers.LoadCr(field);
                c.Il.Store(c.Wide);
                PushSo(c);
                break;
        }
    }

    /// <summary>GT of the field on the stack.</summary>
    private static void PushGt(RegionContext c) => c.Int(3).Op(OpCodes.Shl).Il.Long(0).Op(OpCodes.Cgt);

    /// <summary>EQ of the field on the stack.</summary>
    private static void PushEq(RegionContext c) => c.Op(OpCodes.Conv_U4).Int(0).Op(OpCodes.Ceq);

    /// <summary>SO of the field in <see cref="RegionContext.Wide"/>.</summary>
    private static void PushSo(RegionContext c) => c.Il.Load(c.Wide).Load(c.Wide).Int(1)
        .Op(OpCodes.Shr, OpCodes.Xor).Int(61).Op(OpCodes.Shr_Un, OpCodes.Conv_U4).Int(1).Op(OpCodes.And);

    // These push the field in Wide with one bit as Scratch says.

    /// <summary>Where LT differs, it changes with bits 61 and 62, whose difference is SO.</summary>
    private static void PushWithLt(RegionContext c) => c.Il.Load(c.Wide)
        .Load(c.Wide).Int(63).Op(OpCodes.Shr_Un, OpCodes.Conv_U4).Load(c.Scratch).Op(OpCodes.Xor, OpCodes.Conv_U8, OpCodes.Neg)
        .Long(LtAndSo).Op(OpCodes.And, OpCodes.Xor);

    /// <summary>Where SO differs, bit 61 changes.</summary>
    private static void PushWithSo(RegionContext c)
    {
        PushSo(c);
        c.Il.Load(c.Scratch).Op(OpCodes.Xor, OpCodes.Conv_U8).Int(61).Op(OpCodes.Shl).Load(c.Wide).Op(OpCodes.Xor);
    }

    /// <summary>A comparison's GT and EQ share their bits: both are made anew.</summary>
    private static void PushWithGtAndEq(RegionContext c, int changed)
    {
        c.Il.Load(c.Wide).Long(LtAndSo).Op(OpCodes.And).Long(GtIsClear);
        if (changed == 1)
        {
            c.Il.Load(c.Scratch);
        }
        else
        {
            c.Il.Load(c.Wide);
            PushGt(c);
        }

        c.Op(OpCodes.Conv_U8, OpCodes.Neg).Il.Long(GtIsClear ^ GtIsSet).Op(OpCodes.And, OpCodes.Xor, OpCodes.Or);
        if (changed == 2)
        {
            c.Il.Load(c.Scratch);
        }
        else
        {
            c.Il.Load(c.Wide);
            PushEq(c);
        }

        c.Int(1).Op(OpCodes.Xor, OpCodes.Conv_U8, OpCodes.Or);
    }
}
