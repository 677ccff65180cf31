using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Emitting;

/// <summary>The page of the last access with a base, kept in IL locals: the next one is in the same page more often than not.</summary>
/// <param name="tag">Effective address of the page, or a value from which no address is near.</param>
/// <param name="addend">What to add to an effective address in the page.</param>
internal sealed class HeldPage(LocalBuilder tag, LocalBuilder addend)
{
    /// <summary>A tag from which no address is near.</summary>
    public const long NoPage = 1L << 40;

    /// <summary>So much must a block do with a base, a byte counting 1 and more 2, that finding its page once is less work.</summary>
    private const int RepeatedWeight = 5;

    /// <summary>Accesses that lie farther apart, in bytes, are mostly in different pages.</summary>
    private const int MaxSpread = 2048;

    public LocalBuilder Tag => tag;

    public LocalBuilder Addend => addend;

    /// <summary>Whether the locals are looked at before the region has set them, so that it must begin with no page.</summary>
    public bool IsCarried { get; init; }

    /// <summary>Whether the present block has set the locals since the base was loaded.</summary>
    public bool IsSet { get; set; }

    /// <summary>
    /// Finds the bases that are worth it: those of loops, where the page found in one turn serves the next ones, and those with many accesses in a block.
    /// Single bytes that are passed one after the other are not: their look-up needs no test for the page's end, and nothing waits for it. Nor are places
    /// all over a large table, or wherever a pointer leads that was itself loaded.
    /// </summary>
    public static Dictionary<AddressBase, HeldPage> Find(RegionPlan plan, IlWriter il)
    {
        HashSet<AddressBase> carried = [];
        HashSet<AddressBase> repeated = [];
        foreach (RegionBlock block in plan.Blocks)
        {
            Dictionary<AddressBase, int> accesses = [];
            for (int n = 0; n < block.Instructions.Length; n++)
            {
                ref DecodedInstruction decoded = ref block.Instructions[n];
                if (AddressBase.Of(decoded) is not { } address)
                    continue;
                bool isByte = decoded.Traits.Size == 1;
                if (block.AddressSpread(n) is <= MaxSpread and { } spread && (spread > 0 || !isByte))
                    carried.Add(address);
                accesses[address] = accesses.GetValueOrDefault(address) + (isByte ? 1 : 2);
                if (accesses[address] > RepeatedWeight)
                    repeated.Add(address);
            }
        }

        Dictionary<AddressBase, HeldPage> held = [];
        repeated.UnionWith(carried);
        foreach (AddressBase address in repeated)
        {
            held[address] = new HeldPage(il.DeclareLocal(typeof(long), () => address.NameOf("page")), il.DeclareLocal(typeof(long), () => address.NameOf("addend")))
            {
                IsCarried = carried.Contains(address),
            };
        }

        return held;
    }

    /// <summary>Whether an access of a loop goes to places that depend on what it loads and lie far from each other.</summary>
    public static bool IsScattered(RegionBlock block, int index) => block.AddressSpread(index) > MaxSpread;
}
