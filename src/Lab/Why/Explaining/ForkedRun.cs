using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>How another way of a run ended.</summary>
internal enum ForkEnd
{
    /// <summary>The guest died.</summary>
    Died,

    /// <summary>It did not, as far as it was looked at.</summary>
    Lived,

    /// <summary>It could not be tried, or was given up.</summary>
    Unknown,
}

/// <summary>Lets a run go other ways, and says whether its guest dies there too.</summary>
/// <param name="run">The run.</param>
/// <param name="until">The count up to which each is looked at.</param>
internal sealed class ForkedRun(ExplainedRun run, ulong until)
{
    private SymbolTable? Symbols => run.Names.Symbols.Count > 0 ? run.Names.Symbols[0] : null;

    private Board Board => run.Board;

    /// <summary>How many ways were tried.</summary>
    public int Trials { get; private set; }

    /// <summary>Tries another way.</summary>
    /// <param name="from">Where it leaves the run.</param>
    /// <param name="other">Makes it; null where it cannot be had.</param>
    public ForkEnd Try(Moment from, Func<MachineFuture, MachineFuture?> other)
    {
        if (run.Cancel.IsCancellationRequested)
            return ForkEnd.Unknown;
        Trials++;
        return run.Timeline.Fork(from, other, () => (ForkEnd?)Watch()) ?? ForkEnd.Unknown;
    }

    private ForkEnd Watch()
    {
        GuestMachine machine = run.Timeline.Machine;
        PanicWatch panic = new();
        FaultCycle cycle = new(Board.Processor);
        bool died = false, ended = false;

        void OnTransmitted(byte value)
        {
            if (!panic.Next(value, PanicWatch.IsByKernel(Board), () => PanicWatch.IsInPanic(Board, Symbols)))
                return;
            (died, ended) = (panic.Line is not null || panic.DebuggerLine is not null, true);
            machine.Stop();
        }

        void OnException(in ExceptionRecord record)
        {
            if (!cycle.Note(record))
                return;
            (died, ended) = (true, true);
            machine.Stop();
        }

        machine.Transmitted += OnTransmitted;
        Board.Processor.ExceptionTaken += OnException;
        try
        {
            StopReason reason = run.Timeline.FindNext([], until, run.Cancel).Reason;
            if (!ended && run.Cancel.IsCancellationRequested)
                return ForkEnd.Unknown;
            return died || Kills(reason) ? ForkEnd.Died : ForkEnd.Lived;
        }
        finally
        {
            machine.Transmitted -= OnTransmitted;
            Board.Processor.ExceptionTaken -= OnException;
        }
    }

    private bool Kills(StopReason reason) => reason switch
    {
        StopReason.ExceptionLoop or StopReason.WaitsForever => true,
        StopReason.CoreReset or StopReason.ChipReset or StopReason.SystemReset => Board.Processor.Timers.WatchdogResetStatus != 0,
        _ => false,
    };
}
