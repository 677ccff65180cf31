namespace PpcJit.Architecture.Tests;

/// <summary>Namespaces and the arrows between them.</summary>
internal sealed class ArrowGraph
{
    private readonly Dictionary<string, Dictionary<string, Arrow>> _arrows = [];

    /// <summary>Takes arrows in; of several between the same namespaces the first is kept as the example.</summary>
    public ArrowGraph(IEnumerable<Arrow> arrows)
    {
        foreach (Arrow arrow in arrows)
        {
            if (!_arrows.TryGetValue(arrow.From, out Dictionary<string, Arrow>? from))
                _arrows[arrow.From] = from = [];
            from.TryAdd(arrow.To, arrow);
        }
    }

    /// <summary>
    /// Gives the circles: groups of namespaces, each of which leads to every other of its group, as a comma-separated list of the names in order.
    /// </summary>
    public IReadOnlyList<string> Circles()
    {
        string[] names = [.. _arrows.Keys.Concat(_arrows.Values.SelectMany(to => to.Keys)).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, HashSet<string>> reached = names.ToDictionary(name => name, ReachedFrom);
        return [.. names
            .Where(name => reached[name].Contains(name))
            .Select(name => string.Join(", ", names.Where(other => reached[name].Contains(other) && reached[other].Contains(name))))
            .Distinct()];
    }

    /// <summary>Describes the arrows inside of a circle, a line each.</summary>
    public string Describe(string circle)
    {
        string[] names = circle.Split(", ");
        return string.Join('\n', names.SelectMany(from => _arrows[from].Values).Where(arrow => names.Contains(arrow.To)).Select(arrow =>
            $"    {arrow.From} -> {arrow.To}: {arrow.Why}"));
    }

    private HashSet<string> ReachedFrom(string name)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([name]);
        while (open.TryPop(out string? next))
        {
            foreach (string to in _arrows.GetValueOrDefault(next)?.Keys ?? Enumerable.Empty<string>())
            {
                if (reached.Add(to))
                    open.Push(to);
            }
        }

        return reached;
    }
}
