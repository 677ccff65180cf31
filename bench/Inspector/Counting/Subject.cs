namespace PpcJit.Inspector.Counting;

/// <summary>A guest whose host instructions are counted.</summary>
/// <param name="Name">Short name, as in reports and in the file of bounds.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its command line; of an idiom, its instructions.</param>
/// <param name="Windows">Which parts of its run are counted.</param>
internal sealed record Subject(string Name, SubjectKind Kind, string Text, WindowPlan Windows)
{
    /// <summary>More rounds than any count lasts.</summary>
    private const string Endless = "count=100000000";

    private static readonly string[] BarePrograms =
    [
        "sort", "hash", "records", "matrix", "filter", "bytecode", "strings", "compress", "recursion",
    ];

    private static readonly string[] OutsidePrograms = ["chase", "syscalls", "contexts"];

    private static readonly string[] LinuxPrograms = ["bench_int", "bench_mem32"];

    /// <summary>All subjects.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        .. BarePrograms.Select(name => new Subject(name, SubjectKind.Bare, $"work={name} {Endless}", WindowPlan.Program)),
        .. OutsidePrograms.Select(name => new Subject(name, SubjectKind.Bare, $"work={name} {Endless}", WindowPlan.Outside)),
        .. LinuxPrograms.Select(name =>
            new Subject(name, SubjectKind.Linux, $"console=ttyS0,115200 mode={name} {Endless}", WindowPlan.Booted)),
        .. Idioms.All.Select(idiom => new Subject(idiom.Name, SubjectKind.Idiom, idiom.Text, WindowPlan.Loop)),
    ];
}
