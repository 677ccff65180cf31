using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Scenarios.Running;

/// <summary>Where a trial of a scenario was made.</summary>
/// <param name="Case">The case, from 0.</param>
/// <param name="Search">The search of the case, from 0.</param>
/// <param name="After">Count of the first of two injections; 0 when there is one.</param>
/// <param name="Count">Instructions completed before the injection.</param>
public readonly record struct TrialPlace(int Case, int Search, ulong After, ulong Count);

/// <summary>
/// Keeps in a file what came of the trials of searches, so that a run that was ended goes on where it was. A run that was killed has lost at most
/// what was not written yet, and a last line that is not whole is not read.
/// </summary>
public sealed class SearchJournal : IDisposable
{
    private const string Magic = "ppcjit searches 1 ", CaseWord = "case";

    private const int IdentityDigits = 32;

    /// <summary>No line is longer, in characters.</summary>
    private const int MaxLine = 100;

    /// <summary>Most trials that are read from a file; each takes some 50 bytes of memory.</summary>
    private const int MaxTrials = 20_000_000;

    private readonly Dictionary<TrialPlace, TrialOutcome> _known = [];
    private readonly Dictionary<int, string> _cases = [];
    private readonly string _path;
    private readonly StreamWriter _file;
    private readonly Lock _lock = new();

    private SearchJournal(StreamWriter file, string path) => (_file, _path) = (file, path);

    /// <summary>How many trials the file had.</summary>
    public int Found => _known.Count;

    /// <summary>What is not in order with the file, in a sentence; null for nothing.</summary>
    public string? Damage { get; private set; }

    /// <summary>Opens a file, or makes it when it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">What the trials are of: scenario, settings, images, part. One line.</param>
    /// <exception cref="InputException">It is the journal of something else, or no journal.</exception>
    /// <exception cref="OutputException">It cannot be read or written.</exception>
    public static SearchJournal Open(string path, string identity)
    {
        if (HostPath.Follow(path, standard: 0) is not { Kind: FileKind.Missing or FileKind.Regular, Descriptor: null })
            throw new InputException($"--resume {path}: a regular file is needed, which is read and written.");
        FileStream? stream = null;
        try
        {
            // Nobody else may have it, so that two runs do not write into each other's lines
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            SearchJournal journal = new(new StreamWriter(stream, bufferSize: 1 << 16) { NewLine = "\n" }, path);
            journal.Read(stream, Magic + identity);
            return journal;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            stream?.Dispose();
            throw new OutputException($"--resume {path}: the file cannot be used: {error.Message.TrimEnd('.')}.", error);
        }
        catch (InputException)
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>Says that the trials of a case begin.</summary>
    /// <param name="number">The case, from 0.</param>
    /// <param name="identity">What makes its run the same one as another.</param>
    /// <exception cref="InputException">The file has trials of another run.</exception>
    internal void Begin(int number, IReadOnlyDictionary<string, string> identity)
    {
        string facts = string.Join('\n', identity.OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => $"{fact.Key} {fact.Value}"));
        string hash = Hash(facts);
        lock (_lock)
        {
            if (!_cases.TryGetValue(number, out string? known))
                _file.WriteLine($"{CaseWord} {number} {hash}");
            else if (known != hash)
                throw new InputException($"--resume {_path}: the file is of another image or machine: the run of case {number + 1} is not the same.");
            _cases[number] = hash;
        }
    }

    /// <summary>Gives a text as a number of some digits, for <see cref="Open"/>.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..IdentityDigits];

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _file.Dispose();
    }

    /// <summary>What came of a trial in an earlier run; null when it was not made.</summary>
    internal TrialOutcome? Find(TrialPlace place) => _known.TryGetValue(place, out TrialOutcome outcome) ? outcome : null;

    /// <summary>Adds a trial. Any thread may do it.</summary>
    internal void Add(TrialPlace place, TrialOutcome outcome)
    {
        if (_known.ContainsKey(place))
            return;
        lock (_lock)
            _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{place.Case} {place.Search} {place.After} {place.Count} {outcome}"));
    }

    private void Read(FileStream stream, string header)
    {
        Span<byte> beginning = stackalloc byte[header.Length];
        string text = Encoding.Latin1.GetString(beginning[..stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)]);
        bool isCut = stream.Length <= header.Length && header.StartsWith(text, StringComparison.Ordinal);
        if (!isCut && (text != header || stream.ReadByte() != '\n'))
            throw new InputException(text.StartsWith(Magic, StringComparison.Ordinal)
                ? $"--resume {_path}: the file is of another scenario, of other settings or kernels, or of another part of the work."
                : $"--resume {_path}: the file is none that '--resume' wrote.");
        if (isCut)
        {
            stream.SetLength(0);
            _file.WriteLine(header);
            _file.Flush();
            return;
        }

        ReadTrials(stream, header.Length + 1);
    }

    private void ReadTrials(FileStream stream, long whole)
    {
        using StreamReader reader = new(stream, leaveOpen: true);
        while (ReadLine(reader) is { } line && _known.Count < MaxTrials)
        {
            if (Parse(line) is { } trial)
                _known[trial.Place] = trial.Outcome;
            else if (ParseCase(line) is { } begun)
                _cases[begun.Number] = begun.Identity;
            else
                break;
            whole += line.Length + 1;
        }

        if (stream.Length - whole > MaxLine)
            Damage = $"--resume {_path}: after {_known.Count:N0} trials the file is damaged; what came then is tried again";

        // A last line without its end is written anew.
        stream.SetLength(Math.Min(whole, stream.Length));
        stream.Seek(0, SeekOrigin.End);
        if (whole > stream.Length)
            _file.WriteLine();
    }

    /// <summary>Reads a line, of which no more than can be right.</summary>
    private static string? ReadLine(StreamReader reader)
    {
        StringBuilder line = new();
        int next;
        while ((next = reader.Read()) >= 0 && next != '\n' && line.Length <= MaxLine)
            line.Append((char)next);
        return next < 0 && line.Length == 0 ? null : line.ToString();
    }

    private static (int Number, string Identity)? ParseCase(string line) =>
        line.Split(' ') is [CaseWord, var text, { Length: IdentityDigits } identity] && int.TryParse(text, out int number)
            ? (number, identity) : null;

    private static (TrialPlace Place, TrialOutcome Outcome)? Parse(string line)
    {
        string[] words = line.Split(' ');
        return words.Length == 5
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int search)
            && ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong after)
            && ulong.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out ulong count)
            && Enum.GetNames<TrialOutcome>().Contains(words[4]) && Enum.TryParse(words[4], out TrialOutcome outcome)
            && outcome is TrialOutcome.Passed or TrialOutcome.Undecided or TrialOutcome.Fatal
            ? (new TrialPlace(number, search, after, count), outcome)
            : null;
    }
}
