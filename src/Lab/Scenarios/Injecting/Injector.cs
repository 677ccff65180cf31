using PpcJit.Lab.Debugging;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Scenarios.Syntax;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>Carries out the injections of a case in one machine.</summary>
/// <remarks>
/// An arrival is a new one only if it does not continue an interrupted or faulting instruction: when an exception is
/// taken at the instruction and its handler returns with the same stack pointer, that is still the same arrival.
/// </remarks>
internal sealed unsafe class Injector
{
    private const int ResultRegister = 3;
    private const int MaxContinuations = 64;

    /// <summary>Most changes that a run file is worth.</summary>
    private const int MaxChanges = 10_000;

    private readonly GuestView _guest;
    private readonly GuestWatcher _watcher;
    private readonly InterruptChance _interrupts;
    private readonly EvictableEntries _evictable;
    private readonly GuestMachine _machine;
    private readonly IReadOnlyList<Injection> _injections;
    private readonly Dictionary<uint, List<int>> _byAddress = [];
    private readonly SortedDictionary<ulong, List<int>> _byCount = [];
    private readonly HashSet<uint> _tracked = [];
    private InjectorState _state;

    /// <summary>Prepares injections.</summary>
    /// <param name="guest">The machine.</param>
    /// <param name="machine">The machine that runs it.</param>
    /// <param name="watcher">Notes what is injected.</param>
    /// <param name="injections">What is to be injected.</param>
    /// <param name="watches">Gets the addresses at which something is injected.</param>
    /// <exception cref="InputException">The image lacks a symbol.</exception>
    public Injector(GuestView guest, GuestMachine machine, GuestWatcher watcher, IReadOnlyList<Injection> injections, WatchList watches)
    {
        _guest = guest;
        _watcher = watcher;
        _injections = injections;
        _machine = machine;
        _interrupts = new InterruptChance(guest.Board);
        _evictable = new EvictableEntries(guest);
        _state = new InjectorState(new InjectionTally[injections.Count], [], null);
        for (int n = 0; n < injections.Count; n++)
        {
            Check(injections[n]);
            if (injections[n].Place?.Count is { } count)
                AddTo(_byCount, count, n);
            else if (injections[n].Symbol is { } symbol)
                AddTo(_byAddress, guest.Symbols.Resolve(symbol), n);
        }

        foreach (uint address in _byAddress.Keys)
            Track(address, watches);
    }

    /// <summary>What has come of the pressure on the TLB so far.</summary>
    public InjectionTally Pressure => _state.Pressure;

    /// <summary>Addresses at which <see cref="Marked"/> is called at each new arrival; they must be tracked.</summary>
    public ISet<uint> Marks { get; } = new HashSet<uint>();

    /// <summary>Stops the machine ahead of the instruction at a mark.</summary>
    public Action? Marked { get; init; }

    private Processor Processor => _guest.Board.Processor;

    /// <summary>The next count at which something is injected; <see cref="ulong.MaxValue"/> for none.</summary>
    public ulong NextCount
    {
        get
        {
            if (_byCount.Count == 0)
                return ulong.MaxValue;
            foreach (ulong count in _byCount.Keys)
            {
                if (count > _guest.Count || (count == _guest.Count && _state.LastCount != count))
                    return count;
            }

            return ulong.MaxValue;
        }
    }

    /// <summary>Makes arrivals at an address known.</summary>
    public void Track(uint address, WatchList watches)
    {
        _tracked.Add(address);
        watches.Reach(address);
    }

    /// <summary>What has come of each injection of the scenario so far, in the order of the file.</summary>
    public IReadOnlyList<InjectionTally> Tallies => _state.Tallies;

    /// <summary>Refuses symbols that the image does not have.</summary>
    /// <exception cref="InputException">It has none of that name.</exception>
    public void Check(Injection injection)
    {
        injection.When?.Check(_guest.Symbols);
        switch (injection.Action)
        {
            case ReturnValue returned:
                returned.Value.Check(_guest.Symbols);
                _guest.Symbols.Resolve(returned.From);
                break;
            case EvictTlb evicted: evicted.Address.Check(_guest.Symbols); break;
            case CallUntil called:
                _guest.Symbols.Resolve(called.Function);
                foreach (Operand argument in called.Arguments)
                    argument.Check(_guest.Symbols);
                called.Until.Check(_guest.Symbols);
                break;
            case WriteValue written:
                written.Address?.Check(_guest.Symbols);
                written.Value.Check(_guest.Symbols);
                break;
        }
    }

    /// <summary>Gives what has been injected so far, to be put back later.</summary>
    public InjectorState Fork() => _state.Copy();

    /// <summary>Puts back what <see cref="Fork"/> gave.</summary>
    public void Restore(InjectorState state) => _state = state.Copy();

    /// <summary>Injects what is due at the present count.</summary>
    public void AtCount()
    {
        if (_state.LastCount == _guest.Count || !_byCount.TryGetValue(_guest.Count, out List<int>? due))
            return;
        _state.LastCount = _guest.Count;
        foreach (int n in due)
        {
            if (Arrives(n))
                Do(n);
        }
    }

    /// <summary>Injects what is due at an address, ahead of its instruction.</summary>
    /// <returns>Whether the instruction is to execute now.</returns>
    public bool Arrive(uint address)
    {
        bool looksAgain = _state.Acted == (address, _guest.Count);
        _state.Acted = null;
        if (_state.Call is { } call && call.ReturnsTo == address && call.Registers[1] == _guest.Gpr(1))
            return GoOn(call);
        if (looksAgain || _state.Continuations.Remove((address, _guest.Gpr(1))))
            return true;
        if (Marks.Contains(address) && _state.MarkedAt != _guest.Count)
        {
            _state.MarkedAt = _guest.Count;
            Marked?.Invoke();
            return false;
        }

        return !_byAddress.TryGetValue(address, out List<int>? here) || !Inject(address, here);
    }

    /// <summary>
    /// Takes part in what happens: interrupted arrivals are remembered, and pulses end when they are taken.
    /// </summary>
    public void Observe(in GuestEvent happened)
    {
        if (happened.Kind != GuestEventKind.ExceptionTaken)
            return;
        if (!_tracked.Contains(happened.Address))
            return;
        if (_state.Continuations.Count == MaxContinuations)
            _state.Continuations.RemoveAt(0);
        _state.Continuations.Add((happened.Address, happened.StackPointer));
    }

    /// <summary>Does an injection now, between two instructions.</summary>
    /// <param name="action">What.</param>
    /// <param name="number">Which, for the history.</param>
    public Attempt Apply(InjectionAction action, int number)
    {
        CpuState* state = _guest.State;
        uint value, address;
        string problem;
        switch (action)
        {
            case ReturnValue returned:
                if (!returned.Value.TryEvaluate(_guest, out value, out problem))
                    return Attempt.Failed(problem);
                _watcher.NoteInjection(number, state->Pc);
                Change(new GprInjection(ResultRegister, value));
                Change(new PcInjection(state->Lr));
                return Attempt.Done;
            case RaiseInterrupt raised:
                _watcher.NoteInjection(number, state->Pc);
                Change(new InterruptInjection(raised.Interrupt.Source, raised.Interrupt.Input));
                return Attempt.Done;
            case HoldInterrupt held:
                if (!held.Holds)
                    _watcher.NoteInjection(number, state->Pc);
                Change(new HoldInjection(held.Source, held.Holds));
                return Attempt.Done;
            case EvictTlb evicted:
                Attempt found = _evictable.Find(evicted.Address, out int entry);
                if (!found.IsDone || !evicted.Address.TryEvaluate(_guest, out address, out _))
                    return found;
                _watcher.NoteInjection(number, address);
                Change(new TlbEvictInjection(entry));
                return Attempt.Done;
            case WriteValue { Address: null } written:
                if (!written.Value.TryEvaluate(_guest, out value, out problem))
                    return Attempt.Failed(problem);
                _watcher.NoteInjection(number, state->Pc);
                WriteRegister(written.Register!, value);
                return Attempt.Done;
            case WriteValue written:
                if (!written.Value.TryEvaluate(_guest, out value, out problem) || !written.Address.TryEvaluate(_guest, out address, out problem))
                    return Attempt.Failed(problem);
                return WriteMemory(number, address, written.Size, value);
        }

        return action is CallUntil called ? Call(called, number) : Attempt.Nothing("nobody knows how");
    }

    /// <summary>Takes TLB entries away.</summary>
    /// <param name="entries">Which.</param>
    /// <param name="problem">Why it is not known which they are; empty when it is.</param>
    public void Evict(IReadOnlyList<int> entries, string problem)
    {
        _state.Pressure = _state.Pressure.Arrive(holds: true).Add(
            problem.Length > 0 ? Attempt.Failed(problem) : entries.Count == 0 ? Attempt.Nothing("the TLB had nothing else") : Attempt.Done);
        if (entries.Count > 0)
            _watcher.NoteInjection(_injections.Count, _guest.State->Pc);
        foreach (int entry in entries)
            Change(new TlbEvictInjection(entry));
    }

    /// <summary>Why what was changed so far cannot be said in words of run files; null when it can.</summary>
    public string? Unsayable => _state.Unsayable;

    /// <summary>Gives what was changed in the machine so far, the oldest first.</summary>
    public IReadOnlyList<InjectionAt> Changes()
    {
        List<InjectionAt> changes = [];
        for (ChangeNote? note = _state.LastChange; note is not null; note = note.Before)
            changes.Add(note.Change);
        changes.Reverse();
        return changes;
    }

    /// <summary>Whether an action could have an effect at the present boundary, as the architecture has it.</summary>
    public Attempt IsPossible(InjectionAction action) => action switch
    {
        RaiseInterrupt raised => new Attempt(_interrupts.IsTakeable(raised.Interrupt)),
        DelayInterrupt delayed => new Attempt(
            (_guest.State->PendingInterrupts & (uint)delayed.Interrupt.Source) != 0 && _interrupts.IsTakeable(delayed.Interrupt)),
        MoveInput => Attempt.Done,
        EvictTlb evicted => _evictable.Find(evicted.Address, out _),
        ReturnValue returned => _guest.State->Pc != _guest.Symbols.Resolve(returned.From)
            || _state.Continuations.Contains((_guest.State->Pc, _guest.Gpr(1)))
            ? new Attempt(false)
            : returned.Value.TryEvaluate(_guest, out _, out string problem) ? Attempt.Done : Attempt.Failed(problem),
        _ => new Attempt(false),
    };

    /// <summary>Counts an arrival and injects what is due at it.</summary>
    /// <returns>Whether anything was injected.</returns>
    private bool Inject(uint address, List<int> here)
    {
        bool acted = false;
        foreach (int n in here)
        {
            if (!Arrives(n))
                continue;
            Frequency frequency = _injections[n].Frequency;
            ulong arrival = _state.Tallies[n].Held;
            if ((frequency.Call == 0 || frequency.Call == arrival) && Chance(frequency, arrival))
                acted |= Do(n);
        }

        if (acted)
            _state.Acted = (address, _guest.Count);
        return acted;
    }

    private bool Arrives(int n)
    {
        bool? holds = _injections[n].When is not { } condition ? true : condition.Holds(_guest);
        _state.Tallies[n] = _state.Tallies[n].Arrive(holds);
        return holds == true;
    }

    /// <summary>Begins to call a function again and again: it returns to where it was called from.</summary>
    private Attempt Call(CallUntil called, int number)
    {
        if (called.Until.Holds(_guest) is not { } holds)
            return Attempt.Failed("its condition has no value");
        if (holds)
            return Attempt.Done;
        CpuState* state = _guest.State;
        CallInProgress call = new(number, called, state->Pc, new ReadOnlySpan<uint>(state->Gpr, 32).ToArray())
        {
            Others = [.. CallInProgress.Names.Select(name => RegisterNames.Read(Processor, name))],
        };
        _watcher.NoteInjection(number, state->Pc);
        return CallOnce(call) is { IsDone: false } failed ? failed : Attempt.Begun;
    }

    private Attempt CallOnce(CallInProgress call)
    {
        uint[] values = new uint[call.Called.Arguments.Count];
        for (int n = 0; n < values.Length; n++)
        {
            if (!call.Called.Arguments[n].TryEvaluate(_guest, out values[n], out string problem))
                return Attempt.Failed(problem);
        }

        for (int n = 0; n < values.Length; n++)
            Change(new GprInjection(ResultRegister + n, values[n]));
        Change(new SprInjection(Spr.Lr, call.ReturnsTo));
        Change(new PcInjection(_guest.Symbols.Resolve(call.Called.Function)));
        _state.Call = call with { Calls = call.Calls + 1 };
        return Attempt.Done;
    }

    /// <summary>A call has returned: makes the next one, or lets go on who was there.</summary>
    /// <returns>Whether the instruction is to execute now.</returns>
    private bool GoOn(CallInProgress call)
    {
        bool? holds = call.Called.Until.Holds(_guest);
        Attempt attempt = holds switch
        {
            true => Attempt.Done,
            null => Attempt.Failed("its condition has no value"),
            false when call.Calls >= CallUntil.MaxCalls => Attempt.Failed($"its condition does not hold after {call.Calls:N0} calls"),
            false => CallOnce(call),
        };
        if (holds == false && attempt.IsDone)
            return false;
        _state.Call = null;
        for (int n = 0; n < call.Registers.Count; n++)
        {
            if (_guest.Gpr(n) != call.Registers[n])
                Change(new GprInjection(n, call.Registers[n]));
        }

        for (int n = 0; n < call.Others.Count; n++)
        {
            if (RegisterNames.Read(Processor, CallInProgress.Names[n]) != call.Others[n])
                Change(RegisterNames.ChangeOf(CallInProgress.Names[n], call.Others[n])!);
        }

        _state.Tallies[call.Number] = _state.Tallies[call.Number].Add(attempt);
        _state.Acted = (call.ReturnsTo, _guest.Count);
        return false;
    }

    private bool Do(int n)
    {
        Attempt attempt = Apply(_injections[n].Action, n);
        if (attempt == Attempt.Begun)
            return true;
        _state.Tallies[n] = _state.Tallies[n].Add(attempt);
        return attempt.IsDone;
    }

    private static void AddTo<T>(IDictionary<T, List<int>> lists, T key, int item)
    {
        if (!lists.TryGetValue(key, out List<int>? list))
            lists[key] = list = [];
        list.Add(item);
    }

    /// <summary>Throws the dice of an arrival: they depend on the seed and the number of the arrival only.</summary>
    private static bool Chance(Frequency frequency, ulong arrival)
    {
        if (frequency.Probability >= 1)
            return true;
        ulong mixed = (frequency.Seed * 0x9e3779b97f4a7c15) + (arrival * 0xbf58476d1ce4e5b9);
        mixed = (mixed ^ (mixed >> 30)) * 0x94d049bb133111eb;
        mixed ^= mixed >> 31;
        return (mixed >> 11) * (1.0 / (1ul << 53)) < frequency.Probability;
    }

    private void Change(Kernel.Sessions.Injection change)
    {
        Moment here = _machine.Present;
        _machine.Apply(change);
        if (_state.ChangeCount == MaxChanges)
            _state.Unsayable = $"the scenario injects more than {MaxChanges} times";
        else
            (_state.LastChange, _state.ChangeCount) = (new ChangeNote(new InjectionAt(here, change), _state.LastChange), _state.ChangeCount + 1);
    }

    private void WriteRegister(string register, uint value)
    {
        if (RegisterNames.ChangeOf(register, value) is { } change)
        {
            Change(change);
            return;
        }

        RegisterNames.Write(Processor, register, value);
        _state.Unsayable = $"the scenario writes the register {register}, for which run files have no words";
    }

    private Attempt WriteMemory(int number, uint address, int size, uint value)
    {
        if (!_guest.TryTranslate(address, out uint physical))
            return Attempt.Nothing($"nothing is mapped at 0x{address:x8}");
        byte[] bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        DeviceInjection device = new(physical, size, value);
        bool isPlain = Processor.Memory.Find(physical) is { Device: null };
        if (!isPlain && !device.IsPossible(_guest.Board))
            return Attempt.Nothing($"the board has nothing at physical 0x{physical:x8}");
        _watcher.NoteInjection(number, address);
        Change(isPlain ? new MemoryInjection(physical, bytes.AsMemory(4 - size)) : device);
        return Attempt.Done;
    }
}

/// <summary>A change of the machine, and those before it.</summary>
/// <param name="Change">The change.</param>
/// <param name="Before">The one before; null for none.</param>
internal sealed record ChangeNote(InjectionAt Change, ChangeNote? Before);

/// <summary>A function that is called again and again.</summary>
/// <param name="Number">Which injection it is.</param>
/// <param name="Called">What is called, and until when.</param>
/// <param name="ReturnsTo">Where it was called from, and returns to.</param>
/// <param name="Registers">The general registers as they were then.</param>
internal sealed record CallInProgress(int Number, CallUntil Called, uint ReturnsTo, IReadOnlyList<uint> Registers)
{
    /// <summary>The other registers that a call may change.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lr", "ctr", "cr", "xer"];

    /// <summary>What these were.</summary>
    public required IReadOnlyList<uint> Others { get; init; }

    /// <summary>How many calls have begun.</summary>
    public int Calls { get; init; }
}

/// <summary>What an injector has done so far.</summary>
/// <param name="Tallies">What came of each injection.</param>
/// <param name="Continuations">Places at which an exception interrupted an arrival, with the stack pointer.</param>
/// <param name="Acted">
/// Place and count of what was injected last: there the engine looks again before it executes the instruction.
/// </param>
internal sealed record InjectorState(
    InjectionTally[] Tallies, List<(uint Address, uint StackPointer)> Continuations, (uint Address, ulong Count)? Acted)
{
    /// <inheritdoc cref="InjectorState"/>
    public (uint Address, ulong Count)? Acted { get; set; } = Acted;

    /// <summary>What has come of the pressure on the TLB.</summary>
    public InjectionTally Pressure { get; set; }

    /// <summary>The function that is called again and again now; null for none.</summary>
    public CallInProgress? Call { get; set; }

    /// <summary>What was changed last; null for nothing.</summary>
    public ChangeNote? LastChange { get; set; }

    /// <summary>How many changes there were.</summary>
    public int ChangeCount { get; set; }

    /// <summary>Why what was changed cannot be said in words of run files; null when it can.</summary>
    public string? Unsayable { get; set; }

    /// <summary>The count at which something was injected last; the largest number for none.</summary>
    public ulong LastCount { get; set; } = ulong.MaxValue;

    /// <summary>The count at which a mark stopped the machine last.</summary>
    public ulong MarkedAt { get; set; } = ulong.MaxValue;

    /// <summary>Gives a copy that changes by itself.</summary>
    public InjectorState Copy() => this with { Tallies = [.. Tallies], Continuations = [.. Continuations] };
}
