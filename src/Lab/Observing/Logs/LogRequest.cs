namespace PpcJit.Lab.Observing.Logs;

/// <summary>What a person wants to be logged.</summary>
/// <param name="Kinds">Names of kinds.</param>
public sealed record LogRequest(IReadOnlyList<string> Kinds)
{
    /// <summary>The limit when none is given: a hundred bytes for each of ten million lines.</summary>
    public const ulong DefaultLimit = 1UL << 30;

    /// <summary>What a line about an instruction takes, about.</summary>
    public const ulong BytesOfInstruction = 100;

    /// <summary>The file; null for the terminal.</summary>
    public string? Path { get; init; }

    /// <summary>The moment at which the log begins; null for the run's beginning.</summary>
    public string? From { get; init; }

    /// <summary>The moment at which it ends; null for the run's end.</summary>
    public string? To { get; init; }

    /// <summary>Functions whose code alone is logged, with commas between them; null for all.</summary>
    public string? In { get; init; }

    /// <summary>Most bytes of lines; null for the default.</summary>
    public ulong? Limit { get; init; }
}
