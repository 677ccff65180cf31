using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>
/// A stack pointer that is not in the stack of the lwp that runs, where the kernel is known: which instruction set it so, or moved it out.
/// </summary>
/// <param name="run">The run.</param>
internal sealed class StackRule(ExplainedRun run)
{
    /// <summary>What is followed back.</summary>
    public static ValuePlace Place { get; } = ValuePlace.Gpr(1);

    /// <summary>Whether a stack pointer that the kernel's code uses at a moment is where it should not be.</summary>
    /// <param name="at">The moment.</param>
    public unsafe bool IsOutside(Moment at)
    {
        run.Timeline.GoTo(at);

        // User programs have stacks of their own, and handlers with translation off have not come to a stack yet.
        return (run.State->Msr & (Msr.Pr | Msr.Dr)) == Msr.Dr && Outside(run.State->Gpr[1]) is not null;
    }

    /// <summary>Goes back to where a stack pointer that is outside was still inside.</summary>
    /// <param name="chain">The stack pointer, followed back.</param>
    /// <returns>Null when nothing is known of where it came from.</returns>
    public Statement? Look(CausalLink chain)
    {
        CausalLink? first = null;
        for (CausalLink? link = chain; link is { At: { } at, Value: { } value };)
        {
            run.Timeline.GoTo(at);
            if (Outside(value) is null)
                break;
            first = link;
            link = link.From.FirstOrDefault(from => from.Through == LinkThrough.Value);
        }

        if (first is not { At: { } moment, Value: { } pointer })
            return null;
        run.Timeline.GoTo(moment);
        string doing = first.Word != 0 ? $"'{ExplainedRun.Text(first.Word, first.Pc)}'" : "a change";
        string? task = run.Names.Kernel?.RunningLabel;
        return run.Say(StatementKind.OutsideStack, moment, first.Pc, $"{doing} makes {first.Place} = 0x{pointer:x8}, which becomes the stack "
            + $"pointer: it is {Outside(pointer)}.") with { Task = task };
    }

    private string? Outside(uint pointer) => run.Names.Kernel?.OutsideStack(pointer);
}
