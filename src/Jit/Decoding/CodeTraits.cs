using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Decoding;

/// <summary>
/// What the finder, the analysis and the emitters ask about a code.
/// </summary>
/// <param name="Code">The code.</param>
/// <param name="Kind">What it does in general.</param>
/// <param name="Size">Bytes of storage that it accesses with one register, or as a block; 0 for none.</param>
/// <param name="Flags">More properties.</param>
/// <param name="Result">The field that names the register of its result, which a record form compares with zero.</param>
internal sealed record CodeTraits(
    Op Code, CodeKind Kind, int Size = 0, CodeFlags Flags = CodeFlags.None, ResultField Result = ResultField.None)
{
    private static readonly CodeTraits?[] ByCode = CodeTable.Index();

    /// <summary>Whether the address is the sum of two registers, not of a register and a displacement.</summary>
    public bool IsIndexed => Flags.HasFlag(CodeFlags.Indexed);

    /// <summary>Whether the effective address is written back to rA.</summary>
    public bool Updates => Flags.HasFlag(CodeFlags.Update);

    /// <summary>Whether what is loaded is extended by its sign.</summary>
    public bool IsSigned => Flags.HasFlag(CodeFlags.Signed);

    /// <summary>Whether the bytes are in the order opposite to the processor's own.</summary>
    public bool IsByteReversed => Flags.HasFlag(CodeFlags.ByteReversed);

    /// <summary>
    /// Whether a region may be left before it completes: it may fault, or the interpreter must do it in some states.
    /// </summary>
    public bool MayExit => Flags.HasFlag(CodeFlags.MayExit);

    /// <summary>Whether the next instruction is not, or not always, the one that follows in memory.</summary>
    public bool EndsBlock => Flags.HasFlag(CodeFlags.EndsBlock);

    /// <summary>Whether XER[SO] may change.</summary>
    public bool WritesSo => Flags.HasFlag(CodeFlags.WritesSo);

    /// <summary>Whether it goes through the read side of the soft page tables.</summary>
    public bool UsesReadTable =>
        Kind is CodeKind.Load or CodeKind.LoadReserved or CodeKind.LoadMultiple or CodeKind.LoadString or CodeKind.Touch;

    /// <summary>Whether it goes through the write side of the soft page tables.</summary>
    public bool UsesWriteTable =>
        Kind is CodeKind.Store or CodeKind.StoreConditional or CodeKind.StoreMultiple or CodeKind.StoreString or CodeKind.ClearBlock;

    /// <summary>Whether it is an access of one register without a reservation.</summary>
    public bool IsPlainAccess => Kind is CodeKind.Load or CodeKind.Store;

    /// <summary>Those of all codes.</summary>
    public static IEnumerable<CodeTraits> All => ByCode.OfType<CodeTraits>();

    /// <summary>The properties of a code.</summary>
    public static CodeTraits Of(Op code) => ByCode[(int)code]!;
}
