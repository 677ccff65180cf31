using PpcJit.Machine.Isa;

namespace PpcJit.Inspector.Soaking;

/// <summary>A program under construction: lines of assembler, and branches to labels that may come later.</summary>
internal sealed class ProgramText
{
    private readonly List<(string Line, string? Target)> _lines = [];
    private readonly Dictionary<string, int> _labels = [];

    /// <summary>Adds instructions.</summary>
    public void Add(params ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
            _lines.Add((line, null));
    }

    /// <summary>Adds a branch.</summary>
    /// <param name="branch">The branch without its displacement, such as <c>bc 12,2</c> or <c>b</c>.</param>
    /// <param name="label">Where it goes.</param>
    public void Branch(string branch, string label) => _lines.Add((branch, label));

    /// <summary>Names the next instruction.</summary>
    public void Label(string name) => _labels.Add(name, _lines.Count);

    /// <summary>Assembles it.</summary>
    public uint[] Words() =>
        [.. _lines.Select((line, place) => Assembler.Word(
            line.Target is null ? line.Line : Complete(line.Line, 4 * (_labels[line.Target] - place))))];

    private static string Complete(string branch, int displacement) =>
        branch.Contains(' ', StringComparison.Ordinal) ? $"{branch},{displacement}" : $"{branch} {displacement}";
}
