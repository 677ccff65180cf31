using System.Collections.Concurrent;
using PpcJit.Kernel;

namespace PpcJit.Lab.Observing.Logs;

/// <summary>Writes lines on a thread of its own, so that the guest goes on meanwhile: in the order in which they come.</summary>
internal sealed class LineWriter : IDisposable
{
    /// <summary>Pieces that may wait; who brings more waits too.</summary>
    private const int MaxWaiting = 4;

    private readonly BlockingCollection<LineBuffer> _waiting = new(MaxWaiting);
    private readonly ConcurrentQueue<LineBuffer> _empty = new();
    private readonly Action<LineBuffer> _write;
    private readonly Thread _thread;
    private volatile OutputException? _problem;
    private volatile bool _isDropped;

    /// <summary>Begins.</summary>
    /// <param name="write">Writes a piece.</param>
    public LineWriter(Action<LineBuffer> write)
    {
        _write = write;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>What went wrong; null while nothing did. What comes afterwards is dropped.</summary>
    public OutputException? Problem => _problem;

    /// <summary>Takes a piece, which is the writer's from now on.</summary>
    /// <returns>An empty buffer for the next one.</returns>
    public LineBuffer Take(LineBuffer lines)
    {
        _waiting.Add(lines);
        if (!_empty.TryDequeue(out LineBuffer? next))
            return new LineBuffer();
        next.Length = 0;
        return next;
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="OutputException">It cannot be.</exception>
    public void Complete()
    {
        if (!_waiting.IsAddingCompleted)
            _waiting.CompleteAdding();
        _thread.Join();
        if (_problem is { } problem)
            throw problem;
    }

    /// <summary>Ends the thread. What has not been written is dropped.</summary>
    public void Dispose()
    {
        _isDropped = true;
        if (!_waiting.IsAddingCompleted)
            _waiting.CompleteAdding();
        _thread.Join();
        _waiting.Dispose();
    }

    private void Run()
    {
        foreach (LineBuffer lines in _waiting.GetConsumingEnumerable())
        {
            try
            {
                if (_problem is null && !_isDropped)
                    _write(lines);
            }
            catch (OutputException problem)
            {
                _problem = problem;
            }

            _empty.Enqueue(lines);
        }
    }
}
