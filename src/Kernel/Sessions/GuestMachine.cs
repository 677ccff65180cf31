using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
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
    private const int OutputBuffer = 1 << 16;

    /// <summary>How long a guest that only the world can wake sleeps between two looks at console and network.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private readonly IGuestConsole _console;
    private readonly GuestNetwork? _network;
    private readonly NetworkLink[] _links;
    private readonly Uart16550? _uart;
    private readonly PromptedInput? _prompted;
    private readonly ConsoleKeys? _keys;
    private readonly bool _keysAreReplayed;
    private readonly StateWriter _writer = new();
    private readonly byte[] _output = new byte[OutputBuffer];
    private readonly byte[] _input = new byte[256];
    private Pace? _pace;
    private int _outputLength;
    private ulong _printed;
    private ulong _maxPrinted;
    private int _keysEntered;
    private int _textsGiven;
    private int _injected;
    private readonly List<(ulong Count, Action Reached)> _marks = [];
    private Moment? _stopAt;
    private bool _arrived;
    private bool _isPartial;

    /// <summary>Connects the console.</summary>
    /// <param name="board">The machine with the guest in its memory.</param>
    /// <param name="engine">What executes it.</param>
    /// <param name="console">The outside end of the console.</param>
    /// <param name="network">The cables that are plugged in; null for none.</param>
    public GuestMachine(Board board, IEngine engine, IGuestConsole console, GuestNetwork? network = null)
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
        _uart = board.Console;
        if (_uart is null)
            return;
        _prompted = new PromptedInput(board, _uart, OnTextEntered);
        _keys = new ConsoleKeys(board, _uart, OnKeyEntered);
        _uart.Transmitted = OnTransmitted;
    }

    /// <summary>The board.</summary>
    public Board Board { get; }

    /// <summary>What executes the guest.</summary>
    public IEngine Engine { get; }

    /// <summary>What entered so far.</summary>
    public RunInputs Inputs { get; } = new();

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
    public ulong ConsoleBytes => _printed;

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

    /// <summary>Raised after each slice, when the machine may be looked at and saved.</summary>
    public event Action? SliceDone;

    /// <summary>Raised ahead of going back from where no run has been yet, so that what stands there can be kept.</summary>
    public event Action? LeavingFrontier;

    /// <summary>Whether a user program runs: MSR[PR].</summary>
    internal bool IsInProblemState => (Processor.State->Msr & Msr.Pr) != 0;

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
        _prompted.Add(text, prompt);
    }

    /// <summary>Presses a key at the present count. Where a run has been already, this begins another one.</summary>
    public void Press(byte key)
    {
        if (!IsLive)
            Cut();
        _keys?.Add(key);
    }

    /// <summary>Changes something by hand. Where a run has been already, this begins another one.</summary>
    /// <returns>False, with nothing changed, when it cannot be done.</returns>
    public bool Inject(Injection change)
    {
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
        Frontier = Count;
        Inputs.KeyList.RemoveRange(_keysEntered, Inputs.KeyList.Count - _keysEntered);
        _keys?.Replay(Inputs.KeyList, _keysEntered);
        Inputs.TextList.RemoveRange(_textsGiven, Inputs.TextList.Count - _textsGiven);
        Inputs.InjectionList.RemoveRange(_injected, Inputs.InjectionList.Count - _injected);
        _maxPrinted = _printed;
        Milestones?.Cut(Count);
        foreach (NetworkLink link in _links)
            link.Cut();
    }

    /// <summary>
    /// Takes what entered a recorded run, which then is done again up to a count; from there on the outside is live. To
    /// be called before the first run.
    /// </summary>
    /// <param name="inputs">What entered at the console, and what was changed by hand. What came over the cables is theirs.</param>
    /// <param name="until">Where the recorded run ended.</param>
    public void Follow(RunInputs inputs, ulong until)
    {
        Inputs.Add(inputs.Keys, inputs.Texts, inputs.Injections);
        Frontier = Math.Max(Count, until);
        _keys?.Replay(Inputs.KeyList, _keysEntered);
        foreach (NetworkLink link in _links)
            link.Rewind(0, 0);
    }

    /// <summary>Gives what <see cref="Cut"/> would forget, so that the run can go its first way again after all.</summary>
    public MachineFuture KeepFuture() => new()
    {
        Frontier = Math.Max(Frontier, Count),
        MaxPrinted = _maxPrinted,
        Keys = [.. Inputs.KeyList],
        Texts = [.. Inputs.TextList],
        Injections = [.. Inputs.InjectionList],
        Links = [.. _links.Select(link => link.KeepFuture())],
    };

    /// <summary>Puts back what <see cref="KeepFuture"/> gave. The machine must stand at or before the place where it did.</summary>
    public void Reinstate(MachineFuture future)
    {
        Frontier = future.Frontier;
        _maxPrinted = future.MaxPrinted;
        Refill(Inputs.KeyList, future.Keys);
        Refill(Inputs.TextList, future.Texts);
        Refill(Inputs.InjectionList, future.Injections);
        _keys?.Replay(Inputs.KeyList, _keysEntered);
        Milestones?.Cut(Count);
        for (int n = 0; n < _links.Length; n++)
            _links[n].Reinstate(future.Links[n]);
    }

    /// <summary>Notes all but the memories. Only where a run first comes to a count.</summary>
    public MachineCheckpoint Keep()
    {
        _writer.Clear();
        Board.Save(_writer);
        return new MachineCheckpoint
        {
            Count = Count,
            State = _writer.Written.ToArray(),
            Exceptions = Processor.KeepHistory(),
            Prompted = _prompted?.Keep(),
            Printed = _printed,
            Pulses = Pulses.Outstanding,
            Keys = _keysEntered,
            Texts = _textsGiven,
            Injections = _injected,
            Links = KeepLinks(),
        };
    }

    /// <summary>Begins at a checkpoint of another run; memories are the caller's, before. To be called before the first run.</summary>
    public void Begin(MachineCheckpoint kept)
    {
        Restore(kept);
        (Frontier, _maxPrinted) = (Count, _printed);
    }

    /// <summary>Puts back what <see cref="Keep"/> noted; memories are the caller's, before or after.</summary>
    public void Restore(MachineCheckpoint kept)
    {
        if (IsLive)
            LeavingFrontier?.Invoke();
        Frontier = Math.Max(Frontier, Count);
        FlushOutput();
        Board.Load(new StateReader(kept.State));
        Processor.Restore(kept.Exceptions!);
        if (kept.Prompted is { } prompted)
            _prompted?.Restore(prompted);
        (_printed, _keysEntered, _textsGiven, _injected) = (kept.Printed, kept.Keys, kept.Texts, kept.Injections);
        Pulses.Outstanding = kept.Pulses;
        _keys?.Replay(Inputs.KeyList, _keysEntered);
        for (int n = 0; n < _links.Length; n++)
            _links[n].Rewind(kept.Links[2 * n], kept.Links[(2 * n) + 1]);
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
    public void Mark(ulong count, Action reached) => _marks.Add((count, reached));

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
        int length = _outputLength;
        _outputLength = 0;
        if (length > 0)
            _console.Write(_output.AsSpan(0, length));
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
            foreach ((ulong count, _) in _marks)
                next = Math.Min(next, count);
            return next;
        }
    }

    private void ReachMarks()
    {
        for (int n = 0; n < _marks.Count;)
        {
            (ulong count, Action reached) = _marks[n];
            if (count > Count)
            {
                n++;
                continue;
            }

            _marks.RemoveAt(n);
            reached();
        }
    }

    private ulong[] KeepLinks()
    {
        ulong[] kept = new ulong[2 * _links.Length];
        for (int n = 0; n < _links.Length; n++)
            (kept[2 * n], kept[(2 * n) + 1]) = (_links[n].Sent, _links[n].Received);
        return kept;
    }

    private static void Refill<T>(List<T> list, T[] items)
    {
        list.Clear();
        list.AddRange(items);
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
            _prompted?.Add(given.Text.Span, given.Prompt.Span);
        }

        // A run file may name a place between two exceptions to which its run does not come: what is changed there is passed over.
        while (NextInjection is { } at && at <= Present)
        {
            Injection change = Inputs.InjectionList[_injected++].Change;
            if (at == Present)
                Apply(change);
        }
    }

    private bool Stopped(out StopReason reason)
    {
        reason = Processor.StopReason;
        if (reason != StopReason.WaitsForever || !IsLive)
            return reason != StopReason.None;
        bool woken = CanBeWokenByNetwork ? WakeByNetwork() : WakeByInput();
        return !woken;
    }

    /// <summary>A processor that waits for an interrupt which nothing in the machine can raise may still wait for a key.</summary>
    private bool WakeByInput()
    {
        if (_uart is not { CanReceive: true, ReceiveInterruptEnabled: true }
            || !CanBeInterrupted || !_console.WaitForInput() || _console.LeaveRequested)
            return false;
        Processor.StopReason = StopReason.None;
        return true;
    }

    /// <summary>Waits for a frame that enters, or a key; both show as something that is due or pending.</summary>
    private bool WakeByNetwork()
    {
        while (!_console.LeaveRequested)
        {
            _network?.Wait(LookInterval);
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
        if (_uart is null || _prompted is null || _keys is null)
            return;
        int room = Math.Min(_input.Length, _console.IsInteractive ? _uart.ReceiveRoom : _prompted.Room);
        int length = room == 0 ? 0 : _console.Read(_input.AsSpan(0, room));
        ReadOnlySpan<byte> text = _input.AsSpan(0, length);
        if (!_console.IsInteractive)
        {
            GiveText(text);
            return;
        }

        // In a replay the keys are those of the recording; others would make it another run.
        foreach (byte value in _keysAreReplayed ? [] : text)
            _keys.Add(value);
    }

    private void OnTextEntered(byte value)
    {
        Received?.Invoke(value);
        Entered?.Invoke(value);
    }

    private void OnKeyEntered(byte value)
    {
        Received?.Invoke(value);
        if (_keysEntered++ < Inputs.KeyList.Count)
            return;
        Inputs.KeyList.Add(new ConsoleInput(Count, value));
        Entered?.Invoke(value);
    }

    /// <summary>Changes something now that whoever runs the machine would change here again: it is noted nowhere.</summary>
    /// <returns>False, with nothing changed, when it cannot be done.</returns>
    public bool Apply(Injection change)
    {
        if (change is not InterruptInjection interrupt)
            return change.Apply(Board);
        Pulses.Raise(interrupt.Source, interrupt.Input);
        return true;
    }

    private void OnException(ExceptionRecord record)
    {
        Pulses.NoteTaken(record.Kind);
        if (_stopAt is not { } wanted || Present < wanted)
            return;
        _arrived = true;
        Stop();
    }

    private void OnTransmitted(byte value)
    {
        _prompted?.NoteTransmitted(value);
        Transmitted?.Invoke(value);
        if (++_printed <= _maxPrinted)
            return;
        _maxPrinted = _printed;
        if (_outputLength == _output.Length)
            FlushOutput();
        _output[_outputLength++] = value;
        Printed?.Invoke(value);
    }
}
