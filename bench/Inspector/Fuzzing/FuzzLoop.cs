using System.Diagnostics;
using PpcJit.Kernel;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>
/// Gives PpcJit one input after the other. Each must be taken or refused with a sentence, in ten seconds, and in less than 1
/// GB of memory for all of the process.
/// </summary>
/// <param name="format">The inputs' kind.</param>
/// <param name="seed">What the inputs follow from, with their numbers.</param>
internal sealed class FuzzLoop(InputFormat format, int seed)
{
    /// <summary>Most bytes that the process may hold.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Most time for an input.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);

    private const int WaitingFactor = 6;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private long _number;
    private long _inputs;
    private long _refused;
    private long _began;
    private TimeSpan _usedBefore;
    private TimeSpan _slowest;
    private long _peak;
    private FuzzFinding? _finding;

    /// <summary>Most time for an input of this run.</summary>
    public TimeSpan Patience { get; init; } = MaxTime;

    /// <summary>Gives inputs until there were enough, the time is over, or something is found.</summary>
    /// <param name="first">Number of the first input.</param>
    /// <param name="count">How many inputs at most.</param>
    /// <param name="most">How long at most.</param>
    /// <param name="begins">Told the number of each input before it is given; null for nobody.</param>
    public FuzzTally Run(long first, long count, TimeSpan most, Action<long>? begins = null)
    {
        long start = Stopwatch.GetTimestamp();
        _began = start;
        Thread giver = new(() => Give(first, count, most, begins)) { IsBackground = true, Name = "inputs" };
        giver.Start();

        // What hangs cannot be ended; whoever is told of it ends the process.
        while (!giver.Join(LookInterval) && _finding is null)
            Watch();
        lock (_gate)
        {
            return new FuzzTally(format.Name, _inputs, _refused, Stopwatch.GetElapsedTime(start).TotalSeconds, _slowest.TotalSeconds, _peak,
                _finding);
        }
    }

    private void Give(long first, long count, TimeSpan most, Action<long>? begins)
    {
        long start = Stopwatch.GetTimestamp();
        for (long n = first; n - first < count && _finding is null && Stopwatch.GetElapsedTime(start) < most; n++)
        {
            begins?.Invoke(n);
            lock (_gate)
                (_number, _began, _usedBefore) = (n, Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            string? problem = Give(n);
            lock (_gate)
            {
                _inputs++;
                TimeSpan taken = Stopwatch.GetElapsedTime(_began);
                _slowest = taken > _slowest ? taken : _slowest;
                if (problem is not null)
                    Note(problem);
            }
        }
    }

    private string? Give(long number)
    {
        byte[] input = format.Input(seed, number);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            format.Read(input);
        }
        catch (InputException) when (number >= format.Samples.Count)
        {
            _refused++;
        }
        catch (Exception error)
        {
            return error.ToString();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated < MaxBytes ? null : $"{allocated >> 20} MB were allocated.";
    }

    private void Watch()
    {
        long held = Environment.WorkingSet;
        if (held > MaxBytes)
        {
            // What nobody holds any more does not count.
            GC.Collect();
            held = Environment.WorkingSet;
        }

        lock (_gate)
        {
            _peak = Math.Max(_peak, held);
            if (held > MaxBytes)
                Note($"{held >> 20} MB are held.");
            else if (IsOver())
                Note($"It is not done after {Patience.TotalSeconds} s.");
        }
    }

    /// <summary>On a busy machine time passes in which nothing can be done: processor time counts, and for what only waits much more time.</summary>
    private bool IsOver()
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(_began);
        return passed > Patience && (passed > WaitingFactor * Patience || Environment.CpuUsage.TotalTime - _usedBefore > Patience);
    }

    private void Note(string problem) => _finding ??= new FuzzFinding(format.Name, seed, _number, problem,
        Convert.ToHexString(format.Input(seed, _number)));
}
