using System.Globalization;
using System.Text.RegularExpressions;

namespace PpcJit.Jit.Tests.Regions;

/// <summary>
/// A region file: guest code, then runs with settings of the jit, each with what is looked for in what the region became.
/// </summary>
/// <remarks>
/// <code>
/// # What the file shows, for people.
/// shows fuse-compare          the switch changes the region; "refuses" says that it must not
///     cmpw 0,r3,r4            guest code from word 0 of a page on, as GuestCode reads it;
///     stw r3,0(r5)            ; beside code      the store has met a page with code
/// cold:
///     addi r3,r3,1            ; never executed   not decoded yet, so not part of a region
/// run lazy-cr=off             the code is compiled with these settings
/// check il: blt               the text is in a line of the plan, the IL or the host's code, after the line found last
/// check-not host: call        it is in none of the lines before the next check's
/// check-count plan 2: entry   this number of all lines have it
/// </code>
/// </remarks>
internal sealed class RegionFile
{
    private static readonly Regex CheckLine = new(
        @"^check(?<not>-not)?(?<many>-count)? (?<where>plan|il|host)(?: (?<number>\d+))?: (?<text>.+)$", RegexOptions.ExplicitCapture);

    private readonly List<string> _code = [];
    private readonly List<RegionRun> _runs = [];
    private readonly List<SwitchClaim> _claims = [];
    private readonly Dictionary<int, string> _marks = [];

    private RegionFile(string path) => Name = Path.GetFileNameWithoutExtension(path);

    /// <summary>Name without the suffix.</summary>
    public string Name { get; }

    /// <summary>The guest code.</summary>
    public string Code => string.Join('\n', _code);

    /// <summary>Marks of instructions, by their index.</summary>
    public IReadOnlyDictionary<int, string> Marks => _marks;

    /// <summary>The runs.</summary>
    public IReadOnlyList<RegionRun> Runs => _runs;

    /// <summary>What is claimed of switches.</summary>
    public IReadOnlyList<SwitchClaim> Claims => _claims;

    /// <summary>All region files.</summary>
    public static IEnumerable<RegionFile> All() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Regions", "Files"), "*.region").Order(StringComparer.Ordinal).Select(Read);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line means nothing.</exception>
    public static RegionFile Read(string path)
    {
        RegionFile file = new(path);
        int index = 0;
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
            file.Add(line, ref index);
        return file._runs.Count > 0 ? file : throw new FormatException($"{file.Name} has no run.");
    }

    private void Add(string line, ref int index)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0] is "shows" or "refuses")
        {
            _claims.Add(new SwitchClaim(words[1], Changes: words[0] == "shows"));
        }
        else if (words[0] == "run")
        {
            _runs.Add(new RegionRun(words[1..], []));
        }
        else if (CheckLine.Match(line) is { Success: true } match)
        {
            if (_runs.Count == 0)
                throw new FormatException($"{Name}: a check before the first run: {line}");
            int? number = match.Groups["number"].Success ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : null;
            if (match.Groups["many"].Success != number is not null)
                throw new FormatException($"{Name}: a number belongs to check-count: {line}");
            _runs[^1].Checks.Add(new RegionCheck(match.Groups["where"].Value, match.Groups["text"].Value, match.Groups["not"].Success, number));
        }
        else if (words[0].StartsWith("check", StringComparison.Ordinal) || _runs.Count > 0)
        {
            throw new FormatException($"{Name}: a line that means nothing: {line}");
        }
        else
        {
            AddCode(line, ref index);
        }
    }

    private void AddCode(string line, ref int index)
    {
        string[] parts = line.Split(';', 2, StringSplitOptions.TrimEntries);
        _code.Add(parts[0]);
        if (parts.Length > 1)
            _marks[index] = parts[1];
        if (!parts[0].EndsWith(':'))
            index += parts[0].StartsWith("set ", StringComparison.Ordinal) ? 2 : 1;
    }
}

/// <summary>What a file claims of a switch.</summary>
/// <param name="Switch">Its name.</param>
/// <param name="Changes">Whether it changes the region; else it must not.</param>
internal sealed record SwitchClaim(string Switch, bool Changes);

/// <summary>One compilation.</summary>
/// <param name="Settings">Settings of the jit.</param>
/// <param name="Checks">What is looked for, in order.</param>
internal sealed record RegionRun(string[] Settings, List<RegionCheck> Checks);

/// <summary>What is looked for.</summary>
/// <param name="Where">plan, il or host.</param>
/// <param name="Text">The text; one blank stands for any number of them.</param>
/// <param name="IsAbsent">Whether it must be in no line before the next check's.</param>
/// <param name="Number">How many lines of all must have it; null for the next one.</param>
internal sealed record RegionCheck(string Where, string Text, bool IsAbsent, int? Number);
