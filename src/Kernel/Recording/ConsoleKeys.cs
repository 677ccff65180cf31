using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Time;

namespace PpcJit.Kernel.Recording;

/// <summary>
/// Lets bytes from outside into the console at given counts, through an event that is no part of the machine's state:
/// live and replayed alike.
/// </summary>
internal sealed class ConsoleKeys
{
    private readonly EventQueue _events;
    private readonly Uart16550 _console;
    private readonly Action<byte>? _entered;
    private readonly TimedEvent _due;
    private readonly Queue<ConsoleInput> _waiting = new();

    /// <summary>Creates a keyboard on which nothing is typed.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="console">The UART that receives the bytes.</param>
    /// <param name="entered">Called with each byte when it enters; null for nobody.</param>
    public ConsoleKeys(Board board, Uart16550 console, Action<byte>? entered)
    {
        _events = board.Events;
        _console = console;
        _entered = entered;
        _due = _events.CreateOutside("console keys", OnDue);
    }

    /// <summary>Appends a byte that enters now.</summary>
    public void Add(byte value) => Add(new ConsoleInput(_events.Now, value));

    /// <summary>Forgets what is waiting, and takes some of what was recorded.</summary>
    /// <param name="recorded">All that was recorded, in order.</param>
    /// <param name="first">The number of the first that has not entered.</param>
    public void Replay(InputLog<ConsoleInput> recorded, int first)
    {
        _waiting.Clear();
        _due.Cancel();
        for (int n = first; n < recorded.Count; n++)
            Add(recorded[n]);
    }

    /// <summary>Forgets what is waiting, and takes what a recording has from the present count on.</summary>
    /// <param name="recorded">All that was recorded, in order.</param>
    public void Replay(IEnumerable<ConsoleInput> recorded)
    {
        _waiting.Clear();
        _due.Cancel();
        foreach (ConsoleInput input in recorded.SkipWhile(input => input.Count < _events.Now))
            Add(input);
    }

    private void Add(ConsoleInput input)
    {
        _waiting.Enqueue(input);
        if (_waiting.Count == 1)
            _due.ScheduleAt(input.Count);
    }

    private void OnDue()
    {
        while (_waiting.TryPeek(out ConsoleInput next))
        {
            if (next.Count > _events.Now)
            {
                _due.ScheduleAt(next.Count);
                return;
            }

            _waiting.Dequeue();
            _console.Receive(next.Value);
            _entered?.Invoke(next.Value);
        }
    }
}
