using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace PpcJit.Jit.Regions;

/// <summary>Compiles regions on a thread of its own. The queue is bounded: a wish that finds it full is refused, and made again if the code stays hot.</summary>
internal sealed class BackgroundCompiler : IDisposable
{
    private const int QueueLimit = 256;

    private readonly BlockingCollection<CompileRequest> _wanted = new(QueueLimit);
    private readonly ConcurrentQueue<CompileRequest> _finished = new();
    private readonly JitOptions _options;
    private readonly Thread _thread;
    private volatile ExceptionDispatchInfo? _fault;
    private volatile bool _anyFinished;

    public BackgroundCompiler(JitOptions options)
    {
        _options = options;
        _thread = new Thread(Work, maxStackSize: 16 * 1024 * 1024) { IsBackground = true, Name = "region compiler" };
        _thread.Start();
    }

    /// <summary>Whether a finished region waits to be installed.</summary>
    public bool AnyFinished => _anyFinished;

    /// <summary>Asks for a region.</summary>
    /// <returns>False when the queue is full.</returns>
    public bool TryRequest(CompileRequest request) => _wanted.TryAdd(request);

    /// <summary>Gives the next finished request.</summary>
    public bool TryTake(out CompileRequest? request)
    {
        // A fault of the compiler is ours, and must not be lost on its thread.
        _fault?.Throw();
        if (_finished.TryDequeue(out request))
            return true;
        _anyFinished = false;
        return _finished.TryDequeue(out request);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wanted.CompleteAdding();
        while (_wanted.TryTake(out _))
        {
        }

        _thread.Join();
        _wanted.Dispose();
    }

    private void Work()
    {
        try
        {
            foreach (CompileRequest request in _wanted.GetConsumingEnumerable())
            {
                request.Result = RegionCompiler.Compile(request.Decoded, request.Page.Effective, request.Entry, _options);
                _finished.Enqueue(request);
                _anyFinished = true;
            }
        }
        catch (Exception fault)
        {
            _fault = ExceptionDispatchInfo.Capture(fault);
            _anyFinished = true;
        }
    }
}
