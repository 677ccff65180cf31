using System.Text.Json;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Kernel.Files;

namespace PpcJit.Compare.Contest;

/// <summary>Lets the contenders take turns, A B A B, and collects what each run cost.</summary>
/// <param name="settings">What runs, how often, and where.</param>
/// <param name="progress">Told what happens.</param>
internal sealed class Race(RaceSettings settings, Action<string> progress)
{
    private const string BootText = "BOOT-OK";

    /// <summary>Where the Linux guest is to print, on its command line.</summary>
    public const string LinuxConsole = "console=ttyS0,115200 ";

    /// <summary>Wall time that a single run may take; far more than any needs, so that a hang ends.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Checksums _checksums = new();
    private readonly Dictionary<(string Workload, int Count), double> _instructions = [];
    private readonly string _figuresFile = Path.Combine(Path.GetTempPath(), $"ppcjit-compare-{Environment.ProcessId}.json");
    private readonly string _profileFile = Path.Combine(Path.GetTempPath(), $"ppcjit-compare-{Environment.ProcessId}.profile");
    private readonly string _bareImage = Path.Combine(Path.GetTempPath(), $"ppcjit-compare-{Environment.ProcessId}.elf");

    /// <summary>Runs everything.</summary>
    /// <exception cref="BenchException">A guest failed, or results differ.</exception>
    public Outcome Run()
    {
        List<Measure> measures = [];
        try
        {
            WriteBareImage();
            foreach (Workload workload in settings.Workloads)
                measures.Add(RunWorkload(workload));
            foreach (string image in settings.BootImages)
                measures.AddRange(RunBoot(image));
        }
        finally
        {
            File.Delete(_figuresFile);
            File.Delete(_profileFile);
            File.Delete(_bareImage);
        }

        return new Outcome(settings, measures, [.. _checksums.All]);
    }

    private void WriteBareImage()
    {
        using Stream image = typeof(Race).Assembly.GetManifestResourceStream("work.elf")
            ?? throw new InvalidOperationException("The image is not in this program.");
        using MemoryStream contents = new();
        image.CopyTo(contents);
        OutputFile.Write("the bare image ", _bareImage, contents.ToArray());
    }

    private Measure RunWorkload(Workload workload)
    {
        Measure measure = new(workload.Name, workload.Title, "rounds per CPU-second", moreIsBetter: true);
        foreach (int round in Enumerable.Range(1, settings.Rounds))
        {
            foreach (Contender contender in settings.Contenders)
            {
                if (workload.CountsFor(contender) is not { } counts)
                    continue;
                double low = RunOnce(workload, counts.Low, contender).CpuSeconds;
                double high = RunOnce(workload, counts.High, contender).CpuSeconds;
                double rate = (counts.High - counts.Low) / (high - low);
                measure.Add(contender.Name, round, rate);
                progress($"{workload.Name} round {round}, {contender.Title}: {low:F2} s and {high:F2} s, {rate:G4} rounds per CPU-second");
            }
        }

        ConfirmSlowResults(workload);
        if (_instructions.TryGetValue((workload.Name, workload.Fast.High), out double most)
            && _instructions.TryGetValue((workload.Name, workload.Fast.Low), out double least))
            measure.InstructionsPerUnit = (most - least) / (workload.Fast.High - workload.Fast.Low);
        return measure;
    }

    /// <summary>
    /// The slow contenders have counts of their own: a fast one runs them too, unmeasured, so that their results are
    /// compared with somebody's.
    /// </summary>
    private void ConfirmSlowResults(Workload workload)
    {
        if (workload.Slow is not { } counts || !settings.Contenders.Any(contender => contender.IsSlow))
            return;
        foreach (Contender contender in settings.Contenders.Where(
            contender => !contender.IsSlow && workload.CountsFor(contender) is not null))
        {
            RunOnce(workload, counts.Low, contender);
            RunOnce(workload, counts.High, contender);
        }
    }

    private ProcessFigures RunOnce(Workload workload, int count, Contender contender)
    {
        string image = workload.Guest == Guest.Linux ? Path.Combine(settings.ImageFolder, RaceSettings.DirectImage) : _bareImage;
        ProcessFigures figures = Start(contender, image, workload.CommandLine(count), endAt: null);
        _checksums.Take(workload.Name, count, contender, figures.Output);
        if (figures.End != ProcessEnd.Success)
            throw new BenchException(
                $"{contender.Title} ended with {figures.End} in {workload.Name}. It printed last:\n"
                    + $"{Checksums.Tail(figures.Output)}",
                ExitCode.Failure);
        if (contender.Name == Contender.Jit)
            _instructions[(workload.Name, count)] = InstructionsOfLastRun();
        return figures;
    }

    private double InstructionsOfLastRun()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_figuresFile));
        return json.RootElement.GetProperty("instructions").GetDouble();
    }

    private IEnumerable<Measure> RunBoot(string image)
    {
        string name = Path.GetFileNameWithoutExtension(image);
        string what = image == RaceSettings.DirectImage ? "boot" : "boot with gunzip";
        Measure wall = new($"{name}-wall", $"{what}, wall time to {BootText}", "s", moreIsBetter: false);
        Measure cpu = new($"{name}-cpu", $"{what}, CPU time to {BootText}", "s", moreIsBetter: false);
        Measure memory = new($"{name}-memory", $"{what}, peak memory", "MiB", moreIsBetter: false);
        foreach (Contender contender in settings.Contenders.Where(contender => contender.Kind == ContenderKind.Boots))
            Learn(contender, image);
        foreach (int round in Enumerable.Range(1, settings.Rounds))
        {
            foreach (Contender contender in settings.Contenders)
            {
                ProcessFigures figures =
                    Start(contender, Path.Combine(settings.ImageFolder, image), LinuxConsole + "mode=reboot", BootText);
                if (figures.End != ProcessEnd.AtText)
                    throw new BenchException(
                        $"{contender.Title} did not boot {image}. It printed last:\n{Checksums.Tail(figures.Output)}", ExitCode.Failure);
                wall.Add(contender.Name, round, figures.WallSeconds);
                cpu.Add(contender.Name, round, figures.CpuSeconds);
                memory.Add(contender.Name, round, figures.PeakBytes / (double)(1 << 20));
                progress($"{name} round {round}, {contender.Title}: {figures.WallSeconds:F2} s wall, "
                    + $"{figures.CpuSeconds:F2} s CPU, {figures.PeakBytes >> 20} MiB");
            }
        }

        return [wall, cpu, memory];
    }

    /// <summary>Lets a contender see a boot to its end, so that it has its profile.</summary>
    private void Learn(Contender contender, string image)
    {
        File.Delete(_profileFile);
        ProcessFigures figures = Start(contender, Path.Combine(settings.ImageFolder, image), LinuxConsole + "mode=reboot", endAt: null);
        if (figures.End != ProcessEnd.Success || !File.Exists(_profileFile))
            throw new BenchException(
                $"{contender.Title} made no profile of {image}. It printed last:\n{Checksums.Tail(figures.Output)}", ExitCode.Failure);
    }

    private ProcessFigures Start(Contender contender, string image, string append, string? endAt)
    {
        string[] command = contender.Command(new RunFiles(image, append, _figuresFile, _profileFile));
        return ChildProcess.Run(settings.Core is { } core ? ["taskset", "-c", core, .. command] : command, endAt, Limit);
    }
}

/// <summary>What runs, how often, and where.</summary>
/// <param name="ImageFolder">Where the Linux guest's images are.</param>
/// <param name="Contenders">Who takes part, in order.</param>
/// <param name="Workloads">The programs of the guest that run.</param>
/// <param name="BootImages">The images whose boot is measured.</param>
/// <param name="Rounds">How often each contender runs each thing.</param>
/// <param name="Core">The host core that every run is bound to; null for all.</param>
internal sealed record RaceSettings(
    string ImageFolder, IReadOnlyList<Contender> Contenders, IReadOnlyList<Workload> Workloads,
        IReadOnlyList<string> BootImages, int Rounds, string? Core)
{
    /// <summary>The kernel as it is, which the workloads run on.</summary>
    public const string DirectImage = "ref405ep-direct.elf";

    /// <summary>The kernel packed, with the wrapper that unpacks it.</summary>
    public const string PackedImage = "ref405ep.elf";
}

/// <summary>All that a comparison found.</summary>
/// <param name="Settings">What ran.</param>
/// <param name="Measures">What it cost.</param>
/// <param name="Checksums">What the guests computed, and who computed the same.</param>
internal sealed record Outcome(
    RaceSettings Settings, IReadOnlyList<Measure> Measures,
        IReadOnlyList<(string Workload, int Count, string Checksum, IReadOnlyCollection<string> Contenders)> Checksums);
