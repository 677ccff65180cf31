namespace PpcJit.Machine.Boards;

/// <summary>All boards there are.</summary>
public static class BoardCatalog
{
    /// <summary>What fits above the SRAM of the evaluation boards.</summary>
    private static readonly uint[] Small = [512 << 10];

    /// <summary>What fits where a board has nothing but flash.</summary>
    private static readonly uint[] Large = [8 << 20, 512 << 10, 4 << 20, 16 << 20, 32 << 20, 64 << 20];

    /// <summary>All boards, the default one first.</summary>
    public static IReadOnlyList<BoardDescription> All { get; } =
    [
        new(Ref405ep.Name, Ref405ep.Title, Ref405ep.Create, Ref405ep.Validate) { FlashSizes = Small },
        new(Walnut.Name, Walnut.Title, Walnut.Create, Walnut.Validate) { FlashSizes = Small },
        new(OpenBlockS.Name266, OpenBlockS.Title266, OpenBlockS.Create266, OpenBlockS.Validate266) { FlashSizes = Large },
        new(OpenBlockS.Name200, OpenBlockS.Title200, OpenBlockS.Create200, OpenBlockS.Validate200) { FlashSizes = Large },
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
