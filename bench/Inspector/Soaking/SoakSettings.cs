using System.Globalization;

namespace PpcJit.Inspector.Soaking;

/// <summary>How long a soak runs, and with which limits.</summary>
/// <param name="Regions">Regions that are compiled where all that the guest does is being compiled.</param>
/// <param name="Looks">Looks that are taken elsewhere.</param>
/// <param name="Every">Time between two looks, on average; <see cref="LookPace"/> says why it varies.</param>
/// <param name="CodeLimit">The fast engine's limit of guest instructions in regions.</param>
internal sealed record SoakSettings(int Regions, int Looks, TimeSpan Every, int CodeLimit)
{
    /// <summary>A limit that new code reaches about twice in a second, so that generations follow each other.</summary>
    private const int UsualCodeLimit = 10_000;

    /// <summary>Bytes that can enter, about, before the bound is looked at again.</summary>
    public const long SliceOfInputs = 64 << 10;

    private const int HourOfLooks = 60;
    private const int ShortLooks = 18;

    /// <summary>
    /// What a Linux guest that starts programs without a pause compiles in an hour, rounded up; bench/README.md says
    /// how that was measured.
    /// </summary>
    private const int HourOfRegions = 200_000;

    private const int ShortRegions = 40_000;

    /// <summary>An hour's worth of new code.</summary>
    public static SoakSettings Hour { get; } = new(HourOfRegions, HourOfLooks, TimeSpan.FromSeconds(2), UsualCodeLimit) { History = 1 << 20 };

    /// <summary>Enough generations for the rule, in less than a minute.</summary>
    public static SoakSettings Short { get; } = new(ShortRegions, ShortLooks, TimeSpan.FromSeconds(0.15), UsualCodeLimit) { History = 128 << 10 };

    /// <summary>What piles up.</summary>
    public SoakPhase Phase { get; init; } = SoakPhase.NewCode;

    /// <summary>Bytes that may be kept of what enters from outside: so few that the soak comes to the bound again and again.</summary>
    public long History { get; init; }

    /// <summary>How PpcJit is started.</summary>
    /// <param name="image">The guest.</param>
    /// <param name="console">The socket on which somebody types; null for none.</param>
    public IReadOnlyList<string> Command(string image, string? console = null) =>
    [
        "boot", image, "--board", "ref405ep", "--load", $"0x{SoakGuest.LoadAddress:x}", "--quiet",
        "--jit-opt", string.Create(CultureInfo.InvariantCulture, $"code-limit={CodeLimit},threshold={Phase.Threshold}"),
        .. Phase.Options,
        .. console is null ? (string[])[] : ["--console", $"unix:{console}", "--history", History.ToString(CultureInfo.InvariantCulture)],
    ];
}
