using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>
/// What is loaded was stored to the same effective address, and went to another physical one: translation was off, or was another one. A stack that a
/// handler uses before it turns translation on is lost so.
/// </summary>
internal sealed class WrongPageRule(ExplainedRun run) : IExplainingRule
{
    /// <summary>Loads of which the stores are looked for: each costs a search back through the run.</summary>
    private const int MaxLoads = 6;

    private int _loads;

    /// <inheritdoc/>
    public IEnumerable<Statement> Look(CausalLink link)
    {
        if (link is not { At: { } at, Effective: { } effective, Word: not 0, Place.IsMemory: false, From: [{ Place.IsMemory: true } source, ..] }
            || !Decoder.Row(Decoder.Decode(link.Word)).Is(InstructionFlags.Load) || _loads++ >= MaxLoads)
            yield break;
        uint length = Math.Max(source.Place.Length, 1);
        run.Timeline.GoTo(at);
        AccessProbe stores = new(effective, length, Reads: false, Writes: true);
        Moment since = source.At is { } stored ? stored with { Exceptions = stored.Exceptions + 1 } : default;
        if (run.Timeline.FindLast([stores], run.Cancel, since).Hit is not { } hit || Physical(effective) is not { } physical
            || physical == source.Place.Address)
            yield break;
        uint pc = Pc();
        string why = IsTranslated() ? "by another entry of the TLB" : "with translation off (MSR[DR] = 0)";
        PhysicalWindow? window = run.Board.Memory.Find(physical);
        string there = window is null ? "where this board has nothing" : $"which is {window.Name}";
        yield return run.Say(StatementKind.WrongPage, hit.At, pc, $"'{run.Instruction(pc)}' stores to 0x{effective:x8} {why}: it goes to physical "
            + $"0x{physical:x8}, {there}. '{ExplainedRun.Text(link.Word, link.Pc)}' at {at} loads from the same address and gets "
            + $"0x{link.Value ?? 0:x} from physical 0x{source.Place.Address:x8}, where the store did not come.");
        if (OpenException.Now(run.Timeline, run.Cancel) is [.., var handler] && handler.Kind.IsInterrupt())
            yield return InterruptRule.Say(run, handler.Kind, handler.At, handler.Pc);
    }

    private unsafe uint Pc() => run.State->Pc;

    private unsafe bool IsTranslated() => (run.State->Msr & Msr.Dr) != 0;

    private uint? Physical(uint effective) => GuestMemory.TryTranslate(run.Board, effective, out uint physical, out _) ? physical : null;
}

/// <summary>What is loaded was never stored.</summary>
internal sealed class NeverWrittenRule(ExplainedRun run) : IExplainingRule
{
    /// <inheritdoc/>
    public IEnumerable<Statement> Look(CausalLink link)
    {
        if (link is { At: { } at, Word: not 0, From: [{ End: LinkEnd.Beginning, Place: { IsMemory: true } place }, ..] })
        {
            yield return run.Say(StatementKind.NeverWritten, at, link.Pc, $"'{ExplainedRun.Text(link.Word, link.Pc)}' loads {place}, where nothing "
                + "has been stored since reset.");
        }
    }
}

/// <summary>
/// A function returns to an address after which no call stands: what overwrote the return address, or where it came from otherwise.
/// </summary>
internal sealed class ReturnAddressRule(ExplainedRun run) : IExplainingRule
{
    private uint? _wrong;

    /// <inheritdoc/>
    public IEnumerable<Statement> Look(CausalLink link)
    {
        if (link is { Place.Register: "pc", At: { } at, Word: not 0, From: [{ Place.Register: "lr", Value: { } target }, ..] }
            && Decoder.Decode(link.Word) == Op.Bclr)
        {
            run.Timeline.GoTo(at);
            if (CallSites.IsReturnAddress(run.Board, target))
                yield break;
            _wrong = target;
            string text = ExplainedRun.Text(link.Word, link.Pc);
            yield return run.Say(StatementKind.BadReturn, at, link.Pc,
                $"'{text}' returns to 0x{target:x8}, which was never a return address: no call stands ahead of it.");
        }
        else if (_wrong is { } wrong && link is { Place: { IsMemory: true } place, Value: { } value, At: { } stored } && value == wrong)
        {
            _wrong = null;
            if (Before(place, stored) is var (saved, by) && CallSites.IsReturnAddress(run.Board, saved))
            {
                yield return run.Say(StatementKind.Overwritten, stored, link.Pc, $"{Doing(link)} overwrites the return address "
                    + $"{run.Names.Describe(saved)}, which had been saved in {place}{by}.");
            }
        }
    }

    private static string Doing(CausalLink link) => link.Word != 0 ? $"'{ExplainedRun.Text(link.Word, link.Pc)}'" : "a store of a device";

    /// <summary>What was in memory before a store, and what had put it there.</summary>
    private (uint Value, string By)? Before(ValuePlace place, Moment store)
    {
        run.Timeline.GoTo(store);
        if (place.Read(run.Board) is not { } value)
            return null;
        string by = run.Finder.Find(place, store) is { Event: { Word: not 0 } saved }
            ? $" at {saved.At} by '{ExplainedRun.Text(saved.Word, saved.Pc)}' at {run.Names.Describe(saved.Pc)}" : "";
        run.Timeline.GoTo(store);
        return (value, by);
    }
}
