using System.Diagnostics;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices;

namespace PpcJit.Kernel.Running;

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
    private readonly Uart16550? _uart;
    private readonly PromptedInput? _prompted;
    private readonly List<ConsoleInput> _inputs = [];
    private readonly byte[] _output = new byte[OutputBuffer];
    private readonly byte[] _input = new byte[256];
    private int _outputLength;
    private ulong _consoleBytes;
    private TextMatcher _exitOn = new([]);
    private TextMatcher _expected = new([]);
    private bool _textAppeared;
    private bool _expectationMet;

    /// <summary>Connects the console.</summary>
    /// <param name="board">The machine with the guest in its memory.</param>
    /// <param name="engine">What executes it.</param>
    /// <param name="console">The outside end of the console.</param>
    public GuestSession(Board board, IEngine engine, IGuestConsole console)
    {
        _board = board;
        _engine = engine;
        _console = console;
        _uart = board.Console;
        if (_uart is null)
            return;
        _prompted = new PromptedInput(board, _uart, NoteInput);
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
        _textAppeared = false;
        _expectationMet = options.Expected.IsEmpty;
        if (Processor.StopReason == StopReason.Requested)
            Processor.StopReason = StopReason.None;
        _prompted?.Add(options.Input.Span);

        ulong limit = options.MaxInstructions ?? ulong.MaxValue;
        ulong[] points = [.. options.StateHashAt.Where(point => point >= Count && point <= limit).Distinct().Order()];
        List<StateHashPoint> hashes = new(points.Length);
        Stopwatch time = Stopwatch.StartNew();
        RunEnd end = Loop(limit, points, hashes);
        time.Stop();
        return new RunResult(end, Processor.StopReason, Count, time.Elapsed, Totals(), hashes, [.. _inputs], _consoleBytes, _expectationMet);
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
                return RunEnd.Reset;
            case StopReason.ExceptionLoop:
                return RunEnd.ExceptionLoop;
            case StopReason.WaitsForever:
                return WakeByInput() ? null : _console.LeaveRequested ? RunEnd.Left : RunEnd.WaitsForever;
            case StopReason.Requested:
                return _textAppeared ? RunEnd.TextAppeared : RunEnd.Left;
            default:
                return Count >= limit ? RunEnd.InstructionLimit : _console.LeaveRequested ? RunEnd.Left : null;
        }
    }

    /// <summary>A processor that waits for an interrupt which nothing in the machine can raise may still wait for a key.</summary>
    private bool WakeByInput()
    {
        if (_uart is not { CanReceive: true } || !_console.WaitForInput() || _console.LeaveRequested)
            return false;
        Processor.StopReason = StopReason.None;
        return true;
    }

    private void TakeInput()
    {
        if (_uart is null || _prompted is null)
            return;
        int room = Math.Min(_input.Length, _console.IsInteractive ? _uart.ReceiveRoom : _prompted.Room);
        int length = room == 0 ? 0 : _console.Read(_input.AsSpan(0, room));
        ReadOnlySpan<byte> text = _input.AsSpan(0, length);
        if (!_console.IsInteractive)
        {
            _prompted.Add(text);
            return;
        }

        foreach (byte value in text)
        {
            _uart.Receive(value);
            NoteInput(value);
        }
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
        if (!_exitOn.Next(value) || Processor.StopReason != StopReason.None)
            return;
        _textAppeared = true;
        Processor.StopReason = StopReason.Requested;
    }

    private void FlushOutput()
    {
        int length = _outputLength;
        _outputLength = 0;
        if (length > 0)
            _console.Write(_output.AsSpan(0, length));
    }

    private ExceptionTotal[] Totals() => [.. Enum.GetValues<ExceptionKind>().Select(kind => new ExceptionTotal(kind, Processor.ExceptionCount(kind)))];
}
