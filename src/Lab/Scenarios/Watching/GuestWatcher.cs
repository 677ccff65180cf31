using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Scenarios.Watching;

/// <summary>
/// Turns what a processor does into events, keeps the last ones, and hands each to the checks. Both engines raise the
/// same events at the same counts, because whatever is watched is executed by the interpreter's methods on both.
/// </summary>
public sealed unsafe class GuestWatcher : IExecutionObserver, IDisposable
{
    /// <summary>r1 moving up by less than this, in bytes, is a function that gives its frame back.</summary>
    private const uint LargestFrame = 4096;

    private const int StackPointer = 1;

    private const int Answers = 512;

    private const ulong Asked = 1ul << 32;

    private const ulong Watched = 1ul << 33;

    private readonly Processor _processor;
    private readonly CpuState* _state;
    private readonly Board _board;
    private readonly EventRing _recent = new();
    private HashSet<uint> _addresses = [];
    private readonly bool[] _sprs = new bool[1024];
    private bool _stackSwitches;
    private bool _stackGrowth;
    private bool _msrWrites;
    private DataRange[] _ranges = [];
    private uint _stackBefore;
    private readonly uint[] _tlbHi = new uint[CpuState.TlbEntries];
    private List<ICheck> _checks = [];

    /// <summary>For each kind of event, which of the checks get it.</summary>
    private int[][] _seeing = [];

    /// <summary>
    /// Answers of <see cref="Watches"/>, which every engine asks again and again: the address and the word, and in the low bits of the address, which
    /// are 0, that it has been asked and what the answer was.
    /// </summary>
    private readonly ulong[] _answers = new ulong[Answers];
    private GuestView? _view;

    /// <summary>What the checks and the history are equal to; null once something has been told since.</summary>
    private WatcherState? _unchanged;

    /// <summary>Begins to watch a machine.</summary>
    /// <param name="board">The machine, for which no engine has been created yet.</param>
    public GuestWatcher(Board board)
    {
        _board = board;
        _processor = board.Processor;
        _state = _processor.State;
        _processor.Observers.Add(this);
        _processor.ExceptionTaken += OnException;
        _processor.Tlb.Written += OnTlbWritten;
        board.Memory.Unanswered += OnUnanswered;
        board.Memory.Storing += OnStoring;
        _processor.InterruptRaised += OnRaised;
        _processor.InterruptLowered += OnLowered;
    }

    /// <summary>The last events, the oldest first.</summary>
    public IReadOnlyList<GuestEvent> Recent => _recent;

    /// <summary>
    /// Called at each watched address, ahead of its instruction, after the checks have been told. False when it moved
    /// the PC, raised an interrupt or stopped the machine.
    /// </summary>
    public Func<uint, bool>? Arrived { get; set; }

    /// <summary>Called with each event, after the checks.</summary>
    public Action<GuestEvent>? Happened { get; set; }

    private GuestView View => _view ?? throw new InvalidOperationException("Nothing has been attached to the watcher.");

    /// <summary>Says what is watched and who looks. To be called before the first instruction.</summary>
    public void Attach(GuestView view, IEnumerable<ICheck> checks, WatchList watches)
    {
        _view = view;
        _checks = [.. checks];
        _seeing = [.. Enum.GetValues<GuestEventKind>()
            .Select(kind => Enumerable.Range(0, _checks.Count).Where(n => _checks[n].Sees(kind)).ToArray())];
        Array.Clear(_answers);
        _addresses = [.. watches.Addresses];
        _stackSwitches = watches.WatchesStackSwitches;
        _stackGrowth = watches.WatchesStackGrowth;
        _msrWrites = watches.WatchesMsr;
        _ranges = [.. watches.Ranges];
        foreach (int spr in watches.Sprs)
            _sprs[spr] = true;
        _processor.Observers.NoteInstructions(null);
        _processor.Observers.NoteData();
    }

    /// <summary>
    /// Gives what the checks and the history are now, to be put back later, in this machine or another one of the same
    /// image.
    /// </summary>
    /// <param name="reused">What an earlier call gave and nobody needs any more; null for none.</param>
    public WatcherState Fork(WatcherState? reused = null)
    {
        if (reused is not null && reused == _unchanged)
            return reused;
        WatcherState state = reused ?? new WatcherState([], new EventRing());
        state.Checks.Clear();
        foreach (ICheck check in _checks)
            state.Checks.Add(check.Fork());
        state.Recent.CopyFrom(_recent);
        _unchanged = state;
        return state;
    }

    /// <summary>
    /// Puts back what <see cref="Fork"/> gave, when the machine itself has been put back; what was given remains as it
    /// was.
    /// </summary>
    public void Restore(WatcherState state)
    {
        if (_unchanged != state)
        {
            _checks.Clear();
            foreach (ICheck check in state.Checks)
                _checks.Add(check.Fork());
            _recent.CopyFrom(state.Recent);
            _unchanged = state;
        }

        NoteTlb();
    }

    /// <summary>Notes that something was changed from outside.</summary>
    /// <param name="number">Which injection.</param>
    /// <param name="address">What it was about.</param>
    public void NoteInjection(int number, uint address) => Raise(new GuestEvent(
        GuestEventKind.Injected, _state->InstructionCount, _state->Pc, _state->Msr, _state->Gpr[StackPointer], number, address));

    /// <summary>Tells the checks that the instruction in which one of them asked for it has completed.</summary>
    public void RaiseBoundary() => Tell(Event(GuestEventKind.Boundary, _state->Pc));

    /// <inheritdoc/>
    public bool WatchesAnyData => _ranges.Length > 0;

    /// <inheritdoc/>
    public bool WatchesData(uint effective, uint physical)
    {
        foreach (DataRange range in _ranges)
        {
            if (range.IsInPage(effective, physical))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public bool BeforeAccess(uint effective, uint physical, int size, bool store)
    {
        foreach (DataRange range in _ranges)
        {
            if ((store ? range.Writes : range.Reads) && range.Touches(effective, physical, size))
            {
                Tell(Event(GuestEventKind.DataAccessed, _state->Pc, store ? 1 : 0, effective, (uint)size) with { Dear = physical });
                break;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool WatchesRealModeStores => true;

    /// <inheritdoc/>
    public bool Watches(uint address, uint word)
    {
        ulong asked = ((ulong)address << 32) | word | Asked;
        ref ulong known = ref _answers[(address >> 2) % Answers];
        if ((known & ~Watched) != asked)
            known = FindWatched(address, word) ? asked | Watched : asked;
        return (known & Watched) != 0;
    }

    private bool FindWatched(uint address, uint word)
    {
        if (_addresses.Contains(address))
            return true;
        return Decoder.Decode(word) switch
        {
            Op.Rfi or Op.Rfci or Op.Tlbwe => true, // tlbwe so that its count is exact where it is a part of translated code
            Op.Mfspr or Op.Mtspr => _sprs[Field.Spr(word)] || (_stackSwitches && SwitchesStack(word)),
            Op.Wrtee or Op.Wrteei or Op.Mtmsr => _msrWrites,
            Op.Stwu or Op.Stwux => _stackGrowth && Field.Ra(word) == StackPointer,
            _ => _stackSwitches && SwitchesStack(word),
        };
    }

    /// <inheritdoc/>
    public bool BeforeInstruction(uint address, uint word)
    {
        if (_addresses.Contains(address))
        {
            Raise(Event(GuestEventKind.Reached, address, address: address));
            if (_processor.StopReason == StopReason.None && Arrived?.Invoke(address) == false)
                return false;
        }

        _stackBefore = _state->Gpr[StackPointer];
        return _processor.StopReason == StopReason.None;
    }

    /// <inheritdoc/>
    public void AfterInstruction(uint address, uint word)
    {
        Op op = Decoder.Decode(word);
        switch (op)
        {
            case Op.Rfi or Op.Rfci:
                Raise(Event(op == Op.Rfi
                    ? GuestEventKind.ReturnedFromInterrupt
                    : GuestEventKind.ReturnedFromCritical, address, 0, _state->Pc, _state->Msr));
                break;
            case Op.Mfspr when _sprs[Field.Spr(word)]:
                Raise(Event(GuestEventKind.SprRead, address, Field.Spr(word), (uint)Field.Rt(word), _state->Gpr[Field.Rt(word)]));
                break;
            case Op.Stwu or Op.Stwux when _stackGrowth && Field.Ra(word) == StackPointer:
                Tell(Event(GuestEventKind.StackGrown, address, 0, _state->Gpr[StackPointer], _stackBefore));
                break;
            case Op.Wrtee or Op.Wrteei or Op.Mtmsr when _msrWrites:
                Tell(Event(GuestEventKind.MsrWritten, address));
                break;
            case Op.Mtspr when _sprs[Field.Spr(word)]:
                Raise(Event(GuestEventKind.SprWritten, address, Field.Spr(word), value: _state->Gpr[Field.Rs(word)]));
                break;
        }

        uint stack = _state->Gpr[StackPointer];
        if (_stackSwitches && stack != _stackBefore && SwitchesStack(word) && stack - _stackBefore >= LargestFrame)
            Raise(Event(GuestEventKind.StackSwitched, address, 0, stack, _stackBefore));
    }

    /// <inheritdoc/>
    public void RealModeStore(uint physical, int size, uint value)
    {
        GuestEvent store = Event(GuestEventKind.RealModeStore, _state->Pc, size, physical, value);

        // Handlers do tens of thousands, which would push out of the history what led to a finding.
        if (View.IsOrdinaryRealStore(physical))
            Tell(store);
        else
            Raise(store);
    }

    /// <inheritdoc/>
    public void WatchedEntryUsed(int index, uint effective, bool store) =>
        Raise(Event(GuestEventKind.WatchedEntryUsed, _state->Pc, index, effective, store ? 1u : 0));

    /// <inheritdoc/>
    public void Dispose()
    {
        _processor.Observers.Remove(this);
        _processor.ExceptionTaken -= OnException;
        _processor.Tlb.Written -= OnTlbWritten;
        _board.Memory.Unanswered -= OnUnanswered;
        _board.Memory.Storing -= OnStoring;
        _processor.InterruptRaised -= OnRaised;
        _processor.InterruptLowered -= OnLowered;
    }

    /// <summary>Whether a word can set r1 to something other than itself plus a constant or an index.</summary>
    private static bool SwitchesStack(uint word)
    {
        if (Field.Rt(word) != StackPointer && Field.Ra(word) != StackPointer)
            return false;
        Op op = Decoder.Decode(word);
        if (op is Op.Stwu or Op.Stwux || (op is Op.Addi or Op.Add && Field.Ra(word) == StackPointer))
            return false;
        return (Decoder.Row(op).GprsWritten(word) & (1u << StackPointer)) != 0;
    }

    private GuestEvent Event(GuestEventKind kind, uint pc, int number = 0, uint address = 0, uint value = 0) =>
        new(kind, _state->InstructionCount, pc, _state->Msr, _state->Gpr[StackPointer], number, address, value);

    private void OnException(in ExceptionRecord record) => Raise(Event(
        GuestEventKind.ExceptionTaken, _state->Pc, (int)record.Kind, record.Pc, record.Msr) with { Dear = record.Dear });

    private void OnTlbWritten(int index)
    {
        if (index < 0)
        {
            Raise(Event(GuestEventKind.TlbWritten, _state->Pc, index));
            NoteTlb();
            return;
        }

        uint before = _tlbHi[index];
        _tlbHi[index] = _state->TlbHi[index];
        Raise(Event(GuestEventKind.TlbWritten, _state->Pc, index, _state->TlbHi[index], _state->TlbLo[index]) with { Dear = before });
    }

    private void NoteTlb() => new ReadOnlySpan<uint>(_state->TlbHi, CpuState.TlbEntries).CopyTo(_tlbHi);

    /// <summary>Something other than the processor stores: DMA, or a person.</summary>
    private void OnStoring(uint physical, int bytes)
    {
        foreach (DataRange range in _ranges)
        {
            if (range.Writes && range.Touches(physical, physical, bytes))
            {
                Tell(Event(GuestEventKind.DataAccessed, _state->Pc, 2, physical, (uint)bytes) with { Dear = physical });
                break;
            }
        }
    }

    private void OnRaised(InterruptSource source) => TellOf(GuestEventKind.InterruptRaised, source);

    private void OnLowered(InterruptSource source) => TellOf(GuestEventKind.InterruptLowered, source);

    private void TellOf(GuestEventKind kind, InterruptSource source)
    {
        if (_view is not null)
            Tell(Event(kind, _state->Pc, (int)source));
    }

    private void OnUnanswered(uint physical, bool store) => Raise(Event(GuestEventKind.Unanswered, _state->Pc, store ? 1 : 0, physical));

    private void Raise(in GuestEvent happened)
    {
        _recent.Add(happened);
        Tell(happened);
    }

    private void Tell(in GuestEvent happened)
    {
        _unchanged = null;
        if (_view is { } view)
        {
            foreach (int n in _seeing[(int)happened.Kind])
                _checks[n].Observe(happened, view);
        }

        Happened?.Invoke(happened);
    }
}

/// <summary>What the checks of a machine had seen at some time, and the events before it.</summary>
public sealed class WatcherState
{
    internal WatcherState(List<ICheck> checks, EventRing recent) => (Checks, Recent) = (checks, recent);

    internal List<ICheck> Checks { get; }

    internal EventRing Recent { get; }
}
