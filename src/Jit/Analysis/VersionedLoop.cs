using PpcJit.Jit.Decoding;
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
internal sealed record VersionedLoop(RegionBlock Block, IReadOnlyList<SteppedBase> Bases)
{
    /// <summary>
    /// Longer steps, in bytes, leave the page too soon, and so do accesses that lie farther apart. A loop of a load, an xor
    /// and a step takes 1.35 times as long without its second version when the step is 64, 1.17 times at 256, 1.07 at 512, and as
    /// long at 1,024.
    /// </summary>
    private const int MaxStep = 1024;

    /// <summary>What is known of a base; null when the page of its accesses must be looked up each time.</summary>
    public SteppedBase? Find(AddressBase address)
    {
        foreach (SteppedBase stepped in Bases)
        {
            if (stepped.Address == address)
                return stepped;
        }

        return null;
    }

    /// <summary>
    /// Finds out whether a block closes such a loop; if so, adds the version without look-ups to the block's
    /// successors.
    /// </summary>
    /// <param name="last">The block.</param>
    /// <param name="blockAt">The blocks of the region by the index in the page of their first instruction.</param>
    public static VersionedLoop? Add(RegionBlock last, RegionBlock?[] blockAt)
    {
        if (CopyLoop(last, blockAt) is not { } copy)
            return null;
        Steps steps = new(copy);
        if (!steps.AreKnown || !EndsByCounting(copy, steps))
            return null;
        List<SteppedBase> bases = FindBases(copy, steps);
        if (bases.Count == 0)
            return null;
        VersionedLoop version = new(copy, bases);
        for (int n = 0; n < copy.Uses.Length; n++)
        {
            if (AddressBase.Of(copy.Instructions[n]) is { } address && version.Find(address) is not null)
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
        List<DecodedInstruction> instructions = [];
        List<ResourceUse> uses = [];
        for (RegionBlock? block = head; ; block = blockAt[block.Next])
        {
            if (block is null || (block != last && block.End != BlockEnd.FallsThrough))
                return null;
            instructions.AddRange(block.Instructions);
            uses.AddRange(block.Uses);
            if (block == last)
                return new RegionBlock
                {
                    First = head.First, Instructions = [.. instructions], Uses = [.. uses], End = BlockEnd.Branch,
                };
        }
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

    private static List<SteppedBase> FindBases(RegionBlock block, Steps steps)
    {
        Dictionary<AddressBase, SteppedBase> found = [];
        HashSet<AddressBase> refused = [];
        Span<int> moved = stackalloc int[Steps.Registers];
        Span<bool> movedByRegister = stackalloc bool[Steps.Registers];
        moved.Clear();
        movedByRegister.Clear();
        for (int n = 0; n < block.Instructions.Length; n++)
        {
            ref DecodedInstruction decoded = ref block.Instructions[n];
            if (AddressBase.Of(decoded) is { } address)
            {
                int lowest = moved[address.A] + moved[address.B] + (decoded.IsIndexed ? 0 : (int)decoded.Immediate);
                SteppedBase stepped = steps.Of(address) with
                {
                    Lowest = lowest,
                    Span = decoded.Traits.Size,
                    AfterRegister = movedByRegister[address.A] || movedByRegister[address.B],
                };
                if (decoded.StoresBesideCode || !steps.Know(address.Registers) || Math.Abs((long)stepped.Step) > MaxStep
                    || !TryJoin(found, stepped))
                    refused.Add(address);
            }

            if (Steps.MoveOf(decoded) is not { } move)
                continue;
            moved[move.Register] += move.Amount;
            movedByRegister[move.Register] |= move.By != DecodedInstruction.Zero;
        }

        List<SteppedBase> bases = [];
        foreach (SteppedBase stepped in found.Values)
        {
            if (!refused.Contains(stepped.Address))
                bases.Add(stepped);
        }

        return bases;
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
    /// By how much each register moves in a turn, as far as that is known: it is not where something else is written.
    /// </summary>
    private readonly struct Steps
    {
        /// <summary>The general purpose registers, and what stands for none.</summary>
        public const int Registers = DecodedInstruction.Zero + 1;

        private readonly int[] _steps = new int[Registers];
        private readonly byte[] _by = new byte[Registers];
        private readonly ulong _unknown;

        public Steps(RegionBlock block)
        {
            AreKnown = true;
            Array.Fill(_by, DecodedInstruction.Zero);
            ulong written = 0;
            for (int n = 0; n < block.Instructions.Length; n++)
            {
                ref DecodedInstruction decoded = ref block.Instructions[n];
                ulong writes = block.Uses[n].Writes & Resources.AllGprs;
                written |= writes;
                if (MoveOf(decoded) is { } move
                    && (move.By == DecodedInstruction.Zero || _by[move.Register] == DecodedInstruction.Zero))
                {
                    _steps[move.Register] += move.Amount;
                    if (move.By != DecodedInstruction.Zero)
                        _by[move.Register] = move.By;
                    writes &= ~Resources.Gpr(move.Register);
                }

                _unknown |= writes;

                // These may change translation.
                AreKnown &= decoded.Traits.Kind != CodeKind.Context;
            }

            for (int register = 0; register < Resources.FirstCr; register++)
            {
                if (_by[register] != DecodedInstruction.Zero && (written & Resources.Gpr(_by[register])) != 0)
                    _unknown |= Resources.Gpr(register);
            }
        }

        /// <summary>False when the loop does what may change translation.</summary>
        public bool AreKnown { get; }

        /// <summary>Whether registers move in steps, or not at all.</summary>
        public bool Know(ulong registers) => (registers & _unknown) == 0;

        /// <summary>How a base moves; a step that is too long where that is not known.</summary>
        public SteppedBase Of(AddressBase address)
        {
            byte by = _by[address.A] != DecodedInstruction.Zero ? _by[address.A] : _by[address.B];
            bool both = _by[address.A] != DecodedInstruction.Zero && _by[address.B] != DecodedInstruction.Zero;
            return new SteppedBase(
                address, 0, 0, both ? int.MaxValue : _steps[address.A] + _steps[address.B], by, AfterRegister: false);
        }

        /// <summary>How an instruction moves a register; null for other instructions.</summary>
        public static Move? MoveOf(in DecodedInstruction i) => i.Code switch
        {
            Op.Addi or Op.Addic or Op.AddicRecord when i.A == i.T => new Move(i.T, (int)i.Immediate, DecodedInstruction.Zero),
            _ when i.Traits.Updates =>
                i.IsIndexed ? new Move(i.A, 0, i.B) : new Move(i.A, (int)i.Immediate, DecodedInstruction.Zero),
            Op.Add when i.T == i.A => new Move(i.T, 0, i.B),
            Op.Add when i.T == i.B => new Move(i.T, 0, i.A),
            _ => null,
        };
    }

    /// <summary>A register and what is added to it.</summary>
    /// <param name="Register">The register.</param>
    /// <param name="Amount">A constant.</param>
    /// <param name="By">A register, or <see cref="DecodedInstruction.Zero"/>.</param>
    private readonly record struct Move(byte Register, int Amount, byte By);
}

/// <summary>A base whose accesses move in equal steps.</summary>
/// <param name="Address">The base.</param>
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
