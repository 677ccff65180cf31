using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>The exceptions as people write them: <c>data-tlb-miss</c>, <c>system-call</c>, ...</summary>
public static class ExceptionNames
{
    private static readonly Dictionary<string, ExceptionKind> ByName =
        Enum.GetValues<ExceptionKind>().ToDictionary(NameOf, StringComparer.OrdinalIgnoreCase);

    /// <summary>All names in the order of the vectors.</summary>
    public static IEnumerable<string> All => ByName.Keys;

    /// <summary>Gives the name of an exception.</summary>
    public static string NameOf(ExceptionKind kind) =>
        string.Concat(kind.ToString()
            .Select((letter, n) => char.IsAsciiLetterUpper(letter)
                ? (n == 0 ? "" : "-") + char.ToLowerInvariant(letter)
                : letter.ToString()));

    /// <summary>Finds an exception by name.</summary>
    /// <returns>False when there is none of that name.</returns>
    public static bool TryFind(string name, out ExceptionKind kind) => ByName.TryGetValue(name, out kind);
}
