using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>
/// The code of each instruction: the one of the same name, or one that several instructions share. An instruction that
/// has none must be among those that are left to the interpreter on purpose, or the engine does not start.
/// </summary>
internal static class InstructionCodes
{
    /// <summary>Instructions that are another one with other operands, or have no effect here.</summary>
    private static readonly Dictionary<Op, ColdCode> Shared = new()
    {
        [Op.Addis] = ColdCode.Addi,
        [Op.Oris] = ColdCode.Ori,
        [Op.Xoris] = ColdCode.Xori,
        [Op.AndisRecord] = ColdCode.AndiRecord,
        [Op.Crand] = ColdCode.CrLogic,
        [Op.Crandc] = ColdCode.CrLogic,
        [Op.Creqv] = ColdCode.CrLogic,
        [Op.Crnand] = ColdCode.CrLogic,
        [Op.Crnor] = ColdCode.CrLogic,
        [Op.Cror] = ColdCode.CrLogic,
        [Op.Crorc] = ColdCode.CrLogic,
        [Op.Crxor] = ColdCode.CrLogic,
        [Op.Sync] = ColdCode.Nop,
        [Op.Isync] = ColdCode.Nop,
        [Op.Eieio] = ColdCode.Nop,
        [Op.Dcbt] = ColdCode.Nop,
        [Op.Dcbtst] = ColdCode.Nop,
        [Op.Icbt] = ColdCode.Nop,
        [Op.Dcbf] = ColdCode.Touch,
        [Op.Dcbst] = ColdCode.Touch,
        [Op.Icbi] = ColdCode.Touch,
        [Op.StwcxRecord] = ColdCode.Stwcx,
    };

    /// <summary>What the interpreter executes always.</summary>
    private static readonly HashSet<Op> Interpreted =
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

    private static readonly ColdCode[] ByOp = [.. Enum.GetValues<Op>().Select(Find)];
    private static readonly ColdCode[] ByOverflowOp = [.. Enum.GetValues<Op>().Select(FindOverflow)];

    /// <summary>What the interpreter executes always.</summary>
    public static IReadOnlySet<Op> LeftToTheInterpreter => Interpreted;

    /// <summary>The code of an instruction.</summary>
    public static ColdCode Of(Op op) => ByOp[(int)op];

    /// <summary>The code of its form that sets XER[OV].</summary>
    public static ColdCode OfOverflow(Op op) => ByOverflowOp[(int)op];

    /// <exception cref="InvalidOperationException">The instruction is forgotten.</exception>
    private static ColdCode Find(Op op)
    {
        if (Interpreted.Contains(op))
            return ColdCode.Interpret;
        if (HalfwordForms.Of(op) is not null)
            return ColdCode.Halfword;
        if (Shared.TryGetValue(op, out ColdCode shared))
            return shared;
        return Enum.TryParse(op.ToString(), out ColdCode named)
            ? named
            : throw new InvalidOperationException($"{op} has no code, and is not left to the interpreter on purpose.");
    }

    private static ColdCode FindOverflow(Op op)
    {
        if (!InstructionTable.Row(op).TryGetField('o', out _))
            return ColdCode.Interpret;
        if (HalfwordForms.Of(op) is not null)
            return ColdCode.Halfwordo;
        return Enum.TryParse($"{op}o", out ColdCode named) ? named : throw new InvalidOperationException($"{op}o has no code.");
    }
}
