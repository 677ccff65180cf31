namespace PpcJit.Lab.Scenarios.Files;

/// <summary>
/// How large a scenario file may be and what it may grow to. A few lines of YAML can stand for gigabytes (aliases of
/// aliases, products of lists, settings in settings), so each limit is checked before anything is expanded.
/// </summary>
internal static class YamlLimits
{
    /// <summary>Most characters of a file.</summary>
    public const int MaxCharacters = 4 << 20;

    /// <summary>Deepest nesting of lists and mappings; a scenario has four levels.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most nodes, those that aliases stand for counted each time.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>Most cases of a matrix.</summary>
    public const int MaxCases = 10_000;

    /// <summary>Most nodes of all cases together: each case reads the whole file again.</summary>
    public const long MaxNodesOfAllCases = 2_000_000;

    /// <summary>Most characters that substituting settings may give in all cases together.</summary>
    public const int MaxSubstituted = 16 << 20;
}
