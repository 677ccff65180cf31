using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Lab.Why;

/// <summary>All that a run did from one moment to another, by doing it again.</summary>
internal sealed class IntervalTrace : IExecutionObserver
{
    private readonly GuestMachine _machine;
    private readonly List<TracedEvent> _events = [];
    private readonly List<TracedAccess> _accesses = [];
    private readonly Dictionary<int, OutsideInput> _frames = [];
    private readonly Dictionary<int, uint> _copies = [];
    private readonly DmaController[] _copiers;
    private TracedEvent? _begun;

    private IntervalTrace(GuestMachine machine, Moment from, Moment until)
    {
        (_machine, From, Until) = (machine, from, until);
        _copiers = [.. machine.Board.DevicesOf<DmaController>()];
    }

    /// <summary>The moment at which it begins.</summary>
    public Moment From { get; }

    /// <summary>The moment at which it ends.</summary>
    public Moment Until { get; }

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<TracedEvent> Events => _events;

    /// <inheritdoc/>
    public bool WatchesAnyData => true;

    /// <summary>Runs from one moment to another, and notes all. The machine stands at the second one afterwards.</summary>
    public static IntervalTrace Of(Timeline timeline, Moment from, Moment until)
    {
        timeline.GoTo(from);
        IntervalTrace trace = new(timeline.Machine, from, until);
        Processor processor = timeline.Machine.Board.Processor;
        processor.ExceptionTaken += trace.OnException;
        processor.Memory.Storing += trace.OnStoring;
        processor.Tlb.Written += trace.OnTlbWritten;
        processor.Observers.Add(trace);
        processor.Observers.NoteInstructions(null);
        try
        {
            timeline.Machine.Run(until);
        }
        finally
        {
            processor.Observers.Remove(trace);
            processor.Observers.NoteInstructions(null);
            processor.ExceptionTaken -= trace.OnException;
            processor.Memory.Storing -= trace.OnStoring;
            processor.Tlb.Written -= trace.OnTlbWritten;
        }

        return trace;
    }

    /// <summary>The accesses of an event.</summary>
    public IEnumerable<TracedAccess> AccessesOf(TracedEvent traced) =>
        _accesses.GetRange(traced.FirstAccess, traced.Accesses).Where(access => access.IsForeign == traced.IsForeignStore);

    /// <summary>Gives the frame whose bytes a device stored; null when they are those of none.</summary>
    public OutsideInput? FrameOf(TracedEvent traced) => _frames.GetValueOrDefault(traced.FirstAccess);

    /// <summary>Gives the physical address from which DMA copied what it stored; null for a store that is no copy.</summary>
    public uint? CopyOf(TracedEvent traced) => _copies.TryGetValue(traced.FirstAccess, out uint from) ? from : null;

    /// <summary>Gives the address at which the guest went on after an event; null where that is the trace's end.</summary>
    public uint? ReachedBy(TracedEvent traced)
    {
        int next = _events.FindIndex(other => other.At > traced.At && !other.IsForeignStore);
        return next < 0 ? null : _events[next].Where;
    }

    /// <summary>Whether an event stored into bytes of memory.</summary>
    public bool StoresInto(TracedEvent traced, ValuePlace place)
    {
        for (int n = traced.FirstAccess; n < traced.FirstAccess + traced.Accesses; n++)
        {
            if (_accesses[n].IsStore && _accesses[n].IsForeign == traced.IsForeignStore && _accesses[n].Touches(place))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public bool Watches(uint address, uint word) => true;

    /// <inheritdoc/>
    public bool WatchesData(uint effective, uint physical) => true;

    /// <inheritdoc/>
    public bool BeforeInstruction(uint address, uint word)
    {
        _begun = new TracedEvent(_machine.Present, address, word, null, _accesses.Count, 0);
        return true;
    }

    /// <inheritdoc/>
    public bool BeforeAccess(uint effective, uint physical, int size, bool store)
    {
        if (_begun is not null)
            _accesses.Add(new TracedAccess(effective, physical, (uint)size, store));
        return true;
    }

    /// <inheritdoc/>
    public void AfterInstruction(uint address, uint word)
    {
        if (_begun is not { } begun)
            return;
        _events.Add(begun with { Accesses = _accesses.Count - begun.FirstAccess });
        _begun = null;
    }

    /// <inheritdoc/>
    public void RealModeStore(uint physical, int size, uint value)
    {
    }

    /// <inheritdoc/>
    public void WatchedEntryUsed(int index, uint effective, bool store)
    {
    }

    private void OnException(in ExceptionRecord record)
    {
        // A multiple store may have got half way, and does all of it again.
        _begun = null;
        Moment after = _machine.Present;
        _events.Add(new TracedEvent(after with { Exceptions = after.Exceptions - 1 }, record.Pc, 0, record.Kind, _accesses.Count, 0));
    }

    private void OnStoring(uint physical, int bytes)
    {
        foreach (IEthernetPort port in _machine.Board.Ethernet)
        {
            if (port.BeingStored is var (frame, offset) && frame.IsKnown)
                _frames[_accesses.Count] = new OutsideInput(port.Name, frame.Number, new Moment(frame.Count), offset);
        }

        foreach (DmaController copier in _copiers)
        {
            if (copier.CopiedFrom is { } from)
                _copies[_accesses.Count] = from;
        }

        // One that an instruction causes, as by starting a transfer, comes between the instruction's own accesses.
        _events.Add(new TracedEvent(_machine.Present, 0, 0, null, _accesses.Count, 1));
        _accesses.Add(new TracedAccess(physical, physical, (uint)bytes, IsStore: true, IsForeign: true));
    }

    private void OnTlbWritten(int index)
    {
        if (_begun is { } begun)
            _begun = begun with { TlbEntry = index };
    }
}
