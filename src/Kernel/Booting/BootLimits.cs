using System.Globalization;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Loading.DeviceTrees;

namespace PpcJit.Kernel.Booting;

/// <summary>How large the files may be that belong to a boot: what the board, or their format, can hold.</summary>
internal static class BootLimits
{
    /// <summary>A memory so small that no board can have it is refused as such, not by the size of a file.</summary>
    private const uint LeastImage = 1 << 20;

    /// <summary>A flattened device tree.</summary>
    public static InputLimit Tree { get; } = new(FlattenedTree.LargestBlob, "which is the most that a device tree may have");

    /// <summary>
    /// An image: a file of which all is brought into memory must fit there. An ELF may have any amount of debug information, which is not.
    /// </summary>
    public static InputLimit Image(uint memoryBytes) => new(
        Math.Max(memoryBytes, LeastImage),
            "which is what the board's memory holds; only an ELF may be larger, as its debug information stays outside") { Exempts = IsElf };

    /// <summary>A file of a recorded run, of whatever kind.</summary>
    /// <param name="facts">What the run file says of the run.</param>
    public static InputLimit Any(IReadOnlyDictionary<string, string> facts)
    {
        bool isKnown = uint.TryParse(facts.GetValueOrDefault("memory"), NumberStyles.None, CultureInfo.InvariantCulture, out uint memory);
        return new InputLimit(Math.Max(isKnown ? memory : 0, SymbolListing.Limit.Bytes),
            "which is more than a file of this run can have") { Exempts = IsElf };
    }

    private static bool IsElf(ReadOnlyMemory<byte> start) => ElfImage.IsElf(start.Span);
}
