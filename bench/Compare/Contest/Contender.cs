namespace PpcJit.Compare.Contest;

/// <summary>An emulator with its settings.</summary>
/// <param name="Name">Short name, as in the reports and in the guard's bounds.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Kind">What it takes part in.</param>
/// <param name="Command">Gives the command line of a run.</param>
internal sealed record Contender(string Name, string Title, ContenderKind Kind, Func<RunFiles, string[]> Command)
{
    public const string Jit = "jit";
    public const string Warm = "warm";
    public const string Cold = "cold";
    public const string Interpreter = "interpreter";
    public const string Qemu = "qemu";

    /// <summary>Whether it gets the small counts of each workload.</summary>
    public bool IsSlow => Kind == ContenderKind.Slow;

    /// <summary>All contenders.</summary>
    /// <param name="launcher">Path of this project's launcher.</param>
    public static IReadOnlyList<Contender> All(string launcher)
    {
        string[] Own(RunFiles run, params ReadOnlySpan<string> engine) =>
            [launcher, "boot", run.Image, "--quiet", "--append", run.Append, "--json", run.Figures, "--engine", .. engine];
        return
        [
            new(Jit, "PpcJit", ContenderKind.Fast, run => Own(run, "jit")),
            new(Qemu, "QEMU", ContenderKind.Fast, run => PpcJit.Bench.Hosting.Qemu.Command(run.Image, "-append", run.Append)),
            new(Warm, "PpcJit, warm profile", ContenderKind.Boots, run => Own(run, "jit", "--jit-profile", run.Profile)),
            new(Cold, "PpcJit, cold tier", ContenderKind.Slow, run => Own(run, "jit", "--jit-opt", "regions=off")),
            new(Interpreter, "PpcJit, interpreter", ContenderKind.Slow, run => Own(run, "interpreter")),
        ];
    }
}

/// <summary>What a contender takes part in.</summary>
internal enum ContenderKind
{
    /// <summary>In everything, with the large counts of each workload.</summary>
    Fast,

    /// <summary>In everything, with the small counts.</summary>
    Slow,

    /// <summary>
    /// In boots only, with what an unmeasured run before them learned: in the steady state there is no difference.
    /// </summary>
    Boots,
}

/// <summary>What a run reads and writes.</summary>
/// <param name="Image">The image.</param>
/// <param name="Append">The guest's command line.</param>
/// <param name="Figures">The file that receives figures about the run.</param>
/// <param name="Profile">The file that keeps what was compiled, for a contender that uses it.</param>
internal sealed record RunFiles(string Image, string Append, string Figures, string Profile);
