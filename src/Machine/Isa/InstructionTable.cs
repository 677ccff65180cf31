namespace PpcJit.Machine.Isa;

/// <summary>
/// The instructions of the PowerPC 405, one line each: the single source of the decoder, the disassembler, the dispatch
/// of the engines and the generators of random code.
/// <para>
/// A pattern shows the 32 bits from the most significant on. <c>0 1</c> select the instruction. <c>/</c> is reserved:
/// assemblers write 0 and the processor ignores it. Letters name fields; those of general-purpose registers also say
/// how the register is used:
/// </para>
/// <code>
/// t rT written   u rT read and written   s rS read   b rB read
/// a rA read      d rA written            x rA read and written   z rA read, where register number 0 means the value 0
/// o OE  c Rc  l LK  A AA, each of which adds its suffix to the mnemonic: o . l a
/// I SI (signed)  U UI (unsigned)  D displacement  B branch displacement in words
/// H SH   N NB   M MB   E ME   T TO   O BO   C BI   F BF   G BFA   p BT   q BA   r BB
/// S number of an SPR, TBR or DCR   X FXM   W WS   V the E of wrteei
/// </code>
/// <para>
/// The syntax names the operands in assembler order.
/// </para>
/// <para>
/// Reserved bits are ignored because the user's manual says so (PPC405 Core User's Manual, 9.2): a wrong bit in a
/// defined field makes an instruction illegal, but a set bit in a reserved field only makes its form invalid, and the
/// processor executes invalid forms without an illegal-instruction exception. Such words are met in practice: lwsync
/// and the hints of later architectures run on the 405 as what they were made from. The same holds for the other
/// invalid forms (lwzu with rA = 0, BO values that mean nothing). Floating-point instructions are absent: without an
/// FPU they are illegal.
/// </para>
/// </summary>
public static partial class InstructionTable
{
    private static readonly InstructionRow[] All = [.. Integer(), .. Control(), .. Storage(), .. System()];
    private static readonly InstructionRow IllegalRow = new(
        Op.Illegal, "//////// //////// //////// ////////", ".long", "", InstructionFlags.EndsBlock);

    private static readonly InstructionRow[] ByOp = Index();

    /// <summary>All lines, in the table's order.</summary>
    public static ReadOnlySpan<InstructionRow> Rows => All;

    /// <summary>
    /// The line of <paramref name="op"/>; for <see cref="Op.Illegal"/>, one that ends a block and is not among
    /// <see cref="Rows"/>.
    /// </summary>
    public static InstructionRow Row(Op op) => ByOp[(int)op];

    private static InstructionRow[] Index()
    {
        InstructionRow[] index = new InstructionRow[All.Length + 1];
        index[0] = IllegalRow;
        foreach (InstructionRow row in All)
            index[(int)row.Op] = row;
        return index;
    }
}
