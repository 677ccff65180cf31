using PpcJit.Inspector.Outcomes;

namespace PpcJit.Inspector.Reports;

/// <summary>Writes what an option asks for into a file.</summary>
internal static class ReportFile
{
    /// <summary>Refuses a file that cannot be written before work is spent on what goes into it. What it holds stays.</summary>
    /// <exception cref="InspectionException">It cannot be written.</exception>
    public static void Check(string? path, string option) => Try(path, option, file =>
    {
        using FileStream stream = new(file, FileMode.OpenOrCreate, FileAccess.Write);
    });

    /// <summary>Writes a file; nothing without a path.</summary>
    /// <exception cref="InspectionException">It cannot be written.</exception>
    public static void Write(string? path, string option, Func<string> text) => Try(path, option, file => File.WriteAllText(file, text()));

    private static void Try(string? path, string option, Action<string> use)
    {
        if (path is null)
            return;
        try
        {
            use(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InspectionException($"{option} {path}: the file cannot be written: {error.Message}");
        }
    }
}
