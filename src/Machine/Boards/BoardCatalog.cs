using System.Reflection;

namespace PpcJit.Machine.Boards;

/// <summary>
/// All boards there are: each is a public static property of the type <see cref="BoardDescription"/> in the file that says all about the board,
/// and is found here by that.
/// </summary>
public static class BoardCatalog
{
    /// <summary>All boards, the default one first, then by name.</summary>
    public static IReadOnlyList<BoardDescription> All { get; } = [.. Described().OrderBy(board => !board.IsDefault).ThenBy(board => board.Name)];

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

    private static IEnumerable<BoardDescription> Described() => typeof(BoardCatalog).Assembly.GetTypes()
        .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Static))
        .Where(property => property.PropertyType == typeof(BoardDescription) && property.DeclaringType != typeof(BoardCatalog))
        .Select(property => (BoardDescription)property.GetValue(null)!);
}
