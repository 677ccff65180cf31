using System.Diagnostics;

namespace PpcJit.Kernel.Networking;

/// <summary>
/// Keeps guest time from running ahead of the host's while a network is attached: a guest that waits for an answer, and
/// skips the time meanwhile, would otherwise give up before the world had a chance. A guest that is slower than the
/// host is not hurried afterwards.
/// </summary>
/// <param name="instructionsPerSecond">What makes guest time of counts.</param>
/// <param name="start">The present count.</param>
internal sealed class Pace(ulong instructionsPerSecond, ulong start)
{
    /// <summary>A thread that waits for less is seldom woken in time: kernels of hosts tick every 1 to 4 ms.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(2);
    private long _lastLook = Stopwatch.GetTimestamp();
    private ulong _lastCount = start;
    private TimeSpan _ahead;

    /// <summary>Notes that the guest has come to a count.</summary>
    /// <returns>For how long the guest should wait for the host's time; zero when not.</returns>
    public TimeSpan Look(ulong count)
    {
        long now = Stopwatch.GetTimestamp();
        TimeSpan guest = TimeSpan.FromSeconds((count - _lastCount) / (double)instructionsPerSecond);
        _ahead += guest - Stopwatch.GetElapsedTime(_lastLook, now);
        _ahead = _ahead < TimeSpan.Zero ? TimeSpan.Zero : _ahead;
        (_lastLook, _lastCount) = (now, count);
        return _ahead > ShortestWait ? _ahead : TimeSpan.Zero;
    }
}
