using PpcJit.Kernel.Sessions;
using PpcJit.Kernel.Texts;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>Lets the guest run, forward and back, as gdb asks for it, and says why it stopped.</summary>
/// <param name="target">What is debugged.</param>
/// <param name="points">The breakpoints.</param>
/// <param name="threads">Which of the guest's threads runs.</param>
/// <param name="say">Shows a text to the person.</param>
internal sealed unsafe class Runner(GdbTarget target, Breakpoints points, GuestThreads threads, Action<string> say)
{
    /// <summary>The signal of a stop by the debugger.</summary>
    public const int Trap = 5;

    private const int Interrupted = 2;
    private const int Abort = 6;
    private const string EndOfHistory = "replaylog:end;";
    private const string BeginningOfHistory = "replaylog:begin;";

    private Timeline Timeline => target.Timeline;

    private Board Board => Timeline.Machine.Board;

    private uint Pc => Board.Processor.State->Pc;

    /// <summary>Gives the reply that says that the guest stands, with the registers that gdb asks for first.</summary>
    public string Describe(int signal, string reason)
    {
        static string Register(int number, Board board) => $"{number:x2}:{Hex.Of(GdbRegister.Find((uint)number)!.Read(board), 4)};";
        return $"T{signal:x2}{reason}thread:{threads.Running:x};{Register(GdbRegister.Pc, Board)}{Register(GdbRegister.StackPointer, Board)}";
    }

    /// <summary>Runs on to a breakpoint.</summary>
    public string Continue(CancellationToken cancel)
    {
        SearchResult result = Search([.. points.All], ulong.MaxValue, cancel, out string? panic);
        return result.Hit is { } hit ? Describe(Trap, ReasonOf(hit)) : Ended(result.Reason, panic, cancel);
    }

    /// <summary>Executes one instruction; an exception that comes in its place ends in the exception's vector.</summary>
    public string Step(CancellationToken cancel)
    {
        SearchResult result = StepOnce(cancel, out string? panic);
        if (result.Hit is { Probe: ExceptionProbe })
        {
            ExceptionRecord taken = Board.Processor.RecentExceptions[^1];
            say($"ppcjit: {ExceptionNames.NameOf(taken.Kind)} exception taken at 0x{taken.Pc:x8}.\n");
            return Describe(Trap, "");
        }

        if (result.Hit is { } hit)
            return Describe(Trap, ReasonOf(hit));
        return result.Reason == StopReason.None && panic is null ? Describe(Trap, "") : Ended(result.Reason, panic, cancel);
    }

    /// <summary>Steps while the PC stays in a range. What comes in between by an exception runs through.</summary>
    public string StepRange(uint start, uint end, CancellationToken cancel)
    {
        while (true)
        {
            uint stack = Board.Processor.State->Gpr[1];
            SearchResult result = StepOnce(cancel, out string? panic);
            if (result.Hit is { Probe: ExceptionProbe })
            {
                uint back = Board.Processor.RecentExceptions[^1].Pc;
                ExecProbe returns = new(back) { When = board => board.Processor.State->Gpr[1] == stack };
                result = Search([returns, .. points.All], ulong.MaxValue, cancel, out panic);
                if (result.Hit is { } other && !ReferenceEquals(other.Probe, returns))
                    return Describe(Trap, ReasonOf(other));
                if (result.Hit is null)
                    return Ended(result.Reason, panic, cancel);
            }
            else if (result.Hit is { } hit)
            {
                return Describe(Trap, ReasonOf(hit));
            }
            else if (result.Reason != StopReason.None || panic is not null)
            {
                return Ended(result.Reason, panic, cancel);
            }

            if (cancel.IsCancellationRequested)
                return Describe(Interrupted, "");
            if (points.StopAt(Pc, Board))
                return Describe(Trap, "swbreak:;");
            if (Pc - start >= end - start)
                return Describe(Trap, "");
        }
    }

    /// <summary>Runs back to a breakpoint; a watchpoint stops it just after the access, so that gdb's next step back undoes it.</summary>
    public string ContinueBack(CancellationToken cancel)
    {
        points.Print = null;
        SearchResult result = Timeline.FindLast([.. points.All], cancel);
        if (result.Hit is { } hit)
            return Found(hit);
        return cancel.IsCancellationRequested ? Describe(Interrupted, "") : AtBeginning();
    }

    /// <summary>Undoes one instruction, or the taking of an exception.</summary>
    public string StepBack(CancellationToken cancel)
    {
        points.Print = null;
        Moment here = Timeline.Present;
        if (here <= Timeline.Oldest)
            return AtBeginning();
        if (here.Exceptions > 0)
        {
            Timeline.GoTo(here with { Exceptions = here.Exceptions - 1 });
            if (Timeline.Present < here)
                return Describe(Trap, "");
        }

        Moment before = new(here.Count - 1);
        SearchResult result = Timeline.FindLast([new ExceptionProbe(Kind: null), .. points.Watchpoints], cancel, before);
        if (result.Hit is { Probe: AccessProbe } access)
        {
            Timeline.GoTo(here);
            return Describe(Trap, ReasonOf(access));
        }

        return Describe(Trap, "");
    }

    private string AtBeginning()
    {
        if (Timeline.Lack is { } lack)
            say($"ppcjit: {lack}\n");
        return Describe(Trap, BeginningOfHistory);
    }

    private string Found(Hit hit)
    {
        if (hit.Probe is AccessProbe)
            Timeline.GoTo(new Moment(hit.At.Count + 1));
        return Describe(Trap, ReasonOf(hit));
    }

    private SearchResult StepOnce(CancellationToken cancel, out string? panic) =>
        Search([new ExceptionProbe(Kind: null), .. points.Watchpoints], Timeline.Present.Count + 1, cancel, out panic);

    private SearchResult Search(IReadOnlyList<Probe> probes, ulong until, CancellationToken cancel, out string? panic)
    {
        points.From = Timeline.Present;
        points.Print = say;
        Moment? panicked = target.Session.PanicAt;
        SearchResult result = TellingWhereItIsLive(() => Timeline.FindNext(probes, until, cancel));
        points.Print = null;
        panic = result.Hit is null && panicked is null && target.Session.PanicAt is not null ? target.Session.PanicLine : null;
        if (panic is not null)
            Timeline.GoTo(target.Session.PanicAt!.Value);
        return result;
    }

    /// <summary>Runs, and says it where the guest has done again what it did, and goes on.</summary>
    private SearchResult TellingWhereItIsLive(Func<SearchResult> run)
    {
        Moment end = Timeline.End;
        bool isTold = end.Count <= Timeline.Present.Count + 1; // a stop may come an instruction after what is looked for
        void Look()
        {
            if (isTold || Timeline.Machine.Count < end.Count)
                return;
            isTold = true;
            say($"ppcjit: the guest has done again what it did up to {end}; from here on the outside is live.\n");
        }

        Timeline.Machine.SliceDone += Look;
        try
        {
            return run();
        }
        finally
        {
            Timeline.Machine.SliceDone -= Look;
        }
    }

    private string ReasonOf(Hit hit)
    {
        int type = points.TypeOf(hit.Probe);
        if (hit.Probe is not AccessProbe range)
            return type == 1 ? "hwbreak:;" : "swbreak:;";
        string kind = type switch { 2 => "watch", 3 => "rwatch", _ => "awatch" };

        // gdb knows the range by its own bytes; an access may begin ahead of them.
        uint address = hit.Address - range.Address < range.Length ? hit.Address : range.Address;
        return $"{kind}:{address:x};";
    }

    private string Ended(StopReason reason, string? panic, CancellationToken cancel)
    {
        if (panic is not null)
        {
            say($"ppcjit: the guest's kernel gave up: {TerminalText.Line(panic)}\n");
            return Describe(Abort, "");
        }

        if (cancel.IsCancellationRequested || target.Console.IsInterrupted)
            return Describe(Interrupted, "");
        say($"ppcjit: {TextOf(reason)} at {Timeline.Present}.\n");
        return Describe(Trap, EndOfHistory);
    }

    private string TextOf(StopReason reason) => reason switch
    {
        StopReason.ExceptionLoop => "exceptions follow each other without one instruction completing",
        StopReason.WaitsForever => "the processor waits for an interrupt that nothing can raise",
        StopReason.Requested or StopReason.None => "the run was stopped",
        _ => Board.Processor.Timers.WatchdogResetStatus != 0 ? "the watchdog reset the machine" : "the guest reset the machine",
    };
}
