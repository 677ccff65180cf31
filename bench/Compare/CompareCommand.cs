using System.CommandLine;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
using PpcJit.Bench.Reports;
using PpcJit.Compare.Contest;
using PpcJit.Compare.Reports;

namespace PpcJit.Compare;

/// <summary>The command line.</summary>
internal static class CompareCommand
{
    private const string ImagesVariable = "PPCJIT_LINUX_IMAGES";

    private const string BootGroup = "boot";
    private static readonly Dictionary<string, Guest> Groups = new() { ["linux"] = Guest.Linux, ["bare"] = Guest.Bare };

    private static readonly Option<int?> Rounds =
        new("--rounds") { Description = "How often each contender runs each thing (5; 3 with --quick).", HelpName = "N" };
    private static readonly Option<string?> Images =
        new("--images")
        {
            Description = $"Folder with the Linux guest's images; else {ImagesVariable}, else guests/linux/out.",
            HelpName = "DIR",
        };
    private static readonly Option<bool> Quick = new("--quick") { Description = "Fewer and shorter runs." };
    private static readonly Option<string?> Pin =
        new("--pin")
        {
            Description = "The host core that all run on, or 'none'; by default the last. On one core the jit's second "
                + "thread shares it with the guest.",
            HelpName = "CORE",
        };
    private static readonly Option<string?> Only =
        new("--only")
        {
            Description = "Who takes part, of jit,qemu,warm,cold,interpreter; warm is the jit with the profile of an earlier boot, and only boots.",
            HelpName = "NAMES",
        };
    private static readonly Option<string?> Workloads =
        new("--workloads")
        {
            Description = "What runs, by name, or 'linux', 'bare', 'boot' for a whole group; by default all.",
            HelpName = "NAMES",
        };
    private static readonly Option<bool> Install =
        new("--install")
        {
            Description = "Install QEMU from Debian with apt-get if it is not there; needs root, or a sudo that asks nothing.",
        };
    private static readonly Option<string?> Json = new("--json") { Description = "Write every value to FILE.", HelpName = "FILE" };
    private static readonly Option<string?> Markdown = new("--markdown") { Description = "Write the table to FILE.", HelpName = "FILE" };
    private static readonly Option<string?> Svg =
        new("--svg") { Description = "Draw the ratios to QEMU (without it, to the interpreter) into FILE.", HelpName = "FILE" };
    private static readonly Option<string?> Bounds =
        new("--guard")
        {
            Description = "Exit with 1 when a ratio is below its bound in FILE, such as bench/Compare/bounds.json.",
            HelpName = "FILE",
        };

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        RootCommand root = new(
            "Compares PpcJit with QEMU on the same images: guest work per host CPU-second in the steady state, time to boot, memory.\n"
            + "Exit codes: 0 compared, 1 a guest failed, results differ or a bound does not hold, 2 bad input.")
        {
            Rounds, Images, Quick, Pin, Only, Workloads, Install, Json, Markdown, Svg, Bounds,
        };
        root.SetAction(Compare);
        return CommandLines.Run("compare", root, arguments);
    }

    private static int Compare(ParseResult parsed)
    {
        string root = Repository.Find("Compare");
        foreach ((Option<string?> option, string name) in (ReadOnlySpan<(Option<string?>, string)>)[
            (Json, "--json"), (Markdown, "--markdown"), (Svg, "--svg")])
            ReportFile.Check(parsed.GetValue(option), name);
        IReadOnlyList<Bound>? bounds = parsed.GetValue(Bounds) is { } file ? Guard.Read(file) : null;
        RaceSettings settings = ReadSettings(parsed, root);
        if (settings.Contenders.Any(contender => contender.Name != Contender.Qemu))
            Publish(root);
        Environs environs = Environs.Look(root, settings.Contenders.Any(contender => contender.Name == Contender.Qemu));
        Outcome outcome = new Race(settings, Console.Error.WriteLine).Run();
        TextReports.Print(outcome, environs);
        ReportFile.Write(parsed.GetValue(Json), "--json", () => OutcomeJson.Of(outcome, environs));
        ReportFile.Write(parsed.GetValue(Markdown), "--markdown", () => TextReports.Markdown(outcome, environs));
        Contender? rival = Rows.Rivals(outcome).FirstOrDefault(rival => rival.Name == Contender.Qemu)
            ?? Rows.Rivals(outcome).LastOrDefault();
        ReportFile.Write(parsed.GetValue(Svg), "--svg", () => rival is null
            ? throw new BenchException("--svg needs the jit and somebody to compare it with.")
            : SvgChart.Draw(outcome, environs, rival));
        return bounds is null || Guard.Check(bounds, outcome, Console.Out) ? ExitCode.Success : ExitCode.Failure;
    }

    private static RaceSettings ReadSettings(ParseResult parsed, string root)
    {
        bool quick = parsed.GetValue(Quick);
        int rounds = CommandLines.Rounds(parsed.GetValue(Rounds), quick ? 3 : 5);
        string images = parsed.GetValue(Images)
            ?? (Environment.GetEnvironmentVariable(ImagesVariable) is { Length: > 0 } named
                ? named
                : Path.Combine(root, "guests", "linux", "out"));
        IReadOnlyList<Workload> all = quick ? Workload.Quick : Workload.Full;
        string[] wanted = CommandLines.Names(
            parsed.GetValue(Workloads), "--workloads", [BootGroup, .. Groups.Keys, .. all.Select(workload => workload.Name)]);
        IReadOnlyList<Workload> workloads =
            [.. all.Where(workload => wanted.Length == 0 || wanted.Contains(workload.Name)
                || wanted.Any(name => Groups.TryGetValue(name, out Guest guest) && guest == workload.Guest))];
        IReadOnlyList<string> bootImages = wanted.Length == 0 || wanted.Contains(BootGroup)
            ? [RaceSettings.DirectImage, RaceSettings.PackedImage]
            : [];
        IEnumerable<string> needed = workloads.Any(workload => workload.Guest == Guest.Linux)
            ? bootImages.Append(RaceSettings.DirectImage)
            : bootImages;
        if (needed.FirstOrDefault(image => !File.Exists(Path.Combine(images, image))) is { } missing)
        {
            throw new BenchException(
                $"there is no {missing} in {images}. Build the guest with guests/linux/build.sh, name its folder with "
                    + "--images, or leave Linux out with --workloads bare.");
        }

        return new RaceSettings(
            Path.GetFullPath(images), ReadContenders(parsed, root), workloads, bootImages, rounds, ReadCore(parsed.GetValue(Pin)));
    }

    private static IReadOnlyList<Contender> ReadContenders(ParseResult parsed, string root)
    {
        IReadOnlyList<Contender> all = Contender.All(Path.Combine(root, "ppcjit"));
        string[] names = CommandLines.Names(parsed.GetValue(Only), "--only", [.. all.Select(contender => contender.Name)]);
        if (names.Length > 0)
            all = [.. all.Where(contender => names.Contains(contender.Name))];
        if (parsed.GetValue(Install))
            Qemu.Install(text => Console.Error.WriteLine($"compare: {text}"));
        if (Qemu.IsInstalled || all.All(contender => contender.Name != Contender.Qemu))
            return all;
        Console.Error.WriteLine($"compare: {Qemu.HowToInstall}; going on without it.");
        all = [.. all.Where(contender => contender.Name != Contender.Qemu)];
        return all.Count > 0 ? all : throw new BenchException("nobody is left to be measured.");
    }

    /// <summary>Finds the core to run on: the last one that this process may use.</summary>
    private static string? ReadCore(string? pin)
    {
        if (pin == "none")
            return null;
        if (pin is not null && !int.TryParse(pin, out _))
            throw new BenchException($"--pin {pin}: a number of a core, or 'none'.");
        string core = pin ?? HostCores.Last;
        if (ChildProcess.Run(["taskset", "-c", core, "true"], null, TimeSpan.FromSeconds(10)).End != ProcessEnd.Success)
            throw new BenchException($"--pin {core}: taskset cannot bind a program to this core.");
        return core;
    }

    /// <summary>Lets the launcher build the program, so that no measured run does.</summary>
    private static void Publish(string root)
    {
        ProcessFigures figures = ChildProcess.Run([Path.Combine(root, "ppcjit"), "boards"], null, TimeSpan.FromMinutes(10));
        if (figures.End != ProcessEnd.Success)
            throw new BenchException($"the launcher ppcjit failed:\n{Checksums.Tail(figures.Output)}");
    }
}
