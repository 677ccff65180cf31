using System.Reflection;

namespace PpcJit.Machine.Boards;

/// <summary>
/// All boards there are: each is a public static property of the type <see cref="BoardDescription"/> in the file that says all about the board,
/// and is found here by that. Programs that use the library add their own.
/// </summary>
public static class BoardCatalog
{
    private static readonly Lock Adding = new();
    private static volatile IReadOnlyList<BoardDescription> s_all = Sorted(Described());

    /// <summary>All boards, the default one first, then by name.</summary>
    public static IReadOnlyList<BoardDescription> All => s_all;

    /// <summary>The board for an image that says nothing.</summary>
    public static BoardDescription Default => All[0];

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

    /// <summary>Adds a board, which from then on is found by its name and chosen by its marks.</summary>
    /// <exception cref="ArgumentException">There is a board of that name, or it wants to be the default one.</exception>
    public static void Register(BoardDescription board)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentException.ThrowIfNullOrWhiteSpace(board.Name);
        lock (Adding)
        {
            if (Find(board.Name) is { } other)
                throw new ArgumentException($"There is a board {other.Name} already.", nameof(board));
            if (board.IsDefault)
                throw new ArgumentException($"{Default.Name} is the board for images that say nothing; {board.Name} cannot be.", nameof(board));
            s_all = Sorted([.. s_all, board]);
        }
    }

    private static List<BoardDescription> Sorted(IEnumerable<BoardDescription> boards)
    {
        List<BoardDescription> sorted = [.. boards];
        sorted.Sort((one, other) => one.IsDefault != other.IsDefault ? (one.IsDefault ? -1 : 1) : string.CompareOrdinal(one.Name, other.Name));
        return sorted;
    }

    /// <summary>Looks only at static classes of this folder: to ask all types for their properties takes longer than to make a board.</summary>
    private static List<BoardDescription> Described()
    {
        List<BoardDescription> found = [];
        foreach (Type type in typeof(BoardCatalog).Assembly.GetTypes())
        {
            if (!type.IsAbstract || !type.IsSealed || type == typeof(BoardCatalog) || type.Namespace != typeof(BoardCatalog).Namespace)
                continue;
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Static))
            {
                if (property.PropertyType == typeof(BoardDescription))
                    found.Add((BoardDescription)property.GetValue(null)!);
            }
        }

        return found;
    }
}
