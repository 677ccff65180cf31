using System.IO.MemoryMappedFiles;
using System.Text.Json;
using PpcJit.Bench.Hosting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Texts;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>
/// A part of a long run in a process of its own: whatever an input does to the process, the run goes on, and says with which input it was.
/// </summary>
internal static class FuzzSlice
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(1);

    /// <summary>Gives inputs of a kind in another process.</summary>
    /// <param name="format">The kind.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="first">Number of the first input.</param>
    /// <param name="count">How many inputs at most.</param>
    /// <param name="most">How long at most.</param>
    public static FuzzTally Run(InputFormat format, int seed, long first, long count, TimeSpan most)
    {
        using PassingFile place = new("the place of the input,", BitConverter.GetBytes(first));
        using PassingFile report = new("the report,", []);
        string[] command =
        [
            Environment.ProcessPath!, .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
                ? (string[])[typeof(FuzzSlice).Assembly.Location] : [],
            "fuzz-inputs", "--in-process", "--format", format.Name, "--seed", $"{seed}", "--first", $"{first}", "--inputs", $"{count}",
            "--minutes", FormattableString.Invariant($"{most.TotalMinutes:F6}"), "--place", place.FilePath, "--json", report.FilePath,
        ];
        ProcessFigures figures = ChildProcess.Run(command, null, most + Start);
        if (new FileInfo(report.FilePath).Length > 0)
        {
            FuzzTally[] tallies = JsonSerializer.Deserialize<FuzzTally[]>(File.ReadAllBytes(report.FilePath), JsonText.Form)!;
            return tallies[0] with { PeakBytes = Math.Max(tallies[0].PeakBytes, figures.PeakBytes) };
        }

        // The process has gone without a report.
        long number = BitConverter.ToInt64(File.ReadAllBytes(place.FilePath));
        string end = figures.End == ProcessEnd.OutOfTime ? "The process hangs." : "The process ends.";
        FuzzFinding finding = new(format.Name, seed, number, $"{end} It said: {figures.Output}", Convert.ToHexString(format.Input(seed, number)));
        return new FuzzTally(format.Name, number - first + 1, 0, figures.WallSeconds, figures.WallSeconds, figures.PeakBytes, finding);
    }

    /// <summary>Gives inputs of a kind in this process, and notes in a file which one it is.</summary>
    public static FuzzTally RunHere(InputFormat format, int seed, long first, long count, TimeSpan most, string place)
    {
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(place, FileMode.Open, null, sizeof(long));
        using MemoryMappedViewAccessor view = file.CreateViewAccessor();
        return new FuzzLoop(format, seed).Run(first, count, most, number => view.Write(0, number));
    }
}
