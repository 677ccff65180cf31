using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using PpcJit.Jit.Code;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Compiling;

/// <summary>
/// Compiles regions on a thread of its own, the most urgent first. The list of wishes is bounded: one that finds it full is refused, and made again if the
/// code stays hot.
/// </summary>
internal sealed class BackgroundCompiler : IDisposable
{
    private const int MaxWishes = 256;

    private readonly List<CompileRequest> _wanted = new(MaxWishes);
    private readonly ConcurrentQueue<CompileRequest> _finished = new();
    private readonly JitOptions _options;
    private readonly Thread _thread;
    private volatile ExceptionDispatchInfo? _fault;
    private volatile bool _anyFinished;
    private bool _ends;

    public BackgroundCompiler(JitOptions options)
    {
        _options = options;
        _thread = new Thread(Work, maxStackSize: 16 * 1024 * 1024) { IsBackground = true, Name = "region compiler" };
        _thread.Start();
    }

    /// <summary>Whether a finished region waits to be installed.</summary>
    public bool AnyFinished => _anyFinished;

    /// <summary>How many wishes wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_wanted)
                return _wanted.Count;
        }
    }

    /// <summary>Whether another wish would be refused.</summary>
    public bool IsFull => Waiting >= MaxWishes;

    /// <summary>Asks for a region.</summary>
    public void Request(CompileRequest request)
    {
        lock (_wanted)
        {
            _wanted.Add(request);
            Monitor.Pulse(_wanted);
        }
    }

    /// <summary>Says that a place whose region was asked for has become hot once more.</summary>
    public void Urge(CodePage page, int entry)
    {
        lock (_wanted)
        {
            if (_wanted.Find(request => request.Page == page && request.Entry == entry) is { } request)
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
        lock (_wanted)
        {
            _ends = true;
            _wanted.Clear();
            Monitor.Pulse(_wanted);
        }

        _thread.Join();
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

    /// <summary>Waits for a wish and takes the most urgent one, the oldest of equals.</summary>
    /// <returns>Null when there will be none.</returns>
    private CompileRequest? Next()
    {
        lock (_wanted)
        {
            while (_wanted.Count == 0 && !_ends)
                Monitor.Wait(_wanted);
            if (_ends)
                return null;
            CompileRequest next = _wanted[0];
            foreach (CompileRequest request in _wanted)
            {
                if (request.Urgency > next.Urgency)
                    next = request;
            }

            _wanted.Remove(next);
            return next;
        }
    }
}
