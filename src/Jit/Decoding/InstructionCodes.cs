using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>
/// The code of each instruction: the instruction itself, one that several instructions share, or that of the
/// interpreter.
/// </summary>
internal static class InstructionCodes
{
    /// <summary>Instructions that are another one with other operands, or have no effect here.</summary>
    private static readonly (Op Op, Op Code)[] Shared =
    [
        (Op.Addis, Op.Addi),
        (Op.Oris, Op.Ori),
        (Op.Xoris, Op.Xori),
        (Op.AndisRecord, Op.AndiRecord),
        (Op.Crand, Codes.CrLogic),
        (Op.Crandc, Codes.CrLogic),
        (Op.Creqv, Codes.CrLogic),
        (Op.Crnand, Codes.CrLogic),
        (Op.Crnor, Codes.CrLogic),
        (Op.Cror, Codes.CrLogic),
        (Op.Crorc, Codes.CrLogic),
        (Op.Crxor, Codes.CrLogic),
        (Op.Sync, Codes.Nop),
        (Op.Isync, Codes.Nop),
        (Op.Eieio, Codes.Nop),
        (Op.Dcbt, Codes.Nop),
        (Op.Dcbtst, Codes.Nop),
        (Op.Icbt, Codes.Nop),
        (Op.Dcbf, Codes.Touch),
        (Op.Dcbst, Codes.Touch),
        (Op.Icbi, Codes.Touch),
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

    private static readonly Op[] ByOp = FindAll();

    /// <summary>What the interpreter executes always.</summary>
    public static IReadOnlyList<Op> LeftToTheInterpreter => Interpreted;

    /// <summary>The code of an instruction.</summary>
    public static Op Of(Op op) => ByOp[(int)op];

    private static Op[] FindAll()
    {
        Op[] codes = new Op[Codes.Instructions];
        for (int n = 0; n < codes.Length; n++)
            codes[n] = HalfwordForms.Of((Op)n) is null ? (Op)n : Codes.Halfword;
        foreach (Op op in Interpreted)
            codes[(int)op] = Codes.Interpret;
        foreach ((Op op, Op code) in Shared)
            codes[(int)op] = code;
        return codes;
    }
}
