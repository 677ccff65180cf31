using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// The page of the last access with a base, cached in IL locals: the next access is in the same page more often than
/// not.
/// </summary>
/// <param name="tag">Effective address of the page, negated, or a value that leads from no address near 0.</param>
/// <param name="addend">What to add to an effective address in the page.</param>
internal sealed class CachedPage(LocalBuilder tag, LocalBuilder addend)
{
    /// <summary>A tag that leads from no address near 0.</summary>
    public const long NoPage = 1L << 40;

    /// <summary>
    /// Accesses that lie farther apart, in bytes, are mostly in different pages. <c>hash</c> of bench/Compare takes 5 % longer
    /// with 512, which saves <c>compress</c> 3 %, and 1 % longer with 8,192.
    /// </summary>
    private const int MaxSpread = 2048;

    /// <summary>
    /// Local for the page's effective address, negated: the host adds into another register, but subtracts into the same.
    /// </summary>
    public LocalBuilder Tag => tag;

    /// <summary>Local for what to add to an effective address in the page.</summary>
    public LocalBuilder Addend => addend;

    /// <summary>Whether the present block has set the locals since the base was loaded.</summary>
    public bool IsSet { get; set; }

    /// <summary>
    /// Finds the bases that are worth it: those of loops, where the page found in one turn serves the next ones. Single
    /// bytes that are passed one after the other are not: their look-up needs no test for the page's end, and nothing
    /// waits for it. Nor are places all over a large table, or wherever a pointer leads that was itself loaded; nor bases
    /// with many accesses in straight code, as frames on the stack: without them <c>records</c> and <c>recursion</c> of
    /// bench/Compare take 1.5 and 3.7 % less time.
    /// </summary>
    /// <param name="plan">The region.</param>
    /// <param name="il">Where the locals are declared.</param>
    /// <param name="storesOnly">Whether loads find their pages in another way.</param>
    public static Dictionary<AddressBase, CachedPage> Find(RegionPlan plan, IlWriter il, bool storesOnly)
    {
        Dictionary<AddressBase, CachedPage> cached = [];
        foreach (RegionBlock block in plan.Blocks)
        {
            for (int n = 0; n < block.Instructions.Length; n++)
            {
                ref DecodedInstruction decoded = ref block.Instructions[n];
                if (block.BaseOf(n) is not { } address || (storesOnly && !address.IsStore) || cached.ContainsKey(address) || block.IsFoundBefore(n)
                    || block.AddressSpread(n) is not (<= MaxSpread and { } spread) || (spread == 0 && decoded.Traits.Size == 1))
                    continue;
                LocalBuilder tag = il.DeclareLocal(typeof(long), () => address.NameOf("page"));
                LocalBuilder addend = il.DeclareLocal(typeof(long), () => address.NameOf("addend"));
                cached[address] = new CachedPage(tag, addend);
            }
        }

        return cached;
    }

    /// <summary>
    /// Whether an access of a loop goes to places that depend on what it loads and lie far from each other.
    /// </summary>
    public static bool IsScattered(RegionBlock block, int index) => block.AddressSpread(index) > MaxSpread;
}
