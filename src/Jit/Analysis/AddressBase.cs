using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// The registers from which an access computes its address, whatever its displacement; loads and stores apart, since
/// their tables are.
/// </summary>
/// <param name="IsStore">Whether it stores.</param>
/// <param name="A">First register.</param>
/// <param name="B">Second register, or <see cref="DecodedInstruction.Zero"/> for none.</param>
internal sealed record AddressBase(bool IsStore, byte A, byte B)
{
    /// <summary>Its registers, as resources.</summary>
    public ulong Registers => Resources.Gpr(A) | (B == DecodedInstruction.Zero ? 0 : Resources.Gpr(B));

    /// <summary>What a listing calls a local of it.</summary>
    public string NameOf(string what) =>
        $"{what}{(IsStore ? "W" : "R")}{(int)A}{(B == DecodedInstruction.Zero ? "" : $"_{(int)B}")}";

    /// <summary>The base of a plain access; null for other instructions, and for addresses without a register.</summary>
    public static AddressBase? Of(in DecodedInstruction i) => i.Traits.IsPlainAccess ? OfOperands(i) : null;

    /// <summary>The base of an instruction that computes an address, as plain accesses and <c>dcbz</c> do; null for none.</summary>
    public static AddressBase? OfOperands(in DecodedInstruction i)
    {
        bool store = i.Traits.UsesWriteTable;
        if (!i.IsIndexed)
            return i.A == DecodedInstruction.Zero ? null : new AddressBase(store, i.A, DecodedInstruction.Zero);
        return i.A == DecodedInstruction.Zero
            ? new AddressBase(store, i.B, DecodedInstruction.Zero)
            : new AddressBase(store, i.A, i.B);
    }
}
