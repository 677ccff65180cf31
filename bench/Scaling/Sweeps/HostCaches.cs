using PpcJit.Scaling.Reports;

namespace PpcJit.Scaling.Sweeps;

/// <summary>The data caches of the host, as its kernel tells them; none where it does not.</summary>
internal static class HostCaches
{
    private const string Folder = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>A mark at the size of each cache.</summary>
    public static IReadOnlyList<Mark> Marks()
    {
        List<Mark> marks = [];
        string[] caches = Directory.Exists(Folder) ? Directory.GetDirectories(Folder, "index*") : [];
        foreach (string cache in caches.Order(StringComparer.Ordinal))
        {
            string Read(string name) => File.ReadAllText(Path.Combine(cache, name)).Trim();
            if (Read("type") is "Data" or "Unified" && PpcJit.Kernel.Numbers.TrySize(Read("size"), out uint bytes))
                marks.Add(new Mark(bytes, $"host L{Read("level")}"));
        }

        return marks;
    }
}
