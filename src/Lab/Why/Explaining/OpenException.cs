using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>An exception from which the guest has not returned.</summary>
/// <param name="At">The moment before it.</param>
/// <param name="Kind">Which exception.</param>
/// <param name="Pc">The address that it saved.</param>
/// <param name="Msr">The MSR that it saved.</param>
/// <param name="Dear">DEAR after it.</param>
/// <param name="StackPointer">r1.</param>
internal sealed record OpenException(Moment At, ExceptionKind Kind, uint Pc, uint Msr, uint Dear, uint StackPointer)
{
    /// <summary>Exceptions and returns that are looked at.</summary>
    private const int Most = 4096;

    /// <summary>Whether an instruction caused it.</summary>
    public bool IsFault => Kind.IsFault();

    /// <summary>Whether the kernel itself was interrupted, and no user program.</summary>
    public bool IsInKernel => (Msr & Machine.Cpu.Msr.Pr) == 0;

    /// <summary>Gives those that are open now, the oldest first. The machine stands where it stood.</summary>
    public static IReadOnlyList<OpenException> Now(Timeline timeline, CancellationToken cancel)
    {
        Probe[] probes =
        [
            new InstructionProbe(word => Decoder.Decode(word) is Op.Rfi or Op.Rfci),
            .. Enum.GetValues<ExceptionKind>().Select(kind => new ExceptionProbe(kind)),
        ];
        List<OpenException> open = [];
        foreach (Passed passed in timeline.NoteLast(probes, Most, hit => Note(hit, timeline.Machine.Board), cancel))
            Take(passed, open);
        return open;
    }

    private static unsafe Passed Note(Hit hit, Board board)
    {
        CpuState* state = board.Processor.State;
        ExceptionKind? kind = (hit.Probe as ExceptionProbe)?.Kind;
        bool isCritical = kind?.IsCritical() ?? (GuestMemory.TryFetch(board, state->Pc, out uint word) && Decoder.Decode(word) == Op.Rfci);
        (uint pc, uint msr) = isCritical ? (state->Srr2, state->Srr3) : (state->Srr0, state->Srr1);
        return new Passed(hit.At, kind, pc, msr, state->Dear, state->Gpr[1]);
    }

    private static void Take(Passed passed, List<OpenException> open)
    {
        if (passed.Kind is { } kind)
        {
            Moment before = passed.At with { Exceptions = Math.Max(0, passed.At.Exceptions - 1) };
            open.Add(new OpenException(before, kind, passed.Pc, passed.Msr, passed.Dear, passed.StackPointer));
            return;
        }

        int found = open.FindLastIndex(one => one.Pc == passed.Pc && one.Msr == passed.Msr);

        // A handler may go on elsewhere in what it interrupted, and a program goes on where no kernel's own fault can be open.
        if (found < 0 && open.Count > 0 && open[^1].Msr == passed.Msr && open[^1].StackPointer == passed.StackPointer)
            found = open.Count - 1;
        if (found >= 0)
            open.RemoveRange(found, open.Count - found);
        if ((passed.Msr & Machine.Cpu.Msr.Pr) != 0)
            open.RemoveAll(one => one.IsInKernel);
    }

    /// <summary>An exception that was taken, or a return from one.</summary>
    private sealed record Passed(Moment At, ExceptionKind? Kind, uint Pc, uint Msr, uint Dear, uint StackPointer);
}
