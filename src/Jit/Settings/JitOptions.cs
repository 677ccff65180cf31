using System.Reflection.Emit;
using PpcJit.Jit.Profiles;

namespace PpcJit.Jit.Settings;

/// <summary>Switches of the fast engine. None of them changes what the guest can observe.</summary>
public sealed record JitOptions
{
    /// <summary>Bounded by the 16 bits in which a place's heat is counted.</summary>
    internal const int MaxThreshold = 60_000;

    /// <summary>Bounded by the 60,000 bytes of IL beyond which the runtime's compiler stops optimising.</summary>
    private const int MaxRegionSize = 1000;

    /// <summary>20 GB of host memory.</summary>
    private const int MaxCodeLimit = 100_000_000;

    private static readonly Dictionary<string, Func<JitOptions, bool, JitOptions>> Switches = new(StringComparer.Ordinal)
    {
        ["regions"] = (options, on) => options with { Regions = on },
        ["background"] = (options, on) => options with { Background = on },
        ["fuse-compare"] = (options, on) => options with { FuseCompare = on },
        ["lazy-cr"] = (options, on) => options with { LazyCr = on },
        ["mark-cr"] = (options, on) => options with { MarkCr = on },
        ["ask-entries"] = (options, on) => options with { AskEntries = on },
        ["cache-pages"] = (options, on) => options with { CachePages = on },
        ["inner-loops"] = (options, on) => options with { InnerLoops = on },
        ["outer-entries"] = (options, on) => options with { OuterEntries = on },
        ["predict-pages"] = (options, on) => options with { PredictPages = on },
        ["access-groups"] = (options, on) => options with { AccessGroups = on },
        ["mixed-groups"] = (options, on) => options with { MixedGroups = on },
        ["groups-over-blocks"] = (options, on) => options with { GroupsOverBlocks = on },
        ["constant-groups"] = (options, on) => options with { ConstantGroups = on },
        ["aligned-checks"] = (options, on) => options with { AlignedChecks = on },
        ["tables-aside"] = (options, on) => options with { TablesAside = on },
        ["wide-addresses"] = (options, on) => options with { WideAddresses = on },
        ["version-loops"] = (options, on) => options with { VersionLoops = on },
        ["follow-steps"] = (options, on) => options with { FollowSteps = on },
        ["long-sweeps"] = (options, on) => options with { LongSweeps = on },
        ["block-moves"] = (options, on) => options with { BlockMoves = on },
        ["linear-ranges"] = (options, on) => options with { LinearRanges = on },
        ["joined-charges"] = (options, on) => options with { JoinedCharges = on },
        ["more-entries"] = (options, on) => options with { MoreEntries = on },
        ["near-jumps"] = (options, on) => options with { NearJumps = on },
        ["near-calls"] = (options, on) => options with { NearCalls = on },
        ["dead-values"] = (options, on) => options with { DeadValues = on },
        ["compare-carries"] = (options, on) => options with { CompareCarries = on },
        ["defer-so"] = (options, on) => options with { DeferSo = on },
        ["store-changed"] = (options, on) => options with { StoreChanged = on },
        ["context-calls"] = (options, on) => options with { ContextCalls = on },
        ["store-beside-code"] = (options, on) => options with { StoreBesideCode = on },
        ["fill-ahead"] = (options, on) => options with { FillAhead = on },
        ["track-miss"] = (options, on) => options with { TrackMiss = on },
        ["prefetch"] = (options, on) => options with { Prefetch = on },
        ["skip-idle"] = (options, on) => options with { SkipIdle = on },
        ["patient-start"] = (options, on) => options with { PatientStart = on },
        ["jump-cache"] = (options, on) => options with { JumpCache = on },
    };

    private static readonly Dictionary<string, NumberSetting> Numbers = new(StringComparer.Ordinal)
    {
        ["threshold"] = new(MaxThreshold, (options, number) => options with { Threshold = number }),
        ["code-limit"] = new(MaxCodeLimit, (options, number) => options with { CodeLimit = number }),
        ["region-size"] = new(MaxRegionSize, (options, number) => options with { RegionSize = number }),
    };

    /// <summary>Names of the switches that are on or off.</summary>
    public static IReadOnlyCollection<string> SwitchNames => Switches.Keys;

    /// <summary>What a setting may look like, for help and errors.</summary>
    public static string Known =>
        $"{string.Join("|", Switches.Keys)}=on|off, {string.Join("|", Numbers.Keys)}=NUMBER, all=off";

    /// <summary>Compile hot code into regions; off, everything runs in the cold tier.</summary>
    public bool Regions { get; init; } = true;

    /// <summary>Compile on a second thread; off, the guest waits for each compilation.</summary>
    public bool Background { get; init; } = true;

    /// <summary>Let conditional branches compare the operands of the compare that they depend on.</summary>
    public bool FuseCompare { get; init; } = true;

    /// <summary>Compute condition register fields where they are needed, not at each compare.</summary>
    public bool LazyCr { get; init; } = true;

    /// <summary>
    /// Enter the head of a loop only if CR fields are what a turn before it would have left, so that turns need not compute them.
    /// </summary>
    public bool AskEntries { get; init; } = true;

    /// <summary>
    /// Let loops say with a byte that a field stands for what a turn has compared, instead of computing it at the end of each.
    /// </summary>
    public bool MarkCr { get; init; } = true;

    /// <summary>
    /// Keep the page of a base register's last access in locals, so that the next one need not wait for the soft page
    /// table.
    /// </summary>
    public bool CachePages { get; init; } = true;

    /// <summary>Judge where an access goes by the innermost loop that has it, not by all the loops around.</summary>
    public bool InnerLoops { get; init; } = true;

    /// <summary>Let regions be entered at the heads of outermost loops only, and not after calls that they have themselves.</summary>
    public bool OuterEntries { get; init; } = true;

    /// <summary>
    /// Where a loop follows loaded pointers, go on as if each led to a page that lies in host memory as the one before
    /// did, while the table is read.
    /// </summary>
    public bool PredictPages { get; init; } = true;

    /// <summary>
    /// Find the page once for all accesses of a block whose addresses differ by constants, as those to a frame or a
    /// structure.
    /// </summary>
    public bool AccessGroups { get; init; } = true;

    /// <summary>Let stores join a group that begins with a load: it asks then for a page that may be written.</summary>
    public bool MixedGroups { get; init; } = true;

    /// <summary>Let a group go on in the blocks that all ways come to through its first access.</summary>
    public bool GroupsOverBlocks { get; init; } = true;

    /// <summary>Let accesses near to each other at constant addresses be a group, whatever registers hold these.</summary>
    public bool ConstantGroups { get; init; } = true;

    /// <summary>
    /// Ask of an access whether it is aligned, which takes fewer host instructions, and only of others whether they stay in their
    /// page.
    /// </summary>
    public bool AlignedChecks { get; init; } = true;

    /// <summary>
    /// Read the address of a soft page table from the state where a look-up is seldom needed, so that no host register holds it
    /// for that.
    /// </summary>
    public bool TablesAside { get; init; } = true;

    /// <summary>Compute effective addresses as 64 bits, as host addresses are.</summary>
    public bool WideAddresses { get; init; } = true;

    /// <summary>
    /// Give loops that pass through memory in equal steps a second version that looks up no pages, for as many turns as
    /// stay in the pages where they are.
    /// </summary>
    public bool VersionLoops { get; init; } = true;

    /// <summary>Follow the steps of such loops through registers that hold the sums in between.</summary>
    public bool FollowSteps { get; init; } = true;

    /// <summary>Let the second version of such a loop go on over the ends of pages that are neighbours in host memory.</summary>
    public bool LongSweeps { get; init; } = true;

    /// <summary>Let such a loop that only copies or fills leave its turns to moves of many bytes.</summary>
    public bool BlockMoves { get; init; } = true;

    /// <summary>Let a block charge the budget for the next one too, where that follows it alone.</summary>
    public bool JoinedCharges { get; init; } = true;

    /// <summary>
    /// Let regions ask whether a load is in memory that is mapped in one piece, by a large page or with translation off, before they look for
    /// its page.
    /// </summary>
    public bool LinearRanges { get; init; } = true;

    /// <summary>Let regions go on after calls, and be entered there and at the heads of their loops.</summary>
    public bool MoreEntries { get; init; } = true;

    /// <summary>Let regions have the places in the same page to which a bcctr was seen to go, and go there inside.</summary>
    public bool NearJumps { get; init; } = true;

    /// <summary>Let regions have the functions that they call in the same page, and return from these inside.</summary>
    public bool NearCalls { get; init; } = true;

    /// <summary>Leave out condition codes and carries that nobody reads.</summary>
    public bool DeadValues { get; init; } = true;

    /// <summary>Compute carries by a comparison of 32 bits where that gives them, not from a sum of 64.</summary>
    public bool CompareCarries { get; init; } = true;

    /// <summary>Combine condition register fields with XER[SO] where a region is left, not at each compare.</summary>
    public bool DeferSo { get; init; } = true;

    /// <summary>
    /// Load and store at a region's ends only what is used and may have changed on the way there, not all that it ever
    /// writes.
    /// </summary>
    public bool StoreChanged { get; init; } = true;

    /// <summary>Let regions carry out tlbwe, mtmsr, rfi, sc and writes of the PID themselves.</summary>
    public bool ContextCalls { get; init; } = true;

    /// <summary>Go from region to region through the jump cache, without the dispatcher.</summary>
    public bool JumpCache { get; init; } = true;

    /// <summary>
    /// Do a store that the soft page table cannot serve, since code lies in its page, without the interpreter.
    /// </summary>
    public bool StoreBesideCode { get; init; } = true;

    /// <summary>
    /// Enter the page of a TLB miss into the soft page table when its handler returns, not when the access misses that
    /// table again.
    /// </summary>
    public bool FillAhead { get; init; } = true;

    /// <summary>
    /// Conclude from a TLB miss, and from which entries were written since, which entry translates it and that it hides
    /// no other, instead of searching.
    /// </summary>
    public bool TrackMiss { get; init; } = true;

    /// <summary>
    /// At a TLB miss, fetch the memory where the page was before into the host's caches, while the handler runs.
    /// </summary>
    public bool Prefetch { get; init; } = true;

    /// <summary>
    /// Do by arithmetic what loops that only wait would do until the next event: turns that change nothing but registers, by the same amount
    /// each.
    /// </summary>
    public bool SkipIdle { get; init; } = true;

    /// <summary>
    /// Compile a place only when it has reached <see cref="Threshold"/> four times, as long as the guest has not run for long: what a short run
    /// compiles is used too little to pay. Its region has what was executed when it reached the threshold first. A threshold that is set lower than
    /// the usual one is taken at its word.
    /// </summary>
    public bool PatientStart { get; init; } = true;

    /// <summary>
    /// Take a threshold below the usual one at its word however much is compiled, as benchmarks need that measure what runs when all of it is.
    /// </summary>
    internal bool CompilesUnpaid { get; init; }

    /// <summary>How often a place must be jumped to before it is compiled; 1 to 60,000.</summary>
    public int Threshold { get; init; } = 4000;

    /// <summary>
    /// Most guest instructions in a region; 1 to 1,000. Far below the size at which the runtime's compiler stops
    /// optimising.
    /// </summary>
    public int RegionSize { get; init; } = 300;

    /// <summary>
    /// What regions may take before all code is dropped and a new generation begins, in guest instructions of some 200
    /// bytes of host memory each; a region counts 45 more than it has, since the smallest one holds 9 KiB. 1 to
    /// 100,000,000.
    /// </summary>
    public int CodeLimit { get; init; } = 1_000_000;

    /// <summary>
    /// Keep the guest instructions and the IL of each region as text, for <see cref="JitEngine.RegionsAt"/>.
    /// </summary>
    public bool KeepListings { get; init; }

    /// <summary>
    /// What earlier runs compiled, which this one compiles when it comes there first; it adds what it compiles itself.
    /// Null for none.
    /// </summary>
    public JitProfile? Profile { get; init; }

    /// <summary>
    /// A fault that is injected into translation, for the tests of the differential tests: each instruction word is
    /// translated as the word that this gives. Null, as always outside tests, for none.
    /// </summary>
    internal Func<uint, uint>? Fault { get; init; }

    /// <summary>
    /// The same for the IL of regions: each opcode without an operand, and each branch, is written as the one that this
    /// gives.
    /// </summary>
    internal Func<OpCode, OpCode>? IlFault { get; init; }

    /// <summary>
    /// Applies a setting such as <c>fuse-compare=off</c> or <c>threshold=50</c>; <c>all=off</c> turns every switch off.
    /// </summary>
    /// <param name="setting">The setting.</param>
    /// <param name="result">The changed options.</param>
    /// <returns>False when there is no such setting.</returns>
    public bool TryApply(string setting, out JitOptions result)
    {
        result = this;
        string[] parts = setting.Split('=', 2);
        if (parts.Length != 2)
            return false;
        (string name, string value) = (parts[0].Trim(), parts[1].Trim());
        if (name == "all" && (value is "on" or "off"))
        {
            foreach (Func<JitOptions, bool, JitOptions> set in Switches.Values)
                result = set(result, value == "on");
            return true;
        }

        if (Switches.TryGetValue(name, out Func<JitOptions, bool, JitOptions>? turn) && (value is "on" or "off"))
        {
            result = turn(this, value == "on");
            return true;
        }

        if (!Numbers.TryGetValue(name, out NumberSetting? number)
            || !int.TryParse(value, out int parsed) || parsed < 1 || parsed > number.Most)
            return false;
        result = number.Set(this, parsed);
        return true;
    }

    /// <summary>A setting that is a number.</summary>
    /// <param name="Most">The largest one; 1 is the smallest.</param>
    /// <param name="Set">Applies it.</param>
    private sealed record NumberSetting(int Most, Func<JitOptions, int, JitOptions> Set);
}
