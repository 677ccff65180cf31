namespace PpcJit.Kernel;

/// <summary>Finds what a person probably meant.</summary>
public static class NearestName
{
    private const int MaxOffered = 3;

    /// <summary>Gives the valid names that are spelled most like a wrong one, the nearest first; none when nothing is near.</summary>
    public static IReadOnlyList<string> Find(string wrong, IEnumerable<string> valid)
    {
        (string Name, int Distance)[] near =
        [
            .. valid.Distinct()
                .Select(name => (Name: name, Distance: Distance(wrong, name)))
                .Where(candidate => candidate.Distance <= Math.Max(2, wrong.Length / 3)
                    && candidate.Distance < Math.Max(wrong.Length, candidate.Name.Length))
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Name, StringComparer.Ordinal),
        ];
        return [.. near.TakeWhile(candidate => candidate.Distance <= near[0].Distance + 1).Take(MaxOffered).Select(candidate => candidate.Name)];
    }

    /// <summary>Gives <c> Did you mean 'a' or 'b'?</c>, or nothing.</summary>
    public static string Question(string wrong, IEnumerable<string> valid)
    {
        IReadOnlyList<string> near = Find(wrong, valid);
        return near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?";
    }

    /// <summary>Counts the letters that must be inserted, removed, replaced or swapped with a neighbour to make one word of the other.</summary>
    public static int Distance(string left, string right)
    {
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
            cost[i, 0] = i;
        for (int j = 0; j <= right.Length; j++)
            cost[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int replace = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + replace);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[left.Length, right.Length];
    }
}
