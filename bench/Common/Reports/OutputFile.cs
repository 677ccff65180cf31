namespace PpcJit.Bench.Reports;

/// <summary>A file that an option names for a report.</summary>
internal static class OutputFile
{
    /// <summary>Looks whether a file can be written, so that a wrong path does not cost an hour of measuring. What it holds stays.</summary>
    /// <exception cref="BenchException">It cannot.</exception>
    public static void Check(string? path, string option) => Try(path, option, file =>
    {
        using FileStream stream = new(file, FileMode.OpenOrCreate, FileAccess.Write);
    });

    /// <summary>Writes the file, unless the option was not given.</summary>
    /// <exception cref="BenchException">It cannot be written.</exception>
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
            throw new BenchException($"{option} {path}: the file cannot be written: {error.Message}");
        }
    }
}
