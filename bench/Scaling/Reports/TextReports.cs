using System.Text;
using PpcJit.Bench.Reports;

namespace PpcJit.Scaling.Reports;

/// <summary>The report for people: on the terminal, and as Markdown.</summary>
internal static class TextReports
{
    /// <summary>Writes a table to the terminal.</summary>
    public static void Print(Sweep sweep)
    {
        Console.Out.WriteLine(sweep.Heading);
        Cells.Print(sweep.Heads, sweep.Rows);
        foreach (string line in sweep.KneeLines)
            Console.Out.WriteLine($"  knees, {line}");
        Console.Out.WriteLine();
    }

    /// <summary>Gives the report as Markdown.</summary>
    public static string Markdown(IEnumerable<Sweep> sweeps, string legend)
    {
        StringBuilder text = new();
        foreach (Sweep sweep in sweeps)
        {
            text.Append("### ").Append(sweep.Heading).Append("\n\n").Append(Cells.Markdown(sweep.Heads, sweep.Rows, texts: 0)).Append('\n');
            foreach (string line in sweep.KneeLines)
                text.Append("- Knees, ").Append(line).Append('\n');
            text.Append('\n');
        }

        return text.Append(legend).Append('\n').ToString();
    }
}
