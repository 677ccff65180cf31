using System.Globalization;
using PpcJit.Kernel.Files;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine;

namespace PpcJit.Kernel.Recording;

/// <summary>A frame that entered the guest.</summary>
/// <param name="Count">Completed instructions when it was put onto the cable.</param>
/// <param name="Content">The frame without frame check sequence.</param>
internal readonly record struct RecordedArrival(ulong Count, ReadOnlyMemory<byte> Content)
{
    /// <summary>How many frames the guest must have sent before: it may be an answer to the last of them. 0 for as many as it has.</summary>
    public ulong SentBefore { get; init; }

    /// <summary>Instructions from the last of them to this one at least.</summary>
    public ulong AnswersAfter { get; init; }
}

/// <summary>A frame that the guest sent, as far as it is worth keeping.</summary>
/// <param name="Length">Bytes with the frame check sequence.</param>
/// <param name="Checksum">
/// CRC-32 of the frame without its frame check sequence; with a right one, that of all frames would be the same.
/// </param>
internal readonly record struct RecordedDeparture(int Length, uint Checksum)
{
    /// <summary>Describes a frame.</summary>
    public static RecordedDeparture Of(ReadOnlySpan<byte> frame)
    {
        int content = Math.Max(0, frame.Length - EthernetFrame.FcsLength);
        return new RecordedDeparture(frame.Length, Crc32.Of(frame[..content]));
    }
}

/// <summary>All that happened on one interface.</summary>
/// <param name="Address">Its address.</param>
internal sealed record RecordedPort(MacAddress Address)
{
    /// <summary>Frames that entered, in order.</summary>
    public List<RecordedArrival> Arrivals { get; } = [];

    /// <summary>Whether <see cref="Departures"/> were noted.</summary>
    public bool KnowsDepartures { get; init; } = true;

    /// <summary>Frames that left, by the count at which they did: an interface sends one at a time.</summary>
    public Dictionary<ulong, RecordedDeparture> Departures { get; } = [];

    /// <summary>Count of the last thing that is recorded.</summary>
    public ulong LastCount { get; set; }

    /// <summary>Gives what entered up to a count.</summary>
    public RecordedPort Until(ulong count)
    {
        RecordedPort until = new(Address) { KnowsDepartures = KnowsDepartures };
        until.Arrivals.AddRange(Arrivals.Where(arrival => arrival.Count <= count));
        return until;
    }
}

/// <summary>
/// What happened on the network of a run, as lines of text: <c>ppcjit-network 2 BOARD</c>, then what the run was of,
/// <c>run NAME VALUE</c> for each fact of its <see cref="RunIdentity"/> (version 1 had none), for each interface
/// <c>port NAME MAC</c>, and in the order of counts <c>in COUNT NAME HEX</c>, <c>out COUNT NAME LENGTH CRC</c> and, for
/// a key of an interactive console, <c>key COUNT HEX</c>. Earlier versions wrote such files; a run file has the same
/// lines for the same things, but <c>out</c>, and is read here for what came from outside.
/// </summary>
internal sealed class NetworkRecording
{
    /// <summary>The first words of a recording.</summary>
    private const string Signature = "ppcjit-network 2";

    /// <summary>The first words of a run file.</summary>
    private const string RunSignature = "ppcjit-run 1";

    /// <summary>The first words of a recording that does not say of what run it is.</summary>
    private const string OlderSignature = "ppcjit-network 1";

    private const int MaxContentLength = 1 << 14;

    /// <summary>Most bytes of a recording.</summary>
    private const int MaxFileBytes = 128 << 20;

    /// <summary>
    /// Most bytes of memory that what is read may take: a line of ten characters can stand for ten times as much.
    /// </summary>
    private const long MaxHeldBytes = 512 << 20;

    /// <summary>What a frame takes beside its content, a frame that left, and a key.</summary>
    private const int ArrivalBytes = 64;
    private const int DepartureBytes = 48;
    private const int KeyBytes = 16;

    private readonly string _path;
    private readonly string _board;
    private readonly Dictionary<string, string> _run = [];
    private bool _isRun;
    private long _heldBytes;

    private NetworkRecording(string path, string board)
    {
        _path = path;
        _board = board;
    }

    /// <summary>The interfaces by name.</summary>
    public Dictionary<string, RecordedPort> Ports { get; } = [];

    /// <summary>What was typed into an interactive console.</summary>
    public List<ConsoleInput> Keys { get; } = [];

    /// <summary>Reads a recording.</summary>
    /// <exception cref="InputException">It cannot be read, or is not a recording.</exception>
    public static NetworkRecording Read(string path) => Read(path, MaxHeldBytes);

    /// <summary>Reads a recording, and keeps a bounded number of bytes.</summary>
    internal static NetworkRecording Read(string path, long maxHeldBytes)
    {
        InputLimit limit = new(MaxFileBytes, "which is the most that a recording may have");
        using StreamReader lines = new(InputFile.Read(path, limit).Open());
        string[] first = (lines.ReadLine() ?? "").Split(' ');
        if (first.Length != 3 || string.Join(' ', first[..2]) is not (Signature or OlderSignature or RunSignature))
            throw new InputException($"{path} is no run file and no network recording: its first line should be '{RunSignature} BOARD'.");
        NetworkRecording recording = new(path, first[2]) { _isRun = string.Join(' ', first[..2]) == RunSignature };
        for (int number = 2; lines.ReadLine() is { } line; number++)
        {
            if (recording._heldBytes > maxHeldBytes)
                throw new InputException($"{path}, line {number}: what was recorded takes more than "
                    + $"{maxHeldBytes >> 20} MB of memory, the most that is kept of a recording.");
            if (recording.TryAdd(line.Split(' ')) || (recording._isRun && recording.MayPassOver(line.Split(' ', 3), number)))
                continue;
            throw new InputException(
                $"{path}, line {number}: expected 'run NAME VALUE', 'port NAME MAC', 'in COUNT NAME HEX', 'out COUNT "
                    + "NAME LENGTH CRC' or 'key COUNT HEX', "
                + "in the order of counts.");
        }

        return recording;
    }

    /// <summary>Refuses a run of which the recording was not made.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="identity">What is run on it.</param>
    /// <param name="notice">Told when the recording is too old to say of what run it is.</param>
    /// <exception cref="InputException">It was made of another run.</exception>
    public void Check(Board board, RunIdentity identity, Action<string> notice)
    {
        if (_board != board.Name)
            throw new InputException($"{_path} was recorded on {_board}, and this is {board.Name}.");
        if (Ports.Keys.FirstOrDefault(name => board.Ethernet.All(port => port.Name != name)) is { } missing)
            throw new InputException($"{_path} has an interface {missing}, which {board.Name} does not have.");
        if (identity.Contradiction(_run) is { } contradiction)
            throw new InputException($"{_path} was recorded with {contradiction}.");
        if (_run.Count == 0)
            notice($"{_path} is of an older version and does not say of which image, memory and command line it is; a "
                + "replay of anything else departs from it.");
    }

    /// <summary>Whether a line of a run file says nothing that came from outside.</summary>
    /// <exception cref="InputException">It says something that a replay cannot do again.</exception>
    private bool MayPassOver(string[] words, int number)
    {
        string? unknown = words switch
        {
            ["change", ..] => "a change by hand",
            ["text", not "0", ..] => "text from a pipe",
            ["key2", ..] => "what entered the second serial port",
            _ => null,
        };
        if (unknown is not null)
            throw new InputException($"{_path}, line {number}: the run contains {unknown}; only 'ppcjit open {_path}' does it again.");
        return words is ["made-by" or "path" or "symbols" or "option" or "text" or "milestone" or "finding" or "file" or "data" or "end", ..];
    }

    private bool TryAdd(string[] words) => words switch
    {
        ["run", string name, string value] => RunIdentity.IsFact(name) && RunIdentity.IsFact(value) && _run.TryAdd(name, value),
        ["port", string name, string address] =>
            MacAddress.TryParse(address, out MacAddress parsed)
                && Ports.TryAdd(name, new RecordedPort(parsed) { KnowsDepartures = !_isRun }),
        ["in", string count, string name, string content] => TryFind(count, name, out RecordedPort port)
            && TryAddArrival(port, content) && Hold(ArrivalBytes + (content.Length / 2)),
        ["out", string count, string name, string length, string crc] =>
            TryFind(count, name, out RecordedPort port) && TryAddDeparture(port, length, crc) && Hold(DepartureBytes),
        ["key", string count, string value] => TryAddKey(count, value),
        _ => false,
    };

    private bool TryAddKey(string countText, string valueText)
    {
        bool isKey = ulong.TryParse(countText, NumberStyles.None, CultureInfo.InvariantCulture, out ulong count)
            & byte.TryParse(valueText, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value);
        if (!isKey || (Keys.Count > 0 && count < Keys[^1].Count))
            return false;
        Keys.Add(new ConsoleInput(count, value));
        _heldBytes += KeyBytes;
        return true;
    }

    private bool Hold(int bytes)
    {
        _heldBytes += bytes;
        return true;
    }

    /// <summary>Finds an interface and moves its time forward.</summary>
    private bool TryFind(string text, string name, out RecordedPort port)
    {
        port = Ports.GetValueOrDefault(name)!;
        if (port is null || !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong count)
            || count < port.LastCount)
            return false;
        port.LastCount = count;
        return true;
    }

    /// <summary>Adds a frame that is given in hexadecimal.</summary>
    /// <returns>Whether it is one.</returns>
    internal static bool TryAddArrival(RecordedPort port, string text)
    {
        if (text.Length is 0 or > 2 * MaxContentLength)
            return false;
        byte[] content = new byte[text.Length / 2];
        if (Convert.FromHexString(text, content, out _, out int written) != System.Buffers.OperationStatus.Done
            || written != content.Length)
            return false;
        port.Arrivals.Add(new RecordedArrival(port.LastCount, content));
        return true;
    }

    private static bool TryAddDeparture(RecordedPort port, string lengthText, string crcText) =>
        int.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
        && uint.TryParse(crcText, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint crc)
        && port.Departures.TryAdd(port.LastCount, new RecordedDeparture(length, crc));
}
