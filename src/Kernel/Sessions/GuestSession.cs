using System.Diagnostics;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Runs a loaded guest on an engine, with its console connected, until it ends or what was asked for has come. One
/// board has one session.
/// </summary>
/// <remarks>
/// Where a run ends and what is measured never depends on the slices in which it is run: the text that ends it is
/// looked for at each transmitted character, and limits and hashes are taken at exact counts.
/// </remarks>
public sealed class GuestSession
{
    private readonly GuestMachine _machine;
    private readonly List<ConsoleInput> _inputs = [];
    private long _maxInputs = RunInputs.UsualMaxBytes / RunInputs.KeyBytes;
    private ulong _inputsLeftOut;
    private TextMatcher _exitOn = new([]);
    private TextMatcher _expected = new([]);
    private PanicWatch? _panic;
    private bool _ignoresPanic;
    private SymbolTable? _symbols;
    private bool _isBegun;
    private bool _textAppeared;
    private bool _expectationMet;

    /// <summary>Connects the console.</summary>
    /// <param name="board">The machine with the guest in its memory.</param>
    /// <param name="engine">What executes it.</param>
    /// <param name="console">The outside end of the console.</param>
    /// <param name="network">The cables that are plugged in; null for none.</param>
    public GuestSession(Board board, IEngine engine, IGuestConsole console, GuestNetwork? network = null)
        : this(new GuestMachine(board, engine, console, network))
    {
    }

    /// <summary>Watches the console of a machine.</summary>
    public GuestSession(GuestMachine machine)
    {
        _machine = machine;
        machine.Printed += OnPrinted;
        machine.Entered += OnEntered;
        machine.BranchBegins += ForgetPanic;
        machine.FutureKept += future => (future.PanicAt, future.Panic) = (PanicAt, _panic);
        machine.Reinstated += future => (PanicAt, _panic) = (future.PanicAt, future.Panic);
    }

    /// <summary>Raised when a state hash that was asked for has been taken, at once.</summary>
    public event Action<StateHashPoint>? StateHashTaken;

    /// <summary>Where the guest's kernel had first said that it gives up, also when that ended no run; null while it did not.</summary>
    public Moment? PanicAt { get; private set; }

    /// <summary>The words with which it said so; null while it did not.</summary>
    public string? PanicLine => _panic?.Line;

    /// <summary>The machine.</summary>
    public GuestMachine Machine => _machine;

    private Processor Processor => _machine.Board.Processor;

    private ulong Count => _machine.Count;

    /// <summary>
    /// Says when the run ends, and gives what is typed at its beginning. <see cref="Run"/> does so by itself, for those
    /// who do not run the machine first.
    /// </summary>
    public void Begin(RunOptions options)
    {
        _isBegun = true;
        _exitOn = new TextMatcher(options.ExitOn.Span);
        _expected = new TextMatcher(options.Expected.Span);
        _panic = new PanicWatch();
        _ignoresPanic = options.IgnorePanic;
        _maxInputs = options.MaxInputBytes / RunInputs.KeyBytes;
        _machine.FaultCycle = options.IgnorePanic ? null : new FaultCycle(_machine.Board.Processor);
        _textAppeared = false;
        _expectationMet = options.Expected.IsEmpty;
        _machine.SetPrompt(options.Prompt);
        foreach (PromptedText given in options.Input)
            _machine.GiveText(given.Text.Span, given.Prompt.Span);
        _symbols = options.Symbols;
    }

    /// <summary>Runs until the guest ends or one of the options says so. May be called again after a limit or a text, to go on.</summary>
    public RunResult Run(RunOptions options)
    {
        if (!_isBegun)
            Begin(options);
        _isBegun = false;
        return GoOn(options);
    }

    /// <summary>Goes on with what <see cref="Run"/> began, when it was left before its end.</summary>
    /// <param name="options">The options with which it began.</param>
    public RunResult GoOn(RunOptions options)
    {
        ulong limit = options.MaxInstructions ?? ulong.MaxValue;
        ulong[] points = options.StateHashAt.Count == 0
            ? []
            : [.. options.StateHashAt.Where(point => point >= Count && point <= limit).Distinct().Order()];
        List<StateHashPoint> hashes = new(points.Length);
        Stopwatch time = Stopwatch.StartNew();
        RunEnd end = Loop(limit, points, hashes);
        return Result(end, time.Elapsed, hashes);
    }

    /// <summary>Says how a run ended that somebody else ran after <see cref="Begin"/>, where it stopped.</summary>
    public RunResult Stopped() => Result(EndOf(Processor.StopReason, Count) ?? RunEnd.Left, TimeSpan.Zero, []);

    /// <summary>Takes the state hash here, and tells of it.</summary>
    public StateHashPoint TakeHash()
    {
        StateHashPoint point = new(Count, _machine.Board.StateHash());
        StateHashTaken?.Invoke(point);
        return point;
    }

    private RunResult Result(RunEnd end, TimeSpan time, IReadOnlyList<StateHashPoint> hashes)
    {
        if (end == RunEnd.InstructionLimit && !_ignoresPanic && _panic is { Line: null } watch && watch.End())
            end = watch.Line is not null ? RunEnd.Panic : RunEnd.PowerOff;
        return new RunResult(end, Processor.StopReason, Count, time, Totals(), hashes, [.. _inputs], _machine.ConsoleBytes, _expectationMet)
        {
            PanicLine = _ignoresPanic ? null : _panic?.Line,
            DebuggerLine = end == RunEnd.DebuggerPrompt ? _panic?.DebuggerLine : null,
            InputsLeftOut = _inputsLeftOut,
            HaltLine = end == RunEnd.PowerOff ? _panic?.HaltLine : null,
        };
    }

    private RunEnd Loop(ulong limit, ulong[] points, List<StateHashPoint> hashes)
    {
        int nextPoint = 0;
        TakeWanted();
        while (true)
        {
            StopReason reason = _machine.Run(Math.Min(limit, nextPoint < points.Length ? points[nextPoint] : ulong.MaxValue));
            TakeWanted();
            if (EndOf(reason, limit) is { } end)
                return end;
        }

        void TakeWanted()
        {
            if (nextPoint >= points.Length || Count != points[nextPoint])
                return;
            hashes.Add(TakeHash());
            nextPoint++;
        }
    }

    private RunEnd? EndOf(StopReason reason, ulong limit) => reason switch
    {
        StopReason.CoreReset or StopReason.ChipReset or StopReason.SystemReset =>
            Processor.Timers.WatchdogResetStatus != 0 ? RunEnd.WatchdogReset : RunEnd.Reset,
        StopReason.ExceptionLoop => RunEnd.ExceptionLoop,
        StopReason.WaitsForever => _machine.LeaveRequested ? RunEnd.Left : RunEnd.WaitsForever,
        StopReason.Requested => RequestedEnd(),
        _ => Count >= limit ? RunEnd.InstructionLimit : _machine.LeaveRequested ? RunEnd.Left : null,
    };

    private RunEnd RequestedEnd()
    {
        if (_textAppeared)
            return RunEnd.TextAppeared;
        if (_machine.IsInFaultCycle)
            return RunEnd.FaultCycle;
        return _ignoresPanic ? RunEnd.Left : _panic switch
        {
            { Line: not null } => RunEnd.Panic,
            { HaltLine: not null } => RunEnd.PowerOff,
            { DebuggerLine: not null } => RunEnd.DebuggerPrompt,
            _ => RunEnd.Left,
        };
    }

    private void OnEntered(byte value)
    {
        if (_inputs.Count < _maxInputs)
            _inputs.Add(new ConsoleInput(Count, value));
        else
            _inputsLeftOut++;
    }

    private void OnPrinted(byte value)
    {
        _expectationMet |= _expected.Next(value);
        bool ended = _panic?.Next(value, PanicWatch.IsByKernel(_machine.Board), () => PanicWatch.IsInPanic(_machine.Board, _symbols)) ?? false;
        if (_panic is { Line: not null })
            PanicAt ??= new Moment(Count + 1);

        // Somebody who can type may go on from a debugger, and from a halt that asks for a key.
        if (_ignoresPanic || (_panic is { Line: null } && (_panic.HaltLine is null || _panic.HaltAwaitsKey) && _machine.ExpectsInput))
            ended = false;
        bool appeared = _exitOn.Next(value);
        if (!(appeared || ended) || Processor.StopReason != StopReason.None)
            return;
        _textAppeared = appeared;
        _machine.Stop();
    }

    /// <summary>The run goes another way: what the guest's kernel says there is another matter. Who keeps the future has the old words.</summary>
    private void ForgetPanic()
    {
        if (PanicAt <= _machine.Present)
            return;
        PanicAt = null;
        _panic = _panic is null ? null : new PanicWatch();
    }

    private ExceptionTotal[] Totals()
    {
        ExceptionKind[] kinds = Enum.GetValues<ExceptionKind>();
        ExceptionTotal[] totals = new ExceptionTotal[kinds.Length];
        for (int n = 0; n < kinds.Length; n++)
            totals[n] = new ExceptionTotal(kinds[n], Processor.ExceptionCount(kinds[n]));
        return totals;
    }
}
