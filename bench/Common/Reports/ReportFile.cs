using PpcJit.Kernel.Files;

namespace PpcJit.Bench.Reports;

/// <summary>A file that an option names for a report.</summary>
internal static class ReportFile
{
    /// <summary>
    /// Looks whether a file can be written, so that a wrong path does not cost an hour of measuring. What it holds
    /// stays.
    /// </summary>
    /// <exception cref="Kernel.OutputException">It cannot.</exception>
    public static void Check(string? path, string option)
    {
        if (path is not null)
            OutputFile.Open(option + " ", path).Dispose();
    }

    /// <summary>Writes the file, unless the option was not given.</summary>
    /// <exception cref="Kernel.OutputException">It cannot be written.</exception>
    public static void Write(string? path, string option, Func<string> text)
    {
        if (path is not null)
            OutputFile.Write(option + " ", path, text());
    }
}
