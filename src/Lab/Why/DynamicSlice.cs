using System.Numerics;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>
/// Follows a value back to what it was made from: a dynamic backward slice over data. Looking changes nothing: what a run did is done
/// again, and the machine stands where it stood.
/// </summary>
/// <param name="timeline">The run.</param>
/// <param name="names">What names mean in it.</param>
/// <param name="options">How far to go.</param>
/// <param name="cancel">Gives up; what was found so far is the slice, and says that it was cut off.</param>
public sealed class DynamicSlice(Timeline timeline, DebugNames names, SliceOptions options, CancellationToken cancel = default)
{
    private readonly DefinitionFinder _finder = new(timeline, cancel);
    private readonly HashSet<(ValuePlace Place, Moment At)> _shown = [];
    private int _links;

    private Board Board => names.Board;

    /// <summary>Whether something was cut off, at a bound or by somebody.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Follows the value that a place has now.</summary>
    public CausalLink Follow(ValuePlace place)
    {
        Moment here = timeline.Present;
        CausalLink link = Follow(place, here, place.Read(Board), depth: 0);
        timeline.GoTo(here);
        return link;
    }

    private CausalLink Follow(ValuePlace place, Moment before, uint? value, int depth)
    {
        if (depth >= options.MaxDepth || _links >= options.MaxLinks || cancel.IsCancellationRequested)
            return CutOff(place, value);
        _links++;
        if (place.Register is { } register && !EventEffects.Knows(register))
            return new CausalLink(place, value, null, 0, 0, null, LinkEnd.Machine);
        if (_finder.Find(place, before) is not var (trace, found))
        {
            return cancel.IsCancellationRequested ? CutOff(place, value)
                : new CausalLink(place, value, null, 0, 0, null, timeline.Lack is null ? LinkEnd.Beginning : LinkEnd.Forgotten);
        }

        CausalLink link = new(place, value, found.At, found.Pc, found.Word, found.Exception, LinkEnd.None);
        if (!_shown.Add((place, found.At)))
            return link with { End = LinkEnd.Shown, Where = names.Describe(found.Pc) };
        timeline.GoTo(found.At);
        link = link with { Where = found.IsForeignStore ? "" : names.Describe(found.Pc), Task = names.Kernel?.RunningLabel };
        (IReadOnlyList<ValuePlace> from, link) = Sources(link, trace, found);

        // All are read now, while the machine stands there.
        (ValuePlace Place, uint? Value)[] sources = [.. from.Select(source => (source, source.Read(Board)))];
        link = link with { IsCopy = sources is [var (_, moved)] && moved == value && found.Exception is null };
        int next = link.IsCopy ? depth : depth + 1;
        return link with { From = [.. sources.Select(source => Follow(source.Place, found.At, source.Value, next))] };
    }

    private CausalLink CutOff(ValuePlace place, uint? value)
    {
        IsCutOff = true;
        return new CausalLink(place, value, null, 0, 0, null, LinkEnd.CutOff);
    }

    /// <summary>What an event made a place's value from. The machine stands before the event.</summary>
    private (IReadOnlyList<ValuePlace> From, CausalLink Link) Sources(CausalLink link, IntervalTrace trace, TracedEvent found)
    {
        if (found.IsForeignStore)
            return ([], link with { End = LinkEnd.ForeignStore });
        if (found.Exception is { } kind)
            return (AddressSources(kind, link.Place, found.Pc), link with { End = LinkEnd.Exception, Note = Overwritten(link.Place, trace, found) });
        Op op = Decoder.Decode(found.Word);
        InstructionRow row = Decoder.Row(op);
        TracedAccess[] accesses = [.. trace.AccessesOf(found)];
        (IReadOnlyList<ValuePlace> from, LinkEnd end, string? note) = link.Place.IsMemory
            ? Stored(op, row, found.Word, accesses, link.Place)
            : row.Is(InstructionFlags.Load) && !IsUpdated(row, found.Word, link.Place)
                ? Loaded(row, found.Word, accesses, link.Place)
                : Computed(op, row, found.Word, link.Place);
        if (options.FollowsAddresses && accesses.Length > 0)
            from = [.. from, .. Registers(row.GprsOfAddress(found.Word)).Where(address => !from.Contains(address))];
        return (from, link with { End = end, Note = note });
    }

    private static (IReadOnlyList<ValuePlace> From, LinkEnd End, string? Note) Stored(
        Op op, InstructionRow row, uint word, TracedAccess[] accesses, ValuePlace place)
    {
        if (op == Op.Dcbz)
            return ([], LinkEnd.Constant, "the cache block was set to zero.");
        int first = Field.Rs(word);
        if (!row.Is(InstructionFlags.Multiple))
            return ([ValuePlace.Gpr(first)], LinkEnd.None, null);
        int[] stored = [.. accesses.Index().Where(access => access.Item.IsStore && access.Item.Touches(place)).Select(access => access.Index)];
        uint bytes = 0;
        List<ValuePlace> from = [];
        for (int n = 0; n < accesses.Length; bytes += accesses[n].Size, n++)
        {
            ValuePlace source = ValuePlace.Gpr((first + ((int)bytes / sizeof(uint))) & 31);
            if (stored.Contains(n) && !from.Contains(source))
                from.Add(source);
        }

        return (from, LinkEnd.None, null);
    }

    private (IReadOnlyList<ValuePlace> From, LinkEnd End, string? Note) Loaded(
        InstructionRow row, uint word, TracedAccess[] accesses, ValuePlace place)
    {
        TracedAccess[] loads = [.. accesses.Where(access => !access.IsStore)];
        if (row.Is(InstructionFlags.Multiple))
        {
            int first = Field.Rt(word);
            uint bytes = 0;
            List<TracedAccess> own = [];
            foreach (TracedAccess access in loads)
            {
                if (ValuePlace.Gpr((first + ((int)bytes / sizeof(uint))) & 31) == place)
                    own.Add(access);
                bytes += access.Size;
            }

            loads = [.. own];
        }

        if (loads.FirstOrDefault(load => Board.Memory.Find(load.Physical) is { Device: not null }) is { Size: > 0 } device)
            return ([], LinkEnd.Device, DeviceName(device.Physical, isDcr: false));
        return ([.. loads.Select(load => ValuePlace.Memory(load.Physical, load.Size))], LinkEnd.None, null);
    }

    private (IReadOnlyList<ValuePlace> From, LinkEnd End, string? Note) Computed(Op op, InstructionRow row, uint word, ValuePlace place)
    {
        switch (op)
        {
            case Op.Mfspr:
                return EventEffects.NameOf(Field.Spr(word)) is { } spr ? ([ValuePlace.Of(spr)], LinkEnd.None, null) : ([], LinkEnd.Machine, null);
            case Op.Mftb:
                return ([], LinkEnd.Machine, "the time base, which follows from the count of instructions.");
            case Op.Mfmsr:
                return ([ValuePlace.Of("msr")], LinkEnd.None, null);
            case Op.Mfdcr:
                return ([], LinkEnd.Device, DeviceName((uint)Field.Spr(word), isDcr: true));
            case Op.Tlbre or Op.Tlbsx:
                return ([], LinkEnd.TlbEntry, null);
            case Op.Rfi:
                return ([ValuePlace.Of(place.Register == "pc" ? "srr0" : "srr1")], LinkEnd.None, null);
            case Op.Rfci:
                return ([ValuePlace.Of(place.Register == "pc" ? "srr2" : "srr3")], LinkEnd.None, null);
            case Op.StwcxRecord when place.Register == "cr":
                return ([], LinkEnd.Machine, "whether the reservation was still there.");
        }

        if (place.Register == "lr" && row.Is(InstructionFlags.EndsBlock))
            return ([], LinkEnd.Constant, "the return address of this call.");
        if (place.Register == "pc")
            return Target(op);
        List<ValuePlace> from = [.. Registers(row.GprsRead(word))];
        uint fields = row.CrFieldsRead(word);
        for (int field = 0; field < 8; field++)
        {
            if ((fields & (0x80u >> field)) != 0)
                from.Add(ValuePlace.CrField(field));
        }

        SpecialSet specials = row.SpecialsRead(word);
        if ((specials & (SpecialSet.Ca | SpecialSet.Overflow)) != 0)
            from.Add(ValuePlace.Of("xer"));
        if ((specials & SpecialSet.Ctr) != 0)
            from.Add(ValuePlace.Of("ctr"));
        return (from, from.Count == 0 ? LinkEnd.Constant : LinkEnd.None, null);
    }

    private static (IReadOnlyList<ValuePlace> From, LinkEnd End, string? Note) Target(Op op) => op switch
    {
        Op.Bclr => ([ValuePlace.Of("lr")], LinkEnd.None, null),
        Op.Bcctr => ([ValuePlace.Of("ctr")], LinkEnd.None, null),
        _ => ([], LinkEnd.Constant, null),
    };

    /// <summary>What the address was made from that an exception tells of; the instruction that it belongs to has not been executed.</summary>
    private IReadOnlyList<ValuePlace> AddressSources(ExceptionKind kind, ValuePlace place, uint pc)
    {
        if (kind is not (ExceptionKind.DataStorage or ExceptionKind.DataTlbMiss or ExceptionKind.Alignment) || place.Register is not ("dear" or "pc")
            || !GuestMemory.TryFetch(Board, pc, out uint word) || Decoder.Decode(word) is var op && op == Op.Illegal)
            return [];
        return [.. Registers(Decoder.Row(op).GprsOfAddress(word))];
    }

    /// <summary>Says when an exception took away what another one had saved, and nobody had read that.</summary>
    private static string? Overwritten(ValuePlace place, IntervalTrace trace, TracedEvent found)
    {
        if (place.Register is not ("srr0" or "srr1" or "srr2" or "srr3")
            || DefinitionFinder.FindBefore(trace, found.At, other => !other.IsForeignStore && other.Writes(place))
                is not { Exception: { } kind } lost)
            return null;
        bool wasRead = DefinitionFinder.FindBefore(trace, found.At, other => other.At > lost.At && Reads(other, place.Register)) is not null;
        return wasRead ? null : $"it overwrote what {kind} at {lost.At} had saved there, 0x{lost.Pc:x8}, which nobody had read.";
    }

    private static bool Reads(TracedEvent traced, string register) => traced.Exception is null && Decoder.Decode(traced.Word) switch
    {
        Op.Mfspr => EventEffects.NameOf(Field.Spr(traced.Word)) == register,
        Op.Rfi => register is "srr0" or "srr1",
        Op.Rfci => register is "srr2" or "srr3",
        _ => false,
    };

    private static bool IsUpdated(InstructionRow row, uint word, ValuePlace place) =>
        row.Is(InstructionFlags.Update) && ValuePlace.Gpr(Field.Ra(word)) == place && Field.Ra(word) != Field.Rt(word);

    private static IEnumerable<ValuePlace> Registers(uint set)
    {
        for (; set != 0; set &= set - 1)
            yield return ValuePlace.Gpr(BitOperations.TrailingZeroCount(set));
    }

    private string? DeviceName(uint address, bool isDcr)
    {
        string[] found =
        [
            .. BoardRegister.All(Board).Where(register => register.IsDcr == isDcr && register.Address == address && register.IsReadable)
                .Select(register => $"{register.Device}.{register.Name}").Distinct(),
        ];
        return found.Length == 0 ? null : string.Join(" or ", found);
    }
}
