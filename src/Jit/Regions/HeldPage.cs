using System.Reflection.Emit;
using PpcJit.Jit.Cold;

namespace PpcJit.Jit.Regions;

/// <summary>The page of the last access with a base, kept in IL locals: the next one is in the same page more often than not.</summary>
/// <param name="tag">Effective address of the page, or a value from which no address is near.</param>
/// <param name="addend">What to add to an effective address in the page.</param>
internal sealed class HeldPage(LocalBuilder tag, LocalBuilder addend)
{
    /// <summary>A tag from which no address is near.</summary>
    public const long NoPage = 1L << 40;

    /// <summary>So much must a block do with a base, a byte counting 1 and more 2, that finding its page once is less work.</summary>
    private const int RepeatedWeight = 5;

    public LocalBuilder Tag => tag;

    public LocalBuilder Addend => addend;

    /// <summary>Whether the locals are looked at before the region has set them, so that it must begin with no page.</summary>
    public bool IsCarried { get; init; }

    /// <summary>Whether the present block has set the locals since the base was loaded.</summary>
    public bool IsSet { get; set; }

    /// <summary>
    /// Finds the bases that are worth it: those of loops, where the page found in one turn serves the next ones, and those with many accesses in a block.
    /// Single bytes that are passed one after the other are not: their look-up needs no test for the page's end, and nothing waits for it.
    /// </summary>
    public static Dictionary<AddressBase, HeldPage> Find(RegionPlan plan, IlWriter il)
    {
        ulong loaded = 0, written = 0;
        foreach (RegionBlock block in plan.Blocks)
        {
            for (int n = 0; n < block.Instructions.Length; n++)
            {
                loaded |= Loaded(block.Instructions[n]);
                written |= block.Uses[n].Writes;
            }
        }

        HashSet<AddressBase> carried = [];
        HashSet<AddressBase> repeated = [];
        foreach (RegionBlock block in plan.Blocks)
        {
            Dictionary<AddressBase, int> accesses = [];
            foreach (ref DecodedInstruction decoded in block.Instructions.AsSpan())
            {
                if (AddressBase.Of(decoded) is not { } address)
                    continue;
                bool isLoaded = (address.Registers & loaded) != 0;

                // A base that comes from memory, as when a list is followed, has its page with it. An index into a table may: the table stays.
                bool follows = isLoaded && (address.Registers & ~written) == 0;
                if (block.InLoop && !follows && (isLoaded || !IsByte(decoded.Code)))
                    carried.Add(address);
                accesses[address] = accesses.GetValueOrDefault(address) + (IsByte(decoded.Code) ? 1 : 2);
                if (accesses[address] > RepeatedWeight)
                    repeated.Add(address);
            }
        }

        Dictionary<AddressBase, HeldPage> held = [];
        repeated.UnionWith(carried);
        foreach (AddressBase address in repeated)
        {
            held[address] = new HeldPage(il.DeclareLocal(typeof(long), () => NameOf(address, "page")), il.DeclareLocal(typeof(long), () => NameOf(address, "addend")))
            {
                IsCarried = carried.Contains(address),
            };
        }

        return held;
    }

    private static bool IsByte(ColdCode code) =>
        code is ColdCode.Lbz or ColdCode.Lbzu or ColdCode.Lbzx or ColdCode.Lbzux or ColdCode.Stb or ColdCode.Stbu or ColdCode.Stbx or ColdCode.Stbux;

    /// <summary>The register that an instruction loads from memory, as a resource.</summary>
    public static ulong Loaded(in DecodedInstruction i) => i.Code switch
    {
        >= ColdCode.Lbz and <= ColdCode.Lwarx => Resources.Gpr(i.T),
        ColdCode.Lmw => ulong.MaxValue << i.T & (Resources.Gpr(32) - 1),
        _ => 0,
    };

    private static string NameOf(AddressBase address, string what) =>
        $"{what}{(address.IsStore ? "W" : "R")}{address.A}{(address.B == DecodedInstruction.Zero ? "" : $"_{address.B}")}";
}
