using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>All checks there are, by the names of scenario files. Programs that use the library add their own.</summary>
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

    private static readonly Lock Adding = new();

    private static volatile IReadOnlyDictionary<string, Func<ICheck>> s_all = new Dictionary<string, Func<ICheck>>(StringComparer.Ordinal)
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
    public static IReadOnlyCollection<string> Names => [.. s_all.Keys];

    /// <summary>The names that a finding may have.</summary>
    public static IReadOnlyCollection<string> FindingNames => [.. s_all.Keys, .. Described];

    private static string[] Described => [Value, List, Invariant, FreedMemory, UninitialisedPage];

    /// <summary>Adds a check, which scenarios then have by its name.</summary>
    /// <param name="name">The name: lower-case letters, digits and hyphens, as <see cref="ICheck.Name"/> and findings have it.</param>
    /// <param name="create">Creates one that has seen nothing yet.</param>
    /// <exception cref="ArgumentException">There is a check of that name, or it cannot be one.</exception>
    public static void Register(string name, Func<ICheck> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        if (!name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            throw new ArgumentException($"'{name}' cannot be the name of a check: those have lower-case letters, digits and hyphens.", nameof(name));
        lock (Adding)
        {
            if (FindingNames.Contains(name))
                throw new ArgumentException($"There is a check {name} already.", nameof(name));
            s_all = new Dictionary<string, Func<ICheck>>(s_all, StringComparer.Ordinal) { [name] = create };
        }
    }

    /// <summary>Creates a check; null when there is none of that name.</summary>
    public static ICheck? Create(string name) => s_all.TryGetValue(name, out Func<ICheck>? create) ? create() : null;

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
