namespace PpcJit.Lab.Scenarios.Running;

/// <summary>What came of a trial.</summary>
internal enum TrialOutcome
{
    /// <summary>The guest went on until the trial had passed.</summary>
    Passed,

    /// <summary>The guest died, or a check found something.</summary>
    Fatal,

    /// <summary>Neither, until the limit.</summary>
    Undecided,

    /// <summary>It could not be made: a value could not be read.</summary>
    Failed,

    /// <summary>A signal ended it.</summary>
    Cut,
}
