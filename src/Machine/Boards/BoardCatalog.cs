namespace PpcJit.Machine.Boards;

/// <summary>All boards there are.</summary>
public static class BoardCatalog
{
    /// <summary>All boards, the default one first.</summary>
    public static IReadOnlyList<BoardDescription> All { get; } =
    [
        new(Ref405ep.Name, Ref405ep.Title, Ref405ep.Create, Ref405ep.Validate),
        new(Walnut.Name, Walnut.Title, Walnut.Create, Walnut.Validate),
        new(OpenBlockS.Name266, OpenBlockS.Title266, OpenBlockS.Create266, OpenBlockS.Validate266),
        new(OpenBlockS.Name200, OpenBlockS.Title200, OpenBlockS.Create200, OpenBlockS.Validate200),
    ];

    /// <summary>Finds a board by its name, in any letter case; null when there is none.</summary>
    public static BoardDescription? Find(string name)
    {
        foreach (BoardDescription candidate in All)
        {
            if (string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase))
                return candidate;
        }

        return null;
    }
}
