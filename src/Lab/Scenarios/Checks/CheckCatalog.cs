using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>All checks there are, by the names of scenario files.</summary>
public static class CheckCatalog
{
    /// <summary>What is found by <c>value of EXPR never falls</c>.</summary>
    internal const string Value = "value";

    /// <summary>What is found by <c>EXPR is a list</c>.</summary>
    internal const string List = "list";

    /// <summary>What is found by <c>EXPR at SYMBOL</c>.</summary>
    internal const string Invariant = "invariant";

    /// <summary>What is found by <c>interrupts-off</c>, with a limit of its own or not.</summary>
    internal const string InterruptsOff = "interrupts-off";

    /// <summary>What is found by <c>freed-memory by ...</c>.</summary>
    internal const string FreedMemory = "freed-memory";

    /// <summary>What is found by <c>uninitialised-page by ...</c>.</summary>
    internal const string UninitialisedPage = "uninitialised-page";

    private static readonly Dictionary<string, Func<ICheck>> All = new(StringComparer.Ordinal)
    {
        ["stack-in-real-mode"] = () => new StackInRealModeCheck(),
        ["lost-return-state"] = () => new LostReturnStateCheck(),
        ["stack-overflow"] = () => new StackOverflowCheck(),
        ["stack-of-another-lwp"] = () => new StackOfAnotherLwpCheck(),
        ["tlb-handler-reentry"] = () => new TlbHandlerReentryCheck(),
        ["stale-translation"] = () => new StaleTranslationCheck(),
        ["unbacked-physical-access"] = () => new UnbackedAccessCheck(),
        ["null-access"] = () => new NullAccessCheck(),
        ["exception-loop"] = () => new ExceptionLoopCheck(),
        ["lost-interrupt"] = () => new LostInterruptCheck(),
        [InterruptsOff] = () => new InterruptsOffCheck(),
    };

    /// <summary>The names of all checks that need nothing else to be said.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>The names that a finding may have.</summary>
    public static IReadOnlyCollection<string> FindingNames { get; } = [.. All.Keys, Value, List, Invariant, FreedMemory, UninitialisedPage];

    /// <summary>Creates a check; null when there is none of that name.</summary>
    public static ICheck? Create(string name) => All.TryGetValue(name, out Func<ICheck>? create) ? create() : null;

    /// <summary>Creates the check that a sentence describes.</summary>
    public static ICheck Create(CheckSentence sentence) => sentence switch
    {
        ValueSentence value => new ValueCheck(value),
        ListSentence list => new ListCheck(list),
        InvariantSentence invariant => new InvariantCheck(invariant),
        FreedMemorySentence freed => new FreedMemoryCheck(freed),
        UninitialisedPageSentence page => new UninitialisedPageCheck(page),
        InterruptsOffSentence off => new InterruptsOffCheck(off.Limit),
        _ => throw new ArgumentException($"Nobody knows how to check '{sentence.Text}'.", nameof(sentence)),
    };
}
