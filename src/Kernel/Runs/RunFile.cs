using System.Globalization;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Runs;

/// <summary>
/// A run on disk: what was booted, by content hash, with which options, and what entered from outside, by count. It
/// holds no machine state, so that another version of PpcJit can do the run again. <c>docs/run-files.md</c> describes
/// the format.
/// </summary>
public sealed record RunFile
{
    /// <summary>The roles of files that a run can need: those of the manifest, and names for reports.</summary>
    public static readonly IReadOnlyList<string> Roles = ["image", "initrd", "dtb", "symbols", RunIdentity.Flash, RunIdentity.Disk];

    /// <summary>The name of the place where the guest failed.</summary>
    public const string Death = "death";

    /// <summary>The board's name.</summary>
    public required string BoardName { get; init; }

    /// <summary>The version of PpcJit that did the run.</summary>
    public string MadeBy { get; init; } = RunIdentity.Absent;

    /// <summary>What a run must have in common with this one, by the names of <see cref="RunIdentity"/>.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Where the files were, by role.</summary>
    public IReadOnlyDictionary<string, string> Paths { get; init; } = new Dictionary<string, string>();

    /// <summary>Further files with names for reports.</summary>
    public IReadOnlyList<RunSymbols> MoreSymbols { get; init; } = [];

    /// <summary>When the run ends and what the guest has to show: texts and limit only.</summary>
    public RunOptions Options { get; init; } = new();

    /// <summary>What entered at the console, and what was changed by hand.</summary>
    public RunInputs Inputs { get; init; } = new();

    /// <summary>State hashes at some counts.</summary>
    public IReadOnlyList<StateHashPoint> Milestones { get; init; } = [];

    /// <summary>Places with names.</summary>
    public IReadOnlyList<NamedMoment> Findings { get; init; } = [];

    /// <summary>How far the run goes.</summary>
    public required RunFileEnd End { get; init; }

    /// <summary>Contents of files, by SHA-256, when the run file carries them.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Packed { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>What came over the cables.</summary>
    internal IReadOnlyDictionary<string, RecordedPort> Ports { get; init; } = new Dictionary<string, RecordedPort>();

    /// <summary>Frames that entered.</summary>
    public int Frames => Ports.Values.Sum(port => port.Arrivals.Count);

    /// <summary>Reads a run file.</summary>
    /// <exception cref="InputException">It is not one, is damaged, or of another version.</exception>
    public static RunFile Read(string path) => RunFileReader.Read(InputFile.Read(path, RunFileReader.Limit));

    /// <summary>Whether a path leads to a regular file that says that it is a run file.</summary>
    public static bool IsRunFile(string path)
    {
        try
        {
            if (!File.Exists(path))
                return false;
            using FileStream file = File.OpenRead(path);
            byte[] start = new byte[16];
            return RunFileReader.IsRunFile(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Writes the run into an open file, which is the caller's to commit.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(OutputFile file) => RunFileWriter.Write(this, file);

    /// <summary>Finds the kind of board that the run is on.</summary>
    /// <param name="path">What messages call the run file.</param>
    /// <exception cref="InputException">There is no such board.</exception>
    public BoardDescription FindBoard(string path) => BoardCatalog.Find(BoardName)
        ?? throw new InputException($"{path} is a run on a board '{BoardName}', which this PpcJit does not have; there is: "
            + $"{string.Join(", ", BoardCatalog.All.Select(board => board.Name))}.");

    /// <summary>Creates the run's board.</summary>
    /// <param name="path">What messages call the run file.</param>
    /// <param name="flash">What its flash holds; null for a board without.</param>
    /// <param name="disk">What its disk holds; null for a board without.</param>
    /// <exception cref="InputException">There is no such board.</exception>
    public Board CreateBoard(string path, FlashFile? flash = null, DiskFile? disk = null)
    {
        BoardDescription description = FindBoard(path);
        uint memory = MemoryBytes(path);
        if (!ulong.TryParse(Facts["clock"], NumberStyles.None, CultureInfo.InvariantCulture, out ulong clock))
            throw new InputException($"{path} is damaged: its clock is no number.");
        BoardOptions options = new()
        {
            MemoryBytes = memory, ClockHz = clock, FlashBytes = (uint?)flash?.Starting.Length, HasDisk = disk is not null,
        };
        if (description.Validate(options) is { } problem)
            throw new InputException($"{path}: {problem}");
        Board board = description.Create(options);
        flash?.Load(board);
        disk?.Load(board);
        if (board.Events.InstructionsPerSecond == clock)
            return board;
        board.Dispose();
        throw new InputException($"{path} is a run with a clock of {clock} Hz, which {BoardName} does not have.");
    }

    /// <summary>Bytes of RAM of the run's board.</summary>
    /// <param name="path">What messages call the run file.</param>
    /// <exception cref="InputException">The run file does not say so.</exception>
    public uint MemoryBytes(string path) => uint.TryParse(Facts["memory"], NumberStyles.None, CultureInfo.InvariantCulture, out uint memory)
        ? memory
        : throw new InputException($"{path} is damaged: its memory is no number.");

    /// <summary>Gives the settings of a network over which comes what came in this run.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="settings">What the interfaces are connected to where the run becomes live.</param>
    /// <exception cref="InputException">The board has no such interface.</exception>
    public NetworkSettings Connect(Board board, NetworkSettings settings)
    {
        if (Ports.Keys.FirstOrDefault(name => board.Ethernet.All(port => port.Name != name)) is { } missing)
            throw new InputException($"The run file has an interface {missing}, which {board.Name} does not have.");
        return settings with { Recorded = Ports };
    }

    /// <summary>Has a machine that is at the run's beginning do the run again.</summary>
    public void Follow(GuestMachine machine)
    {
        machine.SetPrompt(Options.Prompt);
        machine.Follow(Inputs, End.Count);
        machine.Milestones = new Milestones(Milestones);
    }

    /// <summary>Describes a machine's run as it is now.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="start">What was booted.</param>
    /// <param name="options">When its run ends.</param>
    /// <exception cref="OutputException">Some of what entered it was forgotten.</exception>
    public static RunFile Of(GuestMachine machine, RunStart start, RunOptions options)
    {
        if (machine.InputsBegin is { } begin)
            throw new OutputException(
                $"The run cannot be saved: what entered it before {new Moment(begin)} is forgotten, "
                + "as it took too much memory; --history SIZE keeps more.");
        return new RunFile
        {
            BoardName = machine.Board.Name,
            MadeBy = RunStart.Version,
            Facts = start.FactsOfEnd(),
            Paths = start.Paths,
            MoreSymbols = start.MoreSymbols,
            Options = new RunOptions
            {
                Prompt = options.Prompt,
                ExitOn = options.ExitOn,
                Expected = options.Expected,
                IgnorePanic = options.IgnorePanic,
                MaxInstructions = options.MaxInstructions,
            },
            Inputs = machine.Inputs.Copy(),
            Milestones = [.. machine.Milestones?.All ?? []],
            Ports = machine.Links.ToDictionary(link => link.Port.Name, link => link.Record()),
            End = new RunFileEnd(Math.Max(machine.Frontier, machine.Count), null, null),
        };
    }

    /// <summary>Gives the run up to a count, without what enters after it.</summary>
    public RunFile Until(ulong count) => this with
    {
        Inputs = new RunInputs().Add(
            Inputs.Keys.Where(key => key.Count <= count), Inputs.Texts.Where(text => text.Count <= count),
            Inputs.Injections.Where(change => change.At.Count <= count), Inputs.SecondKeys.Where(key => key.Count <= count)),
        Milestones = [.. Milestones.Where(point => point.Count <= count)],
        Ports = Ports.ToDictionary(port => port.Key, port => port.Value.Until(count)),
        End = new RunFileEnd(count, null, null),
    };

    /// <summary>Notes how the run ended.</summary>
    /// <param name="machine">The machine as the run left it.</param>
    /// <param name="result">What the run did.</param>
    public RunFile EndedWith(GuestMachine machine, RunResult result) => this with
    {
        Findings = result.GuestFailed && Findings.All(finding => finding.Name != Death)
            ? [.. Findings, new NamedMoment(Death, machine.Present, FaultReport.Sentence(machine.Board, result))]
            : Findings,
        End = new RunFileEnd(result.Instructions, result.End, machine.IsMidway ? null : machine.Board.StateHash()),
    };
}

/// <summary>A file with names for reports, beside the first.</summary>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Program">The program whose names they are; null for the guest's kernel.</param>
/// <param name="Path">Where it was.</param>
public sealed record RunSymbols(string Hash, string? Program, string Path);

/// <summary>A place in a run that has a name.</summary>
/// <param name="Name">Letters, digits and <c>-</c>.</param>
/// <param name="At">Where.</param>
/// <param name="Text">What is there, for people.</param>
public sealed record NamedMoment(string Name, Moment At, string Text);

/// <summary>How far a run goes.</summary>
/// <param name="Count">The last count.</param>
/// <param name="Reason">Why it ended; null when it was going on.</param>
/// <param name="Hash">The state hash there; null where the run stood between what happens at one count.</param>
public sealed record RunFileEnd(ulong Count, RunEnd? Reason, ulong? Hash);
