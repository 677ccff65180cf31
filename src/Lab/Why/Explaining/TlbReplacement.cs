using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>The write, or the change by hand, by which a page went out of the TLB.</summary>
/// <param name="At">The moment before it; of a change by hand, that at which it was made.</param>
/// <param name="Pc">Effective address of the instruction.</param>
/// <param name="Entry">Which entry it is; -1 when all were invalidated.</param>
/// <param name="Before">TLBHI of the entry before.</param>
/// <param name="After">TLBHI of the entry after.</param>
internal sealed record TlbReplacement(Moment At, uint Pc, int Entry, uint Before, uint After)
{
    /// <summary>Moments at which somebody changed the TLB that are looked at, the newest ones.</summary>
    private const int MaxMoments = 16;

    /// <summary>Which change by hand it was, of those of the run; null for a write.</summary>
    public OutsideInput? Change { get; init; }

    /// <summary>The bits of an address that say in which page it is.</summary>
    public uint PageMask => Tlb.PageMask(Before);

    /// <summary>Finds the last write, or change by hand, before a moment by which a page went out of the TLB.</summary>
    public static unsafe TlbReplacement? FindLast(ExplainedRun run, uint effective, Moment before)
    {
        TlbReplacement? byHand = FindByHand(run, effective, before);
        run.Timeline.GoTo(before);
        InstructionProbe probe = new(word => Decoder.Decode(word) is Op.Tlbwe or Op.Tlbia) { When = board => Taken(board, effective) >= 0 };
        if (run.Timeline.FindLast([probe], run.Cancel, byHand?.At ?? default).Hit is not { } hit || hit.At < byHand?.At)
            return byHand;
        CpuState* state = run.State;
        int entry = Taken(run.Board, effective);
        GuestMemory.TryFetch(run.Board, state->Pc, out uint word);
        bool isAll = Decoder.Decode(word) == Op.Tlbia;
        uint after = isAll ? state->TlbHi[entry] & ~Tlb.Valid : state->Gpr[Field.Rs(word)];
        return new TlbReplacement(hit.At, state->Pc, isAll ? -1 : entry, state->TlbHi[entry], after);
    }

    private static unsafe TlbReplacement? FindByHand(ExplainedRun run, uint effective, Moment before)
    {
        IReadOnlyList<InjectionAt> injections = run.Timeline.Machine.Inputs.Injections;
        Moment? here = null;
        int moments = 0;
        for (int n = injections.Count - 1; n >= 0; n--)
        {
            if (injections[n] is not { Change: TlbEvictInjection { Index: var entry }, At: var at } || at > before)
                continue;
            if (at != here && ++moments > MaxMoments)
                return null;
            here = at;
            run.Timeline.GoTo(at);

            // An entry that is evicted keeps all but its valid bit.
            uint hi = run.State->TlbHi[entry];
            if ((hi & Tlb.Valid) == 0 && ((hi ^ effective) & Tlb.PageMask(hi)) == 0)
                return new TlbReplacement(at, run.Pc, entry, hi | Tlb.Valid, hi) { Change = new OutsideInput("", (ulong)n + 1, at, 0) };
        }

        return null;
    }

    /// <summary>Says so.</summary>
    public Statement Say(ExplainedRun run)
    {
        if (Change is { } change)
        {
            return run.Say(StatementKind.Replaced, At, Pc, $"entry {Entry} of the TLB, for the page 0x{Before & PageMask:x8}, is taken out by hand "
                + $"(change {change.Number} of the run).") with { Input = change };
        }

        string after = Entry < 0 ? "is invalidated with all others"
            : (After & Tlb.Valid) == 0 ? "is invalidated" : $"is replaced by one for 0x{After & Tlb.PageMask(After):x8}";
        string which = Entry < 0 ? "the entry" : $"entry {Entry}";
        return run.Say(StatementKind.Replaced, At, Pc, $"{which} of the TLB, for the page 0x{Before & PageMask:x8}, {after}.");
    }

    /// <summary>The entry that the instruction which is about to run takes a page away from; -1 for none.</summary>
    private static unsafe int Taken(Board board, uint effective)
    {
        CpuState* state = board.Processor.State;
        if (!GuestMemory.TryFetch(board, state->Pc, out uint word))
            return -1;
        if (Decoder.Decode(word) == Op.Tlbia)
            return Mapping(state, effective);
        int entry = (int)state->Gpr[Field.Ra(word)] & (CpuState.TlbEntries - 1);
        uint written = state->Gpr[Field.Rs(word)];
        bool stays = (written & Tlb.Valid) != 0 && ((written ^ effective) & Tlb.PageMask(written)) == 0;
        return Field.Ws(word) == 0 && Maps(state->TlbHi[entry], effective) && !stays ? entry : -1;
    }

    private static unsafe int Mapping(CpuState* state, uint effective)
    {
        for (int entry = 0; entry < CpuState.TlbEntries; entry++)
        {
            if (Maps(state->TlbHi[entry], effective))
                return entry;
        }

        return -1;
    }

    private static bool Maps(uint hi, uint effective) => (hi & Tlb.Valid) != 0 && ((hi ^ effective) & Tlb.PageMask(hi)) == 0;
}
