using System.Globalization;
using System.Text;
using PpcJit.Bench.Reports;
using PpcJit.Kernel.Texts;
using PpcJit.Mutation.Mutants;
using PpcJit.Mutation.Runs;

namespace PpcJit.Mutation.Reports;

/// <summary>What a mutation run showed.</summary>
/// <param name="Environs">When and where.</param>
/// <param name="Seed">What the sample was drawn with.</param>
/// <param name="Sites">How many mutants there are to draw from.</param>
/// <param name="Verdicts">What became of those that were drawn.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record MutationReport(Environs Environs, int Seed, int Sites, IReadOnlyList<Verdict> Verdicts, double Seconds)
{
    private static readonly string[] Heads =
        ["project", "mutants", "killed", "of these by a crash", "by a time-out", "survived", "reached by no test", "score"];

    /// <summary>The share of mutants that tests noticed.</summary>
    public double Score => Verdicts.Count == 0 ? 0 : Verdicts.Count(verdict => verdict.IsKilled) / (double)Verdicts.Count;

    /// <summary>In one line.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Verdicts.Count(verdict => verdict.IsKilled)} of {Verdicts.Count} mutants were noticed ({Score:P0}), "
            + $"{Verdicts.Count(verdict => verdict.Fate == Fate.TimedOut)} of these only by a test that did not end. "
            + $"They were drawn with seed {Seed} from {Sites:N0}, in {Seconds / 60:F0} minutes; "
            + $"a mutant's tests took {Verdicts.Average(verdict => verdict.Seconds):F1} s of processor time.");

    /// <summary>Writes it to the terminal.</summary>
    public void Print()
    {
        Cells.Print(Heads, Rows());
        foreach (string line in Survivors())
            Console.Out.WriteLine(line);
        foreach (Verdict end in Verdicts.Where(verdict => verdict.Fate is Fate.Crashed or Fate.TimedOut))
            Console.Out.WriteLine($"{(end.Fate == Fate.Crashed ? "crash" : "time-out")}: {Place(end.Mutant)} in {end.Test}");
        Console.Out.WriteLine(Summary);
    }

    /// <summary>Gives it as Markdown.</summary>
    public string Markdown()
    {
        StringBuilder text = new();
        text.Append(Cells.Markdown(Heads, Rows(), texts: 1)).Append('\n').Append(Summary)
            .Append(CultureInfo.InvariantCulture, $" Measured {Environs.Date} on a {Environs.Machine}: {Environs.Versions}.\n\n");
        foreach (string line in Survivors())
            text.Append("- ").Append(line).Append('\n');
        return text.ToString();
    }

    /// <summary>Gives it for programs.</summary>
    public string Json() => JsonText.Of(new
    {
        Environs.Date,
        Environs.Machine,
        Environs.Versions,
        Seed,
        Sites,
        Score,
        Seconds,
        Mutants = Verdicts.Select(verdict => new
        {
            verdict.Mutant.Number, verdict.Project, Place = Place(verdict.Mutant), verdict.Mutant.Kind, verdict.Mutant.Text,
            Fate = verdict.Fate.ToString(), verdict.Test, verdict.Tests, verdict.Seconds,
        }),
    });

    private static string Place(Mutant mutant)
    {
        int source = mutant.Path.LastIndexOf("/src/", StringComparison.Ordinal);
        return $"{mutant.Path[(source + 1)..]}:{mutant.Line}";
    }

    private IEnumerable<string> Survivors() =>
        Verdicts.Where(verdict => !verdict.IsKilled).OrderBy(verdict => verdict.Mutant.Path, StringComparer.Ordinal)
        .ThenBy(verdict => verdict.Mutant.Line)
        .Select(verdict => $"`{Place(verdict.Mutant)}` `{verdict.Mutant.Text}`{Note(verdict)}");

    private static string Note(Verdict verdict) => verdict.Fate switch
    {
        Fate.NotCovered => " (no test comes to it)",
        Fate.SurvivedInBudget => $" (in {verdict.Tests} of the tests that come to it)",
        _ => $" ({verdict.Tests} tests)",
    };

    private IEnumerable<IEnumerable<string>> Rows() => Verdicts.GroupBy(verdict => verdict.Project).Append<IEnumerable<Verdict>>(Verdicts)
        .Select(group => (Name: group is IGrouping<string, Verdict> project ? project.Key : "all", All: group.ToArray()))
        .Select(row => (IEnumerable<string>)
        [
            row.Name, Number(row.All.Length), Number(row.All.Count(one => one.IsKilled)),
                Number(row.All.Count(one => one.Fate == Fate.Crashed)),
            Number(row.All.Count(one => one.Fate == Fate.TimedOut)),
                Number(row.All.Count(one => one.Fate is Fate.Survived or Fate.SurvivedInBudget)),
            Number(row.All.Count(one => one.Fate == Fate.NotCovered)),
            (row.All.Length == 0 ? 0 : row.All.Count(one => one.IsKilled) / (double)row.All.Length)
                .ToString("P0", CultureInfo.InvariantCulture),
        ]);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
