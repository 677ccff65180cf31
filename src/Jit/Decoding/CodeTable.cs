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
        new(Codes.Undecoded, CodeKind.Marker),
        new(Codes.PageEnd, CodeKind.Marker),
        new(Codes.Interpret, CodeKind.Marker),
        new(Codes.Nop, As: Op.Sync),
        new(Codes.Li, CodeKind.Arithmetic, As: Op.Addi),
        new(Op.Addi, CodeKind.Arithmetic),
        new(Op.Addic, CodeKind.Arithmetic),
        new(Op.AddicRecord, CodeKind.Arithmetic),
        new(Op.Subfic, CodeKind.Arithmetic),
        new(Op.Mulli, CodeKind.Arithmetic),
        new(Op.Add, CodeKind.Arithmetic),
        new(Op.Addc, CodeKind.Arithmetic),
        new(Op.Adde, CodeKind.Arithmetic),
        new(Op.Addze, CodeKind.Arithmetic),
        new(Op.Addme, CodeKind.Arithmetic),
        new(Op.Subf, CodeKind.Arithmetic),
        new(Op.Subfc, CodeKind.Arithmetic),
        new(Op.Subfe, CodeKind.Arithmetic),
        new(Op.Subfze, CodeKind.Arithmetic),
        new(Op.Neg, CodeKind.Arithmetic),
        new(Op.Subfme, CodeKind.Arithmetic),
        new(Op.Mullw, CodeKind.Multiply),
        new(Op.Mulhw, CodeKind.Multiply),
        new(Op.Mulhwu, CodeKind.Multiply),
        new(Codes.Halfword, CodeKind.MultiplyAccumulate, As: Op.Macchw),
        new(Op.Divw, CodeKind.Divide, Flags: MayExit),
        new(Op.Divwu, CodeKind.Divide, Flags: MayExit),
        new(Op.And, CodeKind.Logical),
        new(Op.Andc, CodeKind.Logical),
        new(Op.AndiRecord, CodeKind.Logical),
        new(Op.Nand, CodeKind.Logical),
        new(Op.Nor, CodeKind.Logical),
        new(Op.Or, CodeKind.Logical),
        new(Op.Orc, CodeKind.Logical),
        new(Op.Ori, CodeKind.Logical),
        new(Op.Xor, CodeKind.Logical),
        new(Op.Xori, CodeKind.Logical),
        new(Op.Eqv, CodeKind.Logical),
        new(Op.Dlmzb, Flags: RecordsOtherwise),
        new(Op.Rlwnm, CodeKind.ShiftByRegister),
        new(Op.Slw, CodeKind.ShiftByRegister),
        new(Op.Srw, CodeKind.ShiftByRegister),
        new(Op.Sraw, CodeKind.ShiftByRegister),
        new(Op.Cmp, CodeKind.Compare),
        new(Op.Cmpi, CodeKind.Compare),
        new(Op.Cmpl, CodeKind.Compare),
        new(Op.Cmpli, CodeKind.Compare),
        new(Codes.CrLogic, As: Op.Crand),
        new(Op.Mcrxr, Flags: WritesSo),
        new(Op.Tw, CodeKind.Trap),
        new(Op.Twi, CodeKind.Trap),
        new(Op.Lwarx, CodeKind.LoadReserved),
        new(Op.Lmw, CodeKind.LoadMultiple),
        new(Op.Lswi, CodeKind.LoadString),
        new(Op.StwcxRecord, CodeKind.StoreConditional),
        new(Op.Stmw, CodeKind.StoreMultiple),
        new(Op.Stswi, CodeKind.StoreString),
        new(Codes.Touch, CodeKind.Touch, As: Op.Dcbf, Flags: MayExit, Size: 1),
        new(Op.Dcbz, CodeKind.ClearBlock, Size: 32),
        new(Codes.MfWord, As: Op.Mfspr, Flags: MayExit),
        new(Codes.MtWord, As: Op.Mtspr, Flags: MayExit),
        new(Codes.Mflr, As: Op.Mfspr),
        new(Codes.Mfctr, As: Op.Mfspr),
        new(Codes.MfXer, As: Op.Mfspr),
        new(Codes.Mtlr, As: Op.Mtspr),
        new(Codes.Mtctr, As: Op.Mtspr),
        new(Codes.MtXer, As: Op.Mtspr, Flags: WritesSo),
        new(Op.Tlbwe, CodeKind.Context),
        new(Codes.MtPid, CodeKind.Context, As: Op.Mtspr, Flags: MayExit),
        new(Op.Mtmsr, CodeKind.Context, Flags: EndsBlock),
        new(Op.Rfi, CodeKind.Context),
        new(Op.Sc, CodeKind.Context, Flags: MayExit),
    ];

    /// <summary>Gives the properties in the order of their codes; null where there is no code.</summary>
    /// <exception cref="InvalidOperationException">A code has two lines.</exception>
    public static CodeTraits?[] Index()
    {
        CodeRow?[] rows = new CodeRow?[(int)Codes.Overflow];
        foreach (CodeRow row in Rows)
        {
            ref CodeRow? place = ref rows[(int)row.Code];
            place = place is null ? row : throw new InvalidOperationException($"{Codes.NameOf(row.Code)} has two lines.");
        }

        for (int n = 1; n < Codes.Instructions; n++)
        {
            if (InstructionCodes.Of((Op)n) == (Op)n)
                rows[n] ??= new CodeRow((Op)n);
        }

        CodeTraits?[] traits = new CodeTraits?[Codes.Limit];
        foreach (CodeRow? row in rows)
        {
            if (row is null)
                continue;
            CodeTraits complete = Complete(row);
            traits[(int)row.Code] = complete;
            if (row.Kind != CodeKind.Marker && InstructionTable.Row(InstructionOf(row)).TryGetField('o', out _))
            {
                Op overflow = row.Code | Codes.Overflow;
                traits[(int)overflow] = complete with { Code = overflow, Flags = complete.Flags | WritesSo };
            }
        }

        return traits;
    }

    private static Op InstructionOf(CodeRow row) => row.As == Op.Illegal ? row.Code : row.As;

    /// <summary>Adds to a line what the instruction table says.</summary>
    private static CodeTraits Complete(CodeRow row)
    {
        if (row.Kind == CodeKind.Marker)
            return new CodeTraits(row.Code, CodeKind.Marker);
        InstructionRow instruction = InstructionTable.Row(InstructionOf(row));
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
        Op Code, CodeKind Kind = CodeKind.Plain, Op As = Op.Illegal, CodeFlags Flags = None, int Size = 0);
}
