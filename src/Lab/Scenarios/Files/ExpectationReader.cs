using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Checks;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>Reads how cases must come out: one mapping for all, or a list of which the first whose <c>when:</c> fits the settings holds.</summary>
internal static class ExpectationReader
{
    /// <summary>Reads the expectation of a case.</summary>
    /// <param name="node">The node; null when the file has none: then nothing may be found.</param>
    /// <param name="settings">The settings of the case.</param>
    /// <exception cref="InputException">It is not well formed.</exception>
    public static Expectation Read(YamlView? node, IReadOnlyDictionary<string, string> settings)
    {
        Expectation? chosen = null;
        List<string> hidden = [];
        foreach (YamlView clause in node?.Items() ?? [])
        {
            Expectation read = Clause(clause);
            YamlView? when = clause.Find("when");
            if (!Fits(when, settings))
                continue;

            // One without 'when:' is for the rest, and hides nobody's intention.
            if (chosen is not null && when is not null)
                hidden.Add($"{clause.Location} ({read})");
            chosen ??= read;
        }

        return (chosen ?? new Expectation { Finding = Expectation.None }) with { Hidden = hidden };
    }

    private static Expectation Clause(YamlView node)
    {
        node.AllowOnly(ScenarioKeys.Expectation);
        Expectation read = new()
        {
            Finding = node.Find("finding") is { } finding ? Finding(finding) : null,
            Console = node.Find("console")?.Text("a text that the guest prints"),
            Panic = node.Find("panic")?.Text("a text that a dying guest prints"),
            Exit = node.Find("exit") is { } exit ? Exit(exit) : null,
            FatalIn = node.Find("fatal-in") is { } places ? [.. places.Items().Select(place => place.Text("the name of a function"))] : [],
            Allow = node.Find("allow") is { } allowed ? [.. allowed.Items().Select(Allowance)] : [],
        };
        bool dies = read.Panic is not null || read.Exit is not null;
        return read.Finding is null && !dies ? read with { Finding = Expectation.None } : read;
    }

    private static string Finding(YamlView node)
    {
        string[] names = [Expectation.None, .. CheckCatalog.FindingNames, .. CaseEnds.Deaths];
        string name = node.Text("the name of a check, or 'none'");
        return names.Contains(name)
            ? name
            : throw node.Error($"there is no check '{name}'.{NearestName.Question(name, names)} There is: {string.Join(", ", names.Distinct())}.");
    }

    private static string Exit(YamlView node)
    {
        string name = node.Text("how the run ends");
        return CaseEnds.Names.Contains(name)
            ? name
            : throw node.Error($"no run ends with '{name}'.{NearestName.Question(name, CaseEnds.Names)} There is: "
                + $"{string.Join(", ", CaseEnds.Names)}.");
    }

    private static string Allowance(YamlView node)
    {
        string name = node.Text("what is accepted");
        return Allowances.Names.Contains(name)
            ? name
            : throw node.Error($"'{name}' cannot be allowed.{NearestName.Question(name, Allowances.Names)} There is: "
                + $"{string.Join(", ", Allowances.Names)}.");
    }

    private static bool Fits(YamlView? when, IReadOnlyDictionary<string, string> settings)
    {
        bool fits = true;
        foreach ((string name, YamlView values) in when?.Entries("'when:'") ?? [])
        {
            if (!settings.TryGetValue(name, out string? value))
                throw values.Error($"there is no setting '{name}'.{NearestName.Question(name, settings.Keys)}");
            fits &= values.Items().Any(item => item.Text("the value of a setting") == value);
        }

        return fits;
    }
}
