using System.Text.Json.Serialization;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Watching;

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

    /// <summary>What was not searched for, since the image lacks a function that it may lack: each in a sentence.</summary>
    public IReadOnlyList<string> Absent { get; init; } = [];

    /// <summary>Where the guest stood when the run ended, in lines: PC, registers, calls, the last exceptions.</summary>
    public IReadOnlyList<string> Standing { get; init; } = [];

    /// <summary>What happened last in the run, where the file asks for it; null where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Timeline? Timeline { get; init; }

    /// <summary>The last lines that the run logged and printed.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>What came of each injection of the scenario.</summary>
    public IReadOnlyList<InjectionReport> Injections { get; init; } = [];

    /// <summary>What the names of the kernel's description were taken to cover.</summary>
    public IReadOnlyList<CoveredName> Covered { get; init; } = [];

    /// <summary>All that is not as expected, and all that was not shown, each in a sentence; empty when all is.</summary>
    public IReadOnlyList<string> Problems => [.. CaseJudge.Problems(this).Select(problem => problem.Text)];

    /// <summary>The same as one text.</summary>
    public string Problem => string.Join("; ", Problems);

    /// <summary>What there is to know beside the outcome: what did not begin or was not done, and does not make it wrong.</summary>
    public IReadOnlyList<string> Notes => CaseJudge.Notes(this);

    /// <summary><c>ok</c>; <c>undecided</c> when nothing but undecided trials stands against that; else <c>NO</c>.</summary>
    public string Verdict => CaseJudge.Verdict(this);

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

    /// <summary>What the chain lacks, each in a sentence; empty when nothing was cut off.</summary>
    public IReadOnlyList<string> CutOff { get; init; } = [];
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

    /// <summary>The functions in which there were undecided trials.</summary>
    public IReadOnlyList<PlaceGroup> UndecidedIn { get; init; } = [];

    /// <summary>Trials that could not be made, since a value could not be read: by function and reason.</summary>
    public IReadOnlyList<PlaceGroup> Failed { get; init; } = [];

    /// <summary>Places at which there was nothing to be injected, by reason, where one is worth telling.</summary>
    public IReadOnlyList<PlaceGroup> Refused { get; init; } = [];

    /// <summary>What the names of <c>within:</c> were taken to cover, and what was found there.</summary>
    public IReadOnlyList<WithinReport> Within { get; init; } = [];

    /// <summary>Who called the function that was let fail, and what came of it.</summary>
    public IReadOnlyList<CallerReport> Callers { get; init; } = [];

    /// <summary>How places were taken together, in a search of a whole run; null in another.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClassesReport? Classes { get; init; }

    /// <summary>Whether a second search follows each injection: <see cref="Places"/> and <see cref="Trials"/> are those of the second.</summary>
    public bool IsNested { get; init; }

    /// <summary>Whether the file itself bounds the number of trials.</summary>
    public bool IsBounded { get; init; }

    /// <summary>How the run ended before the window did; null when it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EndedWith { get; init; }

    /// <summary>The count at which the run ended before the window did; null when it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? EndedAt { get; init; }

    /// <summary>How many places were left out because of a bound.</summary>
    public int LeftOut { get; init; }

    /// <summary>How many places of second searches were left out because of a bound.</summary>
    public int LeftOutThen { get; init; }

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
    /// <summary>Where the function that was let fail was called from; null for another injection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Caller { get; init; }

    /// <summary>The count of the first of two injections; null when there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? After { get; init; }

    /// <summary>Where the first of two injections was made; null when there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AfterPlace { get; init; }

    /// <summary>What came here in place of where it had come; null for another injection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MovedReport? Moved { get; init; }

    /// <summary>The run in a file; null when it was not saved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Run { get; init; }

    /// <summary>Why it could not be saved, in a sentence; null when it was, or was not to be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NoRun { get; init; }
}

/// <summary>Something that came in a run, and was let come elsewhere.</summary>
/// <param name="Number">Its number in the search, from 1.</param>
/// <param name="Name">What it is: a key, a frame, or an interrupt.</param>
/// <param name="Count">The count at which it came in the run.</param>
public sealed record MovedReport(int Number, string Name, ulong Count);

/// <summary>A distinct cause.</summary>
/// <param name="Cause">What makes two findings the same fault.</param>
/// <param name="Count">Count of the first place, which is the one explained.</param>
/// <param name="Explanation">What happens there.</param>
public sealed record CauseReport(string Cause, ulong Count, FindingReport Explanation)
{
    /// <summary>What came there in place of where it had come; null for another injection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MovedReport? Moved { get; init; }

    /// <summary>The count of the first of two injections; null when there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? After { get; init; }
}

/// <summary>Places or trials that have something in common.</summary>
/// <param name="Function">The function that they lie in; empty where that makes no difference, or is not known.</param>
/// <param name="Why">What they have in common; empty where the list says it.</param>
/// <param name="Times">How many.</param>
/// <param name="Count">Instructions completed at the first.</param>
/// <param name="Place">The first one's address in terms of symbols.</param>
public sealed record PlaceGroup(string Function, string Why, int Times, ulong Count, string Place);

/// <summary>Calls of a function that was let fail.</summary>
/// <param name="Caller">Where it was called from.</param>
/// <param name="Calls">How many of its calls were let fail, each by itself.</param>
/// <param name="Fatal">After how many the guest died, or a check found something.</param>
/// <param name="Undecided">After how many it is not known.</param>
public sealed record CallerReport(string Caller, int Calls, int Fatal, int Undecided);

/// <summary>A function of <c>within:</c>.</summary>
/// <param name="Covered">What its name was taken to cover.</param>
/// <param name="Places">At how many places there the injection could be tried.</param>
public sealed record WithinReport(CoveredName Covered, int Places);

/// <summary>What came of an injection of the scenario.</summary>
/// <param name="Text">The sentence of the file.</param>
/// <param name="Came">How often its place was reached.</param>
/// <param name="Held">How often its condition held then; as often where it has none.</param>
/// <param name="Unknown">How often its condition had no value.</param>
/// <param name="Done">How often it was done.</param>
/// <param name="Nothing">How often there was nothing to be done.</param>
/// <param name="Failed">How often a value of it could not be read.</param>
/// <param name="Why">Why it was not done, the last time that it was not; empty when it always was.</param>
public sealed record InjectionReport(string Text, ulong Came, ulong Held, ulong Unknown, ulong Done, ulong Nothing, ulong Failed, string Why);
