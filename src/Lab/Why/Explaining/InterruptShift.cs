using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Lab.Why.Explaining;

/// <summary>Takes an interrupt out of a run, or lets it come at another moment.</summary>
internal sealed unsafe class InterruptShift
{
    private const uint TimerPit = 1u << (31 - 4), TimerFit = 1u << (31 - 5), TimerWatchdog = 1u << 30;
    private const uint PitEnable = 1u << (31 - 5), FitEnable = 1u << (31 - 8), WatchdogEnable = 1u << (31 - 4);
    private const uint UicEnable = 2, UicCritical = 3, UicMasked = 6;

    private readonly int _injection = -1;
    private readonly Injection? _raised;
    private readonly IReadOnlyList<InjectionAt> _held = [];

    /// <summary>Looks at an interrupt. The run is left where it comes.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kind">Which exception.</param>
    /// <param name="at">The moment before it.</param>
    public InterruptShift(ExplainedRun run, ExceptionKind kind, Moment at)
    {
        run.Timeline.GoTo(at);
        Source = kind.Source();
        _injection = Find(run, kind, at);
        if (_injection >= 0)
        {
            _raised = run.Timeline.Machine.Inputs.Injections[_injection].Change;
            Came = run.Timeline.Machine.Inputs.Injections[_injection].At;
            return;
        }

        Came = at with { Exceptions = 0 };
        _raised = new InterruptInjection(Source, -1);
        _held = kind is ExceptionKind.External or ExceptionKind.CriticalInput ? HoldDevices(run, kind, Came) : HoldTimer(run, kind, Came);
        CanBeTaken = _held.Count > 0;
    }

    /// <summary>The core's interrupt.</summary>
    public InterruptSource Source { get; }

    /// <summary>The moment at which it was raised by hand, or was taken otherwise.</summary>
    public Moment Came { get; }

    /// <summary>Which change by hand raised it, from 0; -1 when it came by itself.</summary>
    public int ByHand => _injection;

    /// <summary>Whether it can be taken out of the run.</summary>
    public bool CanBeTaken { get; } = true;

    /// <summary>Gives a run without it.</summary>
    public MachineFuture Without(MachineFuture future) => future.Aside(Others(future));

    /// <summary>Gives a run in which it comes at another moment.</summary>
    public MachineFuture At(MachineFuture future, Moment moment) => future.Aside([.. Others(future), new InjectionAt(moment, _raised!)]);

    private IEnumerable<InjectionAt> Others(MachineFuture future) =>
        [.. future.Changes.Where((_, n) => n + future.FirstChange != _injection), .. _held];

    /// <summary>Finds the change by hand that raised an interrupt; -1 when it came by itself.</summary>
    private int Find(ExplainedRun run, ExceptionKind kind, Moment at)
    {
        IReadOnlyList<InjectionAt> injections = run.Timeline.Machine.Inputs.Injections;
        ulong before = run.Board.Processor.RecentExceptions.LastOrDefault(record => record.Kind == kind && record.Count < at.Count).Count;
        for (int n = injections.Count - 1; n >= 0; n--)
        {
            if (injections[n].At <= at && injections[n].At.Count >= before && injections[n].Change is InterruptInjection raised && Raises(raised))
                return n;
        }

        return -1;
    }

    private bool Raises(InterruptInjection raised) => raised.Source == Source
        || (raised.Source == InterruptSource.None && Source is InterruptSource.External or InterruptSource.CriticalInput);

    /// <summary>What a timer asks for is not let through, and is forgotten when it would have been.</summary>
    private static IReadOnlyList<InjectionAt> HoldTimer(ExplainedRun run, ExceptionKind kind, Moment at)
    {
        (uint status, uint enable) = kind switch
        {
            ExceptionKind.Pit => (TimerPit, PitEnable),
            ExceptionKind.Fit => (TimerFit, FitEnable),
            _ => (TimerWatchdog, WatchdogEnable),
        };
        uint control = run.State->Tcr;
        Moment after = new(at.Count + 1);
        return
        [
            new(at, new SprInjection(Spr.Tcr, control & ~enable)),
            new(after, new SprInjection(Spr.Tsr, status)), new(after, new SprInjection(Spr.Tcr, control)),
        ];
    }

    /// <summary>The inputs of the interrupt controller that ask are turned off.</summary>
    private static IReadOnlyList<InjectionAt> HoldDevices(ExplainedRun run, ExceptionKind kind, Moment at)
    {
        List<InjectionAt> held = [];
        foreach (Uic uic in run.Board.DevicesOf<Uic>())
        {
            uint critical = uic.ReadDcr(uic.First + UicCritical);
            uint asking = uic.ReadDcr(uic.First + UicMasked) & (kind == ExceptionKind.CriticalInput ? critical : ~critical);
            if (asking != 0)
                held.Add(new InjectionAt(at, new DcrInjection(uic.First + UicEnable, uic.ReadDcr(uic.First + UicEnable) & ~asking)));
        }

        return held;
    }
}
