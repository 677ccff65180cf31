using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using PpcJit.Jit.Code;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Compiling;

/// <summary>
/// Compiles regions on a thread of its own, the most urgent first. The list of requests is bounded: one that finds it
/// full is refused, and made again if the code stays hot.
/// </summary>
internal sealed class BackgroundCompiler : IDisposable
{
    /// <summary>Most requests that wait, a bound of 4 MiB: each has a copy of its page's decoded instructions.</summary>
    public const int MaxRequests = 256;

    private readonly List<CompileRequest> _requests = new(MaxRequests);
    private readonly ConcurrentQueue<CompileRequest> _finished = new();
    private readonly JitOptions _options;
    private Thread? _thread;
    private volatile ExceptionDispatchInfo? _fault;
    private volatile bool _anyFinished;
    private bool _ends;

    public BackgroundCompiler(JitOptions options) => _options = options;

    /// <summary>Whether a finished region waits to be installed.</summary>
    public bool AnyFinished => _anyFinished;

    /// <summary>How many requests wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_requests)
                return _requests.Count;
        }
    }

    /// <summary>Whether another request would be refused.</summary>
    public bool IsFull => Waiting >= MaxRequests;

    /// <summary>Asks for a region. With the first one the thread begins: many runs end before any place is hot.</summary>
    public void Request(CompileRequest request)
    {
        if (_thread is null)
        {
            _thread = new Thread(Work, maxStackSize: 16 * 1024 * 1024) { IsBackground = true, Name = "region compiler" };
            _thread.Start();
        }

        lock (_requests)
        {
            _requests.Add(request);
            Monitor.Pulse(_requests);
        }
    }

    /// <summary>Says that a place whose region was asked for has become hot once more.</summary>
    public void Urge(CodePage page, int entry)
    {
        lock (_requests)
        {
            if (_requests.Find(request => request.Page == page && request.Entry == entry) is { } request)
                request.Urgency++;
        }
    }

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
        lock (_requests)
        {
            _ends = true;
            _requests.Clear();
            Monitor.Pulse(_requests);
        }

        _thread?.Join();
    }

    private void Work()
    {
        try
        {
            while (Next() is { } request)
            {
                // Only a hint: what the guest's thread installs at this moment is compiled twice.
                request.IsCovered = !request.HadRegion && request.Page.HasRegion(request.Entry);
                if (!request.IsCovered)
                    request.Result = RegionCompiler.Compile(request.Decoded, request.Page.Effective, request.Entry, request.Segment, _options);
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

    /// <summary>Waits for a request and takes the most urgent one, the oldest of equals.</summary>
    /// <returns>Null when there will be none.</returns>
    private CompileRequest? Next()
    {
        lock (_requests)
        {
            while (_requests.Count == 0 && !_ends)
                Monitor.Wait(_requests);
            if (_ends)
                return null;
            CompileRequest next = _requests[0];
            foreach (CompileRequest request in _requests)
            {
                if (request.Urgency > next.Urgency)
                    next = request;
            }

            _requests.Remove(next);
            return next;
        }
    }
}
