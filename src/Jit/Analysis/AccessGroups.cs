using System.Numerics;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// Finds the groups of a block: follows each register to a value that it had before, and what was added to that since.
/// </summary>
internal sealed class AccessGroups
{
    /// <summary>Sums of displacements beyond this, in bytes, are not followed: they could overflow.</summary>
    private const long MaxOffset = 1 << 20;

    private readonly RegionBlock _block;
    private readonly Place[] _places = new Place[DecodedInstruction.Zero + 1];
    private readonly Dictionary<(int Value, bool IsStore, SteppedBase? Stepped), AccessGroup> _open = [];
    private readonly GroupedAccess?[] _found;
    private int _values;

    private AccessGroups(RegionBlock block)
    {
        _block = block;
        _found = new GroupedAccess?[block.Instructions.Length];
        for (int register = 0; register < _places.Length; register++)
            _places[register] = NewPlace();
    }

    /// <summary>Finds the groups of a block, and notes that all accesses but the first of each cannot leave the region.</summary>
    public static void Find(RegionBlock block)
    {
        AccessGroups groups = new(block);
        for (int n = 0; n < block.Instructions.Length; n++)
            groups.Follow(n);
        groups.Finish();
    }

    private void Follow(int n)
    {
        ref DecodedInstruction decoded = ref _block.Instructions[n];

        // This may change translation.
        if (decoded.Traits.Kind == CodeKind.Context)
            _open.Clear();
        Place? accessed = null;
        if (AddressBase.Of(decoded) is not null)
        {
            accessed = PlaceOf(decoded);
            if (accessed is { } place && decoded is { StoresBesideCode: false, CrossesPages: false })
                Join(n, place, decoded.Traits);
        }

        Write(decoded, _block.Uses[n].Writes & Resources.AllGprs, accessed);
    }

    /// <summary>Where an access is; null where no register tells.</summary>
    private Place? PlaceOf(in DecodedInstruction i)
    {
        if (!i.IsIndexed)
            return Moved(_places[i.A], (int)i.Immediate);

        // The sum of two registers is a new value, which an update form leaves in one of them.
        return i.Traits.Updates ? NewPlace() : null;
    }

    private void Join(int n, Place place, CodeTraits traits)
    {
        // What may be stored to may be loaded from. But a version of a loop has found a page for each of its bases, and knows
        // nothing of where the page of one lies to that of another.
        bool isStore = traits.UsesWriteTable;
        SteppedBase? stepped = _block.IsUnchecked ? _block.Version!.BaseOf[n] : null;
        if (stepped is null && _open.TryGetValue((place.Value, true, null), out AccessGroup? stores) && stores.TryJoin(place.Offset, traits.Size))
        {
            _found[n] = new GroupedAccess(stores, place.Offset);
            return;
        }

        if (!_open.TryGetValue((place.Value, isStore, stepped), out AccessGroup? group) || !group.TryJoin(place.Offset, traits.Size))
        {
            _open[(place.Value, isStore, stepped)] = group = new AccessGroup(n, isStore);
            group.TryJoin(place.Offset, traits.Size);
        }

        _found[n] = new GroupedAccess(group, place.Offset);
    }

    /// <summary>Notes what becomes of the registers that an instruction writes.</summary>
    private void Write(in DecodedInstruction i, ulong writes, Place? accessed)
    {
        (int Register, Place? Place) moved = i.Code switch
        {
            Op.Addi => (i.T, Moved(_places[i.A], (int)i.Immediate)),
            Op.Or when i.T == i.B => (i.A, _places[i.T]),
            _ when i.Traits.Updates => (i.A, accessed),
            _ => (-1, null),
        };
        for (; writes != 0; writes &= writes - 1)
        {
            int written = BitOperations.TrailingZeroCount(writes);
            _places[written] = written == moved.Register && moved.Place is { } known ? known : NewPlace();
        }
    }

    /// <summary>Takes apart the groups of one access.</summary>
    private void Finish()
    {
        for (int n = 0; n < _found.Length; n++)
        {
            if (_found[n] is not { } access)
                continue;
            if (access.Group.Count == 1)
                _found[n] = null;
            else if (access.Group.First != n)
                _block.Uses[n] = _block.Uses[n] with { MayExit = false };
        }

        _block.Grouped = _found;
    }

    private static Place? Moved(Place place, int distance) =>
        Math.Abs((long)place.Offset + distance) > MaxOffset ? null : place with { Offset = place.Offset + distance };

    private Place NewPlace() => new(_values++, 0);

    /// <summary>A value that is not known, and what is added to it.</summary>
    private readonly record struct Place(int Value, int Offset);
}
