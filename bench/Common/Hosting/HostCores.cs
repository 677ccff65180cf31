namespace PpcJit.Bench.Hosting;

/// <summary>The host's cores that this process may use.</summary>
internal static class HostCores
{
    private const string Key = "Cpus_allowed_list:";

    /// <summary>Their numbers as the kernel lists them: <c>0-3,6</c>.</summary>
    public static string Allowed =>
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..].Trim();

    /// <summary>The last of them.</summary>
    public static string Last => Allowed.Split('-', ',')[^1];
}
