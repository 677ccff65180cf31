using System.Numerics;
using PpcJit.Lab.Debugging;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>Says what an event made a place's value from, while the machine stands ahead of it.</summary>
/// <param name="machine">The machine.</param>
/// <param name="followsAddresses">Whether what addresses are made from counts too, and the TLB entries by which accesses find their pages.</param>
internal sealed class SourceFinder(GuestMachine machine, bool followsAddresses)
{
    private readonly DeviceSources _devices = new(machine);

    private Board Board => machine.Board;

    /// <summary>Gives the sources of a place's value.</summary>
    /// <param name="place">The place.</param>
    /// <param name="trace">The trace that the event is in.</param>
    /// <param name="found">The event.</param>
    public EventSources Of(ValuePlace place, IntervalTrace trace, TracedEvent found)
    {
        if (found.IsForeignStore)
        {
            return trace.FrameOf(found) is { } frame ? FrameBytes(frame, place, trace, found)
                : trace.CopyOf(found) is { } from ? Copied(from, place, trace, found) : new EventSources([], LinkEnd.ForeignStore);
        }

        if (found.Exception is { } kind)
            return OfException(kind, place, trace, found);
        Op op = Decoder.Decode(found.Word);
        InstructionRow row = Decoder.Row(op);
        TracedAccess[] accesses = [.. trace.AccessesOf(found)];
        EventSources sources = place.IsMemory ? Stored(op, row, found.Word, accesses, place)
            : row.Is(InstructionFlags.Load) && IsLoaded(row, found.Word, place) ? Loaded(row, found.Word, accesses, place)
            : Computed(op, row, found.Word, place);
        if (!followsAddresses)
            return sources;
        return op is Op.Tlbwe or Op.Tlbre
            ? sources with { From = [.. sources.From, new SourcePlace(ValuePlace.Gpr(Field.Ra(found.Word)), LinkThrough.Address)] }
            : accesses.Length > 0 ? WithAddresses(sources, row, found.Word, accesses) : sources;
    }

    private static EventSources FrameBytes(OutsideInput frame, ValuePlace place, IntervalTrace trace, TracedEvent found)
    {
        uint first = trace.AccessesOf(found).First().Physical;
        int offset = frame.Offset + (place.Address > first ? (int)(place.Address - first) : 0);
        return new EventSources([], LinkEnd.Frame) { Input = frame with { Offset = offset } };
    }

    /// <summary>
    /// What DMA copied is what was there ahead of the whole transfer, unless an earlier part of the same transfer had stored it there.
    /// </summary>
    private static EventSources Copied(uint from, ValuePlace place, IntervalTrace trace, TracedEvent found)
    {
        uint first = trace.AccessesOf(found).First().Physical;
        ValuePlace source = place with { Address = from + (place.Address - first) };
        bool isItsOwn = trace.Events.Any(other => other.IsForeignStore && other.At == found.At && other.FirstAccess < found.FirstAccess
            && trace.StoresInto(other, source));
        return isItsOwn ? new EventSources([], LinkEnd.ForeignStore, $"the same transfer of DMA had stored it in {source} before.")
            : EventSources.Of(source);
    }

    private EventSources OfException(ExceptionKind kind, ValuePlace place, IntervalTrace trace, TracedEvent found)
    {
        IEnumerable<ValuePlace> from = place.Register switch
        {
            "dear" => AddressRegisters(found.Pc),
            "pc" when kind.SetsDear() => AddressRegisters(found.Pc),
            "pc" or "srr0" or "srr2" when IsAboutTheInstruction(kind) => [ValuePlace.Of("pc")],
            "srr1" or "srr3" when IsAboutTheInstruction(kind) => [ValuePlace.Of("msr")],
            _ => [],
        };
        LostState? lost = Overwritten(place, trace, found);
        string? note = lost is not null ? Sentence(lost) : Asking(kind) is { Length: > 0 } devices ? $"{devices} asked for it." : null;
        return EventSources.Of(from) with { End = LinkEnd.Exception, Note = note, Lost = lost };
    }

    private static string Sentence(LostState lost) => $"it overwrote what {lost.Kind} at {lost.At} had saved there, 0x{lost.Pc:x8}, which nobody "
        + "had read.";

    private string Asking(ExceptionKind kind) =>
        kind is ExceptionKind.External or ExceptionKind.CriticalInput ? _devices.Asking(kind == ExceptionKind.CriticalInput) : "";

    private static bool IsAboutTheInstruction(ExceptionKind kind) =>
        kind is ExceptionKind.InstructionStorage or ExceptionKind.InstructionTlbMiss or ExceptionKind.Program;

    /// <summary>Of which registers the address was made that an exception tells of; the instruction has not been executed.</summary>
    private IEnumerable<ValuePlace> AddressRegisters(uint pc) =>
        GuestMemory.TryFetch(Board, pc, out uint word) && Decoder.Decode(word) is var op && op != Op.Illegal
            ? Registers(Decoder.Row(op).GprsOfAddress(word)) : [];

    private static EventSources Stored(Op op, InstructionRow row, uint word, TracedAccess[] accesses, ValuePlace place)
    {
        if (op == Op.Dcbz)
            return new EventSources([], LinkEnd.Constant, "the cache block was set to zero.");
        int first = Field.Rs(word);
        uint bytes = 0;
        List<ValuePlace> from = [];
        bool isMultiple = row.Is(InstructionFlags.Multiple);
        bool isSplit = !isMultiple && accesses.Count(access => access.IsStore) > 1;
        foreach (TracedAccess access in accesses)
        {
            ValuePlace register = isMultiple ? InRun(first, bytes) : ValuePlace.Gpr(first);
            uint firstByte = isMultiple ? bytes % sizeof(uint) : sizeof(uint) - Math.Min(access.Size, sizeof(uint));
            ValuePlace source = isSplit ? register : ByteMoves.Stored(row, access, register, firstByte, place);
            if (access.IsStore && access.Touches(place) && !from.Contains(source))
                from.Add(source);
            bytes += access.Size;
        }

        return EventSources.Of(from);
    }

    /// <summary>The register of a run that has a byte of it.</summary>
    private static ValuePlace InRun(int first, uint bytes) => ValuePlace.Gpr((first + ((int)bytes / sizeof(uint))) & 31);

    private EventSources Loaded(InstructionRow row, uint word, TracedAccess[] accesses, ValuePlace place)
    {
        TracedAccess[] loads = [.. accesses.Where(access => !access.IsStore)];
        if (row.Is(InstructionFlags.Multiple))
        {
            int first = Field.Rt(word);
            uint bytes = 0;
            List<TracedAccess> own = [];
            foreach (TracedAccess access in loads)
            {
                if (InRun(first, bytes) == place.Whole)
                    own.Add(access);
                bytes += access.Size;
            }

            loads = [.. own];
        }

        if (loads.Select(load => _devices.Load(load.Physical)).FirstOrDefault(given => given is not null) is { } device)
            return device;
        return EventSources.Of(loads.Length == 1
            ? [.. loads.Select(load => ByteMoves.Loaded(row, load, place)).OfType<ValuePlace>()]
            : [.. loads.Select(load => ValuePlace.Memory(load.Physical, load.Size))]);
    }

    private EventSources Computed(Op op, InstructionRow row, uint word, ValuePlace place)
    {
        switch (op)
        {
            case Op.Mfspr:
                return EventEffects.NameOf(Field.Spr(word)) is not { } spr ? new EventSources([], LinkEnd.Machine)
                    : EventSources.Of(place.IsPart ? ValuePlace.Of(spr).Bytes(place.Address, place.Length) : ValuePlace.Of(spr));
            case Op.Mtspr when place.IsPart:
                return EventSources.Of(ValuePlace.Gpr(Field.Rs(word)).Bytes(place.Address, place.Length));
            case Op.Mftb:
                return EventSources.Of(ValuePlace.Of(EventEffects.NameOf(Field.Spr(word)) ?? "tbl"));
            case Op.Mfmsr:
                return EventSources.Of(ValuePlace.Of("msr"));
            case Op.Mfdcr:
                return _devices.LoadDcr((uint)Field.Spr(word));
            case Op.Tlbre:
                return TlbRead(word);
            case Op.Tlbsx:
                return new EventSources([], LinkEnd.TlbEntry);
            case Op.Tlbwe:
                return EventSources.Of([ValuePlace.Gpr(Field.Rs(word)), .. place.IsTlbTag ? [ValuePlace.Of("pid")] : (ValuePlace[])[]]);
            case Op.Rfi:
                return EventSources.Of(ValuePlace.Of(place.Register == "pc" ? "srr0" : "srr1"));
            case Op.Rfci:
                return EventSources.Of(ValuePlace.Of(place.Register == "pc" ? "srr2" : "srr3"));
            case Op.StwcxRecord when place.Register == "cr":
                return EventSources.Of(ValuePlace.Of("reservation"));
            case Op.Lwarx when place.Register == "reservation":
                return new EventSources([], LinkEnd.Constant, "the reservation was made here.");
            case Op.StwcxRecord when place.Register == "reservation":
                return new EventSources([], LinkEnd.Constant, "this stwcx. used the reservation up: another one is lost until lwarx makes it anew.");
        }

        if (place.Register == "lr" && row.Is(InstructionFlags.EndsBlock))
            return new EventSources([], LinkEnd.Constant, "the return address of this call.");
        if (place.Register == "pc")
            return Target(op);
        if (ByteMoves.Moved(op, word, place) is { } moved)
            return EventSources.Of(moved);
        List<ValuePlace> from = [.. Registers(row.GprsRead(word))];
        from.AddRange(Conditions(row, word));
        SpecialSet specials = row.SpecialsRead(word);
        if ((specials & (SpecialSet.Ca | SpecialSet.Overflow)) != 0)
            from.Add(ValuePlace.Of("xer"));
        if ((specials & SpecialSet.Ctr) != 0)
            from.Add(ValuePlace.Of("ctr"));
        return EventSources.Of(from);
    }

    /// <summary>Gives the fields of CR on which an instruction depends.</summary>
    public static IEnumerable<ValuePlace> Conditions(InstructionRow row, uint word)
    {
        uint fields = row.CrFieldsRead(word);
        for (int field = 0; field < 8; field++)
        {
            if ((fields & (0x80u >> field)) != 0)
                yield return ValuePlace.CrField(field);
        }
    }

    /// <summary>Gives the registers that a branch asks which way to go.</summary>
    public static IEnumerable<ValuePlace> Asked(InstructionRow row, uint word) =>
        [.. Conditions(row, word), .. CountsDown(row, word) ? [ValuePlace.Of("ctr")] : (ValuePlace[])[]];

    private static bool CountsDown(InstructionRow row, uint word) => row.Op != Op.Bcctr && (row.SpecialsRead(word) & SpecialSet.Ctr) != 0;

    private unsafe EventSources TlbRead(uint word)
    {
        int entry = (int)Board.Processor.State->Gpr[Field.Ra(word)] & (CpuState.TlbEntries - 1);
        return EventSources.Of(Field.Ws(word) == 0 ? ValuePlace.TlbTag(entry) : ValuePlace.TlbData(entry));
    }

    private static EventSources Target(Op op) => op switch
    {
        Op.Bclr => EventSources.Of(ValuePlace.Of("lr")),
        Op.Bcctr => EventSources.Of(ValuePlace.Of("ctr")),
        _ => new EventSources([], LinkEnd.Constant),
    };

    private unsafe EventSources WithAddresses(EventSources sources, InstructionRow row, uint word, TracedAccess[] accesses)
    {
        List<SourcePlace> from = [.. sources.From];
        foreach (ValuePlace register in Registers(row.GprsOfAddress(word)))
        {
            if (!from.Exists(known => known.Place == register))
                from.Add(new SourcePlace(register, LinkThrough.Address));
        }

        if ((Board.Processor.State->Msr & Msr.Dr) == 0)
            return sources with { From = from };

        // The other half is for the page that was accessed, or the entry would not have been found.
        IEnumerable<int> entries = accesses.Select(access => Board.Processor.Tlb.Find(access.Effective)).Where(entry => entry >= 0).Distinct();
        foreach (int entry in entries.ToArray())
            from.Add(new SourcePlace(ValuePlace.TlbData(entry), LinkThrough.Translation));
        return sources with { From = from };
    }

    /// <summary>Says when an exception took away what another one had saved, and nobody had read that.</summary>
    private static LostState? Overwritten(ValuePlace place, IntervalTrace trace, TracedEvent found)
    {
        if (place.Register is not ("srr0" or "srr1" or "srr2" or "srr3")
            || DefinitionFinder.FindBefore(trace, found.At, other => !other.IsForeignStore && other.Writes(place))
                is not { Exception: { } kind } lost)
            return null;
        bool wasRead = DefinitionFinder.FindBefore(trace, found.At, other => other.At > lost.At && other.ReadsSaved(place.Register)) is not null;
        return wasRead ? null : new LostState(kind, lost.At, lost.Pc);
    }

    /// <summary>Whether a load puts what it loads into a place, and not the address that it writes back.</summary>
    private static bool IsLoaded(InstructionRow row, uint word, ValuePlace place) => place.Register is not ("cr" or "reservation")
        && !(row.Is(InstructionFlags.Update) && ValuePlace.Gpr(Field.Ra(word)) == place.Whole && Field.Ra(word) != Field.Rt(word));

    private static IEnumerable<ValuePlace> Registers(uint set)
    {
        for (; set != 0; set &= set - 1)
            yield return ValuePlace.Gpr(BitOperations.TrailingZeroCount(set));
    }
}
