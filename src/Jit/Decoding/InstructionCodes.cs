using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>
/// The code of each instruction: the one of the same name, or one that several instructions share. An instruction that
/// has none must be among those that are left to the interpreter on purpose, or the engine does not start.
/// </summary>
internal static class InstructionCodes
{
    /// <summary>Instructions that are another one with other operands, or have no effect here.</summary>
    private static readonly (Op Op, ColdCode Code)[] Shared =
    [
        (Op.Addis, ColdCode.Addi),
        (Op.Oris, ColdCode.Ori),
        (Op.Xoris, ColdCode.Xori),
        (Op.AndisRecord, ColdCode.AndiRecord),
        (Op.Crand, ColdCode.CrLogic),
        (Op.Crandc, ColdCode.CrLogic),
        (Op.Creqv, ColdCode.CrLogic),
        (Op.Crnand, ColdCode.CrLogic),
        (Op.Crnor, ColdCode.CrLogic),
        (Op.Cror, ColdCode.CrLogic),
        (Op.Crorc, ColdCode.CrLogic),
        (Op.Crxor, ColdCode.CrLogic),
        (Op.Sync, ColdCode.Nop),
        (Op.Isync, ColdCode.Nop),
        (Op.Eieio, ColdCode.Nop),
        (Op.Dcbt, ColdCode.Nop),
        (Op.Dcbtst, ColdCode.Nop),
        (Op.Icbt, ColdCode.Nop),
        (Op.Dcbf, ColdCode.Touch),
        (Op.Dcbst, ColdCode.Touch),
        (Op.Icbi, ColdCode.Touch),
        (Op.StwcxRecord, ColdCode.Stwcx),
    ];

    /// <summary>What the interpreter executes always.</summary>
    private static readonly Op[] Interpreted =
    [
        Op.Illegal,

        // The special register decides.
        Op.Mfspr, Op.Mtspr,

        // Devices may answer, and what they do may interrupt.
        Op.Mfdcr, Op.Mtdcr,

        // XER says how many registers they use.
        Op.Lswx, Op.Stswx,

        // Kernels execute them a few times: at start, for a critical interrupt, for a debugger.
        Op.Rfci, Op.Tlbia, Op.Tlbre, Op.Tlbsx, Op.Dcba, Op.Dcbi, Op.Dccci, Op.Dcread, Op.Iccci, Op.Icread,
    ];

    private static readonly ColdCode[] ByOp = FindAll();
    private static readonly ColdCode[] ByOverflowOp = FindAllOverflow();

    /// <summary>What the interpreter executes always.</summary>
    public static IReadOnlyList<Op> LeftToTheInterpreter => Interpreted;

    /// <summary>The code of an instruction.</summary>
    public static ColdCode Of(Op op) => ByOp[(int)op];

    /// <summary>The code of its form that sets XER[OV].</summary>
    public static ColdCode OfOverflow(Op op) => ByOverflowOp[(int)op];

    // Every process comes here before its first guest instruction. The runtime has no code ahead of time for collections
    // of enumerations, so there are only arrays, and names.
    /// <exception cref="InvalidOperationException">An instruction is forgotten.</exception>
    private static ColdCode[] FindAll()
    {
        string[] names = Enum.GetNames<Op>();
        ColdCode[] codes = new ColdCode[names.Length];
        foreach (Op op in Interpreted)
            codes[(int)op] = ColdCode.Interpret;
        foreach ((Op op, ColdCode code) in Shared)
            codes[(int)op] = code;
        for (int n = 0; n < codes.Length; n++)
        {
            if (codes[n] != ColdCode.Undecoded)
                continue;
            if (HalfwordForms.Of((Op)n) is not null)
                codes[n] = ColdCode.Halfword;
            else if (CodeNames.TryFind(names[n], out ColdCode named))
                codes[n] = named;
            else
                throw new InvalidOperationException($"{names[n]} has no code, and is not left to the interpreter on purpose.");
        }

        return codes;
    }

    private static ColdCode[] FindAllOverflow()
    {
        string[] names = Enum.GetNames<Op>();
        ColdCode[] codes = new ColdCode[names.Length];
        for (int n = 0; n < codes.Length; n++)
        {
            if (!InstructionTable.Row((Op)n).TryGetField('o', out _))
                codes[n] = ColdCode.Interpret;
            else if (HalfwordForms.Of((Op)n) is not null)
                codes[n] = ColdCode.Halfwordo;
            else if (CodeNames.TryFind(names[n] + 'o', out ColdCode named))
                codes[n] = named;
            else
                throw new InvalidOperationException($"{names[n]}o has no code.");
        }

        return codes;
    }
}
