namespace PpcJit.Kernel.Texts;

/// <summary>Words as a shell takes them.</summary>
public static class ShellText
{
    /// <summary>Gives a word with quotation marks if it needs them.</summary>
    public static string Quote(string argument) =>
        argument.Length > 0 && argument.All(character => char.IsAsciiLetterOrDigit(character) || "-_./=,:+@%".Contains(character))
            ? argument
            : $"'{argument.Replace("'", "'\\''")}'";

    /// <summary>Gives the command that does a saved run again and stands at its finding.</summary>
    /// <param name="run">The run's file.</param>
    /// <param name="finding">The finding's name.</param>
    public static string Open(string run, string finding) => $"./ppcjit open {Quote(run)} --at {finding}";
}
