using System.Diagnostics;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Serial;

namespace PpcJit.Kernel.Sessions;

/// <summary>Runs a loaded guest on an engine, with its console connected. One board has one session.</summary>
/// <remarks>
/// The engine runs in slices, between which input from outside enters and output leaves. Where a run ends and what is measured never depends on the slices:
/// the text that ends it is looked for at each transmitted character, and limits and hashes are taken at exact counts.
/// </remarks>
public sealed unsafe class GuestSession
{
    /// <summary>
    /// Instructions between looks at the outside: a hundredth of a second on the interpreter, so that keys feel immediate, and still too many for the looks to be
    /// seen in a profile.
    /// </summary>
    private const ulong Slice = 250_000;
    private const int OutputBuffer = 1 << 16;

    private readonly Board _board;
    private readonly IEngine _engine;
    private readonly IGuestConsole _console;
    private readonly GuestNetwork? _network;
    private readonly Pace? _pace;
    private readonly Uart16550? _uart;
    private readonly PromptedInput? _prompted;
    private readonly ConsoleKeys? _keys;
    private readonly bool _keysAreReplayed;
    private readonly List<ConsoleInput> _inputs = [];
    private readonly byte[] _output = new byte[OutputBuffer];
    private readonly byte[] _input = new byte[256];
    private int _outputLength;
    private ulong _consoleBytes;
    private TextMatcher _exitOn = new([]);
    private TextMatcher _expected = new([]);
    private PanicWatch? _panic;
    private bool _textAppeared;
    private bool _expectationMet;

    /// <summary>How long a guest that only the world can wake sleeps between two looks at console and network.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Connects the console.</summary>
    /// <param name="board">The machine with the guest in its memory.</param>
    /// <param name="engine">What executes it.</param>
    /// <param name="console">The outside end of the console.</param>
    /// <param name="network">The cables that are plugged in; null for none.</param>
    public GuestSession(Board board, IEngine engine, IGuestConsole console, GuestNetwork? network = null)
    {
        if (network is { IsLive: true })
            (_network, _pace) = (network, new Pace(board.Events.InstructionsPerSecond));
        _keysAreReplayed = network is { IsReplay: true };
        _board = board;
        _engine = engine;
        _console = console;
        _uart = board.Console;
        if (_uart is null)
            return;
        _prompted = new PromptedInput(board, _uart, NoteInput);
        _keys = new ConsoleKeys(board, _uart, NoteKey);
        _uart.Transmitted = OnTransmitted;
    }

    /// <summary>Raised when a state hash that was asked for has been taken, at once.</summary>
    public event Action<StateHashPoint>? StateHashTaken;

    private Processor Processor => _board.Processor;

    private ulong Count => Processor.State->InstructionCount;

    /// <summary>Runs until the guest ends or one of the options says so. May be called again after a limit or a text, to go on.</summary>
    public RunResult Run(RunOptions options)
    {
        _exitOn = new TextMatcher(options.ExitOn.Span);
        _expected = new TextMatcher(options.Expected.Span);
        _panic = options.IgnorePanic ? null : new PanicWatch();
        _textAppeared = false;
        _expectationMet = options.Expected.IsEmpty;
        if (Processor.StopReason == StopReason.Requested)
            Processor.StopReason = StopReason.None;
        _prompted?.Add(options.Input.Span);

        ulong limit = options.MaxInstructions ?? ulong.MaxValue;
        ulong[] points = options.StateHashAt.Count == 0 ? [] : [.. options.StateHashAt.Where(point => point >= Count && point <= limit).Distinct().Order()];
        List<StateHashPoint> hashes = new(points.Length);
        Stopwatch time = Stopwatch.StartNew();
        RunEnd end = Loop(limit, points, hashes);
        time.Stop();
        return new RunResult(end, Processor.StopReason, Count, time.Elapsed, Totals(), hashes, [.. _inputs], _consoleBytes, _expectationMet)
        {
            PanicLine = _panic?.Line,
            DebuggerLine = end == RunEnd.DebuggerPrompt ? _panic?.DebuggerLine : null,
        };
    }

    private RunEnd Loop(ulong limit, ulong[] points, List<StateHashPoint> hashes)
    {
        int nextPoint = 0;
        while (true)
        {
            if (nextPoint < points.Length && Count == points[nextPoint])
            {
                hashes.Add(new StateHashPoint(Count, _board.StateHash()));
                StateHashTaken?.Invoke(hashes[^1]);
                nextPoint++;
            }

            if (Ended(limit) is { } end)
                return end;
            TakeInput();
            TakeFrames();
            ulong until = Math.Min(limit, nextPoint < points.Length ? points[nextPoint] : ulong.MaxValue);
            _engine.Run(Math.Min(until, Count + Slice));
            FlushOutput();
        }
    }

    private RunEnd? Ended(ulong limit)
    {
        switch (Processor.StopReason)
        {
            case StopReason.CoreReset or StopReason.ChipReset or StopReason.SystemReset:
                return Processor.Timers.WatchdogResetStatus != 0 ? RunEnd.WatchdogReset : RunEnd.Reset;
            case StopReason.ExceptionLoop:
                return RunEnd.ExceptionLoop;
            case StopReason.WaitsForever:
                return (CanBeWokenByNetwork ? WakeByNetwork() : WakeByInput()) ? null : _console.LeaveRequested ? RunEnd.Left : RunEnd.WaitsForever;
            case StopReason.Requested:
                return _textAppeared ? RunEnd.TextAppeared : _panic?.Line is not null ? RunEnd.Panic : _panic?.DebuggerLine is not null ? RunEnd.DebuggerPrompt : RunEnd.Left;
            default:
                return Count >= limit ? RunEnd.InstructionLimit : _console.LeaveRequested ? RunEnd.Left : null;
        }
    }

    /// <summary>A processor that waits for an interrupt which nothing in the machine can raise may still wait for a key.</summary>
    private bool WakeByInput()
    {
        if (_uart is not { CanReceive: true, ReceiveInterruptEnabled: true } || !CanBeInterrupted || !_console.WaitForInput() || _console.LeaveRequested)
            return false;
        Processor.StopReason = StopReason.None;
        return true;
    }

    private bool CanBeInterrupted => (Processor.State->Msr & (Msr.Ee | Msr.Ce)) != 0;

    private bool CanBeWokenByNetwork => _network is { IsListenedTo: true } && CanBeInterrupted;

    /// <summary>Waits for a frame that enters, or a key; both show as something that is due or pending.</summary>
    private bool WakeByNetwork()
    {
        while (!_console.LeaveRequested)
        {
            _network?.Wait(LookInterval);
            TakeInput();
            if (!Processor.HasNothingToDo)
            {
                Processor.StopReason = StopReason.None;
                return true;
            }
        }

        return false;
    }

    /// <summary>Lets the network do its work, and the guest wait when its time runs ahead of the host's.</summary>
    private void TakeFrames()
    {
        if (_network is null || _pace is null)
            return;
        TimeSpan ahead = _pace.Look(Count);
        if (ahead > TimeSpan.Zero)
            _network.Wait(ahead);
        else
            _network.Poll();
    }

    private void TakeInput()
    {
        if (_uart is null || _prompted is null || _keys is null)
            return;
        int room = Math.Min(_input.Length, _console.IsInteractive ? _uart.ReceiveRoom : _prompted.Room);
        int length = room == 0 ? 0 : _console.Read(_input.AsSpan(0, room));
        ReadOnlySpan<byte> text = _input.AsSpan(0, length);
        if (!_console.IsInteractive)
        {
            _prompted.Add(text);
            return;
        }

        // In a replay the keys are those of the recording; others would make it another run.
        foreach (byte value in _keysAreReplayed ? [] : text)
            _keys.Add(value);
    }

    private void NoteKey(byte value)
    {
        NoteInput(value);
        _network?.NoteKey(Count, value);
    }

    private void NoteInput(byte value) => _inputs.Add(new ConsoleInput(Count, value));

    private void OnTransmitted(byte value)
    {
        _consoleBytes++;
        _prompted?.NoteTransmitted(value);
        if (_outputLength == _output.Length)
            FlushOutput();
        _output[_outputLength++] = value;
        _expectationMet |= _expected.Next(value);
        bool panicked = _panic?.Next(value, IsPrintedByKernel) ?? false;
        if (_panic is { DebuggerLine: not null, Line: null } && (_console.IsInteractive || _prompted is { HasText: true }))
            panicked = false;
        bool appeared = _exitOn.Next(value);
        if (!(appeared || panicked) || Processor.StopReason != StopReason.None)
            return;
        _textAppeared = appeared;
        Processor.StopReason = StopReason.Requested;
    }

    /// <summary>
    /// Whether the kernel speaks itself. It does so with polling, so that it is heard whatever is broken; what programs print goes through the tty driver, which has
    /// the UART's transmitter interrupt enabled while it sends.
    /// </summary>
    private bool IsPrintedByKernel => (Processor.State->Msr & Msr.Pr) == 0 && _uart is not { TransmitterInterruptEnabled: true };

    private void FlushOutput()
    {
        int length = _outputLength;
        _outputLength = 0;
        if (length > 0)
            _console.Write(_output.AsSpan(0, length));
    }

    private ExceptionTotal[] Totals() => [.. Enum.GetValues<ExceptionKind>().Select(kind => new ExceptionTotal(kind, Processor.ExceptionCount(kind)))];
}
