using PpcJit.Lab.Observing.Coverage;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>How a scenario is run. Nothing here changes what comes out, except that a part of the work gives a part of the result.</summary>
/// <param name="EngineName">Name of the engine, for reports.</param>
/// <param name="CreateEngine">Creates it.</param>
/// <param name="Workers">How many machines run side by side.</param>
/// <param name="Part">Which part of the work is wanted, from 0.</param>
/// <param name="PartCount">Into how many it is divided.</param>
/// <param name="Progress">Told what has been done; null for nobody.</param>
/// <param name="EndSignal">Asked all the time for the number of a signal that ends the run; 0 for none. What is known then is still reported.</param>
public sealed record RunSettings(
    string EngineName, Func<Processor, IEngine> CreateEngine, int Workers, int Part =
        0, int PartCount = 1, RunProgress? Progress = null, Func<int>? EndSignal = null)
{
    /// <summary>Folder that receives a run file for each finding and fatal place; null for none.</summary>
    public string? RunFolder { get; init; }

    /// <summary>
    /// Whether findings, deaths and the causes of searches are followed back. It is done once for each, in a machine of its own; without it their
    /// reports have no chain.
    /// </summary>
    public bool Explains { get; init; } = true;

    /// <summary>Keeps what trials come to, for a run that goes on where this one was ended; null for nobody.</summary>
    public SearchJournal? Journal { get; init; }

    /// <summary>Receives what the cases reach; null when that is not noted.</summary>
    public CoverageSum? Coverage { get; init; }
}

/// <summary>Counts what has been done, from any thread.</summary>
public sealed class RunProgress
{
    private long _trials;
    private int _cases;

    /// <summary>Trials of searches so far.</summary>
    public long Trials => Interlocked.Read(ref _trials);

    /// <summary>Finished cases so far.</summary>
    public int Cases => Volatile.Read(ref _cases);

    /// <summary>Counts a trial.</summary>
    public void Tried() => Interlocked.Increment(ref _trials);

    /// <summary>Counts a case.</summary>
    public void Finished() => Interlocked.Increment(ref _cases);
}
