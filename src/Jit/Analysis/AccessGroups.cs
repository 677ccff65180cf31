using System.Numerics;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// Finds the groups of a region: follows each register to a value that it had before, and what was added to that since.
/// </summary>
internal sealed class AccessGroups
{
    /// <summary>Sums of displacements beyond this, in bytes, are not followed: they could overflow.</summary>
    private const long MaxOffset = 1 << 20;

    /// <summary>Values with numbers below 0 are constants: -1 less their upper half.</summary>
    private const int HalfBits = 16;

    private readonly JitOptions _options;
    private readonly Dictionary<RegionBlock, Known> _atEnd = [];
    private RegionBlock _block = null!;
    private Known _known = null!;
    private int _values;

    private AccessGroups(JitOptions options) => _options = options;

    /// <summary>Finds the groups of a region, and notes that all accesses but the first of each cannot leave it.</summary>
    /// <param name="entries">Where it can be entered.</param>
    /// <param name="postorder">Its blocks, the second versions of loops included, whose predecessors are known.</param>
    /// <param name="options">Which groups are looked for.</param>
    public static void Find(List<RegionBlock> entries, List<RegionBlock> postorder, JitOptions options)
    {
        AccessGroups groups = new(options);
        for (int n = postorder.Count - 1; n >= 0; n--)
            groups.Follow(postorder[n], entries.Contains(postorder[n]));
        foreach (RegionBlock block in postorder)
            Finish(block);
    }

    private void Follow(RegionBlock block, bool isEntry)
    {
        _block = block;
        block.Grouped = new GroupedAccess?[block.Instructions.Length];
        _known = AtStart(isEntry);
        for (int n = 0; n < block.Instructions.Length; n++)
            Follow(n);
        _atEnd[block] = _known;
    }

    /// <summary>
    /// What is known when the present block begins: what all blocks before it agree on. Nothing where one of them comes after it
    /// in a loop, or where the region can be entered.
    /// </summary>
    private Known AtStart(bool isEntry)
    {
        Known? common = null;
        foreach (RegionBlock before in isEntry || !_options.GroupsOverBlocks ? [] : _block.Predecessors)
        {
            if (!_atEnd.TryGetValue(before, out Known? known))
                return Nothing();
            common = common is null ? known.Copy() : common.Common(known, NewPlace);
        }

        if (common is null)
            return Nothing();
        foreach ((var key, AccessGroup group) in common.Open.ToArray())
        {
            if (!group.IsWorthIt(_block))
                common.Open.Remove(key);
        }

        return common;
    }

    private Known Nothing()
    {
        Known known = new();
        for (int register = 0; register < known.Places.Length; register++)
            known.Places[register] = NewPlace();
        return known;
    }

    private void Follow(int n)
    {
        ref DecodedInstruction decoded = ref _block.Instructions[n];

        // This may change translation.
        if (decoded.Traits.Kind == CodeKind.Context)
            _known.Open.Clear();
        Place? accessed = null;
        if (AddressBase.Of(decoded) is not null)
        {
            accessed = PlaceOf(decoded);
            if (accessed is { } place && decoded is { StoresBesideCode: false, CrossesPages: false })
                _block.Grouped![n] = new GroupedAccess(GroupFor(n, place, decoded.Traits), place.Offset);
        }

        Write(decoded, _block.Uses[n].Writes & Resources.AllGprs, accessed);
    }

    /// <summary>Where an access is; null where no register tells.</summary>
    private Place? PlaceOf(in DecodedInstruction i)
    {
        if (!i.IsIndexed)
            return Moved(_known.Places[i.A], (int)i.Immediate);

        // The sum of two registers is a new value, which an update form leaves in one of them.
        return i.Traits.Updates ? NewPlace() : null;
    }

    /// <summary>The group that an access joins, or that it begins.</summary>
    private AccessGroup GroupFor(int n, Place place, CodeTraits traits)
    {
        bool isStore = traits.UsesWriteTable;
        Dictionary<GroupKey, AccessGroup> open = _known.Open;

        // A version of a loop has found a page for each of its bases, and knows nothing of where the page of one lies to that of another.
        if ((_block.IsUnchecked ? _block.Version!.BaseOf[n] : null) is { } stepped)
            return open.TryGetValue(new GroupKey(place.Value, isStore, stepped), out AccessGroup? found) && found.TryJoin(place.Offset, traits.Size)
                ? found : Begin(stepped);

        // What may be stored to may be loaded from.
        if (open.TryGetValue(new GroupKey(place.Value, true), out AccessGroup? stores) && stores.TryJoin(place.Offset, traits.Size))
            return stores;
        if (open.TryGetValue(new GroupKey(place.Value, false), out AccessGroup? loads)
            && (!isStore || (_options.MixedGroups && loads.MayAllowStores)) && loads.TryJoin(place.Offset, traits.Size))
        {
            if (isStore)
            {
                loads.AllowStores();
                open[new GroupKey(place.Value, true)] = loads;
            }

            return loads;
        }

        return Begin(null);

        AccessGroup Begin(SteppedBase? stepped)
        {
            AccessGroup group = new(_block, n, isStore);
            group.TryJoin(place.Offset, traits.Size);
            return open[new GroupKey(place.Value, isStore, stepped)] = group;
        }
    }

    /// <summary>Notes what becomes of the registers that an instruction writes.</summary>
    private void Write(in DecodedInstruction i, ulong writes, Place? accessed)
    {
        Place[] places = _known.Places;
        (int Register, Place? Place) moved = i.Code switch
        {
            Op.Addi => (i.T, Moved(places[i.A], (int)i.Immediate)),
            Op.Or when i.T == i.B => (i.A, places[i.T]),
            Codes.Li when _options.ConstantGroups => (i.T, Constant(i.Immediate)),
            Op.Ori when places[i.T] is { Value: < 0, Offset: 0 } && (i.Immediate >> HalfBits) == 0 => (i.A, Moved(places[i.T], (int)i.Immediate)),
            _ when i.Traits.Updates => (i.A, accessed),
            _ => (-1, null),
        };
        for (; writes != 0; writes &= writes - 1)
        {
            int written = BitOperations.TrailingZeroCount(writes);
            places[written] = written == moved.Register && moved.Place is { } known ? known : NewPlace();
        }
    }

    /// <summary>Takes apart the groups of one access.</summary>
    private static void Finish(RegionBlock block)
    {
        for (int n = 0; n < block.Instructions.Length; n++)
        {
            if (block.GroupOf(n)?.Group.Count == 1)
                block.Grouped![n] = null;
            else if (block.IsFoundBefore(n))
                block.Uses[n] = block.Uses[n] with { MayExit = false };
        }
    }

    /// <summary>
    /// The place that a constant is: its upper half, and what is added to it. An address that is reached over the end of the address
    /// space from there is another value, as a group could not tell.
    /// </summary>
    private static Place Constant(uint value) => new(-1 - (int)(value >> HalfBits), (int)(value & 0xffff));

    private static Place? Moved(Place place, int distance) =>
        Math.Abs((long)place.Offset + distance) > MaxOffset ? null : place with { Offset = place.Offset + distance };

    private Place NewPlace() => new(_values++, 0);

    /// <summary>What is known at a place of the region.</summary>
    private sealed class Known
    {
        /// <summary>Where each register is.</summary>
        public Place[] Places { get; private init; } = new Place[DecodedInstruction.Zero + 1];

        /// <summary>Groups that were begun.</summary>
        public Dictionary<GroupKey, AccessGroup> Open { get; private init; } = [];

        public Known Copy() => new() { Places = (Place[])Places.Clone(), Open = new(Open) };

        /// <summary>Keeps what is known at another place, too.</summary>
        public Known Common(Known other, Func<Place> newPlace)
        {
            for (int register = 0; register < Places.Length; register++)
            {
                if (Places[register] != other.Places[register])
                    Places[register] = newPlace();
            }

            // A dictionary may be taken from while it is gone through.
            foreach ((GroupKey key, AccessGroup group) in Open)
            {
                if (!other.Open.TryGetValue(key, out AccessGroup? same) || same != group)
                    Open.Remove(key);
            }

            return this;
        }
    }

    /// <summary>
    /// By what groups that were begun are found: a class, since the runtime has no code ahead of time for collections of values of ours.
    /// </summary>
    /// <param name="Value">The value from which they are reached.</param>
    /// <param name="IsStore">Whether they may store.</param>
    /// <param name="Stepped">Their base in the second version of a loop; null elsewhere.</param>
    private sealed record GroupKey(int Value, bool IsStore, SteppedBase? Stepped = null);

    /// <summary>A value that is not known, or the upper half of a constant, and what is added to it.</summary>
    private readonly record struct Place(int Value, int Offset);
}
