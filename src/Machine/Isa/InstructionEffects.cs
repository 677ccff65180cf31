namespace PpcJit.Machine.Isa;

/// <summary>
/// Which registers an instruction word reads and writes, as the letters of its line say. The sets are never too small,
/// and too large only where they depend on more than the word (lswx, stswx, instructions that fault) and for invalid
/// forms (lmw and string loads over their own address registers).
/// </summary>
public static class InstructionEffects
{
    private const int XerNumber = 1, LrNumber = 8, CtrNumber = 9; // As SPRs.
    private const uint AllGprs = uint.MaxValue, AllCrFields = 0xff, Cr0 = 0x80;

    /// <summary>The general-purpose registers read, bit n for rn.</summary>
    public static uint GprsRead(this InstructionRow row, uint word)
    {
        ArgumentNullException.ThrowIfNull(row);
        uint set = row.Is(InstructionFlags.Multiple) && row.Is(InstructionFlags.Store) ? Run(row.Op, word) : 0;
        foreach (OperandField field in row.Fields)
        {
            int register = (int)field.Extract(word);
            if (field.Letter is 's' or 'u' or 'a' or 'x' or 'b' || (field.Letter == 'z' && register != 0))
                set |= 1u << register;
        }

        return set;
    }

    /// <summary>The general-purpose registers of which a load, a store or a cache operation makes its address, bit n for rn.</summary>
    public static uint GprsOfAddress(this InstructionRow row, uint word)
    {
        ArgumentNullException.ThrowIfNull(row);
        uint set = 0;
        foreach (OperandField field in row.Fields)
        {
            int register = (int)field.Extract(word);
            if (field.Letter is 'x' or 'b' || (field.Letter == 'z' && register != 0))
                set |= 1u << register;
        }

        return set;
    }

    /// <summary>The general-purpose registers written, bit n for rn.</summary>
    public static uint GprsWritten(this InstructionRow row, uint word)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Is(InstructionFlags.Multiple) && row.Is(InstructionFlags.Load))
            return Run(row.Op, word);
        uint set = 0;
        foreach (OperandField field in row.Fields)
            if (field.Letter is 't' or 'u' or 'd' or 'x')
                set |= 1u << (int)field.Extract(word);
        return set;
    }

    /// <summary>
    /// The fields of CR on which the result depends, CR0 in bit 7 as in mtcrf's FXM. A field of which only one bit is
    /// replaced counts as read.
    /// </summary>
    public static uint CrFieldsRead(this InstructionRow row, uint word)
    {
        ArgumentNullException.ThrowIfNull(row);
        const int ignoreCondition = 0x10; // BO[0]
        uint set = row.Op == Op.Mfcr ? AllCrFields : 0;
        foreach (OperandField field in row.Fields)
        {
            int value = (int)field.Extract(word);
            if (field.Letter == 'G')
                set |= Cr0 >> value;
            else if (field.Letter is 'p' or 'q' or 'r' || (field.Letter == 'C' && (Field.Bo(word) & ignoreCondition) == 0))
                set |= Cr0 >> (value >> 2);
        }

        return set;
    }

    /// <summary>The fields of CR that are written, wholly or in part, CR0 in bit 7 as in mtcrf's FXM.</summary>
    public static uint CrFieldsWritten(this InstructionRow row, uint word)
    {
        ArgumentNullException.ThrowIfNull(row);
        uint set = row.Is(InstructionFlags.AlwaysRecords) ? Cr0 : 0;
        foreach (OperandField field in row.Fields)
        {
            int value = (int)field.Extract(word);
            set |= field.Letter switch
            {
                'F' => Cr0 >> value,
                'p' => Cr0 >> (value >> 2),
                'X' => (uint)value,
                'c' => value != 0 ? Cr0 : 0,
                _ => 0,
            };
        }

        return set;
    }

    /// <summary>LR, CTR and the parts of XER on which the result depends.</summary>
    public static SpecialSet SpecialsRead(this InstructionRow row, uint word)
    {
        ArgumentNullException.ThrowIfNull(row);
        SpecialSet set = row.Is(InstructionFlags.ReadsCa) ? SpecialSet.Ca : SpecialSet.None;
        if (CountsDown(row, word))
            set |= SpecialSet.Ctr;
        return set | row.Op switch
        {
            Op.Bclr => SpecialSet.Lr,
            Op.Bcctr => SpecialSet.Ctr,
            Op.Mfspr => SetOf(Field.Spr(word)),
            Op.Mcrxr => SpecialSet.Ca | SpecialSet.Overflow,
            _ => SpecialSet.None,
        };
    }

    /// <summary>LR, CTR and the parts of XER that are written.</summary>
    public static SpecialSet SpecialsWritten(this InstructionRow row, uint word)
    {
        ArgumentNullException.ThrowIfNull(row);
        SpecialSet set = row.Is(InstructionFlags.WritesCa) ? SpecialSet.Ca : SpecialSet.None;
        if (row.TryGetField('l', out _) && Field.Lk(word))
            set |= SpecialSet.Lr;
        if (row.TryGetField('o', out _) && Field.Oe(word))
            set |= SpecialSet.Overflow;
        if (CountsDown(row, word))
            set |= SpecialSet.Ctr;
        return set | row.Op switch
        {
            Op.Mtspr => SetOf(Field.Spr(word)),
            Op.Mcrxr => SpecialSet.Ca | SpecialSet.Overflow,
            _ => SpecialSet.None,
        };
    }

    private static bool CountsDown(InstructionRow row, uint word)
    {
        const int keepCtr = 4; // BO[2]
        return row.TryGetField('O', out _) && (Field.Bo(word) & keepCtr) == 0;
    }

    private static SpecialSet SetOf(int spr) => spr switch
    {
        LrNumber => SpecialSet.Lr,
        CtrNumber => SpecialSet.Ctr,
        XerNumber => SpecialSet.Ca | SpecialSet.Overflow,
        _ => SpecialSet.None,
    };

    /// <summary>The run of registers of a multiple or string instruction, which wraps from r31 to r0.</summary>
    private static uint Run(Op op, uint word)
    {
        int first = Field.Rt(word);
        if (op is Op.Lswx or Op.Stswx)
            return AllGprs; // As many as XER[TBC] says.
        if (op is Op.Lmw or Op.Stmw)
            return AllGprs << first;
        int bytes = Field.Sh(word) == 0 ? 32 : Field.Sh(word);
        uint set = 0;
        for (int i = 0; i < (bytes + 3) / 4; i++)
            set |= 1u << ((first + i) & 31);
        return set;
    }
}
