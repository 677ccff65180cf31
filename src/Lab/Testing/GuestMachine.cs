using System.Text;
using PpcJit.Jit;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Lab.Observing;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using Session = PpcJit.Kernel.Sessions;

namespace PpcJit.Lab.Testing;

/// <summary>
/// A guest on an emulated board for tests in C#: it is booted, run to a text or a place, typed to, looked at, changed, and taken back in
/// time. The same calls give the same states at the same counts in every run, on both engines, on every host.
/// </summary>
/// <remarks>
/// It stands on a <see cref="Debugging.Timeline"/>, as gdb and the monitor do. Looking changes nothing; <see cref="Send(string, string)"/> and
/// writes of registers and memory begin another run at the present moment. One machine is for one thread at a time; several machines know
/// nothing of each other.
/// </remarks>
/// <example>
/// <code>
/// using var m = GuestMachine.Boot("kernel.elf");
/// m.RunUntil("login: ");
/// m.Send("root\n");
/// m.RunTo("panic");
/// Assert.That(m.Memory.ReadText(m.Registers.R3), Does.Contain("out of memory"));
/// m.Back(1);
/// </code>
/// </example>
public sealed class GuestMachine : IDisposable
{
    private const int Tail = 600;

    private readonly BootOptions _boot;
    private readonly GuestOptions _options;
    private readonly RunStart _start;
    private readonly LoadedGuest _guest;
    private readonly IEngine _engine;
    private readonly DiskFile? _disk;
    private readonly GuestSession _session;
    private readonly RunOptions _run;
    private readonly DebugNames _names;
    private readonly DebugMonitor _monitor;
    private readonly MomentFinder _moments;
    private readonly List<Breakpoint> _breakpoints = [];
    private readonly List<byte> _printed = [];
    private int _read;
    private RunResult? _ended;
    private GuestStop? _end;
    private bool _isDisposed;

    private GuestMachine(BootOptions boot, GuestOptions options)
    {
        _options = options;
        uint limit = options.MemoryBytes ?? new BoardOptions().MemoryBytes;
        ReadOnlyMemory<byte> image = GuestLoader.ReadImage(boot, limit);
        BoardDescription description = options.Board is { } name ? Find(name) : BoardChooser.Choose(image, boot, limit).Board;
        FlashFile? flash = GuestLoader.OpenFlash(description, image, boot, limit);
        boot = flash?.Keep(boot) ?? boot;
        _disk = GuestLoader.OpenDisk(description, ref boot, isKept: false);
        _boot = boot;
        BoardOptions board = options.ToBoard(description.UsualOptions);
        board = board with { FlashBytes = (uint?)flash?.Starting.Length, HasDisk = _disk is not null };
        if (description.Validate(board) is { } problem)
            throw new InputException(problem);
        Board = description.Create(board);
        flash?.Load(Board);
        _disk?.Load(Board);
        _start = new RunStart(Board, image, boot, RunIdentity.Of(Board, image, boot, default));
        _guest = GuestLoader.Load(Board, image, boot.ImagePath, boot);
        _engine = options.Engine == GuestEngine.Jit ? new JitEngine(Board.Processor) : new InterpreterEngine(Board.Processor);
        Session.GuestMachine machine = new(Board, _engine, new SilentConsole());
        Timeline = new Timeline(machine, options.History);
        _session = new GuestSession(machine);
        _run = new RunOptions { Symbols = _guest.Symbols };
        _session.Begin(_run);
        machine.Transmitted += OnTransmitted;
        machine.BranchBegins += OnBranch;
        _names = GuestNames.Of(Board, _guest, boot, options.Kernel);
        _moments = new MomentFinder(Timeline, () => _session.PanicAt);
        _monitor = new DebugMonitor(new MonitoredRun(Timeline, _names, () => _session.PanicAt) { Ended = () => _ended, SaveRun = SaveRun });
        Registers = new GuestRegisters(Timeline);
        Memory = new GuestMemoryView(Timeline, isPhysical: false);
        PhysicalMemory = new GuestMemoryView(Timeline, isPhysical: true);
    }

    /// <summary>The history of the run, for what is not here: probes, searches, diversions.</summary>
    public Timeline Timeline { get; }

    /// <summary>The board, for what is not here: its devices, the processor.</summary>
    public Board Board { get; }

    /// <summary>The registers of the processor.</summary>
    public GuestRegisters Registers { get; }

    /// <summary>Memory as the processor's data accesses find it now.</summary>
    public GuestMemoryView Memory { get; }

    /// <summary>Memory by physical addresses.</summary>
    public GuestMemoryView PhysicalMemory { get; }

    /// <summary>Completed instructions since the beginning: guest time.</summary>
    public ulong Count => Timeline.Present.Count;

    /// <summary>Where the guest stands.</summary>
    public Moment Present => Timeline.Present;

    /// <summary>All that the guest has printed up to the present moment, as UTF-8; less when it has gone back.</summary>
    public string Console => Encoding.UTF8.GetString([.. Printed]);

    /// <summary>The symbols of the image, by rising address; empty when it has none.</summary>
    public IReadOnlyList<Symbol> Symbols => _guest.Symbols?.All ?? [];

    /// <summary>Address, function and source line of the next instruction, as far as they are known.</summary>
    public string Place => Describe(Registers.Pc);

    private ReadOnlySpan<byte> Printed =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_printed)[..(int)Timeline.Machine.ConsoleBytes];

    /// <summary>Puts a guest at its first instruction.</summary>
    /// <param name="image">Path of a kernel image in any format that <c>ppcjit boot</c> takes, or <c>guest:NAME</c> for an embedded guest.</param>
    /// <param name="options">How it is booted; as the image says when null.</param>
    /// <exception cref="InputException">Something given cannot be used; the message says what, and why.</exception>
    public static GuestMachine Boot(string image, GuestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        GuestOptions chosen = options ?? new GuestOptions();
        return new GuestMachine(chosen.ToBoot(BootOptions.Of(image)), chosen);
    }

    /// <summary>Puts a guest at its first instruction whose image is in memory already.</summary>
    /// <param name="image">The image's contents.</param>
    /// <param name="options">How it is booted; as the image says when null.</param>
    /// <exception cref="InputException">Something given cannot be used; the message says what, and why.</exception>
    public static GuestMachine Boot(ReadOnlyMemory<byte> image, GuestOptions? options = null)
    {
        const string Name = "the image";
        GuestOptions chosen = options ?? new GuestOptions();
        BootOptions boot = new() { ImagePath = Name, AtHand = new Dictionary<string, ReadOnlyMemory<byte>> { [Name] = image } };
        return new GuestMachine(chosen.ToBoot(boot), chosen);
    }

    /// <summary>Runs a number of instructions, or to what stops the guest before.</summary>
    public GuestStop Run(ulong instructions) => Advance(Until(instructions));

    /// <summary>Runs to a breakpoint or to the guest's end.</summary>
    /// <param name="limit">Instructions after which to stop anyway; <see cref="GuestOptions.Limit"/> when null.</param>
    public GuestStop Continue(ulong? limit = null) => Advance(Until(limit ?? _options.Limit));

    /// <summary>
    /// Runs until the guest has printed a text since the last such call, or since the beginning. What it has printed already counts.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">Instructions after which to give up; <see cref="GuestOptions.Limit"/> when null.</param>
    /// <exception cref="GuestException">The guest ended, came to a breakpoint or to the limit before.</exception>
    public GuestStop RunUntil(string text, ulong? limit = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        ulong until = Until(limit ?? _options.Limit);
        ConsoleProbe probe = new(text);
        while (true)
        {
            _read = Math.Min(_read, Printed.Length);
            if (Printed[_read..].IndexOf(wanted) is >= 0 and var place)
            {
                _read += place + wanted.Length;
                return new GuestStop(StopKind.Text, Present, $"The guest printed '{text}'.");
            }

            GuestStop stop = Advance(until, probe);
            if (stop.Kind != StopKind.Text)
                throw Failed($"The guest did not print '{text}'. {stop.Reason}");
        }
    }

    /// <summary>Runs until the guest is about to execute the instruction at a place.</summary>
    /// <param name="place">A symbol, an address, or an expression, and what must hold there: <c>panic</c>, <c>main+0x10 when r3 == 0</c>.</param>
    /// <param name="limit">Instructions after which to give up; <see cref="GuestOptions.Limit"/> when null.</param>
    /// <exception cref="GuestException">The guest ended, came to a breakpoint or to the limit before; or there is no such place.</exception>
    public GuestStop RunTo(string place, ulong? limit = null)
    {
        using Breakpoint here = Break(place);
        GuestStop stop = Advance(Until(limit ?? _options.Limit));
        return stop.Breakpoint == here ? stop : throw Failed($"The guest did not come to {place}. {stop.Reason}");
    }

    /// <summary>Stops the guest from now on whenever it is about to execute the instruction at a place.</summary>
    /// <param name="place">As for <see cref="RunTo"/>.</param>
    /// <exception cref="GuestException">There is no such place.</exception>
    public Breakpoint Break(string place) => BreakOn($"exec {place}");

    /// <summary>Stops the guest from now on whenever it is about to execute the instruction at an address.</summary>
    public Breakpoint Break(uint address) => new($"0x{address:x8}", new ExecProbe(address), _breakpoints);

    /// <summary>Stops the guest from now on whenever something happens.</summary>
    /// <param name="probe">What, in the words of the monitor: <c>write ticks</c>, <c>exception data-tlb-miss when dear &lt; 0x1000</c>.</param>
    /// <exception cref="GuestException">It is no probe.</exception>
    public Breakpoint BreakOn(string probe) => new(probe, Parsed(DebugGrammar.ParseProbe(probe, _names), probe), _breakpoints);

    /// <summary>Executes instructions, whatever breakpoints there are.</summary>
    /// <exception cref="GuestException">The guest ended before.</exception>
    public void Step(ulong instructions = 1) => Check(_moments.GoTo(new CountReference(new Moment(Until(instructions)))));

    /// <summary>Goes back by instructions: the guest stands as it stood then.</summary>
    /// <exception cref="GuestException">History does not reach back so far; the guest then stands where it begins.</exception>
    public void Back(ulong instructions = 1) => Check(_moments.GoTo(new BackReference(instructions)));

    /// <summary>Goes back to where the guest came to a breakpoint last.</summary>
    /// <exception cref="GuestException">It did not; the guest then stands where history begins.</exception>
    public Breakpoint BackToBreak()
    {
        Probe? found = Timeline.FindLast([.. _breakpoints.Select(point => point.Probe)]).Hit?.Probe;
        return _breakpoints.Find(point => ReferenceEquals(point.Probe, found))
            ?? throw Failed($"The guest came to no breakpoint since {Timeline.Oldest}, where history begins.");
    }

    /// <summary>Goes back to the last write to memory.</summary>
    /// <param name="place">A symbol, an address or an expression, and a length after a comma if not four bytes.</param>
    /// <returns>False, and the guest stands where it stood, when nothing was written there since history begins.</returns>
    /// <exception cref="GuestException">There is no such place.</exception>
    public bool BackToWrite(string place)
    {
        Moment here = Present;
        bool isFound = Timeline.FindLast(Parsed(DebugGrammar.ParseProbe($"write {place}", _names), place)).Hit is not null;
        if (!isFound)
            Timeline.GoTo(here);
        return isFound;
    }

    /// <summary>Goes to a moment of the run, or on to one where it has not been yet.</summary>
    /// <param name="moment">In the monitor's words: <c>@41,233,107</c>, <c>-100</c>, <c>reset</c>, <c>end</c>, <c>panic</c>, <c>main#1</c>.</param>
    /// <exception cref="GuestException">It is no moment, or the run does not come there.</exception>
    public void GoTo(string moment) => Check(_moments.GoTo(Parsed(DebugGrammar.ParseMoment(moment, _names), moment)));

    /// <summary>Goes to a moment of the run, or on to one where it has not been yet.</summary>
    /// <exception cref="GuestException">The run does not come there.</exception>
    public void GoTo(Moment moment) => Check(_moments.GoTo(new CountReference(moment)));

    /// <summary>
    /// Types a text into the console. It enters while the guest runs on: each line when the guest shows a prompt and reads, each character when the
    /// last one has gone over the line.
    /// </summary>
    /// <param name="text">The text, with <c>\n</c> where a person presses the return key.</param>
    /// <param name="prompt">What the guest must have shown before; empty for anything that ends like a prompt.</param>
    public void Send(string text, string prompt = "")
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Timeline.Type(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(prompt));
    }

    /// <summary>Gives the address of a symbol.</summary>
    /// <exception cref="GuestException">There is none of that name; the message names the one that is spelled alike.</exception>
    public uint AddressOf(string symbol)
    {
        if (_names.TryFindSymbol(symbol, out uint address))
            return address;
        string reason = _guest.Symbols is null ? " The image has no symbols." : NearestName.Question(symbol, Symbols.Select(known => known.Name));
        throw new GuestException($"There is no symbol '{symbol}'.{reason}");
    }

    /// <summary>Gives the value of an expression now: <c>[ticks]</c>, <c>r3 + 4</c>, <c>u8[r4]</c>.</summary>
    /// <exception cref="GuestException">It cannot be read, or has no value.</exception>
    public ulong Evaluate(string expression)
    {
        ExpressionValue value = Parsed(DebugGrammar.ParseExpression(expression, _names), expression).Evaluate(_names);
        return value.IsKnown ? value.Number : throw Failed($"{expression}: {value}.");
    }

    /// <summary>Gives an address with its function, and its source line where debug information tells.</summary>
    public string Describe(uint address) =>
        _names.SourceLine?.Invoke(address) is { } line ? $"{_names.Describe(address)} {line}" : _names.Describe(address);

    /// <summary>The functions that are being executed, the innermost first, as far as the stack tells.</summary>
    public IReadOnlyList<string> Backtrace() =>
        [.. Session.Backtrace.Walk(Board, _guest.Symbols).Select((address, n) => n == 0 ? Describe(address)
            : _guest.Symbols?.DescribeReturn(address) ?? _names.Describe(address))];

    /// <summary>A hash over registers, TLB, devices and memories: equal where two runs are in the same state.</summary>
    public ulong StateHash()
    {
        if (Timeline.Machine.IsMidway)
            Timeline.GoTo(Present);
        return Board.StateHash();
    }

    /// <summary>Says where a value comes from: what wrote it, what that was made from, and so on.</summary>
    /// <param name="place">A register or an address.</param>
    /// <exception cref="GuestException">It is none.</exception>
    public string Why(string place) => Monitor($"why {place}");

    /// <summary>Says how the guest came to die: what was wrong is followed back to where it first was.</summary>
    /// <exception cref="GuestException">It has not died.</exception>
    public string Explain() => Monitor("explain");

    /// <summary>Does what a word of the monitor says (docs/monitor.md).</summary>
    /// <param name="command">A word and what belongs to it.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="GuestException">It cannot be done.</exception>
    public string Monitor(string command)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        MonitorAnswer answer = _monitor.Execute(command);
        return answer.Error is null ? answer.Text : throw new GuestException($"{command}: {answer.Error}");
    }

    /// <summary>Writes the run so far to a file that <c>ppcjit open</c> opens, with its images: for looking at it after a test has failed.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GuestException">The boot protocol is one that <c>ppcjit</c> does not know.</exception>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public void SaveRun(string path)
    {
        if (_options.BootProtocol is { } own)
            throw new GuestException($"A run file does not hold the boot protocol {own.Name}, with which this run began.");
        using OutputFile file = OutputFile.Open("", path);
        RunFile run = RunFile.Of(Timeline.Machine, _start, _run);
        (run with { Packed = _start.Contents() }).Write(file);
        file.Commit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Timeline.Dispose();
        _engine.Dispose();
        Board.Dispose();
        _disk?.Dispose();
    }

    private static BoardDescription Find(string name) => BoardCatalog.Find(name)
        ?? throw new InputException($"There is no board '{name}'; there is: {string.Join(", ", BoardCatalog.All.Select(board => board.Name))}."
            + NearestName.Question(name, BoardCatalog.All.Select(board => board.Name)));

    private static T Parsed<T>(Parsed<T> read, string text)
        where T : class => read.Value ?? throw new GuestException($"'{text}': {read.Error}");

    private ulong Until(ulong instructions) => Count > ulong.MaxValue - instructions ? ulong.MaxValue : Count + instructions;

    /// <summary>Runs to a count, or to what stops the guest before.</summary>
    private GuestStop Advance(ulong until, ConsoleProbe? text = null)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        GuestStop? known = _end is { } end && end.At > Present && end.At.Count <= until ? end : null;
        Probe[] probes = [.. _breakpoints.Select(point => point.Probe), .. text is null ? (Probe[])[] : [text]];
        SearchResult result = Timeline.FindNext(probes, known?.At.Count ?? until);
        if (result.Hit is { } hit)
        {
            Breakpoint? point = _breakpoints.Find(one => ReferenceEquals(one.Probe, hit.Probe));
            return point is null
                ? new GuestStop(StopKind.Text, Present, "The text was printed.")
                : new GuestStop(StopKind.Breakpoint, Present, $"It stands at the breakpoint {point.Text}, at {Present}.") { Breakpoint = point };
        }

        if (known is not null && result.Reason == StopReason.None)
        {
            Timeline.GoTo(known.At);
            return known;
        }

        if (result.Reason == StopReason.None)
            return new GuestStop(StopKind.Count, Present, $"It has executed all the instructions that it was to, and stands at {Present}.");
        RunResult ended = _session.Stopped();
        GuestStop stop = new(StopKind.End, Present, FaultReport.Sentence(Board, ended)) { End = ended.End };
        (_ended, _end) = (ended, stop);
        return stop;
    }

    /// <summary>The run goes another way from here: how it ended on the old one does not matter.</summary>
    private void OnBranch()
    {
        if (_end is { } end && end.At > Present)
            (_ended, _end) = (null, null);
    }

    private void Check(string? problem)
    {
        if (problem is not null)
            throw Failed(problem);
    }

    private GuestException Failed(string what)
    {
        string printed = Console;
        string tail = printed.Length > Tail ? $"...{printed[^Tail..]}" : printed;
        return new GuestException($"{what}\nIt stands at {Place}, {Present}, and printed last:\n{tail}");
    }

    private void OnTransmitted(byte value)
    {
        int place = (int)Timeline.Machine.ConsoleBytes;
        if (place < _printed.Count)
            _printed[place] = value;
        else
            _printed.Add(value);
    }
}
