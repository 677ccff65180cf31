using PpcJit.Lab.Debugging;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>Sees each arrival at some addresses. All other code runs at full speed.</summary>
/// <param name="guest">The guest.</param>
internal sealed class ArrivalObserver(ObservedGuest guest) : InstructionObserver(guest)
{
    private readonly Dictionary<uint, (ArrivalCounter Counter, List<Action<ulong>> Seen)> _places = [];

    /// <summary>Looks at an address.</summary>
    /// <param name="address">The effective address.</param>
    /// <param name="arrived">Called ahead of its instruction, with the number of the arrival, from 1.</param>
    public void Add(uint address, Action<ulong> arrived)
    {
        address &= ~3u;
        if (!_places.TryGetValue(address, out (ArrivalCounter Counter, List<Action<ulong>> Seen) place))
            _places[address] = place = (new ArrivalCounter(Guest.Processor, address), []);
        place.Seen.Add(arrived);
    }

    /// <inheritdoc/>
    public override void Begin()
    {
        if (_places.Count == 0)
            return;
        Guest.Processor.ExceptionTaken += OnException;
        base.Begin();
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (_places.Count == 0)
            return;
        Guest.Processor.ExceptionTaken -= OnException;
        base.End();
    }

    /// <inheritdoc/>
    public override bool Watches(uint address, uint word) => _places.ContainsKey(address);

    /// <inheritdoc/>
    public override bool BeforeInstruction(uint address, uint word)
    {
        (ArrivalCounter counter, List<Action<ulong>> seen) = _places[address];
        if (!counter.Arrive())
            return true;
        foreach (Action<ulong> arrived in seen)
            arrived(counter.Seen);
        return true;
    }

    private void OnException(in ExceptionRecord record)
    {
        if (_places.TryGetValue(record.Pc, out (ArrivalCounter Counter, List<Action<ulong>> Seen) place))
            place.Counter.NoteException(record);
    }
}
