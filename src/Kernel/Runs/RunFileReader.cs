using System.Globalization;
using System.Text;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Loading.Compression;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Runs;

/// <summary>Reads run files: whatever is in one, the outcome is a run or one sentence that says what is wrong.</summary>
internal sealed class RunFileReader
{
    /// <summary>The first word of a run file, and its version.</summary>
    public const string Signature = "ppcjit-run 1";

    private const string AnyVersion = "ppcjit-run ";
    private const int MaxLine = 1 << 20;
    private const int MaxMilestones = 4096;
    private const int MaxSymbols = 256;
    private const int MaxFindings = 65536;
    private const int MaxExceptions = 1 << 16;
    private const long MaxFile = 256 << 20;

    /// <summary>Most bytes of memory that what entered may take: a line of ten characters can stand for several times as much.</summary>
    private const long MaxHeld = 256 << 20;

    /// <summary>What each of them takes beside its contents.</summary>
    private const int EntryBytes = 128;

    private const int KeyBytes = 16;

    /// <summary>How much longer than its contents a packed file may be: where nothing can be compressed, gzip adds some bytes
    /// to each block.</summary>
    private const int PackedSlack = 1 << 16;

    private static readonly string[] OptionNames = [RunWords.Prompt, RunWords.ExitOn, RunWords.Expected, RunWords.IgnorePanic,
        RunWords.MaxInstructions];
    private static readonly HashSet<string> FactNames = ["memory", "clock", "image", "initrd", "dtb", "symbols", "load",
        "entry", "append", "input", RunIdentity.Firmware, RunIdentity.NoReboot, RunIdentity.Flash, RunIdentity.FlashProtected,
        RunIdentity.FitConfiguration, RunIdentity.TreeAsIs, RunIdentity.Disk, RunIdentity.DiskProtected, RunIdentity.DiskBefore];

    private readonly ImageBytes _file;
    private readonly long _maxHeldBytes;
    private readonly Dictionary<string, string> _facts = [];
    private readonly Dictionary<string, string> _paths = [];
    private readonly List<RunSymbols> _symbols = [];
    private readonly Dictionary<string, string> _options = [];
    private readonly Dictionary<string, RecordedPort> _ports = [];
    private readonly List<PromptedText> _texts = [];
    private readonly List<ConsoleInput> _keys = [];
    private readonly List<ConsoleInput> _secondKeys = [];
    private readonly List<InjectionAt> _changes = [];
    private readonly List<StateHashPoint> _milestones = [];
    private readonly List<NamedMoment> _findings = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _packed = [];
    private string _board = "";
    private string _madeBy = RunIdentity.Absent;
    private RunFileEnd? _end;
    private (string Hash, uint Length, MemoryStream Bytes)? _packing;
    private ulong _packedBytes;
    private long _heldBytes;
    private int _line;

    private RunFileReader(ImageBytes file, long maxHeldBytes) => (_file, _maxHeldBytes) = (file, maxHeldBytes);

    /// <summary>Most bytes of the files that a run file carries, together.</summary>
    public const uint MaxPacked = 256 << 20;

    /// <summary>What a run file may have.</summary>
    public static InputLimit Limit { get; } = new(MaxFile, "which is the most that a run file may have");

    /// <summary>Whether a file says that it is a run file, of whatever version.</summary>
    public static bool IsRunFile(ReadOnlySpan<byte> contents) => contents.StartsWith("ppcjit-run "u8);

    /// <summary>Reads a run file.</summary>
    /// <exception cref="InputException">It is not one, is damaged, or of another version.</exception>
    public static RunFile Read(ImageBytes file) => Read(file, MaxHeld);

    /// <summary>Reads a run file, and keeps a bounded number of bytes of what entered.</summary>
    internal static RunFile Read(ImageBytes file, long maxHeldBytes) => new RunFileReader(file, maxHeldBytes).Read();

    private RunFile Read()
    {
        ReadOnlySpan<byte> rest = _file.Memory.Span;
        if (!IsRunFile(rest))
            throw _file.Bad($"it is no run file: its first line should be '{Signature} BOARD'");
        while (!rest.IsEmpty)
        {
            _line++;
            int length = rest.IndexOf((byte)'\n');
            if (length < 0)
                throw _file.Bad($"it is cut off in line {_line}");
            ReadOnlySpan<byte> line = rest[..length];
            rest = rest[(length + 1)..];
            if (length > MaxLine || line.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                throw Damaged();
            Add(Encoding.ASCII.GetString(line).Split(' '));
        }

        return _end is { } end ? Make(end) : throw _file.Bad($"it is cut off: its last line should be '{RunWords.End} COUNT REASON HASH'");
    }

    private InputException Damaged() => _file.Bad($"line {_line} is not one of a run file");

    private void Add(string[] words)
    {
        if (_line == 1)
        {
            if (words.Length != 3 || string.Join(' ', words[..2]) != Signature)
                throw _file.Bad($"it is a run file of another version than this PpcJit knows ('{Signature}')");
            _board = words[2];
            return;
        }

        if (_end is not null)
            throw Damaged();
        if (words[0] != RunWords.Data)
            CompleteFile();
        if (!TryAdd(words))
            throw Damaged();
        if (_heldBytes > _maxHeldBytes)
            throw _file.Bad($"what entered takes more than {_maxHeldBytes >> 20} MB of memory up to line {_line}");
    }

    private bool TryAdd(ReadOnlySpan<string> words) => words switch
    {
        [RunWords.MadeBy, var version] => version.Length > 0 && (_madeBy = version).Length > 0,
        [RunWords.Fact, var name, var value] => AddFact(name, value),
        [RunWords.Path, var role, var path] => RunFile.Roles.Contains(role) && RunIdentity.TryUnescape(path, out string? text) && text
            is not null && _paths.TryAdd(role, text),
        [RunWords.Symbols, var hash, var program, var path] => AddSymbols(hash, program, path),
        [RunWords.Option, var name, var value] => AddOption(name, value),
        [RunWords.Port, var name, var address] => MacAddress.TryParse(address, out MacAddress parsed)
            && _ports.TryAdd(name, new RecordedPort(parsed)),
        [RunWords.Text, var count, var prompt, var text] => AddText(count, prompt, text),
        [RunWords.Key, var count, var value] => AddKey(_keys, count, value),
        [RunWords.SecondKey, var count, var value] => AddKey(_secondKeys, count, value),
        [RunWords.In, var count, var port, var content] => AddFrame(count, port, content),
        [RunWords.Change, var count, var exceptions, .. var change] => AddChange(count, exceptions, change),
        [RunWords.Milestone, var count, var hash] => AddMilestone(count, hash),
        [RunWords.Finding, var name, var count, var exceptions, var text] => AddFinding(name, count, exceptions, text),
        [RunWords.File, var hash, var length] => BeginFile(hash, length),
        [RunWords.Data, var data] => AddData(data),
        [RunWords.End, var count, var reason, var hash] => AddEnd(count, reason, hash),
        _ => false,
    };

    private bool AddFact(string name, string value)
    {
        if (!FactNames.Contains(name))
            throw _file.Bad($"line {_line} says '{name}' of the run, which this PpcJit does not know");
        return RunIdentity.IsFact(value) && _facts.TryAdd(name, value);
    }

    private bool AddSymbols(string hash, string program, string path)
    {
        bool isProgram = program == RunIdentity.Absent || (char.IsAsciiLetter(program.FirstOrDefault('0')) || program.StartsWith('_'))
            && program.All(one => char.IsAsciiLetterOrDigit(one) || one == '_');
        if (!isProgram || _symbols.Count == MaxSymbols || hash.Length != 64 || !RunIdentity.TryUnescape(path, out string? text) || text is null)
            return false;
        _symbols.Add(new RunSymbols(hash, program == RunIdentity.Absent ? null : program, text));
        return true;
    }

    private bool AddOption(string name, string value)
    {
        if (!OptionNames.Contains(name))
            throw _file.Bad($"line {_line} has the option '{name}', which this PpcJit does not know");
        return _options.TryAdd(name, value);
    }

    private bool AddText(string countText, string prompt, string text)
    {
        if (!TryCount(countText, out ulong count)
            || (_texts.Count > 0 && count < _texts[^1].Count) || Bytes(prompt) is not { } before
            || Bytes(text) is not { Length: > 0 } typed)
            return false;
        if (before.Length > PromptedInput.MaxPrompt)
            return false;
        _texts.Add(new PromptedText(count, typed) { Prompt = before });
        _heldBytes += EntryBytes + before.Length + typed.Length;
        return true;
    }

    private bool AddKey(List<ConsoleInput> keys, string countText, string valueText)
    {
        bool isKey = TryCount(countText, out ulong count)
            & byte.TryParse(valueText, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value);
        if (!isKey || (keys.Count > 0 && count < keys[^1].Count))
            return false;
        keys.Add(new ConsoleInput(count, value));
        _heldBytes += KeyBytes;
        return true;
    }

    private bool AddFrame(string countText, string name, string content)
    {
        if (!_ports.TryGetValue(name, out RecordedPort? port)
            || !TryCount(countText, out ulong count) || count < port.LastCount || content == RunIdentity.Absent)
            return false;
        port.LastCount = count;
        _heldBytes += EntryBytes + (content.Length / 2);
        return NetworkRecording.TryAddArrival(port, content);
    }

    private bool AddChange(string countText, string exceptionsText, ReadOnlySpan<string> words)
    {
        if (!TryMoment(countText, exceptionsText, out Moment at)
            || (_changes.Count > 0 && at < _changes[^1].At) || InjectionText.Parse(words) is not { } change)
            return false;
        _changes.Add(new InjectionAt(at, change));
        _heldBytes += EntryBytes + words[^1].Length;
        return true;
    }

    private bool AddMilestone(string countText, string hashText)
    {
        if (_milestones.Count == MaxMilestones || !TryCount(countText, out ulong count) || !TryHash(hashText, out ulong hash))
            return false;
        if (_milestones.Count > 0 && count <= _milestones[^1].Count)
            return false;
        _milestones.Add(new StateHashPoint(count, hash));
        return true;
    }

    private bool AddFinding(string name, string count, string exceptions, string text)
    {
        if (_findings.Count == MaxFindings
            || !TryMoment(count, exceptions, out Moment at) || !RunIdentity.TryUnescape(text, out string? said)
            || said is null)
            return false;
        if (!char.IsAsciiLetter(name.FirstOrDefault())
            || !name.All(one => char.IsAsciiLetterOrDigit(one) || one == '-')
            || _findings.Exists(other => other.Name == name))
            return false;
        _findings.Add(new NamedMoment(name, at, said));
        _heldBytes += EntryBytes + (2L * (name.Length + said.Length));
        return true;
    }

    private bool BeginFile(string hash, string lengthText)
    {
        if (!uint.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out uint length) || !(
            _facts.ContainsValue(hash) || _symbols.Exists(symbols => symbols.Hash == hash)) || _packed.ContainsKey(hash))
            return false;
        _packedBytes += length;
        if (_packedBytes > MaxPacked)
            throw _file.Bad($"it holds files of more than {MaxPacked >> 20} MB");
        _packing = (hash, length, new MemoryStream());
        return true;
    }

    private bool AddData(string text)
    {
        Span<byte> bytes = new byte[(text.Length / 4 * 3) + 3];
        if (_packing is not { } packing || !Convert.TryFromBase64String(text, bytes, out int written))
            return false;
        packing.Bytes.Write(bytes[..written]);
        return packing.Bytes.Length <= packing.Length + (packing.Length / 100) + PackedSlack;
    }

    private void CompleteFile()
    {
        if (_packing is not { } packing)
            return;
        _packing = null;
        ImageBytes packed = new(_file.Name, packing.Bytes.GetBuffer().AsMemory(0, (int)packing.Bytes.Length));
        ReadOnlyMemory<byte> contents = packing.Length == 0 || packed.Length == 0 ? default : Gzip.Decompress(packed, packing.Length).Memory;
        if (contents.Length != packing.Length || RunIdentity.Hash(contents) != packing.Hash)
            throw _file.Bad($"a file in it, before line {_line}, is not the one that it says");
        _packed.Add(packing.Hash, contents);
    }

    private bool AddEnd(string countText, string reason, string hashText)
    {
        ulong? hash = TryHash(hashText, out ulong known) ? known : null;
        if (!TryCount(countText, out ulong count)
            || !RunWords.TryFindEnd(reason, out RunEnd? why) || (hash is null && hashText != RunIdentity.Absent))
            return false;
        _end = new RunFileEnd(count, why, hash);
        return true;
    }

    private RunFile Make(RunFileEnd end)
    {
        foreach (string name in (string[])["memory", "clock", "image"])
        {
            if (!_facts.ContainsKey(name))
                throw _file.Bad($"it does not say which {name} the run has");
        }

        ulong last = Math.Max(
            Math.Max(_texts.LastOrDefault()?.Count ?? 0, Math.Max(_keys.LastOrDefault().Count, _secondKeys.LastOrDefault().Count)),
            Math.Max(_changes.LastOrDefault()?.At.Count ?? 0, _ports.Values.Select(port => port.LastCount).DefaultIfEmpty().Max()));
        if (last > end.Count)
            throw _file.Bad($"something in it enters at {last}, after the run's end");
        return new RunFile
        {
            BoardName = _board,
            MadeBy = _madeBy,
            Facts = _facts,
            Paths = _paths,
            MoreSymbols = _symbols,
            Options = Options(),
            Inputs = new RunInputs().Add(_keys, _texts, _changes, _secondKeys),
            Milestones = _milestones,
            Findings = _findings,
            Packed = _packed,
            Ports = _ports,
            End = end,
        };
    }

    private RunOptions Options() => new()
    {
        Prompt = OptionBytes(RunWords.Prompt),
        ExitOn = OptionBytes(RunWords.ExitOn),
        Expected = OptionBytes(RunWords.Expected),
        IgnorePanic = _options.GetValueOrDefault(RunWords.IgnorePanic) == RunWords.On,
        MaxInstructions = _options.GetValueOrDefault(RunWords.MaxInstructions) is { } most && most != RunIdentity.Absent
            ? TryCount(most, out ulong count) ? count : throw BadOption(RunWords.MaxInstructions)
            : null,
    };

    private byte[] OptionBytes(string name)
    {
        byte[] bytes = _options.TryGetValue(name, out string? text) ? Bytes(text) ?? throw BadOption(name) : [];
        return name == RunWords.Prompt && bytes.Length > PromptedInput.MaxPrompt ? throw BadOption(name) : bytes;
    }

    private InputException BadOption(string name) => _file.Bad($"its option {name} has no usable value");

    private static byte[]? Bytes(string text)
    {
        if (text == RunIdentity.Absent)
            return [];
        byte[] bytes = new byte[text.Length / 2];
        bool isHex = text.Length % 2 == 0
            && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == bytes.Length;
        return isHex && bytes.Length > 0 ? bytes : null;
    }

    private static bool TryCount(string text, out ulong count) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private static bool TryHash(string text, out ulong hash)
    {
        hash = 0;
        return text.Length == 16 && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out hash);
    }

    private static bool TryMoment(string countText, string exceptionsText, out Moment moment)
    {
        bool isMoment = TryCount(countText, out ulong count)
            & (int.TryParse(exceptionsText, NumberStyles.None, CultureInfo.InvariantCulture, out int exceptions) && exceptions <= MaxExceptions);
        moment = new Moment(count, exceptions);
        return isMoment;
    }
}
