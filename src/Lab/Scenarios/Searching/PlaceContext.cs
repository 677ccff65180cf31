using PpcJit.Lab.Scenarios.Checks;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Searching;

/// <summary>Tells which places of a run are alike, as far as a handler can see. It follows the run from the window's beginning on.</summary>
/// <param name="machine">The machine, which stands there.</param>
/// <param name="footprint">What the handler depends on.</param>
/// <param name="isCall">Whether each place is the beginning of a function that is let fail: what comes of it depends on who called it.</param>
internal sealed unsafe class PlaceContext(CaseMachine machine, Footprint footprint, bool isCall)
{
    /// <summary>How much finer classes can be made: by values, and then by all registers.</summary>
    public const int MaxDepth = 2;

    private const int StackPointer = 1, GprCount = 32, StackPageShift = 10;

    /// <summary>After so many instructions (a power of two, as a shift) the names of lwps are looked up again.</summary>
    private const int NameShift = 16;

    private HandlerTracker _handlers = new();
    private readonly Dictionary<uint, ulong> _kinds = [];
    private ulong _kindsAt;
    private bool _tlbChanged = true;
    private (uint Pid, uint Low, uint High) _residentAt;
    private ulong _resident;

    private CpuState* State => machine.Board.Processor.State;

    /// <summary>What is to come at the places in place of where it came; null where nothing is moved.</summary>
    public Occurrence? Moved { get; private set; }

    /// <summary>Follows a run aside, in which something is moved, and then is where it was again.</summary>
    /// <param name="moved">What is moved.</param>
    /// <param name="follow">Goes there with the machine, and back.</param>
    public void Aside(Occurrence moved, Action follow)
    {
        HandlerTracker here = _handlers.Fork();
        Moved = moved;
        follow();
        (_handlers, Moved, _tlbChanged, _kindsAt) = (here, null, true, 0);
        _kinds.Clear();
    }

    /// <summary>Takes part in what happens.</summary>
    public void Observe(GuestEvent happened)
    {
        _handlers.Observe(happened, machine.View);
        _tlbChanged |= happened.Kind == GuestEventKind.TlbWritten;
    }

    /// <summary>What makes the present place one of a class, to begin with.</summary>
    public PlaceKey Key() => new(
        State->Pc, State->Msr, _handlers.Current is { } running ? (int)running.Kind : -1, Kind(), Resident(), Zeros(),
        isCall ? State->Lr : 0, Moved is { } moved ? Mix(moved.Kind, State->InstructionCount < moved.Count ? 1ul : 2) : 0);

    /// <summary>What a class is divided by at a depth from 1 to <see cref="MaxDepth"/>.</summary>
    public ulong Detail(int depth)
    {
        ulong mixed = Mix(State->Gpr[StackPointer], machine.View.CurrentLwp ?? 0);
        foreach (uint word in footprint.Words)
            mixed = Mix(mixed, Read(word));
        if (Moved is { } moved)
            mixed = Mix(mixed, (ulong)moved.Number);
        if (depth == 1)
            return mixed;
        for (int n = 0; n < GprCount; n++)
            mixed = Mix(mixed, State->Gpr[n]);
        return Mix(Mix(Mix(Mix(mixed, State->CrBits), State->Xer), State->Lr), State->Ctr);
    }

    /// <summary>The bits of a number, well mixed with those of another: the same in each run of the program, other than HashCode.</summary>
    internal static ulong Mix(ulong one, ulong other)
    {
        ulong mixed = (one ^ (other + 0x9e3779b97f4a7c15 + (one << 6) + (one >> 2))) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>What kind of lwp runs: its name without numbers.</summary>
    private ulong Kind()
    {
        if (machine.View.CurrentLwp is not { } lwp)
            return 0;
        if (_kindsAt != State->InstructionCount >> NameShift)
        {
            _kinds.Clear();
            _kindsAt = State->InstructionCount >> NameShift;
        }

        if (_kinds.TryGetValue(lwp, out ulong kind))
            return kind;
        foreach (char letter in machine.View.RunningName ?? "")
            kind = char.IsAsciiDigit(letter) ? kind : Mix(kind, letter);
        return _kinds[lwp] = kind;
    }

    /// <summary>Which of the translations that the handler needs are in the TLB.</summary>
    private ulong Resident()
    {
        uint low = (uint)(State->Gpr[StackPointer] + footprint.StackLow) >> StackPageShift;
        uint high = (uint)(State->Gpr[StackPointer] + footprint.StackHigh) >> StackPageShift;
        if (!_tlbChanged && _residentAt == (State->Pid, low, high))
            return _resident;
        (_tlbChanged, _residentAt, _resident) = (false, (State->Pid, low, high), 0);
        _resident = Bit(low << StackPageShift) | (Bit(high << StackPageShift) << 1);
        int place = 2;
        foreach (uint page in footprint.Pages)
            _resident |= Bit(page) << place++;
        return _resident;
    }

    private ulong Bit(uint effective) => machine.View.FindTlb(effective) >= 0 ? 1u : 0;

    /// <summary>Which of the words that the handler reads are 0.</summary>
    private ulong Zeros()
    {
        ulong zeros = 0;
        int place = 0;
        foreach (uint word in footprint.Words)
            zeros |= (Read(word) == 0 ? 1ul : 0) << place++;
        return zeros;
    }

    private uint Read(uint physical) => machine.View.TryReadPhysicalWord(physical, out uint value) ? value : 0;
}

/// <summary>What all places of a class have in common.</summary>
/// <param name="Pc">The instruction that would be next.</param>
/// <param name="Msr">The machine state.</param>
/// <param name="Handler">The exception whose handler runs; -1 for none.</param>
/// <param name="LwpKind">What kind of lwp runs, as a number.</param>
/// <param name="Resident">Which translations of the handler are in the TLB, a bit each.</param>
/// <param name="Zeros">Which words that the handler reads are 0, a bit each.</param>
/// <param name="Caller">Where a function that is let fail would return to; 0 where another thing is injected.</param>
/// <param name="Moved">What kind of thing is moved there, and which way, as a number; 0 where nothing is moved.</param>
internal readonly record struct PlaceKey(uint Pc, uint Msr, int Handler, ulong LwpKind, ulong Resident, ulong Zeros, uint Caller, ulong Moved);
