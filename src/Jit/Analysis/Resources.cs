using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// The registers that a region keeps in IL locals, as bits of a set: r0 to r31, the eight CR fields, LR, CTR and CA.
/// Which of them an instruction reads and writes, the instruction table's effects say.
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
        InstructionRow row = InstructionTable.Row(decoded.Op);
        return new ResourceUse(
            row.GprsRead(word) | Fields(row.CrFieldsRead(word)) | Specials(row.SpecialsRead(word)),
            row.GprsWritten(word) | Fields(row.CrFieldsWritten(word)) | Specials(row.SpecialsWritten(word)),
            decoded.Traits.MayExit);
    }

    /// <summary>CR fields as resources, from a set with CR0 in bit 7.</summary>
    private static ulong Fields(uint set)
    {
        ulong fields = 0;
        for (int n = 0; n < 8; n++)
            fields |= (set & (0x80u >> n)) != 0 ? Cr(n) : 0;
        return fields;
    }

    /// <summary>LR, CTR and CA as resources. The rest of XER is never kept in a local.</summary>
    private static ulong Specials(SpecialSet set) =>
        ((set & SpecialSet.Lr) != 0 ? Lr : 0) | ((set & SpecialSet.Ctr) != 0 ? Ctr : 0) | ((set & SpecialSet.Ca) != 0 ? Ca : 0);
}

/// <summary>What an instruction does with resources.</summary>
/// <param name="Reads">Whose values it needs.</param>
/// <param name="Writes">Which it changes.</param>
/// <param name="MayExit">
/// Whether it may leave the region before it completes, so that all that was changed before is needed.
/// </param>
internal readonly record struct ResourceUse(ulong Reads, ulong Writes, bool MayExit);
