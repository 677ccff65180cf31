using Spectre.Console;
using Spectre.Console.Rendering;

namespace PpcJit.Cli.Reports;

/// <summary>Turns tables into plain text, the same on a terminal and in a file.</summary>
internal static class Tables
{
    private const int UsualWidth = 120;

    /// <summary>Gives a table as text, each line ended.</summary>
    /// <param name="table">The table.</param>
    /// <param name="width">Most characters in a line.</param>
    public static string Render(IRenderable table, int width = UsualWidth)
    {
        using StringWriter text = new() { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = false;
        console.Write(table);
        return string.Concat(text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd() + "\n"));
    }
}
