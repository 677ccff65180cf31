using PpcJit.Machine.Isa;
using static PpcJit.Jit.Decoding.CodeFlags;

namespace PpcJit.Jit.Decoding;

/// <summary>
/// The properties of all codes. Most follow from the line of their instruction in the instruction table: what is
/// accessed, how the address is made, which register has the result. A code has a line here only for what does not.
/// </summary>
internal static class CodeTable
{
    private static readonly CodeRow[] Rows =
    [
        new(ColdCode.Undecoded, CodeKind.Marker),
        new(ColdCode.PageEnd, CodeKind.Marker),
        new(ColdCode.Interpret, CodeKind.Marker),
        new(ColdCode.Nop, CodeKind.Nop, As: Op.Sync),
        new(ColdCode.Li, CodeKind.Arithmetic, As: Op.Addi),
        new(ColdCode.Addi, CodeKind.Arithmetic),
        new(ColdCode.Addic, CodeKind.Arithmetic),
        new(ColdCode.AddicRecord, CodeKind.Arithmetic),
        new(ColdCode.Subfic, CodeKind.Arithmetic),
        new(ColdCode.Mulli, CodeKind.Arithmetic),
        new(ColdCode.Add, CodeKind.Arithmetic),
        new(ColdCode.Addc, CodeKind.Arithmetic),
        new(ColdCode.Adde, CodeKind.Arithmetic),
        new(ColdCode.Addze, CodeKind.Arithmetic),
        new(ColdCode.Addme, CodeKind.Arithmetic),
        new(ColdCode.Subf, CodeKind.Arithmetic),
        new(ColdCode.Subfc, CodeKind.Arithmetic),
        new(ColdCode.Subfe, CodeKind.Arithmetic),
        new(ColdCode.Subfze, CodeKind.Arithmetic),
        new(ColdCode.Neg, CodeKind.Arithmetic),
        new(ColdCode.Subfme, CodeKind.Arithmetic),
        new(ColdCode.Addo, CodeKind.Arithmetic, As: Op.Add, Flags: WritesSo),
        new(ColdCode.Addco, CodeKind.Arithmetic, As: Op.Addc, Flags: WritesSo),
        new(ColdCode.Addeo, CodeKind.Arithmetic, As: Op.Adde, Flags: WritesSo),
        new(ColdCode.Addzeo, CodeKind.Arithmetic, As: Op.Addze, Flags: WritesSo),
        new(ColdCode.Addmeo, CodeKind.Arithmetic, As: Op.Addme, Flags: WritesSo),
        new(ColdCode.Subfo, CodeKind.Arithmetic, As: Op.Subf, Flags: WritesSo),
        new(ColdCode.Subfco, CodeKind.Arithmetic, As: Op.Subfc, Flags: WritesSo),
        new(ColdCode.Subfeo, CodeKind.Arithmetic, As: Op.Subfe, Flags: WritesSo),
        new(ColdCode.Subfzeo, CodeKind.Arithmetic, As: Op.Subfze, Flags: WritesSo),
        new(ColdCode.Subfmeo, CodeKind.Arithmetic, As: Op.Subfme, Flags: WritesSo),
        new(ColdCode.Nego, CodeKind.Arithmetic, As: Op.Neg, Flags: WritesSo),
        new(ColdCode.Mullw, CodeKind.Multiply),
        new(ColdCode.Mullwo, CodeKind.Multiply, As: Op.Mullw, Flags: WritesSo),
        new(ColdCode.Mulhw, CodeKind.Multiply),
        new(ColdCode.Mulhwu, CodeKind.Multiply),
        new(ColdCode.Halfword, CodeKind.MultiplyAccumulate, As: Op.Macchw),
        new(ColdCode.Halfwordo, CodeKind.MultiplyAccumulate, As: Op.Macchw, Flags: WritesSo),
        new(ColdCode.Divw, CodeKind.Divide, Flags: MayExit),
        new(ColdCode.Divwu, CodeKind.Divide, Flags: MayExit),
        new(ColdCode.Divwo, CodeKind.Divide, As: Op.Divw, Flags: MayExit | WritesSo),
        new(ColdCode.Divwuo, CodeKind.Divide, As: Op.Divwu, Flags: MayExit | WritesSo),
        new(ColdCode.And, CodeKind.Logical),
        new(ColdCode.Andc, CodeKind.Logical),
        new(ColdCode.AndiRecord, CodeKind.Logical),
        new(ColdCode.Nand, CodeKind.Logical),
        new(ColdCode.Nor, CodeKind.Logical),
        new(ColdCode.Or, CodeKind.Logical),
        new(ColdCode.Orc, CodeKind.Logical),
        new(ColdCode.Ori, CodeKind.Logical),
        new(ColdCode.Xor, CodeKind.Logical),
        new(ColdCode.Xori, CodeKind.Logical),
        new(ColdCode.Eqv, CodeKind.Logical),
        new(ColdCode.Extsb, CodeKind.Extend),
        new(ColdCode.Extsh, CodeKind.Extend),
        new(ColdCode.Cntlzw, CodeKind.Extend),
        new(ColdCode.Dlmzb, CodeKind.Extend, Flags: RecordsOtherwise),
        new(ColdCode.Rlwimi, CodeKind.ShiftByConstant),
        new(ColdCode.Rlwinm, CodeKind.ShiftByConstant),
        new(ColdCode.Srawi, CodeKind.ShiftByConstant),
        new(ColdCode.Rlwnm, CodeKind.ShiftByRegister),
        new(ColdCode.Slw, CodeKind.ShiftByRegister),
        new(ColdCode.Srw, CodeKind.ShiftByRegister),
        new(ColdCode.Sraw, CodeKind.ShiftByRegister),
        new(ColdCode.Cmp, CodeKind.Compare),
        new(ColdCode.Cmpi, CodeKind.Compare),
        new(ColdCode.Cmpl, CodeKind.Compare),
        new(ColdCode.Cmpli, CodeKind.Compare),
        new(ColdCode.CrLogic, CodeKind.Condition, As: Op.Crand),
        new(ColdCode.Mcrf, CodeKind.Condition),
        new(ColdCode.Mcrxr, CodeKind.Condition, Flags: WritesSo),
        new(ColdCode.Mtcrf, CodeKind.Condition),
        new(ColdCode.Mfcr, CodeKind.Condition),
        new(ColdCode.Tw, CodeKind.Trap),
        new(ColdCode.Twi, CodeKind.Trap),
        new(ColdCode.B, CodeKind.Branch),
        new(ColdCode.Bc, CodeKind.Branch),
        new(ColdCode.Bcctr, CodeKind.Branch),
        new(ColdCode.Bclr, CodeKind.Branch),
        new(ColdCode.Lwarx, CodeKind.LoadReserved),
        new(ColdCode.Lmw, CodeKind.LoadMultiple),
        new(ColdCode.Lswi, CodeKind.LoadString),
        new(ColdCode.Stwcx, CodeKind.StoreConditional, As: Op.StwcxRecord),
        new(ColdCode.Stmw, CodeKind.StoreMultiple),
        new(ColdCode.Stswi, CodeKind.StoreString),
        new(ColdCode.Touch, CodeKind.Touch, As: Op.Dcbf, Flags: MayExit, Size: 1),
        new(ColdCode.Dcbz, CodeKind.ClearBlock, Size: 32),
        new(ColdCode.Mfmsr, CodeKind.Special),
        new(ColdCode.MfWord, CodeKind.Special, As: Op.Mfspr, Flags: MayExit),
        new(ColdCode.Wrteei, CodeKind.Special),
        new(ColdCode.Wrtee, CodeKind.Special),
        new(ColdCode.MtWord, CodeKind.Special, As: Op.Mtspr, Flags: MayExit),
        new(ColdCode.Tlbsync, CodeKind.Special),
        new(ColdCode.Mftb, CodeKind.Special),
        new(ColdCode.Mflr, CodeKind.Special, As: Op.Mfspr),
        new(ColdCode.Mfctr, CodeKind.Special, As: Op.Mfspr),
        new(ColdCode.MfXer, CodeKind.Special, As: Op.Mfspr),
        new(ColdCode.Mtlr, CodeKind.Special, As: Op.Mtspr),
        new(ColdCode.Mtctr, CodeKind.Special, As: Op.Mtspr),
        new(ColdCode.MtXer, CodeKind.Special, As: Op.Mtspr, Flags: WritesSo),
        new(ColdCode.Tlbwe, CodeKind.Context),
        new(ColdCode.MtPid, CodeKind.Context, As: Op.Mtspr, Flags: MayExit),
        new(ColdCode.Mtmsr, CodeKind.Context, Flags: EndsBlock),
        new(ColdCode.Rfi, CodeKind.Context),
        new(ColdCode.Sc, CodeKind.Context, Flags: MayExit),
    ];

    /// <summary>Gives the properties in the order of their codes.</summary>
    /// <exception cref="InvalidOperationException">
    /// A code has two lines, or none and no instruction of its name.
    /// </exception>
    public static CodeTraits[] Index()
    {
        CodeRow?[] rows = new CodeRow?[CodeNames.Count];
        foreach (CodeRow row in Rows)
        {
            ref CodeRow? place = ref rows[(int)row.Code];
            place = place is null ? row : throw new InvalidOperationException($"{row.Code} has two lines.");
        }

        CodeTraits[] traits = new CodeTraits[rows.Length];
        for (int n = 0; n < traits.Length; n++)
            traits[n] = Complete(rows[n] ?? new CodeRow((ColdCode)n));
        return traits;
    }

    /// <summary>Adds to a line what the instruction table says.</summary>
    private static CodeTraits Complete(CodeRow row)
    {
        if (row.Kind == CodeKind.Marker)
            return new CodeTraits(row.Code, CodeKind.Marker);
        Op op = row.As;
        if (op == Op.Illegal && !CodeNames.TryFind(CodeNames.Of(row.Code), out op))
            throw new InvalidOperationException($"{row.Code} is no instruction, and no line says what it is.");
        InstructionRow instruction = InstructionTable.Row(op);
        bool accesses = instruction.Is(InstructionFlags.Load | InstructionFlags.Store | InstructionFlags.CacheOp);
        CodeFlags flags = row.Flags;
        if (accesses && instruction.TryGetField('b', out _))
            flags |= Indexed;
        if (instruction.Is(InstructionFlags.Update))
            flags |= Update;
        if (instruction.Is(InstructionFlags.Signed))
            flags |= Signed;
        if (instruction.Is(InstructionFlags.Reversed))
            flags |= ByteReversed;
        if (instruction.Is(InstructionFlags.EndsBlock))
            flags |= EndsBlock;
        if (instruction.Is(InstructionFlags.Load | InstructionFlags.Store | InstructionFlags.Privileged | InstructionFlags.Traps))
            flags |= MayExit;
        int size = row.Size != 0 ? row.Size : SizeOf(instruction);
        return new CodeTraits(row.Code, KindOf(row, instruction), size, flags, ResultOf(instruction, flags));
    }

    private static CodeKind KindOf(CodeRow row, InstructionRow instruction) =>
        row.Kind != CodeKind.Plain ? row.Kind
        : instruction.Is(InstructionFlags.Load) ? CodeKind.Load
        : instruction.Is(InstructionFlags.Store) ? CodeKind.Store
        : CodeKind.Plain;

    private static int SizeOf(InstructionRow instruction) =>
        instruction.Is(InstructionFlags.ByteSized) ? 1
        : instruction.Is(InstructionFlags.HalfSized) ? 2
        : instruction.Is(InstructionFlags.WordSized) ? 4
        : 0;

    /// <summary>
    /// Where the result is. The registers of a multiple access have several, and that which an update changes is none.
    /// </summary>
    private static ResultField ResultOf(InstructionRow instruction, CodeFlags flags)
    {
        if (flags.HasFlag(RecordsOtherwise) || instruction.Is(InstructionFlags.Multiple))
            return ResultField.None;
        if (instruction.TryGetField('t', out _) || instruction.TryGetField('u', out _))
            return ResultField.T;
        bool isA = instruction.TryGetField('d', out _) || (instruction.TryGetField('x', out _) && !flags.HasFlag(Update));
        return isA ? ResultField.A : ResultField.None;
    }

    /// <summary>What the instruction table does not say of a code.</summary>
    /// <param name="Code">The code.</param>
    /// <param name="Kind">What it does in general; plain accesses need not say so.</param>
    /// <param name="As">The instruction whose line says the rest; none for the one of the same name.</param>
    /// <param name="Flags">More properties.</param>
    /// <param name="Size">Bytes of an access of another size than one register has.</param>
    private sealed record CodeRow(
        ColdCode Code, CodeKind Kind = CodeKind.Plain, Op As = Op.Illegal, CodeFlags Flags = None, int Size = 0);
}
