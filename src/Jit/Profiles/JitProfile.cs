using System.Globalization;

namespace PpcJit.Jit.Profiles;

/// <summary>
/// Which regions earlier runs compiled: a run that is given them compiles each when its place is reached for the first
/// time. A profile holds no code. Every region is checked against the memory before it counts, so one of another guest
/// does no harm.
/// </summary>
public sealed class JitProfile
{
    private const string Header = "ppcjit-profile 1";

    /// <summary>Most regions that are kept, a bound of some MB for the file; the oldest stay.</summary>
    private const int MaxRegions = 20_000;

    private readonly Dictionary<ulong, List<ProfiledRegion>> _byPage = [];

    /// <summary>How many regions it has.</summary>
    public int Count { get; private set; }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else; the message names the line.</exception>
    public static JitProfile Read(TextReader reader)
    {
        JitProfile profile = new();
        if (reader.ReadLine() != Header)
            throw new FormatException($"line 1 is not '{Header}'");
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (!TryParse(line, out ProfiledRegion? region))
                throw new FormatException($"line {number} is not 'PHYSICAL EFFECTIVE CHECKSUM FIRST+LENGTH,...'");
            profile.Add(region!);
        }

        return profile;
    }

    /// <summary>Writes the profile, one line for each region.</summary>
    public void Write(TextWriter writer)
    {
        writer.Write(Header + "\n");
        foreach (ProfiledRegion region in _byPage.Values.SelectMany(regions => regions))
            writer.Write($"{region.Physical:x8} {region.Effective:x8} {region.Checksum:x8} "
                + $"{string.Join(',', region.Runs.Select(run => $"{run.First}+{run.Length}"))}\n");
    }

    /// <summary>Adds a region, unless it is known.</summary>
    internal void Add(ProfiledRegion region)
    {
        ulong key = KeyOf(region.Effective, region.Physical);
        if (!_byPage.TryGetValue(key, out List<ProfiledRegion>? regions))
            _byPage[key] = regions = [];
        if (Count >= MaxRegions
            || regions.Exists(known => known.Effective == region.Effective && known.Checksum == region.Checksum))
            return;
        regions.Add(region);
        Count++;
    }

    /// <summary>The regions of a page, if there are any.</summary>
    /// <param name="effective">Effective address of the page.</param>
    /// <param name="physical">Physical address of the page.</param>
    internal IReadOnlyList<ProfiledRegion> Find(uint effective, uint physical) =>
        _byPage.TryGetValue(KeyOf(effective, physical), out List<ProfiledRegion>? regions) ? regions : [];

    private static ulong KeyOf(uint effective, uint physical) =>
        ((ulong)(physical & ~0xfffu) << 32) | (effective & ~0xfffu);

    private static bool TryParse(string line, out ProfiledRegion? region)
    {
        region = null;
        string[] parts = line.Split(' ');
        if (parts.Length != 4
            || !TryHex(parts[0], out uint physical) || !TryHex(parts[1], out uint effective)
            || !TryHex(parts[2], out uint checksum))
            return false;
        List<WordRun> runs = [];
        foreach (string part in parts[3].Split(','))
        {
            string[] numbers = part.Split('+');
            if (numbers.Length != 2
                || !TryCount(numbers[0], out int first) || !TryCount(numbers[1], out int length) || length == 0
                || first + length > WordRun.WordsInPage)
                return false;
            runs.Add(new WordRun(first, length));
        }

        region = new ProfiledRegion(physical, effective, checksum, runs);
        int entry = region.Entry;
        return ((physical ^ effective) & 0xfff) == 0
            && (effective & 3) == 0 && runs.Exists(run => entry >= run.First && entry < run.First + run.Length);
    }

    private static bool TryHex(string text, out uint value) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static bool TryCount(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= WordRun.WordsInPage;
}
