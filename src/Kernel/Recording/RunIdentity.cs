using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Recording;

/// <summary>
/// What a run must have in common with another one to go through the same states: a recording keeps it, so that a
/// replay of something else is refused by name. Each fact is a name and a value of printable ASCII without spaces.
/// </summary>
public sealed class RunIdentity
{
    /// <summary>The value of what was not given.</summary>
    internal const string Absent = "none";

    /// <summary>The value of what holds.</summary>
    internal const string Yes = "yes";

    /// <summary>A reset ends the run.</summary>
    internal const string NoReboot = "no-reboot";

    /// <summary>The image is firmware.</summary>
    internal const string Firmware = "firmware";

    /// <summary>What the flash held at first.</summary>
    internal const string Flash = "flash";

    /// <summary>Whether the flash is write-protected.</summary>
    internal const string FlashProtected = "flash-protected";

    /// <summary>What the disk held at first.</summary>
    internal const string Disk = "disk";

    /// <summary>Whether the disk is write-protected.</summary>
    internal const string DiskProtected = "disk-protected";

    /// <summary>What the sectors of the disk held that the run has written into its file.</summary>
    internal const string DiskBefore = "disk-before";

    /// <summary>The configuration of a FIT image.</summary>
    internal const string FitConfiguration = "fit-config";

    /// <summary>The device tree is handed over as it is.</summary>
    internal const string TreeAsIs = "dtb-as-is";

    /// <summary>What is only written when it was given.</summary>
    private static readonly string[] OnlyIfGiven = [Firmware, NoReboot, FitConfiguration, TreeAsIs];

    private readonly Lazy<IReadOnlyDictionary<string, string>> _facts;

    private RunIdentity(Board board, Func<IEnumerable<KeyValuePair<string, string>>> others)
    {
        KeyValuePair<string, string>[] machine =
            [KeyValuePair.Create("memory", Text(board.Memory.RamSize)), KeyValuePair.Create("clock", Text(board.Events.InstructionsPerSecond))];
        _facts = new(() => new Dictionary<string, string>([.. machine, .. others()]));
    }

    /// <summary>
    /// The facts in the order in which they are written. Files are hashed when they are asked for first: most runs need them
    /// never.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public IReadOnlyDictionary<string, string> Facts => _facts.Value;

    /// <summary>The identity of a run of which only the machine is known.</summary>
    public static RunIdentity Of(Board board) => new(board, () => []);

    /// <summary>The identity of a run.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="image">The image file's contents.</param>
    /// <param name="options">The rest of what is booted.</param>
    /// <param name="typed">What is typed at prompts; empty for nothing.</param>
    public static RunIdentity Of(Board board, ReadOnlyMemory<byte> image, BootOptions options, ReadOnlyMemory<byte> typed)
    {
        // The run itself changes the file of a flash.
        string? flash = options.Flash is { Path: { } file } ? HashOf(options, file) : null;
        return new RunIdentity(board, () => FactsOf(image, options, typed, flash));
    }

    private static Dictionary<string, string> FactsOf(ReadOnlyMemory<byte> image, BootOptions options, ReadOnlyMemory<byte> typed, string? flash)
    {
        Dictionary<string, string> facts = new()
        {
            ["image"] = Hash(image),
            ["initrd"] = HashOf(options, options.InitrdPath),
            ["dtb"] = HashOf(options, options.DtbPath),
            ["load"] = options.LoadAddress is { } load ? $"0x{load:x8}" : Absent,
            ["entry"] = options.EntryAddress is { } entry ? $"0x{entry:x8}" : Absent,
        };
        if (options.IsFirmware)
            facts.Add(Firmware, Yes);
        if (options.StopsAtReset)
            facts.Add(NoReboot, Yes);
        if (options.FitConfiguration is not null)
            facts.Add(FitConfiguration, Escape(options.FitConfiguration));
        if (options.TreeAsIs)
            facts.Add(TreeAsIs, Yes);
        if (flash is not null)
        {
            facts.Add(Flash, flash);
            facts.Add(FlashProtected, options.Flash!.Keeping == FileKeeping.ReadOnly ? Yes : Absent);
        }

        if (options is { Disk: { } disk, OpenDisk: { } file })
        {
            facts.Add(Disk, file.Hash);
            facts.Add(DiskProtected, disk.Keeping == FileKeeping.ReadOnly ? Yes : Absent);
        }

        facts.Add("append", Escape(options.CommandLine));
        facts.Add("input", Escape(typed.IsEmpty ? null : Encoding.Latin1.GetString(typed.Span)));
        return facts;
    }

    /// <summary>Whether text can be a name or a value.</summary>
    internal static bool IsFact(string text) => text.Length is > 0 and < 1 << 20 && text.All(one => one is > ' ' and < '\x7f');

    /// <summary>Says which facts of a recording this run contradicts, for people; null for none.</summary>
    /// <param name="recorded">The recording's facts.</param>
    internal string? Contradiction(IReadOnlyDictionary<string, string> recorded)
    {
        IEnumerable<KeyValuePair<string, string>> absent = Facts.ContainsKey("image")
            ? OnlyIfGiven.Where(name => !Facts.ContainsKey(name)).Select(name => KeyValuePair.Create(name, Absent))
            : [];
        string[] differences = [.. Facts.Concat(absent).Where(fact => recorded.TryGetValue(fact.Key, out string? value) && value != fact.Value)
            .Select(fact => $"{Describe(fact.Key)} {Shorten(recorded[fact.Key])}, and this run has {Shorten(fact.Value)}")];
        return differences.Length == 0 ? null : string.Join("; ", differences);
    }

    private static string Describe(string fact) => fact switch
    {
        "memory" => "--memory, in bytes,",
        "clock" => "a clock, in instructions a second, of",
        "image" => "an image with the SHA-256",
        Disk => "a file for --disk with the hash",
        "initrd" or "dtb" or Flash => $"a file for --{fact} with the SHA-256",
        _ => $"--{fact}",
    };

    private static string Shorten(string value)
    {
        const int MaxLength = 60;
        return value.Length > MaxLength ? value[..(MaxLength / 2)] + "..." : value;
    }

    private static string HashOf(BootOptions options, string? path) => path is null ? Absent : Hash(options.ReadOnce(path).Memory);

    /// <summary>The SHA-256 of a file, as facts have it.</summary>
    internal static string Hash(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));

    /// <summary>A quotation mark tells an empty text, and one that says "none", from none.</summary>
    internal static string Escape(string? text) => text is null ? Absent : $"\"{Uri.EscapeDataString(text)}\"";

    /// <summary>Reads what <see cref="Escape"/> wrote.</summary>
    /// <returns>Whether it is that.</returns>
    internal static bool TryUnescape(string fact, out string? text)
    {
        text = null;
        if (fact == Absent)
            return true;
        if (fact is not ['"', .., '"'])
            return false;
        text = Uri.UnescapeDataString(fact[1..^1]);
        return true;
    }

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
