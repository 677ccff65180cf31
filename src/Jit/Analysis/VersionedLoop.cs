using System.Numerics;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// A loop without branches inside that passes through memory in equal steps. How many turns stay in the pages where
/// they are can be computed before, so there are two versions of such a loop: one that looks up the page of each
/// access, and one that does not. A turn of the first goes on with as many as possible of the second.
/// </summary>
/// <param name="Block">
/// The second version: the loop's instructions as a block of its own, in which accesses with the stepped bases cannot
/// fail.
/// </param>
/// <param name="Bases">The bases whose accesses need no look-up.</param>
/// <param name="BaseOf">Which of them an access of <paramref name="Block"/> has; null for none.</param>
internal sealed record VersionedLoop(RegionBlock Block, IReadOnlyList<SteppedBase> Bases, IReadOnlyList<SteppedBase?> BaseOf)
{
    /// <summary>
    /// Longer steps, in bytes, leave the page too soon, and so do accesses that lie farther apart. A loop of a load, an xor
    /// and a step takes 1.35 times as long without its second version when the step is 64, 1.17 times at 256, 1.07 at 512, and as
    /// long at 1,024.
    /// </summary>
    private const int MaxStep = 1024;

    /// <summary>Sums of displacements beyond this, in bytes, are not followed: they could overflow.</summary>
    private const int MaxOffset = 1 << 20;

    /// <summary>
    /// Values in a loop that leave the host too few registers for the budget at which it ends, which is only compared: from
    /// memory the host does that as fast. With 8 <c>filter</c> takes 3.62 instead of 3.80 host instructions for each of the
    /// guest, <c>unrolled-copy</c> 1.98 instead of 2.15; with 5 <c>word-copy</c> takes 5.09 instead of 4.43.
    /// </summary>
    private const int MostValues = 8;

    /// <summary>Whether the budget at which the loop ends is kept in memory.</summary>
    public bool NeedsMostRegisters { get; } =
        BitOperations.PopCount(Block.Uses.Aggregate(0ul, (all, use) => all | use.Reads | use.Writes)) + Bases.Count > MostValues;

    /// <summary>Whether CTR says how many turns are left at most.</summary>
    public bool CountsTurns { get; } = Block.Instructions[^1].Code != Op.B && (Field.Bo(Block.Instructions[^1].Word) & 6) == 0;

    /// <summary>What turns without look-ups leave to the host; null where they are executed.</summary>
    public BlockMove? Move { get; private set; }

    /// <summary>
    /// Finds out whether a block closes such a loop; if so, adds the version without look-ups to the block's
    /// successors.
    /// </summary>
    /// <param name="last">The block.</param>
    /// <param name="blockAt">The blocks of the region by the index in the page of their first instruction.</param>
    /// <param name="options">Whether a register may get its next value from another one, and whether turns may be left to the host.</param>
    public static VersionedLoop? Add(RegionBlock last, RegionBlock?[] blockAt, JitOptions options)
    {
        if (CopyLoop(last, blockAt) is not { } copy)
            return null;
        Steps steps = new(copy, options.FollowSteps);
        if (!steps.AreKnown || !EndsByCounting(copy, steps))
            return null;
        SteppedBase?[] baseOf = FindBases(copy, steps);
        List<SteppedBase> bases = [.. baseOf.OfType<SteppedBase>().Distinct()];
        if (bases.Count == 0)
            return null;
        VersionedLoop version = new(copy, bases, baseOf);
        if (options.BlockMoves)
            version.Move = BlockMove.Of(version, steps.Accesses, steps.Cleared, steps.DistanceOf);
        for (int n = 0; n < copy.Uses.Length; n++)
        {
            if (baseOf[n] is not null)
                copy.Uses[n] = copy.Uses[n] with { MayExit = false };
        }

        copy.Successors.AddRange(last.Successors);
        copy.Successors.Add(copy);
        copy.Version = version;
        last.Successors.Add(copy);
        return version;
    }

    /// <summary>
    /// The loop that a block closes, as one block; null where there is none without branches. It can be entered in the
    /// middle, which divides it into several blocks.
    /// </summary>
    private static RegionBlock? CopyLoop(RegionBlock last, RegionBlock?[] blockAt)
    {
        if (last.End != BlockEnd.Branch || last.Successors.Find(successor => successor.First <= last.First) is not { } head)
            return null;
        int length = 0;
        for (RegionBlock? block = head; ; block = blockAt[block.Next])
        {
            if (block is null || (block != last && block.End != BlockEnd.FallsThrough))
                return null;
            length += block.Instructions.Length;
            if (block == last)
                break;
        }

        RegionBlock copy = new()
        {
            First = head.First, Instructions = new DecodedInstruction[length], Uses = new ResourceUse[length], End = BlockEnd.Branch,
        };
        int copied = 0;
        for (RegionBlock block = head; copied < length; block = blockAt[block.Next]!)
        {
            Array.Copy(block.Instructions, 0, copy.Instructions, copied, block.Instructions.Length);
            Array.Copy(block.Uses, 0, copy.Uses, copied, block.Uses.Length);
            copied += block.Instructions.Length;
        }

        return copy;
    }

    /// <summary>
    /// Whether CTR, or a register that moves in steps, ends the loop. A loop that waits for a value in memory, as with
    /// strings, has too few turns to be worth it.
    /// </summary>
    private static bool EndsByCounting(RegionBlock block, Steps steps)
    {
        ref DecodedInstruction last = ref block.Instructions[^1];
        if (last.Code == Op.B || (Field.Bo(last.Word) & 4) == 0)
            return true;
        ulong field = Resources.Cr(Field.Bi(last.Word) >> 2);
        for (int n = block.Instructions.Length - 2; n >= 0; n--)
        {
            if ((block.Uses[n].Writes & field) != 0)
                return CrSource.Of(block.Instructions[n]) is { IsComparison: true } source && steps.Know(source.Registers);
        }

        return false;
    }

    /// <summary>Finds the base of each access; null for other instructions, and where the page must be looked up each time.</summary>
    private static SteppedBase?[] FindBases(RegionBlock block, Steps steps)
    {
        Dictionary<AddressBase, SteppedBase> found = [];
        HashSet<AddressBase> refused = [];
        for (int n = 0; n < block.Instructions.Length; n++)
        {
            if (steps.Accesses[n] is { } stepped
                && (block.Instructions[n].StoresBesideCode || Math.Abs((long)stepped.Step) > MaxStep || !TryJoin(found, stepped)))
                refused.Add(stepped.Address);
        }

        return [.. steps.Accesses.Select(access => access is null || refused.Contains(access.Address) ? null : found[access.Address])];
    }

    /// <summary>Adds one more access to what is known of its base; false if they lie too far apart.</summary>
    private static bool TryJoin(Dictionary<AddressBase, SteppedBase> found, SteppedBase stepped)
    {
        if (found.TryGetValue(stepped.Address, out SteppedBase? known))
        {
            long lowest = Math.Min(known.Lowest, stepped.Lowest);
            long span = Math.Max((long)known.Lowest + known.Span, (long)stepped.Lowest + stepped.Span) - lowest;
            if (span > MaxStep || known.AfterRegister != stepped.AfterRegister)
                return false;
            stepped = stepped with { Lowest = (int)lowest, Span = (int)span };
        }

        found[stepped.Address] = stepped;
        return true;
    }

    /// <summary>
    /// By how much each register moves in a turn, as far as that is known. Compilers also move it through another one
    /// (<c>addi r7,r8,4</c>, and <c>addi r8,r7,4</c> at the end), so values are followed, not registers.
    /// </summary>
    private sealed class Steps
    {
        private readonly Place?[] _places = new Place?[DecodedInstruction.Zero + 1];
        private readonly ulong _written;
        private readonly bool _follows;

        public Steps(RegionBlock block, bool follows)
        {
            _follows = follows;
            AreKnown = true;
            for (int register = 0; register < _places.Length; register++)
                _places[register] = new Place((byte)register, 0, DecodedInstruction.Zero);
            foreach (ResourceUse use in block.Uses)
                _written |= use.Writes;
            (int Index, AddressPlace? Place) clears = (-1, null);
            AddressPlace?[] accessed = new AddressPlace?[block.Instructions.Length];
            for (int n = 0; n < accessed.Length; n++)
            {
                ref DecodedInstruction decoded = ref block.Instructions[n];
                accessed[n] = PlaceOf(decoded, AddressBase.Of(decoded));
                if (decoded.Traits.Kind == CodeKind.ClearBlock && AddressBase.OfOperands(decoded) is { } cleared)
                    clears = (n, PlaceOf(decoded, cleared));
                Move(decoded, block.Uses[n].Writes & Resources.AllGprs);

                // These may change translation.
                AreKnown &= decoded.Traits.Kind != CodeKind.Context;
            }

            SteppedBase?[] accesses = new SteppedBase?[accessed.Length];
            for (int n = 0; n < accesses.Length; n++)
                accesses[n] = accessed[n] is { } known ? SteppedFrom(known) : null;
            Accesses = accesses;
            Cleared = (clears.Index, clears.Place is { } place ? SteppedFrom(place) : null);
        }

        /// <summary>False when the loop does what may change translation.</summary>
        public bool AreKnown { get; }

        /// <summary>How the address of each access moves; null where that is not known.</summary>
        public IReadOnlyList<SteppedBase?> Accesses { get; }

        /// <summary>Where the last <c>dcbz</c> is, and how its address moves; -1 for none.</summary>
        public (int Index, SteppedBase? Base) Cleared { get; }

        /// <summary>Whether registers have values that move in steps, or not at all, when a turn ends.</summary>
        public bool Know(ulong registers)
        {
            for (; registers != 0; registers &= registers - 1)
            {
                if (_places[BitOperations.TrailingZeroCount(registers)] is not { } place || StepOf(place.Register) is null)
                    return false;
            }

            return true;
        }

        /// <summary>By how many bytes a register moves in a turn; null where that is not known, or another register says it.</summary>
        public int? DistanceOf(int register) =>
            StepOf((byte)register) is { By: DecodedInstruction.Zero } place ? place.Offset : null;

        /// <summary>By what a register is farther when a turn ends; null where that is not known.</summary>
        private Place? StepOf(byte register) =>
            _places[register] is { } place && place.Register == register
                && (place.By == DecodedInstruction.Zero || (_written & Resources.Gpr(place.By)) == 0) ? place : null;

        /// <summary>Where an access is, by registers as they are when a turn begins.</summary>
        private AddressPlace? PlaceOf(in DecodedInstruction i, AddressBase? of)
        {
            if (of is not { } address || _places[address.A] is not { } a || _places[address.B] is not { } b
                || (a.By != DecodedInstruction.Zero && b.By != DecodedInstruction.Zero))
                return null;
            byte by = a.By != DecodedInstruction.Zero ? a.By : b.By;
            int lowest = a.Offset + b.Offset + (i.IsIndexed ? 0 : (int)i.Immediate);
            return new AddressPlace(address with { A = a.Register, B = b.Register }, lowest, by, i.Traits.Size);
        }

        private SteppedBase? SteppedFrom(AddressPlace place)
        {
            if (StepOf(place.Address.A) is not { } a || StepOf(place.Address.B) is not { } b
                || (a.By != DecodedInstruction.Zero && b.By != DecodedInstruction.Zero))
                return null;
            byte by = a.By != DecodedInstruction.Zero ? a.By : b.By;
            return place.By != DecodedInstruction.Zero && place.By != by
                ? null
                : new SteppedBase(place.Address, place.Lowest, place.Size, a.Offset + b.Offset, by, place.By != DecodedInstruction.Zero);
        }

        /// <summary>Notes what becomes of the registers that an instruction writes.</summary>
        private void Move(in DecodedInstruction i, ulong writes)
        {
            (int Register, Place? Place) moved = i.Code switch
            {
                Op.Addi or Op.Addic or Op.AddicRecord when i.A != DecodedInstruction.Zero => (i.T, Moved(i.A, (int)i.Immediate)),
                Op.Or when i.T == i.B => (i.A, _places[i.T]),
                Op.Add when i.T == i.A => (i.T, MovedBy(i.T, i.B)),
                Op.Add when i.T == i.B => (i.T, MovedBy(i.T, i.A)),
                _ when i.Traits.Updates => (i.A, i.IsIndexed ? MovedBy(i.A, i.B) : Moved(i.A, (int)i.Immediate)),
                _ => (-1, null),
            };
            for (; writes != 0; writes &= writes - 1)
            {
                int written = BitOperations.TrailingZeroCount(writes);
                _places[written] = written == moved.Register && (_follows || moved.Place?.Register == written) ? moved.Place : null;
            }
        }

        private Place? Moved(byte register, int distance) => _places[register] is { } place
            && Math.Abs((long)place.Offset + distance) <= MaxOffset ? place with { Offset = place.Offset + distance } : null;

        private Place? MovedBy(byte register, byte by) =>
            _places[register] is { By: DecodedInstruction.Zero } place ? place with { By = by } : null;

        /// <summary>A value of a turn.</summary>
        /// <param name="Register">The register that it comes from, as that is when the turn begins.</param>
        /// <param name="Offset">What was added to it.</param>
        /// <param name="By">A register that was added too, or <see cref="DecodedInstruction.Zero"/>.</param>
        private readonly record struct Place(byte Register, int Offset, byte By);

        /// <summary>Where an access is.</summary>
        /// <param name="Address">The registers of <see cref="Place"/>.</param>
        /// <param name="Lowest">What is added to them.</param>
        /// <param name="By">See <see cref="Place"/>.</param>
        /// <param name="Size">Its bytes.</param>
        private readonly record struct AddressPlace(AddressBase Address, int Lowest, byte By, int Size);
    }
}

/// <summary>A base whose accesses move in equal steps.</summary>
/// <param name="Address">Its registers; an access may have the value of one from another register.</param>
/// <param name="Lowest">
/// What to add to its registers, as they are when a turn begins, for the lowest byte that the turn touches.
/// </param>
/// <param name="Span">Number of bytes from there to the highest byte, both included.</param>
/// <param name="Step">By how many bytes the next turn is farther; may be negative or 0.</param>
/// <param name="By">
/// A register that the loop does not change, and that is added to the step; <see cref="DecodedInstruction.Zero"/> for
/// none.
/// </param>
/// <param name="AfterRegister">Whether that register has been added when a turn comes to the accesses.</param>
internal sealed record SteppedBase(AddressBase Address, int Lowest, int Span, int Step, byte By, bool AfterRegister)
{
    /// <summary>Whether a register says how far the next turn is.</summary>
    public bool HasRegister => By != DecodedInstruction.Zero;
}
