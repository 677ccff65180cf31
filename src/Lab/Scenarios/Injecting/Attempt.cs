namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>What came of trying to inject something.</summary>
/// <param name="IsDone">Whether it was done, or could be.</param>
/// <param name="Why">Why not, in a few words; empty when it was.</param>
/// <param name="IsError">Whether it could not even be said what was to be done: a value could not be read.</param>
internal readonly record struct Attempt(bool IsDone, string Why = "", bool IsError = false)
{
    /// <summary>Whether it is worth a trial: it can be done, or it has to be said why it cannot.</summary>
    public bool IsToBeTried => IsDone || IsError;

    /// <summary>It was done.</summary>
    public static Attempt Done => new(true);

    /// <summary>There was nothing to be done.</summary>
    public static Attempt Nothing(string why) => new(false, why);

    /// <summary>It has begun, and what comes of it will be known later.</summary>
    public static Attempt Begun => new(true, "begun");

    /// <summary>A value could not be read.</summary>
    public static Attempt Failed(string why) => new(false, why, IsError: true);
}

/// <summary>How often an injection of a scenario was wanted, and what came of it.</summary>
/// <param name="Came">Arrivals at its place.</param>
/// <param name="Held">Those at which its condition held, which are the ones that count; all where it has none.</param>
/// <param name="Unknown">Those at which its condition had no value.</param>
/// <param name="Done">How often it was done.</param>
/// <param name="Nothing">How often there was nothing to be done.</param>
/// <param name="Failed">How often a value of it could not be read.</param>
/// <param name="Why">Why it was not done, the last time that it was not.</param>
internal readonly record struct InjectionTally(ulong Came, ulong Held, ulong Unknown, ulong Done, ulong Nothing, ulong Failed, string? Why)
{
    /// <summary>Counts an arrival.</summary>
    /// <param name="holds">Whether the condition holds; null when it has no value.</param>
    public InjectionTally Arrive(bool? holds) => this with
    {
        Came = Came + 1, Held = Held + (holds == true ? 1u : 0), Unknown = Unknown + (holds is null ? 1u : 0),
    };

    /// <summary>Counts an attempt.</summary>
    public InjectionTally Add(Attempt attempt) => attempt switch
    {
        { IsDone: true } => this with { Done = Done + 1 },
        { IsError: true } => this with { Failed = Failed + 1, Why = attempt.Why },
        _ => this with { Nothing = Nothing + 1, Why = attempt.Why },
    };
}
