using System.Runtime.InteropServices;

namespace PpcJit.Inspector.Targets;

/// <summary>
/// A thread of a process, mostly the first one, traced until it is disposed: it runs from mark to mark, freely or instruction by
/// instruction. A mark is a signal that the thread raises for itself; it never gets it.
/// </summary>
/// <remarks>All calls must come from one thread, that which made it: the kernel ties tracing to threads.</remarks>
internal sealed class SteppedThread : IDisposable
{
    /// <summary>The signal of a mark, SIGURG: without a tracer it does nothing.</summary>
    public const int Mark = 23;

    private readonly int _thread;
    private bool _hasEnded;

    /// <summary>The signal that the thread is about to receive.</summary>
    private int _signal;

    private SteppedThread(int thread) => _thread = thread;

    /// <summary>Begins to trace.</summary>
    /// <param name="process">The process, whose first thread that is, or the number of another thread.</param>
    /// <exception cref="NoTraceException">It is not allowed, or there is no such process.</exception>
    public static SteppedThread Of(int process)
    {
        if (Tracing.Trace(Tracing.Seize, process, 0, 0) < 0 || Tracing.Trace(Tracing.Interrupt, process, 0, 0) < 0)
            throw new NoTraceException(Tracing.WhyNot(process) ?? $"process {process} has ended.");
        SteppedThread thread = new(process);
        thread.Wait();
        return thread;
    }

    /// <summary>Lets the thread run to its next mark.</summary>
    /// <returns>False when it ended before.</returns>
    public bool Run()
    {
        while (Go(Tracing.Continue))
        {
            if (TakeMark())
                return true;
        }

        return false;
    }

    /// <summary>Steps the thread to its next mark.</summary>
    /// <param name="visits">How often each address was executed: added to.</param>
    /// <param name="limit">Most steps.</param>
    /// <returns>False when it ended before, or came to no mark within the limit.</returns>
    public bool Step(Dictionary<ulong, long> visits, long limit) =>
        Step(position => CollectionsMarshal.GetValueRefOrAddDefault(visits, position, out _)++, limit);

    /// <summary>The same.</summary>
    /// <param name="visit">Told each address.</param>
    /// <param name="limit">Most steps.</param>
    public bool Step(Action<ulong> visit, long limit)
    {
        for (long n = 0; n < limit && !_hasEnded; n++)
        {
            ulong position = (ulong)Tracing.Trace(Tracing.ReadRegister, _thread, Tracing.InstructionPointer * sizeof(ulong), 0);
            visit(position);
            if (!Go(Tracing.SingleStep))
                return false;
            if (TakeMark())
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_hasEnded)
            _ = Tracing.Trace(Tracing.Detach, _thread, 0, _signal);
    }

    private bool TakeMark()
    {
        if (_signal != Mark)
            return false;
        _signal = 0;
        return true;
    }

    private bool Go(nint request)
    {
        if (Tracing.Trace(request, _thread, 0, _signal) < 0)
            _hasEnded = true;
        else
            Wait();
        return !_hasEnded;
    }

    /// <summary>Waits until the thread stands still; a stop by the tracer itself is no signal that it is to receive.</summary>
    private void Wait()
    {
        int status = Tracing.WaitForStop(_thread);
        _hasEnded = status < 0;
        int signal = (status >> 8) & 0xff;
        _signal = _hasEnded || status >> 16 != 0 || signal == Tracing.Trap ? 0 : signal;
    }
}
