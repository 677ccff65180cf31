using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Time;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Types text into the console by a fixed rule that depends on guest time only, so that the same text enters at the same counts in every run.
/// </summary>
/// <remarks>
/// A line begins when the guest shows a prompt: the last two characters it sent are one of <c>#$>%:?]</c> and a space, and it has sent nothing for a
/// millisecond. A guest that shows nothing like it gets the line when it has sent nothing for a second. Within a line one character follows the other
/// at the speed of the line, while the receiver has room. Without the wait, a kernel's driver would discard what came before it was ready.
/// </remarks>
public sealed class PromptedInput
{
    private const string PromptEnds = "#$>%:?]";
    private const int MaxWaiting = 1 << 16;

    private readonly EventQueue _events;
    private readonly Uart16550 _console;
    private readonly Action<byte> _entered;
    private readonly TimedEvent _next;
    private readonly Queue<byte> _waiting = new();
    private readonly ulong _millisecond;
    private ulong _lastActivity;
    private byte _last;
    private byte _lastButOne;
    private bool _withinLine;

    /// <summary>Creates an input without text.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="console">The UART that receives the text.</param>
    /// <param name="entered">Called with each character when it enters.</param>
    public PromptedInput(Board board, Uart16550 console, Action<byte> entered)
    {
        _events = board.Events;
        _console = console;
        _entered = entered;
        _next = _events.Create("console input", OnDue);
        _millisecond = Math.Max(_events.InstructionsPerSecond / 1000, 1);
    }

    /// <summary>How many more bytes are taken now.</summary>
    public int Room => Math.Max(0, MaxWaiting - _waiting.Count);

    /// <summary>Whether there is text that has not entered yet.</summary>
    public bool HasText => _waiting.Count > 0;

    private bool ShowsPrompt => _last == ' ' && PromptEnds.Contains((char)_lastButOne);

    /// <summary>Appends text.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        foreach (byte value in text)
            _waiting.Enqueue(value);
        if (_waiting.Count > 0 && _next.Due == ulong.MaxValue)
            _next.ScheduleIn(_millisecond);
    }

    /// <summary>Notes what the guest sent.</summary>
    public void NoteTransmitted(byte value)
    {
        _lastButOne = _last;
        _last = value;
        _lastActivity = _events.Now;
    }

    private void OnDue()
    {
        if (_waiting.Count == 0)
            return;
        if (!_withinLine && !LineMayBegin())
        {
            _next.ScheduleIn(_millisecond);
            return;
        }

        if (_console.CanReceive)
            Enter(_waiting.Dequeue());
        _next.ScheduleIn(_console.InstructionsPerCharacter);
    }

    private bool LineMayBegin() => _events.Now - _lastActivity >= (ShowsPrompt ? _millisecond : 1000 * _millisecond);

    private void Enter(byte value)
    {
        _console.Receive(value);
        _entered(value);
        _withinLine = value is not ((byte)'\n' or (byte)'\r');
        _lastActivity = _events.Now;

        // The next line needs a prompt of its own, even if the guest echoes nothing.
        (_last, _lastButOne) = (0, 0);
    }
}
