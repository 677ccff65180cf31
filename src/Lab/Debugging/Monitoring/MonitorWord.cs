namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>A word that the monitor understands.</summary>
/// <param name="Name">The word.</param>
/// <param name="Arguments">What follows it, for people.</param>
/// <param name="Help">What it does, in one sentence.</param>
/// <param name="Run">Does it.</param>
public sealed record MonitorWord(string Name, string Arguments, string Help, Func<MonitorCall, MonitorReply> Run)
{
    /// <summary>The word with its arguments, as help shows it.</summary>
    public string Usage => Arguments.Length == 0 ? Name : Arguments.StartsWith('/') ? Name + Arguments : $"{Name} {Arguments}";
}

/// <summary>A word of the monitor with what was typed after it.</summary>
/// <param name="Run">The run that is looked at.</param>
/// <param name="Arguments">What follows the word, without blanks at its ends.</param>
/// <param name="Cancel">Gives up.</param>
public sealed record MonitorCall(MonitoredRun Run, string Arguments, CancellationToken Cancel);

/// <summary>What a word has to say.</summary>
/// <param name="Lines">For people.</param>
/// <param name="Data">For programs.</param>
public sealed record MonitorReply(IReadOnlyList<string> Lines, object? Data)
{
    /// <summary>Why it could not be done wholly, in one sentence; null when it was.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether a bound that nobody asked for cut the answer off.</summary>
    public bool IsCutOff { get; init; }
}
