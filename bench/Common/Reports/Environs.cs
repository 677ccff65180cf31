using System.Globalization;
using System.Runtime.InteropServices;
using PpcJit.Bench.Hosting;

namespace PpcJit.Bench.Reports;

/// <summary>When and where something was measured.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="Machine">Kind of the host.</param>
/// <param name="Versions">What ran.</param>
internal sealed record Environs(string Date, string Machine, string Versions)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Looks around.</summary>
    public static Environs Look(string root, bool withQemu)
    {
        string[] processors = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        string virtualMachine = processors.Any(line => line.Contains(" hypervisor", StringComparison.Ordinal)) ? " VM" : "";

        // The runtime's own count is of those that this process may use.
        int cores = Math.Max(Environment.ProcessorCount, processors.Count(line => line.StartsWith("processor", StringComparison.Ordinal)));
        string architecture =
            RuntimeInformation.OSArchitecture switch
            {
                Architecture.X64 => "x86-64",
                Architecture.Arm64 => "arm64",
                Architecture other => other.ToString(),
            };
        List<string> versions =
            [$"PpcJit {FirstLine("git", "-C", root, "describe", "--always", "--dirty") ?? "(no git)"}", $".NET {Environment.Version}"];
        if (withQemu && FirstLine(Qemu.Program, "--version") is { } qemu)
            versions.Add(qemu.Replace("emulator version ", "", StringComparison.Ordinal));
        return new Environs(
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"{cores}-core {architecture}{virtualMachine}",
            string.Join(", ", versions));
    }

    private static string? FirstLine(params string[] command)
    {
        try
        {
            ProcessFigures figures = ChildProcess.Run(command, null, Limit);
            return figures.End == ProcessEnd.Success ? figures.Output.Split('\n')[0].Trim() : null;
        }
        catch (BenchException)
        {
            // Not installed: the report then does without its version.
            return null;
        }
    }
}
