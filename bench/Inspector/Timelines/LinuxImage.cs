using System.CommandLine;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;

namespace PpcJit.Inspector.Timelines;

/// <summary>The Linux guest without a wrapper.</summary>
internal static class LinuxImage
{
    private const string Direct = "ref405ep-direct.elf";
    private const string ImagesVariable = "PPCJIT_LINUX_IMAGES";

    /// <summary>The option that says where it is.</summary>
    public static Option<string?> Option() => new("--images")
    {
        Description = $"Folder with the Linux guest's images; else {ImagesVariable}, else guests/linux/out.",
        HelpName = "DIR",
    };

    /// <summary>Finds it.</summary>
    /// <exception cref="BenchException">It is not there.</exception>
    public static string Find(string? folder)
    {
        folder ??= Environment.GetEnvironmentVariable(ImagesVariable) is { Length: > 0 } named ? named : Path.Combine(
            Repository.Find("Inspector"), "guests", "linux", "out");
        string path = Path.Combine(folder, Direct);
        return File.Exists(path) ? path : throw new BenchException(
            $"there is no {Direct} in {folder}. Build the guest with guests/linux/build.sh, or name its folder with --images.");
    }
}
