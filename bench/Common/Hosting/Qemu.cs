namespace PpcJit.Bench.Hosting;

/// <summary>The peer: QEMU's Ref405ep.</summary>
internal static class Qemu
{
    /// <summary>The program.</summary>
    public const string Program = "qemu-system-ppc";

    private const string Package = "qemu-system-ppc";

    /// <summary>Downloading and unpacking takes a minute; a repository that does not answer must not hang a run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled => IsOnPath(Program);

    /// <summary>What a person is to do to have it.</summary>
    public static string HowToInstall => $"{Program} is not installed (Debian: apt-get install {Package}, or --install here)";

    /// <summary>
    /// The command line that runs a bare-metal image or a kernel on one thread, with UART0 on standard output.
    /// </summary>
    public static string[] Command(string image, params ReadOnlySpan<string> more) =>
    [
        Program, "-M", "ref405ep", "-accel", "tcg,thread=single", "-display", "none", "-monitor", "none", "-no-reboot",
        "-kernel", image, "-serial", "stdio", .. more,
    ];

    /// <summary>Installs it from Debian, unless it is there: as root, or through a sudo that asks nothing.</summary>
    /// <exception cref="BenchException">That was not possible, and why.</exception>
    public static void Install(Action<string> progress)
    {
        if (IsInstalled)
            return;
        if (!IsOnPath("apt-get"))
            throw new BenchException($"--install: there is no apt-get here; install {Program} in this system's own way.");
        string[] prefix = Environment.IsPrivilegedProcess ? [] : ["sudo", "-n"];
        progress($"installing {Package} from Debian");
        foreach (string[] step in (string[][])[["update"], ["install", "-y", "--no-install-recommends", Package]])
        {
            ProcessFigures figures = ChildProcess.Run([.. prefix, "apt-get", "-q", .. step], null, Patience);
            if (figures.End != ProcessEnd.Success)
                throw new BenchException($"--install: 'apt-get {string.Join(' ', step)}' failed: {figures.Output.Trim().Split('\n')[^1]}");
        }

        if (!IsInstalled)
            throw new BenchException($"--install: {Package} is installed, but has no {Program}.");
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
