namespace PpcJit.Compare.Contest;

/// <summary>An emulator with its settings.</summary>
/// <param name="Name">Short name, as in the reports and in the guard's bounds.</param>
/// <param name="Title">Name for people.</param>
/// <param name="IsSlow">Whether it gets the small counts of each workload.</param>
/// <param name="Command">Gives the command line for an image, a kernel command line, and a file for figures.</param>
internal sealed record Contender(string Name, string Title, bool IsSlow, Func<string, string, string, string[]> Command)
{
    public const string Jit = "jit";
    public const string Cold = "cold";
    public const string Interpreter = "interpreter";
    public const string Qemu = "qemu";

    /// <summary>The program of the peer.</summary>
    public const string QemuProgram = "qemu-system-ppc";

    /// <summary>All contenders.</summary>
    /// <param name="launcher">Path of this project's launcher.</param>
    public static IReadOnlyList<Contender> All(string launcher) =>
    [
        new(Jit, "PpcJit", false, (image, append, json) => [launcher, "boot", image, "--engine", "jit", "--quiet", "--append", append, "--json", json]),
        new(Qemu, "QEMU", false, (image, append, _) =>
        [
            QemuProgram, "-M", "ref405ep", "-accel", "tcg,thread=single", "-display", "none", "-monitor", "none", "-no-reboot",
            "-kernel", image, "-serial", "stdio", "-append", append,
        ]),
        new(Cold, "PpcJit, cold tier", true, (image, append, json) =>
            [launcher, "boot", image, "--engine", "jit", "--jit-opt", "regions=off", "--quiet", "--append", append, "--json", json]),
        new(Interpreter, "PpcJit, interpreter", true, (image, append, json) =>
            [launcher, "boot", image, "--engine", "interpreter", "--quiet", "--append", append, "--json", json]),
    ];

    /// <summary>Whether the peer is installed.</summary>
    public static bool HasQemu =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, QemuProgram)));
}
