using PpcJit.Kernel;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>What an image printed.</summary>
internal static class JudgeText
{
    /// <summary>Takes the lines apart.</summary>
    /// <exception cref="InputException">The last one is missing.</exception>
    public static IReadOnlyList<string> Lines(string name, string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 0 && lines[^1] == JudgeImage.End
            ? lines[..^1]
            : throw new InputException($"{name} did not come to the end of the programs; the last it printed was "
                + $"'{(lines.Length > 0 ? lines[^1] : "")}'.");
    }
}
