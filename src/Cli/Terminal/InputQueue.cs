namespace PpcJit.Cli.Terminal;

/// <summary>Characters on their way from the thread that reads standard input to the one that runs the guest.</summary>
internal sealed class InputQueue
{
    private const int Capacity = 4096;
    private readonly Lock _lock = new();
    private readonly Queue<byte> _bytes = new();
    private readonly ManualResetEventSlim _changed = new();
    private readonly ManualResetEventSlim _hasRoom = new(true);
    private bool _ended;

    /// <summary>Appends characters; waits while there is no room.</summary>
    public void Add(ReadOnlySpan<byte> added)
    {
        foreach (byte value in added)
        {
            _hasRoom.Wait();
            lock (_lock)
            {
                _bytes.Enqueue(value);
                if (_bytes.Count >= Capacity)
                    _hasRoom.Reset();
            }
        }

        _changed.Set();
    }

    /// <summary>Says that nothing more will come.</summary>
    public void End()
    {
        lock (_lock)
            _ended = true;
        _changed.Set();
    }

    /// <summary>Wakes who waits in <see cref="WaitForChange"/>.</summary>
    public void Wake() => _changed.Set();

    /// <summary>Takes what is there.</summary>
    public int Take(Span<byte> buffer)
    {
        // Asked many times a second, nearly always in vain.
        if (!_changed.IsSet)
            return 0;
        lock (_lock)
        {
            int count = Math.Min(buffer.Length, _bytes.Count);
            for (int n = 0; n < count; n++)
                buffer[n] = _bytes.Dequeue();
            if (_bytes.Count < Capacity)
                _hasRoom.Set();
            if (_bytes.Count == 0 && !_ended)
                _changed.Reset();
            return count;
        }
    }

    /// <summary>Waits until there is something to take, nothing more will come, or somebody wakes.</summary>
    /// <returns>False when nothing is there and nothing will come.</returns>
    public bool WaitForChange()
    {
        _changed.Wait();
        lock (_lock)
            return _bytes.Count > 0 || !_ended;
    }
}
