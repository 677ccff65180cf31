namespace PpcJit.Inspector.Soaking;

/// <summary>A kind of thing that must not pile up, with a guest that makes it for ever.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="What">What the guest does, for people.</param>
/// <param name="Image">The guest.</param>
/// <param name="Threshold">How often a place is jumped to before it is compiled.</param>
internal sealed record SoakPhase(string Name, string What, Func<byte[]> Image, int Threshold)
{
    /// <summary>A threshold that pays, so that the engine compiles without end.</summary>
    private const int PayingThreshold = 4000;

    /// <summary>A threshold at which what is worth compiling is decided by what it earns.</summary>
    private const int LowThreshold = 50;

    /// <summary>
    /// Where much garbage is made the runtime lets its youngest generation grow for some seconds, to 150 MB resident: that has to be over in the
    /// first third of the looks.
    /// </summary>
    private static readonly TimeSpan GrowingHeap = TimeSpan.FromSeconds(0.5);

    /// <summary>New code without end; the only phase whose length is told in regions.</summary>
    public static SoakPhase NewCode { get; } =
        new("new-code", "new functions are written, compiled and called", () =>
            SoakGuest.Image(SoakCode.Functions), LowThreshold) { DropsCode = true };

    /// <summary>All phases, in the order in which they are run.</summary>
    public static IReadOnlyList<SoakPhase> All { get; } =
    [
        NewCode,
        new("tiny-regions", "functions of two instructions are written, compiled and called", () => SoakGuest.Image(SoakCode.Tiny), PayingThreshold)
        {
            // Loops that call such functions look like loops that wait, and a run is not short here.
            DropsCode = true, Options = ["--jit-opt", "skip-idle=off,patient-start=off"],
        },
        new("rewritten-code", "functions are written over before they are worth compiling", () => SoakGuest.Image(SoakCode.Rewritten), LowThreshold)
        {
            LeastEvery = GrowingHeap,
        },
        new("contexts", "code and data are used under 255 PIDs in turn", SoakPrograms.Contexts, LowThreshold)
        {
            LeastEvery = GrowingHeap,
        },
        new("pages", "data are used all over the address space under 255 PIDs in turn", SoakPrograms.Pages, LowThreshold)
        {
            LeastEvery = GrowingHeap,
        },
        new("console", "text is printed without end", SoakPrograms.Console, LowThreshold),
        new("recordings", "frames and keys come in without end, which the way back keeps", SoakPrograms.Outside, LowThreshold)
        {
            Options = ["--net", "user"],
            LeastEvery = TimeSpan.FromSeconds(0.75),
            IsTypedAt = true,
        },
    ];

    /// <summary>Further options of PpcJit.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Least time between two looks, on average; what comes from outside comes no faster than the host's time.</summary>
    public TimeSpan LeastEvery { get; init; }

    /// <summary>Whether somebody types at the console all the time. What enters is kept up to <see cref="SoakSettings.History"/>.</summary>
    public bool IsTypedAt { get; init; }

    /// <summary>Whether so much is compiled that all code has to be dropped again and again.</summary>
    public bool DropsCode { get; init; }
}
