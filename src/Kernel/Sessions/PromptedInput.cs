using System.Runtime.InteropServices;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Time;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Types text into the console by a fixed rule that depends on guest time only, so that the same text enters at the same counts in every run.
/// </summary>
/// <remarks>
/// A line begins when the guest shows a prompt, has sent nothing for a millisecond, and reads: it has the receiver's
/// interrupt enabled, or asks the line status again and again. A prompt is what was named for the text, else
/// <see cref="Prompt"/>, else one of <c>#$>%:?]</c> and a space. A guest that shows nothing like the last gets the line
/// when it has sent nothing for a second. Within a line one character follows the other at the speed of the line, while
/// the receiver has room. Without the wait, a kernel's driver would discard what came before it was ready.
/// </remarks>
public sealed class PromptedInput
{
    private const string PromptEnds = "#$>%:?]";
    private const int MaxWaiting = 1 << 16;
    private const int MaxShown = 1024;

    private readonly EventQueue _events;
    private readonly Uart16550 _console;
    private readonly Action<byte> _entered;
    private readonly TimedEvent _next;
    private readonly Queue<WaitingKey> _waiting = new();
    private readonly List<byte> _shown = [];
    private readonly ulong _millisecond;
    private ulong _lastActivity;
    private byte _last;
    private byte _lastButOne;
    private bool _withinLine;
    private PromptedInputState? _kept;

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

    /// <summary>Longest text that can be waited for, in bytes: half of what is remembered.</summary>
    public const int MaxPrompt = MaxShown / 2;

    /// <summary>What the guest shows ahead of each line for which nothing else is named; empty for anything like a prompt.</summary>
    public ReadOnlyMemory<byte> Prompt { get; set; }

    /// <summary>How many more bytes are taken now.</summary>
    public int Room => Math.Max(0, MaxWaiting - _waiting.Count);

    /// <summary>Gives what is waiting and what was seen, to be put back together with the machine's state.</summary>
    /// <remarks>It is the same object until something is given, enters or is sent.</remarks>
    internal PromptedInputState Keep() => _kept ??= new([.. _waiting], [.. _shown], _lastActivity, _last, _lastButOne, _withinLine);

    /// <summary>Puts back what <see cref="Keep"/> gave.</summary>
    internal void Restore(PromptedInputState state)
    {
        _waiting.Clear();
        foreach (WaitingKey key in state.Waiting)
            _waiting.Enqueue(key);
        _shown.Clear();
        _shown.AddRange(state.Shown);
        (_lastActivity, _last, _lastButOne, _withinLine) = (state.LastActivity, state.Last, state.LastButOne, state.WithinLine);
        _kept = state;
    }

    /// <summary>Whether there is text that has not entered yet.</summary>
    public bool HasText => _waiting.Count > 0;

    private bool ShowsPrompt => _last == ' ' && PromptEnds.Contains((char)_lastButOne);

    /// <summary>Appends text.</summary>
    /// <param name="text">What is typed.</param>
    /// <param name="prompt">What the guest must have shown before; empty for the rule of this class.</param>
    public void Add(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prompt = default)
    {
        _kept = null;
        for (int n = 0; n < text.Length; n++)
            _waiting.Enqueue(new WaitingKey(text[n], n == 0 && !prompt.IsEmpty ? prompt.ToArray() : null));
        if (_waiting.Count > 0 && _next.Due == ulong.MaxValue)
            _next.ScheduleIn(_millisecond);
    }

    /// <summary>Notes what the guest sent.</summary>
    public void NoteTransmitted(byte value)
    {
        _kept = null;
        _lastButOne = _last;
        _last = value;
        _lastActivity = _events.Now;
        if (_shown.Count == MaxShown)
            _shown.RemoveRange(0, MaxShown / 2);
        _shown.Add(value);
    }

    private void OnDue()
    {
        if (_waiting.Count == 0)
            return;
        if (!MayEnter(_waiting.Peek().Prompt))
        {
            _next.ScheduleIn(_millisecond);
            return;
        }

        _kept = null;
        if (_console.CanReceive)
            Enter(_waiting.Dequeue().Value);
        _next.ScheduleIn(_console.InstructionsPerCharacter);
    }

    private bool MayEnter(byte[]? named)
    {
        if (named is null && _withinLine)
            return true;
        ReadOnlySpan<byte> prompt = named ?? Prompt.Span;
        bool shows = prompt.IsEmpty ? ShowsPrompt : CollectionsMarshal.AsSpan(_shown).IndexOf(prompt) >= 0;
        ulong silence = _events.Now - _lastActivity;
        return _console.IsReadFrom && (shows ? silence >= _millisecond : prompt.IsEmpty && silence >= 1000 * _millisecond);
    }

    private void Enter(byte value)
    {
        _console.Receive(value);
        _entered(value);
        _withinLine = value is not ((byte)'\n' or (byte)'\r');
        _lastActivity = _events.Now;

        // The next line needs a prompt of its own, even if the guest echoes nothing.
        (_last, _lastButOne) = (0, 0);
        _shown.Clear();
    }
}
