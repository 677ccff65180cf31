using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Observing.Flow;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Observing.Latency;

/// <summary>
/// Measures how long MSR[EE] is off, how long interrupts wait for their handlers, and how long handlers of interrupts
/// and of TLB misses take, in instructions.
/// </summary>
internal sealed unsafe class LatencyProbe(ObservedGuest guest) : InstructionObserver(guest)
{
    /// <summary>Handlers that have not returned: of more, the oldest are forgotten.</summary>
    private const int MaxOpen = 64;
    private const int Sources = 32;

    private readonly CpuState* _state = guest.State;
    private readonly LatencyHistogram _off = new("interrupts off (MSR[EE] = 0)");
    private readonly LatencyHistogram _response = new("from an interrupt raised to its handler's first instruction");
    private readonly LatencyHistogram _handling = new("from an interrupt's handler to its return");
    private readonly LatencyHistogram _misses = new("TLB misses, from the exception to the return");
    private readonly (ulong Count, uint Place)?[] _raised = new (ulong Count, uint Place)?[Sources];
    private readonly List<(ExceptionKind Kind, ulong Count, uint Linked, uint ReturnTo, uint Stack)> _open = [];
    private (ulong Count, uint Place)? _offSince;
    private ulong? _firstOn;
    private uint _msr;

    /// <inheritdoc/>
    public override void Begin()
    {
        Guest.Processor.ExceptionTaken += OnException;
        Guest.Processor.InterruptRaised += OnRaised;
        Guest.Processor.InterruptLowered += OnLowered;
        if (IsOn)
            _firstOn = Now;
        base.Begin();
    }

    /// <inheritdoc/>
    public override void End()
    {
        Guest.Processor.ExceptionTaken -= OnException;
        Guest.Processor.InterruptRaised -= OnRaised;
        Guest.Processor.InterruptLowered -= OnLowered;
        base.End();
    }

    /// <inheritdoc/>
    public override bool Watches(uint address, uint word) => SetsMsr(word);

    /// <inheritdoc/>
    public override bool BeforeInstruction(uint address, uint word)
    {
        _msr = _state->Msr;
        return true;
    }

    /// <inheritdoc/>
    public override void AfterInstruction(uint address, uint word)
    {
        uint place = Guest.Places.Linked(address, _msr);
        if (Decoder.Decode(word) is Op.Rfi or Op.Rfci)
            Return(place);
        NoteEnable(place);
    }

    /// <summary>Gives what was measured.</summary>
    public LatencyReport Report(string title) => new()
    {
        Title = title,
        InstructionsPerSecond = Guest.Board.Events.InstructionsPerSecond,
        Instructions = Now,
        FirstOn = _firstOn,
        Series = [_off.Series(), _response.Series(), _handling.Series(), _misses.Series()],
    };

    private ulong Now => _state->InstructionCount;

    private bool IsOn => (_state->Msr & Msr.Ee) != 0;

    private static int IndexOf(InterruptSource source) => System.Numerics.BitOperations.TrailingZeroCount((uint)source);

    private void NoteEnable(uint place)
    {
        if (!IsOn)
        {
            // Until they are on for the first time, a kernel is not ready for them.
            if (_firstOn is not null)
                _offSince ??= (Now, place);
            return;
        }

        _firstOn ??= Now;
        if (_offSince is var (since, from))
            _off.Add(since, Now, () => Describe(since, from, place));
        _offSince = null;
    }

    private void OnException(in ExceptionRecord record)
    {
        uint place = Guest.Places.Linked(record.Pc, record.Msr);
        NoteEnable(place);
        InterruptSource source = record.Kind.Source();
        if (source != InterruptSource.None && _raised[IndexOf(source)] is var (count, from))
        {
            _response.Add(count, Now, () => Describe(count, from, place));
            _raised[IndexOf(source)] = null;
        }

        if (source == InterruptSource.None && record.Kind is not (ExceptionKind.DataTlbMiss or ExceptionKind.InstructionTlbMiss))
            return;
        if (_open.Count == MaxOpen)
            _open.RemoveAt(0);
        _open.Add((record.Kind, Now, place, record.Pc, _state->Gpr[1]));
    }

    private void Return(uint place)
    {
        int index = _open.FindLastIndex(open => open.ReturnTo == _state->Pc && open.Stack == _state->Gpr[1]);
        if (index < 0)
            return;
        (ExceptionKind kind, ulong count, uint from, _, _) = _open[index];
        _open.RemoveAt(index);
        (kind.Source() == InterruptSource.None ? _misses : _handling).Add(count, Now, () => Describe(count, from, place));
    }

    private void OnRaised(InterruptSource source)
    {
        if (_firstOn is not null)
            _raised[IndexOf(source)] = (Now, Guest.LinkedPc);
    }

    private void OnLowered(InterruptSource source) => _raised[IndexOf(source)] = null;

    private WorstLatency Describe(ulong start, uint from, uint to) => new(
        start, Now, Guest.Places.Describe(from), Guest.Places.Describe(to),
        [.. Backtrace.Walk(Guest.Board, Guest.Names.Symbols.FirstOrDefault())
            .Select(address => Guest.Places.Describe(Guest.Places.Linked(address, _state->Msr)))]);
}
