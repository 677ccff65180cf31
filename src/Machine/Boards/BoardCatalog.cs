namespace PpcJit.Machine.Boards;

/// <summary>All boards there are.</summary>
public static class BoardCatalog
{
    /// <summary>All boards, the default one first.</summary>
    public static IReadOnlyList<BoardDescription> All { get; } =
    [
        new(Ref405ep.Name, Ref405ep.Title, Ref405ep.Create, Ref405ep.Validate),
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
