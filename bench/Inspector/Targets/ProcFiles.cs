using System.Globalization;

namespace PpcJit.Inspector.Targets;

/// <summary>What the kernel tells of a process in /proc.</summary>
internal static class ProcFiles
{
    /// <summary>Whether there is such a process.</summary>
    public static bool Exists(int process) => Directory.Exists($"/proc/{process}");

    /// <summary>The name of a process or thread; empty when it has ended.</summary>
    public static string NameOf(int process, int thread) => Read($"/proc/{process}/task/{thread}/comm").TrimEnd('\n');

    /// <summary>Its threads.</summary>
    public static IReadOnlyList<int> ThreadsOf(int process)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process}/task")
                .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).Order()];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Whether a thread runs or would like to.</summary>
    public static bool IsRunning(int process, int thread) => StateOf(process, thread) == 'R';

    /// <summary>Whether a thread has ended and nobody has asked how.</summary>
    public static bool IsZombie(int process, int thread) => StateOf(process, thread) == 'Z';

    /// <summary>The process that traces it; 0 for none.</summary>
    public static int TracerOf(int process) => (int)Field(process, "TracerPid:");

    /// <summary>Its memory.</summary>
    public static ProcessMemory MemoryOf(int process) =>
        new(Field(process, "VmRSS:") * 1024, Field(process, "RssAnon:") * 1024, Field(process, "VmHWM:") * 1024);

    /// <summary>Ranges of memory that come from files, by rising address.</summary>
    public static IReadOnlyList<MappedFile> FilesOf(int process)
    {
        List<MappedFile> files = [];
        foreach (string line in Read($"/proc/{process}/maps").Split('\n'))
        {
            string[] parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts.Length < 6)
                continue;
            string[] ends = parts[0].Split('-');
            files.Add(new MappedFile(Hex(ends[0]), Hex(ends[1]), parts[5]));
        }

        return files;
    }

    /// <summary>Processor time that a process has had, all its threads together.</summary>
    public static double CpuSecondsOf(int process)
    {
        const int User = 11, System = 12; // after the name
        const double TicksInSecond = 100;
        string[] fields = AfterName(Read($"/proc/{process}/stat")).Split(' ');
        return fields.Length > System
            ? (long.Parse(fields[User], CultureInfo.InvariantCulture) + long.Parse(fields[System], CultureInfo.InvariantCulture)) / TicksInSecond
            : 0;
    }

    private static char StateOf(int process, int thread) => AfterName(Read($"/proc/{process}/task/{thread}/stat")) is [var state, ..] ? state : ' ';

    /// <summary>What follows the name, which is in parentheses and may hold anything.</summary>
    private static string AfterName(string text)
    {
        int end = text.LastIndexOf(')');
        return end > 0 && end + 2 < text.Length ? text[(end + 2)..] : "";
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static long Field(int process, string key)
    {
        string? line = Read($"/proc/{process}/status").Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(key.Length).Trim(" \tkB"), CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a file; empty when the process or thread has ended.</summary>
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <summary>Memory of a process in bytes.</summary>
/// <param name="Resident">What is resident now.</param>
/// <param name="Anonymous">The part of it that no file is behind.</param>
/// <param name="Peak">The most that was resident.</param>
internal readonly record struct ProcessMemory(long Resident, long Anonymous, long Peak);

/// <summary>A range of memory with a file, or a name of the kernel's such as [vdso].</summary>
internal readonly record struct MappedFile(ulong Start, ulong End, string Path);
