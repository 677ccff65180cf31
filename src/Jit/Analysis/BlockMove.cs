using System.Numerics;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// What the turns of a loop that only copies or fills do together: its second version leaves all but the last ones to a move of the host.
/// The last one is executed, and so gives all registers that no sum gives their values.
/// </summary>
/// <param name="Target">The base of the stores, which fill all that it moves by.</param>
/// <param name="Source">The base of what is copied; null where a register is stored again and again.</param>
/// <param name="Filled">Where there is no source: the first store, whose register and size all others have.</param>
/// <param name="Cleared">The base of a <c>dcbz</c> before the stores, which is to clear what they write; null for none.</param>
/// <param name="Registers">By how much registers move in a turn.</param>
internal sealed record BlockMove(
    SteppedBase Target, SteppedBase? Source, DecodedInstruction Filled, SteppedBase? Cleared, IReadOnlyList<(byte Register, int Step)> Registers)
{
    /// <summary>Bytes that the host moves at once.</summary>
    public const int Unit = 32;

    /// <summary>Turns whose bytes are a multiple of <see cref="Unit"/>.</summary>
    public int TurnsOfUnit => Math.Max(1, Unit / Target.Step);

    /// <summary>Whether turns can be left to the host; null where they cannot.</summary>
    /// <param name="version">The loop.</param>
    /// <param name="accesses">How the address of each access moves.</param>
    /// <param name="cleared">Where a <c>dcbz</c> is, and how its address moves.</param>
    /// <param name="stepOf">By how much a register moves in a turn; null where that is not known.</param>
    public static BlockMove? Of(
        VersionedLoop version, IReadOnlyList<SteppedBase?> accesses, (int Index, SteppedBase? Base) cleared, Func<int, int?> stepOf)
    {
        RegionBlock block = version.Block;
        ref DecodedInstruction last = ref block.Instructions[^1];
        if (last.Code != Op.Bc || Field.Lk(last.Word) || (Field.Bo(last.Word) & 0x16) != 0x10 || !AreKnown(block, stepOf, out var registers))
            return null;
        SteppedBase[] targets = [.. version.Bases.Where(stepped => stepped.Address.IsStore)];
        SteppedBase[] sources = [.. version.Bases.Where(stepped => !stepped.Address.IsStore)];
        if (targets is not [{ Step: > 0, HasRegister: false } target] || sources.Length > 1 || target.Span != target.Step
            || (Unit % target.Step != 0 && target.Step % Unit != 0))
            return null;
        if (sources is [var from] && (from.HasRegister || from.Step != target.Step || from.Span != target.Span))
            return null;
        SteppedBase? source = sources.FirstOrDefault();
        if (!ClearsBefore(block, cleared) || (cleared.Base is not null && target.Step != Unit))
            return null;
        return StoresAll(version, accesses, target, source, out DecodedInstruction filled)
            ? new BlockMove(target, source, filled, cleared.Base, registers)
            : null;
    }

    /// <summary>
    /// Whether a turn takes nothing from the one before but registers that move in steps, and does nothing but move them, load, and store.
    /// </summary>
    private static bool AreKnown(RegionBlock block, Func<int, int?> stepOf, out List<(byte Register, int Step)> registers)
    {
        registers = [];
        ulong all = 0, before = 0;
        foreach (ResourceUse use in block.Uses)
            all |= use.Writes & Resources.AllGprs;
        for (ulong left = all; left != 0; left &= left - 1)
        {
            int register = BitOperations.TrailingZeroCount(left);
            if (stepOf(register) is not { } step)
                continue;
            before |= Resources.Gpr(register);
            if (step != 0)
                registers.Add(((byte)register, step));
        }

        for (int n = 0; n < block.Instructions.Length; n++)
        {
            ref DecodedInstruction i = ref block.Instructions[n];
            bool isPlain = i.Code == Op.Addi || i.Code == Codes.Nop || (i.Code == Op.Or && i.T == i.B && i.Rc == 0)
                || (i.Traits.IsPlainAccess && !i.Traits.IsByteReversed) || i.Traits.Kind == CodeKind.ClearBlock || n == block.Instructions.Length - 1;
            if (!isPlain || (block.Uses[n].Reads & all & ~before) != 0)
                return false;
            before |= block.Uses[n].Writes;
        }

        return true;
    }

    /// <summary>
    /// Whether there is no <c>dcbz</c>, or one that moves by its own size, before all stores, so that these write over what it clears.
    /// </summary>
    private static bool ClearsBefore(RegionBlock block, (int Index, SteppedBase? Base) cleared)
    {
        if (cleared.Index < 0)
            return true;
        for (int n = 0; n < cleared.Index; n++)
        {
            if (block.Instructions[n].Traits.Kind is CodeKind.Store or CodeKind.ClearBlock)
                return false;
        }

        return cleared.Base is { HasRegister: false, Step: Unit };
    }

    /// <summary>
    /// Whether the stores of a turn write each byte once, and all of them either what was loaded at one distance, or the same register.
    /// </summary>
    private static bool StoresAll(
        VersionedLoop version, IReadOnlyList<SteppedBase?> accesses, SteppedBase target, SteppedBase? source, out DecodedInstruction filled)
    {
        filled = default;
        RegionBlock block = version.Block;
        ulong written = block.Uses.Aggregate(0ul, (all, use) => all | use.Writes);
        SteppedBase?[] loaded = new SteppedBase?[Resources.FirstCr];
        HashSet<int> starts = [];
        int stored = 0;
        for (int n = 0; n < block.Instructions.Length; n++)
        {
            ref DecodedInstruction i = ref block.Instructions[n];
            if (i.Traits.IsPlainAccess && (version.BaseOf[n] is null || accesses[n] is null))
                return false;
            if (i.Traits.Kind == CodeKind.Store)
            {
                bool same = source is null
                    ? (written & Resources.Gpr(i.T)) == 0 && (stored == 0 || (i.T == filled.T && i.Traits.Size == filled.Traits.Size))
                    : loaded[i.T] is { } value && value.Span == accesses[n]!.Span
                        && value.Lowest - source.Lowest == accesses[n]!.Lowest - target.Lowest;
                if (!same || !starts.Add(accesses[n]!.Lowest) || (accesses[n]!.Lowest - target.Lowest) % i.Traits.Size != 0)
                    return false;
                filled = stored == 0 ? i : filled;
                stored += i.Traits.Size;
            }

            for (ulong left = block.Uses[n].Writes & Resources.AllGprs; left != 0; left &= left - 1)
                loaded[BitOperations.TrailingZeroCount(left)] = null;
            if (i.Traits.Kind == CodeKind.Load)
                loaded[i.T] = accesses[n];
        }

        // As many bytes as there are, from places of their own, each a multiple of its size: none is written twice but where sizes differ.
        return stored == target.Step && (source is null || HasOneSize(block));
    }

    private static bool HasOneSize(RegionBlock block) =>
        block.Instructions.Where(i => i.Traits.Kind == CodeKind.Store).Select(i => i.Traits.Size).Distinct().Count() == 1;
}
