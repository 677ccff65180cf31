using System.Globalization;
using System.Text;
using PpcJit.Cli.Reports;
using PpcJit.Inspector.Reports;
using Spectre.Console;

namespace PpcJit.Inspector.Soaking;

/// <summary>What a soak showed.</summary>
/// <param name="Settings">How it ran.</param>
/// <param name="Points">The looks.</param>
internal sealed record SoakReport(SoakSettings Settings, IReadOnlyList<SoakPoint> Points)
{
    /// <summary>
    /// How often code or what entered must have been dropped in each third: else its looks say nothing about what is dropped.
    /// </summary>
    public const int FewestGenerations = 3;

    /// <summary>Bytes by which a heap that is next to empty rises when the runtime first collects it: what outlives that was young before.</summary>
    private const double HeapStep = 4 << 20;

    private const int Width = 150;
    private const int MaxRows = 24;

    /// <summary>The rule applied to everything that must not grow.</summary>
    public IReadOnlyList<SoakVerdict> Verdicts =>
    [
        Judge("dynamic methods", point => point.Methods, Bounds.MaxMethods(Settings.CodeLimit, 1)),
        Judge("guest instructions held", point => point.Instructions, Bounds.MaxHeldInstructions(Settings.CodeLimit, 1)),
        Judge("code heap, bytes", point => point.CodeCommitted, Bounds.MaxCodeHeap(Settings.CodeLimit, 1)),
        Judge("managed heap, bytes", point => point.HeapOutlived, null, HeapStep),
        Judge("resident, bytes", point => point.Resident, null),
        .. Settings.Phase.IsTypedAt
            ? (SoakVerdict[])
            [
                Judge("inputs kept, bytes", point => point.InputBytes, Settings.History + SoakSettings.SliceOfInputs) with { IsWave = true },
            ]
            : [],
    ];

    /// <summary>Why the soak says nothing; null when it does.</summary>
    public string? WhyTooShort
    {
        get
        {
            int third = Points.Count / 3;
            if (Points.Count < SoakRule.FewestLooks)
                return $"only {Points.Count} looks, and the rule needs {SoakRule.FewestLooks}; compile more regions "
                    + "(--regions) or look more often (--every).";
            if (Points[third].Exits <= Points[0].Exits || Points[^1].Exits <= Points[^third].Exits)
                return "the guest stood still.";
            if (Settings.Phase.IsTypedAt && Math.Min(TimesForgotten(0, third), TimesForgotten(Points.Count - third, third)) < FewestGenerations)
                return "what entered was forgotten too seldom; give less room (--history) or look less often (--every).";
            if (!Settings.Phase.DropsCode)
                return null;
            long first = Points[third].Generations - Points[0].Generations, last = Points[^1].Generations - Points[^third].Generations;
            return Math.Min(first, last) >= FewestGenerations
                ? null
                : $"code was dropped {first} times in the first third and {last} times in the last, and "
                    + $"{FewestGenerations} are needed; compile more regions (--regions).";
        }
    }

    /// <summary>Whether nothing keeps growing.</summary>
    public bool Holds => WhyTooShort is null && Verdicts.All(verdict => verdict.Holds);

    /// <summary>For people.</summary>
    public string Text()
    {
        StringBuilder text = new($"{Settings.Phase.Name}: {Settings.Phase.What}\n");
        Table table = new Table().Border(TableBorder.Simple);
        string[] heads =
        [
            "s", "regions compiled", "generations", "dynamic methods", "guest instructions", "machine code, KiB",
                "code heap, KiB", "managed heap, KiB", "resident, KiB",
        ];
        foreach (string head in heads)
            table.AddColumn(new TableColumn(head).RightAligned());
        int rows = Math.Min(Points.Count, MaxRows);
        for (int row = 1; row <= rows; row++)
            table.AddRow(Cells(Points[(row * Points.Count / rows) - 1]));
        text.Append(Tables.Render(table, Width)).Append('\n');

        Table rule = new Table().Border(TableBorder.Simple).AddColumn("what");
        foreach (string head in (string[])["middle third", "last third", "rise", "bound", ""])
            rule.AddColumn(new TableColumn(head).RightAligned());
        foreach (SoakVerdict verdict in Verdicts)
        {
            rule.AddRow(
                verdict.Name, Range(verdict.Middle), Range(verdict.Last), verdict.Rise.ToString("F2", CultureInfo.InvariantCulture),
                verdict.Bound is { } bound ? Number(bound) : "", verdict.Grows ? "GROWS" : verdict.IsOver ? "OVER" : "holds");
        }

        text.Append(Tables.Render(rule, Width)).Append('\n');
        SoakPoint last = Points[^1];
        text.Append(CultureInfo.InvariantCulture,
            $"{last.Compiled:N0} regions compiled ({last.Stale:N0} more thrown away), {last.Generations:N0} "
                + $"generations, {(Settings.Phase.IsTypedAt ? $"{last.InputsForgotten:N0} keys and frames forgotten, " : "")}"
                + $"{Points.Count} looks in {last.Seconds:N0} s. ");
        text.Append(WhyTooShort is { } reason ? $"This says nothing: {reason}" : Holds
            ? "What is held does not grow."
            : "What is held KEEPS GROWING or is over its bound.").Append('\n');
        return text.ToString();
    }

    /// <summary>For programs.</summary>
    public object Json() =>
        new { Holds, WhyTooShort, Phase = Settings.Phase.Name, Settings.CodeLimit, Settings.Phase.Threshold, SoakRule.MaxRise, Verdicts, Points };

    /// <summary>How often a look found that more was forgotten than at the look before.</summary>
    private int TimesForgotten(int first, int count) => Enumerable.Range(Math.Max(first, 1), count)
        .Count(look => look < Points.Count && Points[look].InputsForgotten > Points[look - 1].InputsForgotten);

    private static string[] Cells(SoakPoint point) =>
    [
        point.Seconds.ToString("F1", CultureInfo.InvariantCulture), Number(point.Compiled), Number(point.Generations),
            Number(point.Methods), Number(point.Instructions),
        Number(point.CodeUsed / 1024), Number(point.CodeCommitted / 1024), Number(point.HeapOutlived / 1024),
            Number(point.Resident / 1024),
    ];

    private static string Range(Band band) => $"{Number(band.Low)} to {Number(band.High)}";

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private SoakVerdict Judge(string name, Func<SoakPoint, double> value, double? bound, double step = 0) =>
        SoakRule.Judge(name, [.. Points.Select(value)], bound, step);
}
