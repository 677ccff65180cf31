using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Tests.Guests;

/// <summary>The settings under which guests are run.</summary>
internal static class Settings
{
    public static IEnumerable<string> Switches => [.. JitOptions.SwitchNames.Select(name => $"{name}=off"), "all=off", "all=on"];

    public static IEnumerable<string> All =>
    [
        .. Switches, "threshold=1", "threshold=2", "threshold=50", "region-size=3", "region-size=20", "region-size=200",
    ];
}
