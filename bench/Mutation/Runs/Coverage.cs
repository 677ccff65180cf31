using System.Globalization;

namespace PpcJit.Mutation.Runs;

/// <summary>A test as it is without any mutant.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Milliseconds">How much processor time it takes.</param>
/// <param name="Reached">The mutants that it comes to.</param>
internal sealed record CoveringTest(string Name, double Milliseconds, IReadOnlySet<int> Reached);

/// <summary>Which tests come to which mutants.</summary>
internal sealed class Coverage
{
    private readonly List<CoveringTest> _tests = [];
    private readonly HashSet<int> _all = [];

    /// <summary>Reads what the host of tests wrote.</summary>
    public Coverage(IEnumerable<string> log)
    {
        foreach (string line in log)
        {
            string[] cells = line.Split('\t', 4);
            HashSet<int> reached = [.. cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            if (cells[0] == "all")
                _all.UnionWith(reached);
            else if (cells[0] == "passed")
                _tests.Add(new CoveringTest(cells[3], double.Parse(cells[1], CultureInfo.InvariantCulture), reached));
            else if (cells[0] == "failed")
                Failed.Add(cells[3]);
        }
    }

    /// <summary>Tests that fail without any mutant, and so tell nothing.</summary>
    public List<string> Failed { get; } = [];

    /// <summary>The tests.</summary>
    public IReadOnlyList<CoveringTest> Tests => _tests;

    /// <summary>Whether a mutant runs before the tests do, or when a type is first used.</summary>
    public bool IsAtStart(int number) => _all.Contains(number);

    /// <summary>The tests that come to a mutant, the shortest first.</summary>
    /// <param name="number">The mutant.</param>
    /// <param name="isStatic">
    /// Whether it runs when a type is first used: then every test depends on it that comes after.
    /// </param>
    public IReadOnlyList<CoveringTest> Of(int number, bool isStatic) =>
        [.. _tests.Where(test => isStatic || _all.Contains(number) || test.Reached.Contains(number)).OrderBy(test => test.Milliseconds)];
}
