using PpcJit.Kernel.Networking;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Memory;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// A board with its engine and the outside ends of its console and cables, which runs to a moment. What enters from
/// outside is kept by count, so the machine can be put back to where it was and does the same again; where no run has
/// been yet, the outside is live.
/// </summary>
/// <remarks>
/// The engine runs in slices, between which input from outside enters and output leaves. Nothing that a guest can observe depends on the slices.
/// </remarks>
public sealed unsafe class GuestMachine
{
    /// <summary>
    /// Instructions between looks at the outside: a hundredth of a second on the interpreter, so that keys feel
    /// immediate, and still too many for the looks to be seen in a profile.
    /// </summary>
    private const ulong Slice = 250_000;

    /// <summary>Most sectors of which a checkpoint's size is told.</summary>
    private const ulong MostSectors = 1 << 20;

    /// <summary>How long a guest that only the world can wake sleeps between two looks at console and network.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private readonly IGuestConsole _console;
    private readonly GuestNetwork? _network;
    private readonly NetworkLink[] _links;
    private readonly SerialLine? _first;
    private readonly SerialLine? _second;
    private readonly SerialLine[] _lines;
    private readonly PromptedInput? _prompted;
    private readonly bool _keysAreReplayed;
    private readonly StateWriter _writer = new();
    private readonly byte[] _input = new byte[256];
    private Pace? _pace;
    private long _given;
    private int _textsGiven;
    private int _injected;
    private readonly List<Mark> _marks = [];
    private Moment? _stopAt;
    private bool _arrived;
    private bool _isPartial;
    private ulong _writesKept;
    private MachineCheckpoint? _devicesAre;
    private ulong _deviceChanges;
    private ulong _changesBesideControllers;

    /// <summary>Connects the console.</summary>
    /// <param name="board">The machine with the guest in its memory.</param>
    /// <param name="engine">What executes it.</param>
    /// <param name="console">The outside end of the console.</param>
    /// <param name="network">The cables that are plugged in; null for none.</param>
    /// <param name="second">The outside end of the second serial port; null for none.</param>
    public GuestMachine(Board board, IEngine engine, IGuestConsole console, GuestNetwork? network = null, IGuestConsole? second = null)
    {
        Board = board;
        Engine = engine;
        Pulses = new InterruptPulses(board);
        _console = console;
        _network = network;
        _links = [.. network?.Links ?? []];
        foreach (NetworkLink link in _links)
            link.IsLive = () => IsLive;
        _keysAreReplayed = network is { IsReplay: true };
        StartPace();
        Frontier = Count;
        board.Processor.ExceptionTaken += OnException;
        if (board.Console is { } uart)
        {
            _prompted = new PromptedInput(board, uart, OnTextEntered);
            _first = new SerialLine(board, uart, console, Inputs.KeyList)
            {
                Transmitted = OnTransmitted,
                Printed = value => Printed?.Invoke(value),
                Received = value => Received?.Invoke(value),
                Entered = value => Entered?.Invoke(value),
            };
        }

        if (SecondPort(board) is { } other)
            _second = new SerialLine(board, other, second ?? new SilentConsole(), Inputs.SecondKeyList);
        _lines = [.. new[] { _first, _second }.OfType<SerialLine>()];
    }

    /// <summary>Finds the serial port that is not the console; null when there is none.</summary>
    public static Uart16550? SecondPort(Board board) => board.DevicesOf<Uart16550>().FirstOrDefault(uart => uart != board.Console);

    /// <summary>The board.</summary>
    public Board Board { get; }

    /// <summary>What executes the guest.</summary>
    public IEngine Engine { get; }

    /// <summary>What entered so far.</summary>
    public RunInputs Inputs { get; } = new();

    /// <summary>Bytes that the inputs take which this run has got, about; those of a run that is done again do not count.</summary>
    public long InputBytes => Math.Max(0, AllInputBytes - _given);

    /// <summary>The count before which what entered is forgotten; null while all is kept.</summary>
    public ulong? InputsBegin { get; private set; }

    /// <summary>Whether there is text that has not been typed yet.</summary>
    public bool HasText => _prompted is { HasText: true };

    /// <summary>Interrupts that are raised by hand.</summary>
    public InterruptPulses Pulses { get; }

    /// <summary>State hashes that are taken and compared on the way; null for none.</summary>
    public Milestones? Milestones { get; set; }

    /// <summary>The cables.</summary>
    public IReadOnlyList<NetworkLink> Links => _links;

    /// <summary>Completed instructions.</summary>
    public ulong Count => Board.Processor.State->InstructionCount;

    /// <summary>Where the machine stands.</summary>
    public Moment Present => new(Count, Board.Processor.ExceptionsHere);

    /// <summary>
    /// The farthest count that any run has come to on the present way. Up to it a run is done again, from it on the
    /// outside is live.
    /// </summary>
    public ulong Frontier { get; private set; }

    /// <summary>Whether the guest is where no run has been yet.</summary>
    public bool IsLive => Count >= Frontier;

    /// <summary>Whether the person at the console asked to leave.</summary>
    public bool LeaveRequested => _console.LeaveRequested;

    /// <summary>Bytes that the guest has transmitted.</summary>
    public ulong ConsoleBytes => _first?.Sent ?? 0;

    /// <summary>
    /// Whether the machine was stopped ahead of an instruction, when what is due before it had happened already: it is
    /// no longer in the state in which a run first comes to its count.
    /// </summary>
    public bool IsMidway { get; private set; }

    /// <summary>
    /// Whether the machine is surely in the state in which a run first comes to its count, so that <see cref="Keep"/>
    /// may be called.
    /// </summary>
    public bool CanKeep { get; private set; } = true;

    /// <summary>
    /// A count at which a slice has to end, so that <see cref="SliceDone"/> is raised there;
    /// <see cref="ulong.MaxValue"/> for none.
    /// </summary>
    public ulong SliceEnd { get; set; } = ulong.MaxValue;

    /// <summary>Raised with each byte that the guest transmits for the first time.</summary>
    public event Action<byte>? Printed;

    /// <summary>Raised with each byte that the guest transmits, also when it does again what it did.</summary>
    public event Action<byte>? Transmitted;

    /// <summary>Raised with each byte of console input when it enters for the first time.</summary>
    public event Action<byte>? Entered;

    /// <summary>Raised with each byte of console input when it enters, also when it enters again.</summary>
    public event Action<byte>? Received;

    /// <summary>Raised where what happened and entered after the present moment is about to be forgotten, as the run goes another way.</summary>
    public event Action? BranchBegins;

    /// <summary>Raised when <see cref="KeepFuture"/> is about to give what is known, to add to it.</summary>
    internal event Action<MachineFuture>? FutureKept;

    /// <summary>Raised when <see cref="Reinstate"/> has put it back.</summary>
    internal event Action<MachineFuture>? Reinstated;

    /// <summary>Raised after each slice, when the machine may be looked at and saved.</summary>
    public event Action? SliceDone;

    /// <summary>Raised ahead of going back from where no run has been yet, so that what stands there can be kept.</summary>
    public event Action? LeavingFrontier;

    /// <summary>Whether a user program runs: MSR[PR].</summary>
    internal bool IsInProblemState => (Processor.State->Msr & Msr.Pr) != 0;

    /// <summary>Stops the machine when the guest is in a cycle of faults; null when nobody asks whether it does.</summary>
    internal FaultCycle? FaultCycle { get; set; }

    /// <summary>Whether the guest is surely in a cycle of faults, as far as somebody asks for that.</summary>
    public bool IsInFaultCycle => FaultCycle is { IsCertain: true };

    /// <summary>Whether somebody is there to answer the guest, or text that it has not got yet.</summary>
    internal bool ExpectsInput => Count + 1 < Frontier || _console.IsInteractive || _prompted is { HasText: true };

    private Processor Processor => Board.Processor;

    private bool CanBeInterrupted => (Processor.State->Msr & (Msr.Ee | Msr.Ce)) != 0;

    private bool CanBeWokenByNetwork => _network is { IsListenedTo: true } && CanBeInterrupted;

    /// <summary>Says what the guest shows ahead of each line; see <see cref="PromptedInput.Prompt"/>.</summary>
    public void SetPrompt(ReadOnlyMemory<byte> prompt) => _prompted?.Prompt = prompt;

    /// <summary>Gives text that enters by the rule of <see cref="PromptedInput"/>, from the present count on.</summary>
    /// <param name="text">The text.</param>
    /// <param name="prompt">What the guest must have shown before; empty for that rule.</param>
    public void GiveText(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prompt = default)
    {
        if (text.IsEmpty || _prompted is null)
            return;
        Inputs.TextList.Add(new PromptedText(Count, text.ToArray()) { Prompt = prompt.ToArray() });
        _textsGiven++;
        Give(_prompted, text, prompt);
    }

    /// <summary>Presses a key at the present count. Where a run has been already, this begins another one.</summary>
    public void Press(byte key)
    {
        if (!IsLive)
            Cut();
        _devicesAre = null;
        _first?.Press(key);
    }

    /// <summary>Changes something by hand. Where a run has been already, this begins another one.</summary>
    /// <returns>False, with nothing changed, when it cannot be done.</returns>
    public bool Inject(Injection change)
    {
        // What a device transmits because of it is new.
        if (change is DeviceInjection device)
        {
            if (!device.IsPossible(Board))
                return false;
            Cut();
        }

        if (!Apply(change))
            return false;
        Cut();
        Inputs.InjectionList.Add(new InjectionAt(Present, change));
        _injected++;
        return true;
    }

    /// <summary>Forgets what entered and what happened after the present count: the run goes another way from here.</summary>
    public void Cut()
    {
        BranchBegins?.Invoke();
        Frontier = Count;
        foreach (SerialLine line in _lines)
            line.Cut();
        Inputs.TextList.Cut(_textsGiven);
        Inputs.InjectionList.Cut(_injected);
        Milestones?.Cut(Count);
        foreach (NetworkLink link in _links)
            link.Cut();
    }

    /// <summary>Forgets what entered before a checkpoint, so that the run can be done again from there on only.</summary>
    public void Forget(MachineCheckpoint oldest)
    {
        long before = AllInputBytes;
        Inputs.KeyList.Forget(_first is null ? 0 : oldest.Lines[0].Entered);
        Inputs.SecondKeyList.Forget(_second is null ? 0 : oldest.Lines[^1].Entered);
        Inputs.TextList.Forget(oldest.Texts);
        Inputs.InjectionList.Forget(oldest.Injections);
        for (int n = 0; n < _links.Length; n++)
            _links[n].Forget(oldest.Links[(2 * n) + 1]);
        InputsBegin = oldest.Count;
        _given = Math.Max(0, _given - (before - AllInputBytes));
    }

    /// <summary>
    /// Takes what entered a recorded run, which then is done again up to a count; from there on the outside is live. To be called
    /// before the first run.
    /// </summary>
    /// <param name="inputs">What entered at the console, and what was changed by hand. What came over the cables is theirs.</param>
    /// <param name="until">Where the recorded run ended.</param>
    public void Follow(RunInputs inputs, ulong until)
    {
        Inputs.Add(inputs.Keys, inputs.Texts, inputs.Injections, inputs.SecondKeys);
        Frontier = Math.Max(Count, until);
        foreach (SerialLine line in _lines)
            line.Replay();
        foreach (NetworkLink link in _links)
            link.Rewind(0, 0);
        _given = AllInputBytes;
    }

    /// <summary>Gives what <see cref="Cut"/> would forget, so that the run can go its first way again after all.</summary>
    public MachineFuture KeepFuture()
    {
        MachineFuture future = new()
        {
            Frontier = Math.Max(Frontier, Count),
            Lines = [.. _lines.Select(line => line.KeepFuture())],
            Texts = (_textsGiven, Inputs.TextList.From(_textsGiven)),
            Injections = (_injected, Inputs.InjectionList.From(_injected)),
            Links = [.. _links.Select(link => link.KeepFuture())],
        };
        FutureKept?.Invoke(future);
        return future;
    }

    /// <summary>Puts back what <see cref="KeepFuture"/> gave. The machine must stand at or before the place where it did.</summary>
    public void Reinstate(MachineFuture future)
    {
        Frontier = future.Frontier;
        for (int n = 0; n < _lines.Length; n++)
            _lines[n].Reinstate(future.Lines[n]);
        Inputs.TextList.Replace(future.Texts.First, future.Texts.Items);
        Inputs.InjectionList.Replace(future.Injections.First, future.Injections.Items);
        Milestones?.Cut(Count);
        for (int n = 0; n < _links.Length; n++)
            _links[n].Reinstate(future.Links[n]);
        Reinstated?.Invoke(future);
    }

    /// <summary>Notes all but the memories. Only where a run first comes to a count.</summary>
    /// <param name="discarded">A checkpoint that nobody needs any more, whose memory is used again; null for none.</param>
    public MachineCheckpoint Keep(MachineCheckpoint? discarded = null)
    {
        _writer.Clear();
        bool areDevicesKept = discarded is not null && AreDevicesAsIn(discarded);
        if (areDevicesKept)
            Processor.Save(_writer);
        else
            Board.Save(_writer);
        ReadOnlySpan<byte> written = _writer.Written;
        byte[] state = discarded is { } old && (areDevicesKept || old.State.Length == written.Length) ? old.State : new byte[written.Length];
        written.CopyTo(state);
        byte[]? controllers = areDevicesKept ? discarded!.Controllers : KeepControllers();
        DiskContent? disk = Board.Disk?.Content;
        ulong fresh = disk is null || disk.Writes < _writesKept ? 0 : disk.Writes - _writesKept;
        _writesKept = disk?.Writes ?? 0;
        MachineCheckpoint kept = new()
        {
            Count = Count,
            State = state,
            Controllers = controllers,
            HasCacheLines = !Processor.DataCache.IsEmpty,
            Disk = disk,
            FreshSectors = (int)Math.Min(fresh, MostSectors),
            Exceptions = Processor.KeepHistory(),
            Prompted = _prompted?.Keep(),
            Lines = KeepLines(),
            Pulses = Pulses.Outstanding,
            Held = Processor.HeldInterrupts,
            Texts = _textsGiven,
            Injections = _injected,
            Links = KeepLinks(),
            Frames = KeepFrames(),
        };
        NoteDevices(kept);
        return kept;
    }

    /// <summary>Begins at a checkpoint of another run; memories are the caller's, before. To be called before the first run.</summary>
    public void Begin(MachineCheckpoint kept)
    {
        Restore(kept);
        Frontier = Count;
        foreach (SerialLine line in _lines)
            line.BeginAnew();
    }

    /// <summary>Puts back what <see cref="Keep"/> noted; memories are the caller's, before or after.</summary>
    public void Restore(MachineCheckpoint kept)
    {
        if (IsLive)
            LeavingFrontier?.Invoke();
        Frontier = Math.Max(Frontier, Count);
        FlushOutput();
        if (AreDevicesAsIn(kept))
            Board.LoadProcessor(new StateReader(kept.State));
        else if (kept.Controllers is { } controllers && AreOthersAsIn(kept))
            Board.LoadControllers(new StateReader(kept.State), new StateReader(controllers));
        else
            Board.Load(new StateReader(kept.State));
        NoteDevices(kept);
        Board.RestoreDisk(kept.Disk);
        _writesKept = kept.Disk?.Writes ?? 0;
        Processor.Restore(kept.Exceptions!);
        if (kept.Prompted is { } prompted)
            _prompted?.Restore(prompted);
        (_textsGiven, _injected) = (kept.Texts, kept.Injections);
        Pulses.Outstanding = kept.Pulses;
        Processor.HeldInterrupts = kept.Held;
        for (int n = 0; n < _lines.Length; n++)
            _lines[n].Restore(kept.Lines[n]);
        for (int n = 0; n < _links.Length; n++)
            _links[n].Rewind(kept.Links[2 * n], kept.Links[(2 * n) + 1]);
        for (int n = 0; n < kept.Frames.Length; n++)
            _links[n].Port.Restore(kept.Frames[n]);
        (IsMidway, CanKeep) = (false, true);
    }

    /// <summary>
    /// Runs to a count. Where no run has been yet, input from outside enters on the way; elsewhere what entered then enters again.
    /// </summary>
    /// <returns>Why the machine stopped before it, else <see cref="StopReason.None"/>.</returns>
    public StopReason Run(ulong until)
    {
        if (Processor.StopReason == StopReason.Requested)
            Processor.StopReason = StopReason.None;
        while (true)
        {
            Reenter();
            ReachMarks();
            if (Stopped(out StopReason reason))
                return reason;
            if (Count >= until || (IsLive && _console.LeaveRequested))
                return StopReason.None;
            if (NextInjection is { } next && next.Count == Count)
            {
                Approach(next);
                continue;
            }

            TakeOutside();
            RunEngine(Math.Min(Math.Min(until, SliceEnd > Count ? SliceEnd : ulong.MaxValue), Math.Min(Count + Slice, NextReentry)));
            FlushOutput();
            if (CanKeep)
                Milestones?.Look(this);
            if (!IsMidway)
                SliceDone?.Invoke();
        }
    }

    /// <summary>Runs to a moment.</summary>
    /// <returns>Why the machine stopped before it, else <see cref="StopReason.None"/>.</returns>
    public StopReason Run(Moment until)
    {
        StopReason reason = Run(until.Count);
        if (reason != StopReason.None || Count != until.Count)
            return reason;
        while (Present < until)
        {
            if (!Approach(NextInjection is { } next && next < until ? next : until))
                return Processor.StopReason;
            Reenter();
        }

        return StopReason.None;
    }

    /// <summary>
    /// Has something done once, ahead of what is due at a count, when the machine stands there for the first time. It
    /// must not change the machine.
    /// </summary>
    /// <param name="count">The count; one that has passed is reached at once.</param>
    /// <param name="reached">What is done.</param>
    public void AddMark(ulong count, Action reached) => _marks.Add(new Mark(count, reached));

    /// <summary>Stops the machine as soon as the present instruction, or what happens before it, is done.</summary>
    public void Stop()
    {
        if (Processor.StopReason == StopReason.None)
            Processor.StopReason = StopReason.Requested;
    }

    /// <summary>Notes that the instruction ahead of which the machine is being stopped has been done in part.</summary>
    public void NotePartial() => _isPartial = true;

    /// <summary>Hands what the guest printed to the console.</summary>
    public void FlushOutput()
    {
        foreach (SerialLine line in _lines)
            line.Flush();
    }

    private long AllInputBytes
    {
        get
        {
            long bytes = Inputs.Bytes;
            foreach (NetworkLink link in _links)
                bytes += link.KeptBytes;
            return bytes;
        }
    }

    /// <summary>The count of the next thing that entered by hand between two slices and has to enter again, or of the next milestone.</summary>
    private ulong NextReentry => Math.Min(Math.Min(Milestones?.Next(Count) ?? ulong.MaxValue, NextMark), Math.Min(
        _textsGiven < Inputs.TextList.Count ? Inputs.TextList[_textsGiven].Count : ulong.MaxValue,
        _injected < Inputs.InjectionList.Count ? Inputs.InjectionList[_injected].At.Count : ulong.MaxValue));

    private ulong NextMark
    {
        get
        {
            ulong next = ulong.MaxValue;
            for (int n = 0; n < _marks.Count; n++)
                next = Math.Min(next, _marks[n].Count);
            return next;
        }
    }

    private void ReachMarks()
    {
        for (int n = 0; n < _marks.Count;)
        {
            Mark mark = _marks[n];
            if (mark.Count > Count)
            {
                n++;
                continue;
            }

            _marks.RemoveAt(n);
            mark.Reached();
        }
    }

    private LineState[] KeepLines()
    {
        LineState[] kept = new LineState[_lines.Length];
        for (int n = 0; n < kept.Length; n++)
            kept[n] = _lines[n].Keep();
        return kept;
    }

    private PortArrivals[] KeepFrames()
    {
        PortArrivals[] kept = new PortArrivals[_links.Length];
        for (int n = 0; n < kept.Length; n++)
            kept[n] = _links[n].Port.KeepArrivals();
        return kept;
    }

    private byte[] KeepControllers()
    {
        _writer.Clear();
        Board.SaveControllers(_writer);
        return _writer.Written.ToArray();
    }

    private void NoteDevices(MachineCheckpoint kept) =>
        (_devicesAre, _deviceChanges, _changesBesideControllers) = (kept, Board.DeviceChanges, Board.ChangesBesideControllers);

    /// <summary>
    /// Whether no device can have changed since a checkpoint was made or gone back to, as between most steps of a search. With a cable,
    /// frames come to devices by themselves.
    /// </summary>
    private bool AreDevicesAsIn(MachineCheckpoint kept) => Board.DeviceChanges == _deviceChanges && AreOthersAsIn(kept);

    /// <summary>Whether nothing but interrupt controllers can have changed since then, as in trials that acknowledge their interrupt.</summary>
    private bool AreOthersAsIn(MachineCheckpoint kept) => _devicesAre == kept && Board.ChangesBesideControllers == _changesBesideControllers
        && _links.Length == 0 && !kept.HasCacheLines && Processor.DataCache.IsEmpty;

    private ulong[] KeepLinks()
    {
        ulong[] kept = new ulong[2 * _links.Length];
        for (int n = 0; n < _links.Length; n++)
            (kept[2 * n], kept[(2 * n) + 1]) = (_links[n].Sent, _links[n].Received);
        return kept;
    }

    private void RunEngine(ulong until)
    {
        Engine.Run(Math.Min(until, IsLive ? ulong.MaxValue : Frontier));
        bool eventsRan = Processor.ExceptionsHere == 0 && Board.Events.LastRun == Count;
        IsMidway = Processor.StopReason != StopReason.None && (Processor.StopReason != StopReason.Requested || _isPartial || eventsRan);
        _isPartial = false;
        CanKeep = Processor.StopReason == StopReason.None;
        Frontier = Math.Max(Frontier, Count);
    }

    /// <summary>Where something was changed by hand next.</summary>
    private Moment? NextInjection => _injected < Inputs.InjectionList.Count ? Inputs.InjectionList[_injected].At : null;

    /// <summary>Runs to a moment after an exception at the present count.</summary>
    /// <returns>False when the machine did not come there: it stopped before, or executed an instruction.</returns>
    private bool Approach(Moment target)
    {
        (_stopAt, _arrived) = (target, false);
        RunEngine(Count + 1);
        _stopAt = null;
        FlushOutput();
        if (_arrived)
            Processor.StopReason = StopReason.None;
        return _arrived;
    }

    /// <summary>Lets in again what entered at the present moment between two slices.</summary>
    private void Reenter()
    {
        while (_textsGiven < Inputs.TextList.Count && Inputs.TextList[_textsGiven].Count == Count && !IsMidway)
        {
            PromptedText given = Inputs.TextList[_textsGiven++];
            if (_prompted is { } prompted)
                Give(prompted, given.Text.Span, given.Prompt.Span);
        }

        // A run file may name a place between two exceptions to which its run does not come: what is changed there is passed over.
        while (NextInjection is { } at && at <= Present)
        {
            Injection change = Inputs.InjectionList[_injected++].Change;
            if (at == Present)
                Apply(change);
        }
    }

    /// <summary>A processor that waits for an interrupt which nothing in the machine can raise has something to wait for again.</summary>
    private void Give(PromptedInput prompted, ReadOnlySpan<byte> text, ReadOnlySpan<byte> prompt)
    {
        _devicesAre = null;
        prompted.Add(text, prompt);
        if (Processor.StopReason == StopReason.WaitsForever)
            Processor.StopReason = StopReason.None;
    }

    private bool Stopped(out StopReason reason)
    {
        reason = Processor.StopReason;
        if (reason != StopReason.WaitsForever || !IsLive)
            return reason != StopReason.None;
        bool woken = CanBeWokenByNetwork ? WakeByLooking() : WakeByInput();
        return !woken;
    }

    /// <summary>A processor that waits for an interrupt which nothing in the machine can raise may still wait for a key.</summary>
    private bool WakeByInput()
    {
        if (!CanBeInterrupted)
            return false;
        if (_second is { AwaitsKey: true, Outside.IsInteractive: true })
            return WakeByLooking();
        if (_first is not { AwaitsKey: true } || !_console.WaitForInput() || _console.LeaveRequested)
            return false;
        Processor.StopReason = StopReason.None;
        return true;
    }

    /// <summary>Waits for a frame that enters, or a key; both show as something that is due or pending.</summary>
    private bool WakeByLooking()
    {
        while (!_console.LeaveRequested)
        {
            if (_network is { IsListenedTo: true })
                _network.Wait(LookInterval);
            else
                Thread.Sleep(LookInterval);
            TakeInput();
            if (!Processor.HasNothingToDo)
            {
                Processor.StopReason = StopReason.None;
                return true;
            }
        }

        return false;
    }

    private void TakeOutside()
    {
        if (!IsLive)
        {
            _pace = null;
            return;
        }

        if (_pace is null)
            StartPace();
        TakeInput();
        TakeFrames();
    }

    private void StartPace() => _pace = _network is { IsLive: true } ? new Pace(Board.Events.InstructionsPerSecond, Count) : null;

    /// <summary>Lets the network do its work, and the guest wait when its time runs ahead of the host's.</summary>
    private void TakeFrames()
    {
        if (_network is null || _pace is null)
            return;
        TimeSpan ahead = _pace.Look(Count);
        if (ahead > TimeSpan.Zero)
            _network.Wait(ahead);
        else
            _network.Poll();
    }

    private void TakeInput()
    {
        if (_second is not null)
            TakeKeys(_second, _second.Uart.ReceiveRoom);
        if (_first is null || _prompted is null)
            return;
        if (_console.IsInteractive)
        {
            TakeKeys(_first, _first.Uart.ReceiveRoom);
            return;
        }

        int room = Math.Min(_input.Length, _prompted.Room);
        GiveText(_input.AsSpan(0, room == 0 ? 0 : _console.Read(_input.AsSpan(0, room))));
    }

    private void TakeKeys(SerialLine line, int room)
    {
        int length = room == 0 ? 0 : line.Outside.Read(_input.AsSpan(0, Math.Min(_input.Length, room)));

        // In a replay the keys are those of the recording; others would make it another run.
        foreach (byte value in _keysAreReplayed ? [] : _input.AsSpan(0, length))
        {
            _devicesAre = null;
            line.Press(value);
        }
    }

    private void OnTextEntered(byte value)
    {
        Received?.Invoke(value);
        Entered?.Invoke(value);
    }

    /// <summary>Changes something now that whoever runs the machine would change here again: it is noted nowhere.</summary>
    /// <returns>False, with nothing changed, when it cannot be done.</returns>
    public bool Apply(Injection change)
    {
        if (change is not (InterruptInjection { Source: not InterruptSource.None } or TlbEvictInjection or GprInjection or PcInjection))
            _devicesAre = null;
        if (change is not InterruptInjection interrupt)
            return change.Apply(Board);
        Pulses.Raise(interrupt.Source, interrupt.Input);
        return true;
    }

    private void OnException(in ExceptionRecord record)
    {
        Pulses.NoteTaken(record.Kind);

        // What is done again for somebody who looks back is no cycle.
        if (FaultCycle is not null && IsLive && FaultCycle.Note(record))
            Stop();
        if (_stopAt is not { } wanted || Present < wanted)
            return;
        _arrived = true;
        Stop();
    }

    private void OnTransmitted(byte value)
    {
        _prompted?.NoteTransmitted(value);
        Transmitted?.Invoke(value);
    }

    /// <summary>Something that is done once at a count. A class, as lists of those are compiled already where the runtime begins.</summary>
    private sealed record Mark(ulong Count, Action Reached);
}
