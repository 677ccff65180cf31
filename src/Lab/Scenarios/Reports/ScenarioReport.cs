using System.Text.Json.Serialization;
using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>All that came out of a scenario, as plain data: what the table, the files for programs and the merging of parts are made from.</summary>
public sealed record ScenarioReport
{
    /// <summary>Most parts that work can be divided into.</summary>
    public const int MaxParts = 100_000;

    /// <summary>Name of the scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>What it is about.</summary>
    public string Title { get; init; } = "";

    /// <summary>Name of the engine that ran it.</summary>
    public required string Engine { get; init; }

    /// <summary>Which parts of the work this holds: all of them when it is the whole.</summary>
    public required IReadOnlyList<int> Parts { get; init; }

    /// <summary>Into how many parts the work was divided.</summary>
    public required int PartCount { get; init; }

    /// <summary>The cases, in the order of the matrix.</summary>
    public required IReadOnlyList<CaseReport> Cases { get; init; }

    /// <summary>The number of the host's signal that ended the run before its time; 0 for none.</summary>
    public int Signal { get; init; }

    /// <summary>How many cases had not begun when a signal ended the run.</summary>
    public int Missing { get; init; }

    /// <summary>Whether nothing is missing.</summary>
    public bool IsWhole => Parts.Count == PartCount && Signal == 0;

    /// <summary>Whether every case came out as expected.</summary>
    public bool AsExpected => Cases.All(report => report.Problem.Length == 0);
}

/// <summary>What came out of one case.</summary>
public sealed record CaseReport
{
    /// <summary>Where it stands in the matrix.</summary>
    public required int Index { get; init; }

    /// <summary>Its settings.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Names of the settings that differ between cases.</summary>
    public required IReadOnlyList<string> Varying { get; init; }

    /// <summary>How it had to come out.</summary>
    public required Expectation Expected { get; init; }

    /// <summary>How the run ended, as scenario files call it.</summary>
    public required string End { get; init; }

    /// <summary>Completed instructions of the run, without those of searches.</summary>
    public required ulong Instructions { get; init; }

    /// <summary>Host seconds, those of searches included.</summary>
    public required double Seconds { get; init; }

    /// <summary>The end of what the guest printed.</summary>
    public required string Console { get; init; }

    /// <summary>Whether the guest printed what it had to.</summary>
    public required bool ConsoleAppeared { get; init; }

    /// <summary>What was found in the run itself; null for nothing.</summary>
    public FindingReport? Finding { get; init; }

    /// <summary>The searches.</summary>
    public IReadOnlyList<SearchReport> Searches { get; init; } = [];

    /// <summary>What would have been searched for, if the run had come to where the windows begin.</summary>
    public IReadOnlyList<string> NotReached { get; init; } = [];

    /// <summary>Where the guest stood when the run ended, in lines: PC, registers, calls, the last exceptions.</summary>
    public IReadOnlyList<string> Standing { get; init; } = [];

    /// <summary>The last lines that the run logged and printed.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>What is not as expected, in a sentence; empty when all is.</summary>
    public string Problem => CaseJudge.Problem(this);

    /// <summary>What came out, in a few words.</summary>
    public string Outcome => CaseJudge.Outcome(this);

    /// <summary>What there is to know first: the finding of the run, else the first cause of the searches; null for nothing.</summary>
    [JsonIgnore]
    public FindingReport? FirstFinding => Finding ?? Searches.SelectMany(search => search.Causes).Select(cause => cause.Explanation).FirstOrDefault();
}

/// <summary>A finding with everything that its explanation needs, in symbols.</summary>
/// <param name="Check">Name of the check; for a death that no check foresaw, how the guest ended.</param>
/// <param name="Cause">What makes two findings the same fault.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Count">Instructions completed.</param>
/// <param name="Place">The instruction's address in terms of symbols.</param>
/// <param name="Instruction">The instruction.</param>
/// <param name="Chain">What led there, the oldest first.</param>
/// <param name="Timeline">What happened around it.</param>
public sealed record FindingReport(
    string Check, string Cause, string Summary, ulong Count, string Place, string Instruction, IReadOnlyList<StepReport> Chain, Timeline Timeline)
{
    /// <summary>The run in a file; null when it was not saved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Run { get; init; }

    /// <summary>Why it could not be saved, in a sentence; null when it was, or was not to be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NoRun { get; init; }
}

/// <summary>One step of a chain.</summary>
/// <param name="Count">Instructions completed.</param>
/// <param name="Place">The instruction's address in terms of symbols.</param>
/// <param name="Text">What happened.</param>
public sealed record StepReport(ulong Count, string Place, string Text);

/// <summary>What came out of a search.</summary>
public sealed record SearchReport
{
    /// <summary>What was injected.</summary>
    public required string What { get; init; }

    /// <summary>Count at which the window begins.</summary>
    public required ulong From { get; init; }

    /// <summary>Count at which it ends.</summary>
    public required ulong To { get; init; }

    /// <summary>How many places there are in the window at which it could be injected.</summary>
    public required int Places { get; init; }

    /// <summary>Runs of counts at which it could be injected: first count and length. The first 262,144 of them.</summary>
    public required IReadOnlyList<CountRange> Possible { get; init; }

    /// <summary>How many places were tried: fewer than there are only in a part of the work.</summary>
    public required int Trials { get; init; }

    /// <summary>Trials that neither passed nor failed before their limit.</summary>
    public required int Undecided { get; init; }

    /// <summary>The places that are fatal, by rising count: the first of them, when there are more than can be kept.</summary>
    public required IReadOnlyList<FatalPlace> Fatal { get; init; }

    /// <summary>How many more places are fatal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MoreFatal { get; init; }

    /// <summary>How many places are fatal, all of them.</summary>
    [JsonIgnore]
    public int FatalCount => Fatal.Count + MoreFatal;

    /// <summary>The distinct causes, each explained by its first place. The first thousand of them.</summary>
    public required IReadOnlyList<CauseReport> Causes { get; init; }

    /// <summary>Host seconds.</summary>
    public required double Seconds { get; init; }
}

/// <summary>A run of counts.</summary>
/// <param name="First">The first one.</param>
/// <param name="Length">How many.</param>
public readonly record struct CountRange(ulong First, ulong Length);

/// <summary>A place at which an injection is fatal.</summary>
/// <param name="Count">Instructions completed before it.</param>
/// <param name="Place">Its address in terms of symbols.</param>
/// <param name="Function">The symbol alone.</param>
/// <param name="Instruction">The instruction that would have been next.</param>
/// <param name="Cause">What makes it the same fault as another.</param>
public sealed record FatalPlace(ulong Count, string Place, string Function, string Instruction, string Cause)
{
    /// <summary>The run in a file; null when it was not saved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Run { get; init; }

    /// <summary>Why it could not be saved, in a sentence; null when it was, or was not to be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NoRun { get; init; }
}

/// <summary>A distinct cause.</summary>
/// <param name="Cause">What makes two findings the same fault.</param>
/// <param name="Count">Count of the first place, which is the one explained.</param>
/// <param name="Explanation">What happens there.</param>
public sealed record CauseReport(string Cause, ulong Count, FindingReport Explanation);
