using System.Text;
using PpcJit.Kernel.Loading;

namespace PpcJit.Lab.Differential;

/// <summary>Shows a divergence to a person.</summary>
public static class DivergenceReport
{
    private const int TraceShown = 24;

    /// <summary>Gives the report as text of several lines.</summary>
    /// <param name="divergence">What was found.</param>
    /// <param name="symbols">Names of the guest's code; null when there are none.</param>
    public static string Of(Divergence divergence, SymbolTable? symbols = null)
    {
        StringBuilder text = new();
        text.Append($"The engines agree at {divergence.LastEqual} instructions and differ at {divergence.FirstWrong}.\n\n");
        text.Append($"{"",-16} oracle  but  engine under test\n");
        foreach (StateDifference difference in divergence.Differences)
            text.Append($"{difference}\n");
        if (divergence.Suspect >= 0)
            text.Append($"\nThe last instruction that wrote what differs:\n{Line(divergence.Trace[divergence.Suspect], symbols)}\n");
        text.Append("\nWhat the oracle executed:\n");
        int first = Math.Max(0, Math.Min(divergence.Trace.Count - TraceShown, divergence.Suspect - 4));
        for (int n = first; n < divergence.Trace.Count; n++)
            text.Append($"{(n == divergence.Suspect ? '>' : ' ')}{Line(divergence.Trace[n], symbols)}\n");
        text.Append($"\nBefore it:\n{divergence.Before}\nOracle at {divergence.FirstWrong}:\n{divergence.Expected}\n"
            + $"Engine under test at {divergence.FirstWrong}:\n{divergence.Actual}\n");
        foreach (string note in divergence.Notes)
            text.Append($"{note}\n");
        if (divergence.Region is { } region)
            text.Append($"\nWhat was made of it:\n{region}");
        return text.ToString();
    }

    private static string Line(in TracedInstruction instruction, SymbolTable? symbols) =>
        $"{instruction}{(symbols?.Find(instruction.Address) is { } place ? $"    <{place}>" : "")}";
}
