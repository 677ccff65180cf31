using System.Globalization;

namespace PpcJit.Inspector.Soaking;

/// <summary>How long a soak runs, and with which limits.</summary>
/// <param name="Regions">So many regions are compiled.</param>
/// <param name="Every">Time between two looks, on average; <see cref="LookPace"/> says why it varies.</param>
/// <param name="CodeLimit">The fast engine's limit of guest instructions in regions.</param>
/// <param name="Threshold">How often a place is jumped to before it is compiled.</param>
internal sealed record SoakSettings(int Regions, TimeSpan Every, int CodeLimit, int Threshold)
{
    /// <summary>A limit that new code reaches about twice in a second, so that generations follow each other.</summary>
    private const int UsualCodeLimit = 10_000;

    private const int UsualThreshold = 50;

    /// <summary>
    /// What a Linux guest that starts programs without a pause compiles in an hour, rounded up; bench/README.md says
    /// how that was measured.
    /// </summary>
    private const int HourOfRegions = 200_000;

    private const int ShortRegions = 30_000;

    /// <summary>An hour's worth of new code.</summary>
    public static SoakSettings Hour { get; } = new(HourOfRegions, TimeSpan.FromSeconds(2), UsualCodeLimit, UsualThreshold);

    /// <summary>Enough generations for the rule, in less than a minute.</summary>
    public static SoakSettings Short { get; } = new(ShortRegions, TimeSpan.FromSeconds(0.2), UsualCodeLimit, UsualThreshold);

    /// <summary>How PpcJit is started with an image.</summary>
    public IReadOnlyList<string> Command(string image) =>
    [
        "boot", image, "--load", $"0x{SoakGuest.LoadAddress:x}", "--quiet",
        "--jit-opt", string.Create(CultureInfo.InvariantCulture, $"code-limit={CodeLimit},threshold={Threshold}"),
    ];
}
