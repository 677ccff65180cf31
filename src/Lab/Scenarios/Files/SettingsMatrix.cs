using PpcJit.Kernel;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>
/// The settings of each case. <c>settings:</c> gives values that hold for all. <c>matrix:</c> is either a mapping of
/// names to lists, of which every combination is a case, or a list of rows, each a case.
/// </summary>
internal sealed class SettingsMatrix
{
    private SettingsMatrix(IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> cells, IReadOnlyList<string> varying) =>
        (Cells, Varying) = (cells, varying);

    /// <summary>The settings of each case, those that vary first.</summary>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> Cells { get; }

    /// <summary>Names of the settings that the matrix gives.</summary>
    public IReadOnlyList<string> Varying { get; }

    /// <summary>
    /// Reads both blocks and applies what a person fixed: a constant is replaced; of the matrix, only the cases with
    /// that value are left.
    /// </summary>
    /// <exception cref="InputException">They are not as described, or a fixed setting does not exist.</exception>
    public static SettingsMatrix Read(YamlView root, IReadOnlyDictionary<string, string> set)
    {
        List<KeyValuePair<string, string>> constants = root.Find("settings") is { } node ? Row(node, "'settings:'") : [];
        List<List<KeyValuePair<string, string>>> rows = root.Find("matrix") is { } matrix ? Rows(matrix) : [[]];
        string[] varying = [.. rows.SelectMany(row => row.Select(setting => setting.Key)).Distinct()];
        foreach ((string name, string value) in set)
        {
            if (!varying.Contains(name))
            {
                Replace(constants, name, value);
                continue;
            }

            IEnumerable<string> values = rows.Select(row => ValueOf(row, name)).OfType<string>().Distinct();
            if (!values.Contains(value))
                throw new InputException($"--set {name}={value}: no case has that value; there is: "
                    + $"{string.Join(", ", values)}.{NearestName.Question(value, values)}");
            rows.RemoveAll(row => ValueOf(row, name) != value);
        }

        return new SettingsMatrix([.. rows.Select(row => Complete(row, constants))], varying);
    }

    private static string? ValueOf(List<KeyValuePair<string, string>> row, string name) => row.Find(setting => setting.Key == name).Value;

    private static void Replace(List<KeyValuePair<string, string>> constants, string name, string value)
    {
        int index = constants.FindIndex(setting => setting.Key == name);
        if (index < 0)
        {
            IEnumerable<string> names = constants.Select(setting => setting.Key);
            throw new InputException($"--set {name}={value}: the scenario has no setting '{name}'.{NearestName.Question(name, names)}");
        }

        constants[index] = new(name, value);
    }

    private static List<KeyValuePair<string, string>> Complete(
        List<KeyValuePair<string, string>> row, List<KeyValuePair<string, string>> constants) =>
        [.. row, .. constants.Where(constant => row.TrueForAll(setting => setting.Key != constant.Key))];

    private static List<KeyValuePair<string, string>> Row(YamlView node, string what) =>
        [.. node.Entries(what).Select(entry => new KeyValuePair<string, string>(entry.Name, entry.Node.RawText("the value of a setting")))];

    private static List<List<KeyValuePair<string, string>>> Rows(YamlView matrix)
    {
        long cases = 1;
        if (matrix.IsList)
        {
            Check(matrix, matrix.Items().Count());
            return [.. matrix.Items().Select(row => Row(row, "a row of 'matrix:'"))];
        }

        // All factors before the first row: each is at least 1 once it is no empty list, and the product stays far below 2^63
        foreach ((string _, YamlView values) in matrix.Entries("'matrix:'"))
            Check(matrix, cases *= values.Items().Count());
        if (cases == 0)
            return [];
        List<List<KeyValuePair<string, string>>> rows = [[]];
        foreach ((string name, YamlView values) in matrix.Entries("'matrix:'"))
        {
            rows = [.. rows.SelectMany(row => values.Items().Select(value =>
                (List<KeyValuePair<string, string>>)[.. row, new(name, value.RawText("the value of a setting"))]))];
        }

        return rows;
    }

    private static void Check(YamlView matrix, long cases)
    {
        if (cases > YamlLimits.MaxCases)
            throw matrix.Error($"'matrix:' has more than {YamlLimits.MaxCases} combinations.");
        if (cases * matrix.NodesOfFile > YamlLimits.MaxNodesOfAllCases)
            throw matrix.Error($"'matrix:' has {cases} combinations, which are too many for a file with {matrix.NodesOfFile} names and values.");
    }
}
