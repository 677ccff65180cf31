using System.Diagnostics;
using PpcJit.Inspector.Targets;

namespace PpcJit.Inspector.Sampling;

/// <summary>A thread was seen running at an address.</summary>
internal readonly record struct Sample(int Thread, ulong Address);

/// <summary>Notes again and again where the running threads of a process are.</summary>
/// <remarks>
/// Each look stops one thread for some ten microseconds and needs neither a profiler of the system nor the runtime's
/// help, so the guest goes on nearly as fast as alone, and all code is seen: regions, the runtime, its compiler, the C
/// library. A thread that waits is not stopped.
/// </remarks>
internal static class Sampler
{
    private const int MillisecondsBetween = 1;

    /// <summary>Rounds between two searches for new threads, which are rare.</summary>
    private const int RoundsBetweenLists = 200;

    /// <summary>Samples a process for some time, or until it ends.</summary>
    public static IReadOnlyList<Sample> Take(int process, TimeSpan time)
    {
        List<Sample> samples = [];
        IReadOnlyList<int> threads = [];
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; Stopwatch.GetElapsedTime(start) < time; round++)
        {
            if (round % RoundsBetweenLists == 0 && (threads = ProcFiles.ThreadsOf(process)).Count == 0)
                break;
            foreach (int thread in threads)
            {
                if (ProcFiles.IsRunning(process, thread) && Tracing.PositionOf(thread) is { } address)
                    samples.Add(new Sample(thread, address));
            }

            Thread.Sleep(MillisecondsBetween);
        }

        return samples;
    }
}
