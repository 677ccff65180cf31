using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>
/// An exception took away what another one had saved and nobody had read. Where it was a TLB miss of the handler's own: how the page came to be
/// out of the TLB, and who changed to a stack without touching it.
/// </summary>
internal sealed class SavedStateRule(ExplainedRun run) : IExplainingRule
{
    private const int StackPointer = 1;

    /// <summary>Instructions between a change of the stack and an interrupt, at most, in which accesses to its page are looked for.</summary>
    private const ulong LongestSwitch = 200_000;

    /// <summary>Links of the stack pointer's chain that are looked at.</summary>
    private const int MaxLinks = 64;

    /// <inheritdoc/>
    public IEnumerable<Statement> Look(CausalLink link)
    {
        if (link is not { Lost: { } lost, Exception: { } kind, At: { } at })
            yield break;
        run.Timeline.GoTo(at);
        string doing = run.Instruction(link.Pc) is { } instruction ? $"'{instruction}'" : "the instruction there";
        run.Timeline.GoTo(at with { Exceptions = at.Exceptions + 1 });
        uint missed = RegisterNames.Read(run.Board.Processor, "dear");
        string about = kind.SetsDear() ? $" with address 0x{missed:x8}" : "";
        string registers = kind.IsCritical() ? "SRR2 and SRR3" : "SRR0 and SRR1";
        yield return run.Say(StatementKind.LostState, at, link.Pc, $"{kind} of {doing}{about} overwrote {registers}, in which {lost.Kind} at "
            + $"{lost.At} had saved where it came from, {run.Names.Describe(lost.Pc)}, and which its handler had not read yet: the handler takes "
            + "itself for what was interrupted.") with { Exception = kind };
        yield return InterruptRule.Say(run, lost.Kind, lost.At, lost.Pc);
        if (kind != ExceptionKind.DataTlbMiss)
            yield break;
        foreach (Statement statement in ExplainMiss(link, lost, missed))
            yield return statement;
    }

    private IEnumerable<Statement> ExplainMiss(CausalLink link, LostState lost, uint missed)
    {
        TlbReplacement? replaced = TlbReplacement.FindLast(run, missed, link.At!.Value);
        CausalLink? switched = Switch(link, lost.At);
        bool wentInHandler = replaced?.At >= lost.At;
        if (!wentInHandler && switched is { At: { } switchedAt } && TouchBetween(switchedAt, lost.At, missed, replaced?.PageMask) is false)
        {
            run.Timeline.GoTo(lost.At);
            string enabled = Enabled(lost.At, switchedAt);
            yield return run.Say(StatementKind.MissingTouch, switchedAt, switched.Pc, $"the stack is changed here: r1 = 0x{switched.Value:x8}. From "
                + $"here to the {lost.Kind} at {lost.At} nothing touched the page of 0x{missed:x8}, which no entry of the TLB maps{enabled}: "
                + "a load from the new stack is missing before interrupts can come.");
        }

        if (replaced is not null)
            yield return replaced.Say(run);
        else
        {
            yield return run.Say(StatementKind.Remark, link.At!.Value, link.Pc, $"no entry of the TLB has mapped 0x{missed:x8} before, as far back "
                + "as history goes.");
        }
    }

    /// <summary>Finds where the stack pointer got its value before an interrupt: not where it was moved on by a number.</summary>
    private CausalLink? Switch(CausalLink miss, Moment interrupt)
    {
        run.Timeline.GoTo(miss.At!.Value);
        if (!GuestMemory.TryFetch(run.Board, miss.Pc, out uint word) || Decoder.Decode(word) is var op && op == Op.Illegal)
            return null;
        uint registers = Decoder.Row(op).GprsOfAddress(word);
        if ((registers & (1u << StackPointer)) == 0)
            return null;
        DynamicSlice slice = new(run.Timeline, run.Names, new SliceOptions { MaxLinks = MaxLinks }, run.Cancel);
        CausalLink? link = slice.Follow(ValuePlace.Gpr(StackPointer));
        while (link is not null && !(link.At < interrupt && link.Place == ValuePlace.Gpr(StackPointer) && !MovesOn(link)))
            link = link.From.FirstOrDefault(source => source.Through == LinkThrough.Value);
        return link;
    }

    private static bool MovesOn(CausalLink link) => link.Word != 0 && Decoder.Decode(link.Word) is var op && op != Op.Illegal
        && (op == Op.Addi || Decoder.Row(op).Is(InstructionFlags.Update));

    /// <summary>Whether anything accessed a page between two moments; null when they are too far apart to look.</summary>
    private bool? TouchBetween(Moment from, Moment until, uint address, uint? mask)
    {
        if (until.Count - from.Count > LongestSwitch)
            return null;
        uint page = mask ?? Tlb.PageMask(0);
        IntervalTrace trace = IntervalTrace.Of(run.Timeline, from, until);
        return trace.Events.Any(traced => trace.AccessesOf(traced).Any(access => !access.IsForeign && ((access.Effective ^ address) & page) == 0));
    }

    private string Enabled(Moment interrupt, Moment switched) =>
        run.Finder.Find(ValuePlace.Of("msr"), interrupt) is { Event: { Exception: null, Word: not 0 } enabled } && enabled.At > switched
            ? $", and interrupts were enabled at {enabled.At} by '{ExplainedRun.Text(enabled.Word, enabled.Pc)}'" : "";
}
