using System.Globalization;
using System.Text;
using Spectre.Console;

namespace PpcJit.Bench.Reports;

/// <summary>Tables of text, on the terminal and as Markdown, and the figures in them.</summary>
internal static class Cells
{
    private const int FileWidth = 200;

    /// <summary>A figure with three digits or so.</summary>
    public static string Value(double value) =>
        value.ToString(value switch { >= 100 => "F0", >= 10 => "F1", _ => "F2" }, CultureInfo.InvariantCulture);

    /// <summary>Median, least and most.</summary>
    public static string Value(Spread spread) => $"{Value(spread.Median)} ({Value(spread.Least)} to {Value(spread.Most)})";

    /// <summary>Writes a table to the terminal.</summary>
    public static void Print(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string head in heads)
            table.AddColumn(Markup.Escape(head));
        foreach (IEnumerable<string> row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);

        // A file has no width, and is taken for a narrow terminal
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = FileWidth;
        AnsiConsole.Write(table);
    }

    /// <summary>Gives a table as Markdown.</summary>
    /// <param name="heads">Heads of the columns.</param>
    /// <param name="rows">Their cells.</param>
    /// <param name="texts">How many columns from the left hold text; the others hold numbers, which stand right.</param>
    public static string Markdown(IReadOnlyList<string> heads, IEnumerable<IEnumerable<string>> rows, int texts)
    {
        StringBuilder text = new();
        void AddLine(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        AddLine(heads);
        AddLine(heads.Select((_, column) => column < texts ? "---" : "---:"));
        foreach (IEnumerable<string> row in rows)
            AddLine(row);
        return text.ToString();
    }
}
