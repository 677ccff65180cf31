using System.Diagnostics;
using BenchmarkDotNet.Running;
using PpcJit.Bench.Hosting;

// With what the launcher sets for the program that people run: the runtime reads it when it starts.
string[][] settings = [.. LauncherSettings.Read("Benchmarks").Select(setting => setting.Split('='))];
if (settings.Any(setting => Environment.GetEnvironmentVariable(setting[0]) is null))
{
    // It is a program of its own, or an assembly that dotnet runs.
    bool isHosted = Path.GetFileName(Environment.ProcessPath) == "dotnet";
    ProcessStartInfo start = new(Environment.ProcessPath!, isHosted ? [Environment.GetCommandLineArgs()[0], .. args] : args);
    foreach (string[] setting in settings)
        start.Environment[setting[0]] = setting[1];
    using Process process = Process.Start(start)!;
    process.WaitForExit();
    return process.ExitCode;
}

// Results are kept in full, too: as JSON beside the tables for people. In this process: the benchmarks build guests of their own, and a
// build of a project for each would take longer than they do.
string[] defaults = args.Contains("--exporters") ? ["--inProcess"] : ["--inProcess", "--exporters", "github", "fulljson"];
return BenchmarkSwitcher.FromAssembly(typeof(PpcJit.Benchmarks.BenchMachine).Assembly).Run([.. defaults, .. args])
    .Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
