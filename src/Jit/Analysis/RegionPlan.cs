using System.Reflection.Emit;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Profiles;

namespace PpcJit.Jit.Analysis;

/// <summary>How a block of a region ends.</summary>
internal enum BlockEnd
{
    /// <summary>The next block follows, in the region or outside.</summary>
    FallsThrough,

    /// <summary>A branch, conditional or not, is its last instruction.</summary>
    Branch,

    /// <summary>The instruction after it must be executed by the interpreter.</summary>
    Step,
}

/// <summary>A straight run of instructions of a region.</summary>
internal sealed class RegionBlock
{
    /// <summary>Index in the page of the first instruction.</summary>
    public required int First { get; init; }

    /// <summary>The instructions.</summary>
    public required DecodedInstruction[] Instructions { get; init; }

    /// <summary>What each instruction does with resources.</summary>
    public required ResourceUse[] Uses { get; init; }

    /// <summary>How it ends.</summary>
    public required BlockEnd End { get; init; }

    /// <summary>Index in the page of the instruction after the last.</summary>
    public int Next => First + Instructions.Length;

    /// <summary>Where its IL begins.</summary>
    public Label Label { get; set; }

    /// <summary>Predecessors inside the region.</summary>
    public List<RegionBlock> Predecessors { get; } = [];

    /// <summary>Successors inside the region.</summary>
    public List<RegionBlock> Successors { get; } = [];

    /// <summary>Where the function begins that the call at its end goes to, if the region has it; null otherwise.</summary>
    public RegionBlock? Callee { get; set; }

    /// <summary>The blocks after such calls to which the return at its end may go.</summary>
    public List<RegionBlock> Returns { get; } = [];

    /// <summary>The blocks to which the bcctr at its end was seen to go, by address.</summary>
    public List<RegionBlock> JumpTargets { get; } = [];

    /// <summary>Number in reverse postorder: an edge to a block with a number that is not higher closes a loop.</summary>
    public int Order { get; set; }

    /// <summary>Instructions on the longest path from here to where the budget is checked again.</summary>
    public int LongestPath { get; set; }

    /// <summary>The block after it for whose instructions it charges the budget too; null for none.</summary>
    public RegionBlock? Ahead { get; set; }

    /// <summary>Whether the block before it has charged for its instructions.</summary>
    public bool IsCharged { get; set; }

    /// <summary>Instructions for which the budget has been charged when the block begins: its own, and those of <see cref="Ahead"/>.</summary>
    public int Charged => Instructions.Length + (Ahead?.Charged ?? 0);

    /// <summary>
    /// Resources that may differ from the state when the block begins: they are what a way out has to store.
    /// </summary>
    public ulong Changed { get; set; }

    /// <summary>The same when it ends.</summary>
    public ulong ChangedAtEnd { get; set; }

    /// <summary>What the CR fields stand for before each instruction, and after the last; null until it is known.</summary>
    public CrSources[]? Sources { get; set; }

    /// <summary>What CR fields stand for whenever the region is entered here: the entry asks.</summary>
    public List<HeadComparison> Asked { get; } = [];

    /// <summary>The two versions of the loop that the block closes, if it has two; null otherwise.</summary>
    public VersionedLoop? Version { get; set; }

    /// <summary>
    /// Whether this is the version of a loop that looks up no page of <see cref="Version"/>. It is not among the blocks
    /// of the plan.
    /// </summary>
    public bool IsUnchecked => Version?.Block == this;

    /// <summary>The groups of its accesses, by instruction; null when they were not looked for.</summary>
    public GroupedAccess?[]? Grouped { get; set; }

    /// <summary>Where an access is in its group; null for other instructions, and for accesses that are in none.</summary>
    public GroupedAccess? GroupOf(int index) => Grouped?[index];

    /// <summary>Whether an earlier access of its group finds the page of an access.</summary>
    public bool IsFoundBefore(int index) => GroupOf(index) is { } access && !access.Group.BeginsWith(this, index);

    /// <summary>The base by which the page of an access is found; null for other instructions.</summary>
    public AddressBase? BaseOf(int index) =>
        AddressBase.Of(Instructions[index]) is { } address
            ? address with { IsStore = GroupOf(index)?.Group.IsStore ?? address.IsStore }
            : null;

    /// <summary>All loops that have this block.</summary>
    public List<RegionLoop> Loops { get; } = [];

    /// <summary>The outermost loop that has this block; null when none has.</summary>
    public RegionLoop? Loop { get; set; }

    /// <summary>The loop by whose turns it is judged where accesses go; null outside loops.</summary>
    public RegionLoop? JudgedLoop { get; set; }

    /// <summary>
    /// How far from each other the places lie to which an access goes in the turns of the loop, in bytes; null outside
    /// loops.
    /// </summary>
    public long? AddressSpread(int index) => JudgedLoop?.Spread.AddressesOf(this)[index];

    /// <summary>Resources whose value may be used after the block.</summary>
    public ulong LiveOut { get; set; }

    /// <summary>Resources whose value may be used from the block's start on.</summary>
    public ulong LiveIn { get; set; }

    /// <summary>Adds a successor, if it is not one already.</summary>
    public void AddSuccessor(RegionBlock successor)
    {
        if (!Successors.Contains(successor))
            Successors.Add(successor);
    }
}

/// <summary>A loop of a region.</summary>
/// <param name="blocks">Its blocks, those of inner loops too.</param>
internal sealed class RegionLoop(HashSet<RegionBlock> blocks)
{
    private ValueSpread? _spread;

    /// <summary>How many blocks it has.</summary>
    public int Count => blocks.Count;

    /// <summary>How its values differ from turn to turn.</summary>
    public ValueSpread Spread => _spread ??= new ValueSpread(blocks);
}

/// <summary>The blocks of a region, and what the emitter must know of them together.</summary>
/// <param name="PageAddress">Effective address of the page.</param>
/// <param name="Entries">The blocks at which the region can be entered; it begins with the first.</param>
/// <param name="Blocks">All blocks by address.</param>
/// <param name="Page">The page's decoded instructions.</param>
internal sealed record RegionPlan(
    uint PageAddress, List<RegionBlock> Entries, List<RegionBlock> Blocks, DecodedInstruction[] Page)
{
    /// <summary>The segment of the address space in whose linear range loads are expected; -1 for none.</summary>
    public int Segment { get; init; } = -1;

    /// <summary>The block that begins at an index in the page; null when none does.</summary>
    public RegionBlock? BlockAt(int word)
    {
        foreach (RegionBlock block in Blocks)
        {
            if (block.First == word)
                return block;
        }

        return null;
    }

    /// <summary>The instruction at an index in the page.</summary>
    public uint WordAt(int word) => Page[word].Word;

    /// <summary>Whether any instruction of the region has a property.</summary>
    public bool Uses(Predicate<CodeTraits> property)
    {
        foreach (RegionBlock block in Blocks)
        {
            foreach (ref DecodedInstruction decoded in block.Instructions.AsSpan())
            {
                if (property(decoded.Traits))
                    return true;
            }
        }

        return false;
    }

    /// <summary>How many instructions the region has.</summary>
    public int InstructionCount
    {
        get
        {
            int count = 0;
            foreach (RegionBlock block in Blocks)
                count += block.Instructions.Length;
            return count;
        }
    }

    /// <summary>Where in the page they are.</summary>
    public List<WordRun> Runs
    {
        get
        {
            List<WordRun> runs = [];
            foreach (RegionBlock block in Blocks)
            {
                if (runs.Count != 0 && runs[^1].First + runs[^1].Length == block.First)
                    runs[^1] = runs[^1] with { Length = runs[^1].Length + block.Instructions.Length };
                else
                    runs.Add(new WordRun(block.First, block.Instructions.Length));
            }

            return runs;
        }
    }

    /// <summary>Effective address of an instruction.</summary>
    public uint AddressOf(int word) => PageAddress + (uint)(4 * word);
}
