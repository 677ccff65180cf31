using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// The registers that a region keeps in IL locals, as bits of a set: r0 to r31, the eight CR fields, LR, CTR and CA. Which of them an instruction reads
/// and writes follows from the letters of its line in the instruction table.
/// </summary>
internal static class Resources
{
    public const int FirstCr = 32;
    public const int LrNumber = 40;
    public const int CtrNumber = 41;
    public const int CaNumber = 42;
    public const int Count = 43;

    public const ulong Lr = 1ul << LrNumber;
    public const ulong Ctr = 1ul << CtrNumber;
    public const ulong Ca = 1ul << CaNumber;
    public const ulong AllCr = 0xfful << FirstCr;
    public const ulong AllGprs = (1ul << FirstCr) - 1;

    public static ulong Gpr(int number) => 1ul << number;

    public static ulong Cr(int field) => 1ul << (FirstCr + field);

    /// <summary>What a listing calls a resource.</summary>
    public static string NameOf(int resource) => resource switch
    {
        < FirstCr => $"r{resource}",
        < LrNumber => $"cr{resource - FirstCr}",
        LrNumber => "lr",
        CtrNumber => "ctr",
        _ => "ca",
    };

    /// <summary>What an instruction does with resources.</summary>
    public static ResourceUse Of(in DecodedInstruction decoded)
    {
        uint word = decoded.Word;
        InstructionRow row = Decoder.Row(Decoder.Decode(word));
        ulong reads = 0, writes = 0;
        foreach (OperandField operand in row.Fields)
        {
            switch (operand.Letter)
            {
                case 't': writes |= Gpr(Field.Rt(word)); break;
                case 'u': writes |= Gpr(Field.Rt(word)); reads |= Gpr(Field.Rt(word)); break;
                case 's': reads |= Gpr(Field.Rs(word)); break;
                case 'b': reads |= Gpr(Field.Rb(word)); break;
                case 'a': reads |= Gpr(Field.Ra(word)); break;
                case 'd': writes |= Gpr(Field.Ra(word)); break;
                case 'x': reads |= Gpr(Field.Ra(word)); writes |= Gpr(Field.Ra(word)); break;
                case 'z': reads |= Field.Ra(word) != 0 ? Gpr(Field.Ra(word)) : 0; break;
                case 'c': writes |= Field.Rc(word) ? Cr(0) : 0; break;
                case 'l': writes |= Field.Lk(word) ? Lr : 0; break;
            }
        }

        if (row.Is(InstructionFlags.ReadsCa))
            reads |= Ca;
        if (row.Is(InstructionFlags.WritesCa))
            writes |= Ca;
        if (row.Is(InstructionFlags.AlwaysRecords))
            writes |= Cr(0);
        AddSpecial(decoded, ref reads, ref writes);
        return new ResourceUse(reads, writes, MayExit(decoded.Code));
    }

    private static bool MayExit(ColdCode code) => code is
        (>= ColdCode.Lbz and <= ColdCode.Dcbz) or ColdCode.Divw or ColdCode.Divwu or ColdCode.Tw or ColdCode.Twi
        or ColdCode.Mfmsr or ColdCode.Wrteei or ColdCode.Wrtee or (>= ColdCode.Tlbwe and <= ColdCode.Sc) or ColdCode.MfWord or ColdCode.MtWord;

    private static void AddSpecial(in DecodedInstruction decoded, ref ulong reads, ref ulong writes)
    {
        uint word = decoded.Word;
        switch (decoded.Code)
        {
            case ColdCode.Cmp or ColdCode.Cmpi or ColdCode.Cmpl or ColdCode.Cmpli:
                writes |= Cr(Field.Bf(word));
                break;
            case ColdCode.CrLogic:
                reads |= Cr(Field.Ba(word) >> 2) | Cr(Field.Bb(word) >> 2) | Cr(Field.Bt(word) >> 2);
                writes |= Cr(Field.Bt(word) >> 2);
                break;
            case ColdCode.Mcrf:
                reads |= Cr(Field.Bfa(word));
                writes |= Cr(Field.Bf(word));
                break;
            case ColdCode.Mfcr:
                reads |= AllCr;
                break;
            case ColdCode.Mtcrf:
                for (int n = 0; n < 8; n++)
                    writes |= (Field.Fxm(word) & (0x80u >> n)) != 0 ? Cr(n) : 0;
                break;
            case ColdCode.Bc or ColdCode.Bclr or ColdCode.Bcctr:
                if ((Field.Bo(word) & 16) == 0)
                    reads |= Cr(Field.Bi(word) >> 2);
                if ((Field.Bo(word) & 4) == 0)
                    (reads, writes) = (reads | Ctr, writes | Ctr);
                if (decoded.Code == ColdCode.Bclr)
                    reads |= Lr;
                if (decoded.Code == ColdCode.Bcctr)
                    reads |= Ctr;
                break;
            case ColdCode.MfXer: reads |= Ca; break;
            case ColdCode.MtXer: writes |= Ca; break;
            case ColdCode.Mflr: reads |= Lr; break;
            case ColdCode.Mtlr: writes |= Lr; break;
            case ColdCode.Mfctr: reads |= Ctr; break;
            case ColdCode.Mtctr: writes |= Ctr; break;
            case ColdCode.Lmw:
                for (int r = decoded.T; r < 32; r++)
                    writes |= Gpr(r);
                break;
            case ColdCode.Stmw:
                for (int r = decoded.T; r < 32; r++)
                    reads |= Gpr(r);
                break;
        }
    }
}

/// <summary>What an instruction does with resources.</summary>
/// <param name="Reads">Whose values it needs.</param>
/// <param name="Writes">Which it changes.</param>
/// <param name="MayExit">Whether it may leave the region before it completes, so that all that was changed before is needed.</param>
internal readonly record struct ResourceUse(ulong Reads, ulong Writes, bool MayExit);
