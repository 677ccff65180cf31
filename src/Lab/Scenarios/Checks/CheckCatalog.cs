using PpcJit.Lab.Scenarios.Watching;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>All checks there are, by the names of scenario files.</summary>
public static class CheckCatalog
{
    private static readonly Dictionary<string, Func<ICheck>> All = new(StringComparer.Ordinal)
    {
        ["stack-in-real-mode"] = () => new StackInRealModeCheck(),
        ["lost-return-state"] = () => new LostReturnStateCheck(),
        ["stack-overflow"] = () => new StackOverflowCheck(),
        ["tlb-handler-reentry"] = () => new TlbHandlerReentryCheck(),
        ["stale-translation"] = () => new StaleTranslationCheck(),
        ["unbacked-physical-access"] = () => new UnbackedAccessCheck(),
        ["exception-loop"] = () => new ExceptionLoopCheck(),
    };

    /// <summary>The names of all checks.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Creates a check; null when there is none of that name.</summary>
    public static ICheck? Create(string name) => All.TryGetValue(name, out Func<ICheck>? create) ? create() : null;
}
