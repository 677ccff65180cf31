using PpcJit.Jit.Cold;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Regions;

/// <summary>
/// A loop without branches inside that passes through memory in constant steps. How many turns stay in the pages that are held can be computed before, so
/// such a loop is emitted twice: with a look at the page for each access, and without. A turn of the first kind goes on with as many as possible of the second.
/// </summary>
/// <param name="Block">The loop's instructions as a block of its own, in which accesses with the swept bases cannot fail.</param>
/// <param name="Bases">The bases whose accesses need not be looked at.</param>
internal sealed record Sweep(RegionBlock Block, IReadOnlyList<SweptBase> Bases)
{
    /// <summary>Longer steps, in bytes, leave the page too soon, and so do accesses that lie farther apart.</summary>
    private const int Most = 1024;

    /// <summary>Whether the accesses with a base need no look at their page.</summary>
    public bool Covers(AddressBase address)
    {
        foreach (SweptBase swept in Bases)
        {
            if (swept.Address == address)
                return true;
        }

        return false;
    }

    /// <summary>Finds out whether a block closes such a loop; if so, adds the copy without looks to the block's successors.</summary>
    /// <param name="last">The block.</param>
    /// <param name="blockAt">The blocks of the region by the index in the page of their first instruction.</param>
    public static Sweep? Add(RegionBlock last, RegionBlock?[] blockAt)
    {
        if (CopyLoop(last, blockAt) is not { } copy)
            return null;
        Steps steps = new(copy);
        if (!steps.AreKnown || !EndsByCounting(copy, steps))
            return null;
        List<SweptBase> bases = FindBases(copy, steps);
        if (bases.Count == 0)
            return null;
        Sweep sweep = new(copy, bases);
        for (int n = 0; n < copy.Uses.Length; n++)
        {
            if (AddressBase.Of(copy.Instructions[n]) is { } address && sweep.Covers(address))
                copy.Uses[n] = copy.Uses[n] with { MayExit = false };
        }

        copy.Successors.AddRange(last.Successors);
        copy.Successors.Add(copy);
        copy.IsSwept = true;
        copy.Sweep = sweep;
        last.Successors.Add(copy);
        return sweep;
    }

    /// <summary>
    /// The loop that a block closes, as one block; null where there is none without branches. It can be entered in the middle, which divides it into several.
    /// </summary>
    private static RegionBlock? CopyLoop(RegionBlock last, RegionBlock?[] blockAt)
    {
        if (last.End != BlockEnd.Branch || last.Successors.Find(successor => successor.First <= last.First) is not { } head)
            return null;
        List<DecodedInstruction> instructions = [];
        List<ResourceUse> uses = [];
        for (RegionBlock? block = head; ; block = blockAt[block.Next])
        {
            if (block is null || (block != last && block.End != BlockEnd.FallsThrough))
                return null;
            instructions.AddRange(block.Instructions);
            uses.AddRange(block.Uses);
            if (block == last)
                return new RegionBlock { First = head.First, Instructions = [.. instructions], Uses = [.. uses], End = BlockEnd.Branch };
        }
    }

    /// <summary>Whether it is CTR or a register that moves in steps that ends the loop: one that waits for a certain value in memory seldom has many turns.</summary>
    private static bool EndsByCounting(RegionBlock block, Steps steps)
    {
        ref DecodedInstruction last = ref block.Instructions[^1];
        if (last.Code == ColdCode.B || (Field.Bo(last.Word) & 4) == 0)
            return true;
        ulong field = Resources.Cr(Field.Bi(last.Word) >> 2);
        for (int n = block.Instructions.Length - 2; n >= 0; n--)
        {
            if ((block.Uses[n].Writes & field) != 0)
                return CrSource.Of(block.Instructions[n]) is { IsComparison: true } source && steps.Know(source.Registers);
        }

        return false;
    }

    private static List<SweptBase> FindBases(RegionBlock block, Steps steps)
    {
        Dictionary<AddressBase, (int Lowest, int End)> found = [];
        HashSet<AddressBase> refused = [];
        Span<int> moved = stackalloc int[Steps.Registers];
        moved.Clear();
        for (int n = 0; n < block.Instructions.Length; n++)
        {
            ref DecodedInstruction decoded = ref block.Instructions[n];
            if (AddressBase.Of(decoded) is { } address)
            {
                long lowest = (long)moved[address.A] + moved[address.B] + (RegionEmitter.IsIndexed(decoded.Code) ? 0 : (int)decoded.Immediate);
                long end = lowest + SizeOf(decoded.Code);
                if (found.TryGetValue(address, out (int Lowest, int End) known))
                    (lowest, end) = (Math.Min(lowest, known.Lowest), Math.Max(end, known.End));
                if (decoded.StoresBesideCode || !steps.Know(address.Registers) || Math.Abs(lowest) > int.MaxValue / 2 || end - lowest > Most
                    || Math.Abs((long)steps.Of(address)) > Most)
                    refused.Add(address);
                else
                    found[address] = ((int)lowest, (int)end);
            }

            if (Steps.Step(decoded) is { } step)
                moved[step.Register] += step.Amount;
        }

        List<SweptBase> bases = [];
        foreach ((AddressBase address, (int lowest, int end)) in found)
        {
            if (!refused.Contains(address))
                bases.Add(new SweptBase(address, lowest, end - lowest, steps.Of(address)));
        }

        return bases;
    }

    private static int SizeOf(ColdCode code) => code switch
    {
        (>= ColdCode.Lbz and <= ColdCode.Lbzux) or (>= ColdCode.Stb and <= ColdCode.Stbux) => 1,
        (>= ColdCode.Lhz and <= ColdCode.Lhaux) or (>= ColdCode.Sth and <= ColdCode.Sthux) or ColdCode.Lhbrx or ColdCode.Sthbrx => 2,
        _ => 4,
    };

    /// <summary>By how much each register moves in a turn, as far as that is known: it is not where something else is written.</summary>
    private readonly struct Steps
    {
        /// <summary>The general purpose registers, and what stands for none.</summary>
        public const int Registers = DecodedInstruction.Zero + 1;

        private readonly int[] _steps = new int[Registers];
        private readonly ulong _unknown;

        public Steps(RegionBlock block)
        {
            AreKnown = true;
            for (int n = 0; n < block.Instructions.Length; n++)
            {
                ref DecodedInstruction decoded = ref block.Instructions[n];
                ulong writes = block.Uses[n].Writes & (Resources.Gpr(Resources.FirstCr) - 1);
                if (Step(decoded) is { } step)
                {
                    _steps[step.Register] += step.Amount;
                    writes &= ~Resources.Gpr(step.Register);
                }

                _unknown |= writes;

                // Translation may change behind these.
                AreKnown &= decoded.Code is < ColdCode.Tlbwe or > ColdCode.Sc;
            }
        }

        /// <summary>False when the loop does what may change translation.</summary>
        public bool AreKnown { get; }

        public bool Know(ulong registers) => (registers & _unknown) == 0;

        public int Of(AddressBase address) => _steps[address.A] + _steps[address.B];

        /// <summary>The register that an instruction moves by a constant; null for other instructions.</summary>
        public static (int Register, int Amount)? Step(in DecodedInstruction i) => i.Code switch
        {
            ColdCode.Addi or ColdCode.Addic or ColdCode.AddicRecord when i.A == i.T => (i.T, (int)i.Immediate),
            ColdCode.Lbzu or ColdCode.Lhzu or ColdCode.Lhau or ColdCode.Lwzu or ColdCode.Stbu or ColdCode.Sthu or ColdCode.Stwu => (i.A, (int)i.Immediate),
            _ => null,
        };
    }
}

/// <summary>A base whose accesses move in constant steps.</summary>
/// <param name="Address">The base.</param>
/// <param name="Lowest">What to add to its registers, as they are when a turn begins, for the lowest byte that the turn touches.</param>
/// <param name="Span">Number of bytes from there to the highest byte, both included.</param>
/// <param name="Step">By how many bytes the next turn is farther; may be negative or 0.</param>
internal sealed record SweptBase(AddressBase Address, int Lowest, int Span, int Step);
