using System.Text.Json.Serialization;
using PpcJit.Lab.Kernels;
using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>A scenario file that has been read and found well formed, one case for each cell of its matrix.</summary>
/// <param name="Name">Its name: that of the file without folder and extension, unless it says another one.</param>
/// <param name="Title">One line that says what it is about.</param>
/// <param name="File">The file as the person named it.</param>
/// <param name="Cases">The cases in the order of the matrix.</param>
/// <param name="Text">What the file says.</param>
public sealed record Scenario(string Name, string Title, string File, IReadOnlyList<ScenarioCase> Cases, string Text);

/// <summary>One machine to be run and judged.</summary>
public sealed record ScenarioCase
{
    /// <summary>Where it stands in the matrix, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Its settings, in the order of the file.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Names of the settings that differ between cases.</summary>
    public required IReadOnlyList<string> Varying { get; init; }

    /// <summary>Name of the board.</summary>
    public required string Board { get; init; }

    /// <summary>Bytes of RAM; null for the board's default.</summary>
    public uint? MemoryBytes { get; init; }

    /// <summary>The image: <c>guest:NAME</c> for an embedded one, <c>linux</c>, or a path.</summary>
    public required Located<string> Image { get; init; }

    /// <summary>The recorded run that is done again, which has its own image and board; null for none.</summary>
    public RecordedCase? Recorded { get; init; }

    /// <summary>Path of a file with symbols; null for the image's own.</summary>
    public string? Symbols { get; init; }

    /// <summary>The kernel's command line; null for none.</summary>
    public string? CommandLine { get; init; }

    /// <summary>What is typed into the console; empty for nothing.</summary>
    public string Input { get; init; } = "";

    /// <summary>What is known of the kernel; null when the file says nothing.</summary>
    public KernelSection? Kernel { get; init; }

    /// <summary>Which known kernel it is by the person's word, one of <see cref="KernelCatalog.All"/>; null for what the file says.</summary>
    public string? KernelName { get; init; }

    /// <summary>What is changed while it runs.</summary>
    public IReadOnlyList<Injection> Injections { get; init; } = [];

    /// <summary>Whether everything that may leave the TLB leaves it at each switch of stacks.</summary>
    public bool HasTlbPressure { get; init; }

    /// <summary>Checks that are given as sentences.</summary>
    public IReadOnlyList<CheckSentence> CheckSentences { get; init; } = [];

    /// <summary>Names of the checks.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>Kinds of events that are logged, of which the report keeps the last ones; empty for none.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>Texts that are printed where the guest comes to places.</summary>
    public IReadOnlyList<Located<string>> Prints { get; init; } = [];

    /// <summary>Whether the report shows what happened last, also without a finding.</summary>
    public bool HasTimeline { get; init; }

    /// <summary>Where faults are searched.</summary>
    public IReadOnlyList<Search> Searches { get; init; } = [];

    /// <summary>When the run ends.</summary>
    public required RunEnds Ends { get; init; }

    /// <summary>How it must come out.</summary>
    public required Expectation Expect { get; init; }
}

/// <summary>When a run ends, besides a reset, a finding, or a guest that can do nothing any more.</summary>
/// <param name="Console">The guest has printed this; null for never.</param>
/// <param name="Panics">The guest has printed one of these: it has died.</param>
/// <param name="Instructions">The most instructions.</param>
public sealed record RunEnds(string? Console, IReadOnlyList<string> Panics, ulong Instructions);

/// <summary>A search: the same injection at every place of a window, each tried by itself.</summary>
/// <param name="What">What is injected; its <see cref="Injection.Place"/> is not used.</param>
/// <param name="From">Where the window begins.</param>
/// <param name="Window">Its length in instructions.</param>
/// <param name="Within">Only while the PC is in one of these functions; empty for everywhere.</param>
/// <param name="Pass">Instructions after the interrupt returned, or after another injection, after which a trial has passed.</param>
/// <param name="Limit">Instructions after which a trial that has neither passed nor failed is undecided.</param>
/// <param name="Location">Where it stands in the file.</param>
public sealed record Search(
    Injection What, SearchStart From, ulong Window, IReadOnlyList<SymbolReference> Within, ulong Pass, ulong Limit, SourceLocation Location)
{
    /// <summary>How many trials follow each first injection at most, where the file does not say.</summary>
    public const int DefaultMostThen = 10_000;

    /// <summary>How many places of each class are tried, where the file does not say.</summary>
    public const int DefaultSamples = 3;

    /// <summary>What <see cref="Window"/> is for the rest of the run: places are taken together into classes then.</summary>
    public const ulong WholeRun = ulong.MaxValue;

    /// <summary>Whether the window is the rest of the run, whose places are taken together into classes.</summary>
    public bool IsOfWholeRun => Window == WholeRun;

    /// <summary>How far something is moved or delayed at most, where the file does not say.</summary>
    public const ulong DefaultReach = 10_000;

    /// <summary>How far something is moved or delayed at most, in instructions.</summary>
    public ulong Reach { get; init; } = DefaultReach;

    /// <summary>Whether something that came in the run is to come at other places.</summary>
    public bool IsShift => What.Action is ShiftAction;

    /// <summary>How many places of each class are tried.</summary>
    public int Samples { get; init; } = DefaultSamples;

    /// <summary>What else is injected at the same place, at the same time.</summary>
    public IReadOnlyList<Injection> With { get; init; } = [];

    /// <summary>The most places that are tried, the first ones; null for all.</summary>
    public int? Most { get; init; }

    /// <summary>
    /// The second search, which begins right after each injection of this one: null for none. Its <see cref="From"/> is not used.
    /// </summary>
    public Search? Then { get; init; }

    /// <summary>All that is injected at a place.</summary>
    public IEnumerable<Injection> All => [What, .. With];

    /// <summary>All that is injected anywhere.</summary>
    public IEnumerable<Injection> Everything => [.. All, .. Then?.Everything ?? []];

    /// <summary>The sentences of the file.</summary>
    public string Text => $"{string.Join(" with ", All.Select(what => what.Text))}{(Then is { } then ? $", then {then.Text}" : "")}";
}

/// <summary>Where the window of a search begins: one of the three is given.</summary>
/// <param name="Count">At an instruction count.</param>
/// <param name="Console">When the guest has printed this.</param>
/// <param name="Symbol">When this is reached.</param>
/// <param name="Arrival">Which time it is reached: 1 is the first.</param>
public sealed record SearchStart(ulong? Count, string? Console, SymbolReference? Symbol, ulong Arrival)
{
    /// <summary>What must hold where the symbol is reached, or the arrival does not count; null for nothing.</summary>
    public Operand? When { get; init; }
}

/// <summary>What an expectation accepts that would not be as expected otherwise.</summary>
public static class Allowances
{
    /// <summary>Trials that neither passed nor failed.</summary>
    public const string Undecided = "undecided";

    /// <summary>Injections that never happened.</summary>
    public const string NotInjected = "not-injected";

    /// <summary>Searches whose window the run did not come to.</summary>
    public const string NotReached = "not-reached";

    /// <summary>Searches that found no place, or next to none, at which to try.</summary>
    public const string FewPlaces = "few-places";

    /// <summary>Functions that searches name and the image does not have: there is nothing to try there.</summary>
    public const string NoSuchFunction = "no-such-function";

    /// <summary>Places of a whole run that were not tried, since others of their class were.</summary>
    public const string AssumedEqual = "assumed-equal";

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [Undecided, NotInjected, NotReached, FewPlaces, NoSuchFunction, AssumedEqual];
}

/// <summary>How a case must come out; what is null is not asked for.</summary>
public sealed record Expectation
{
    /// <summary>Stands in <see cref="Finding"/> for "nothing may be found".</summary>
    public const string None = "none";

    /// <summary>The check that must find something, and no other may; <see cref="None"/> for nothing at all.</summary>
    public string? Finding { get; init; }

    /// <summary>Text that the guest must print.</summary>
    public string? Console { get; init; }

    /// <summary>Text that must be part of the line with which the guest panics.</summary>
    public string? Panic { get; init; }

    /// <summary>How the run must end; see <see cref="CaseEnd"/>.</summary>
    public string? Exit { get; init; }

    /// <summary>The functions in which all fatal places of the searches must lie, and there must be some; empty for "not asked".</summary>
    public IReadOnlyList<string> FatalIn { get; init; } = [];

    /// <summary>What is accepted: some of <see cref="Allowances.Names"/>.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>
    /// Expectations of the file that fit the settings as well and come after this one, which holds: where they stand and what they say.
    /// </summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>The part of it that says most, for a table.</summary>
    [JsonIgnore]
    public string Brief => Finding is not null and not None ? Finding : Exit ?? (Panic is not null ? "panic" : "no finding");

    /// <summary>Gives the expectation in a few words.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (Finding is not null)
            parts.Add(Finding == None ? "no finding" : Finding);
        if (FatalIn.Count > 0)
            parts.Add($"fatal only in {string.Join(", ", FatalIn)}");
        if (Exit is not null)
            parts.Add($"exit {Exit}");
        if (Console is not null)
            parts.Add($"prints '{Console}'");
        if (Panic is not null)
            parts.Add($"panics with '{Panic}'");
        if (Allow.Count > 0)
            parts.Add($"allows {string.Join(", ", Allow)}");
        return string.Join("; ", parts);
    }
}
