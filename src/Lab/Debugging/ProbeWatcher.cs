using System.Text;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Isa;
using Decoder = PpcJit.Machine.Isa.Decoder;

namespace PpcJit.Lab.Debugging;

/// <summary>Shows the hits of probes while a machine runs. Pages without probes run at full speed.</summary>
internal sealed class ProbeWatcher : IExecutionObserver, IDisposable
{
    private readonly GuestMachine _machine;
    private readonly Processor _processor;
    private Dictionary<uint, ExecProbe[]> _exec = [];
    private InstructionProbe[] _instructions = [];
    private bool _watchesTlbWrites;
    private HashSet<uint> _watchedDcrs = [];
    private (Probe Probe, AccessProbe Range)[] _accesses = [];
    private (DeviceProbe Probe, BoardRegister Register)[] _dcrs = [];
    private InterruptProbe[] _interrupts = [];
    private ExceptionProbe[] _exceptions = [];
    private TlbWriteProbe[] _tlbWrites = [];
    private (ConsoleProbe Probe, TextMatcher Matcher)[] _texts = [];
    private Func<Hit, bool>? _found;
    private Moment _lastAccess;
    private readonly PrintedText _printed = new();

    public ProbeWatcher(GuestMachine machine)
    {
        _machine = machine;
        _processor = machine.Board.Processor;
        _processor.ExceptionTaken += OnException;
        _processor.Tlb.Written += OnTlbWritten;
        machine.Transmitted += OnTransmitted;
        _processor.InterruptRaised += OnInterruptRaised;
        _processor.Memory.Storing += OnStoring;
        foreach (Uic uic in machine.Board.DevicesOf<Uic>())
            uic.InputActivated += OnInputActivated;
    }

    /// <inheritdoc/>
    public bool WatchesAnyData => _accesses.Length > 0;

    /// <summary>Begins to look for hits.</summary>
    /// <param name="probes">What to look for.</param>
    /// <param name="found">Told of each hit; it returns whether the run is to go on.</param>
    public void Begin(IReadOnlyList<Probe> probes, Func<Hit, bool> found)
    {
        (DeviceProbe Probe, BoardRegister Register)[] registers =
        [
            .. probes.OfType<DeviceProbe>().SelectMany(probe => probe.Registers.Select(register => (probe, register))),
        ];
        _dcrs = [.. registers.Where(watched => watched.Register.IsDcr)];
        WatchInstructions([.. probes.OfType<ExecProbe>()], [.. probes.OfType<InstructionProbe>()], probes.OfType<TlbWriteProbe>().Any(),
            [.. _dcrs.Select(watched => watched.Register.Address)]);
        _accesses =
        [
            .. probes.OfType<AccessProbe>().Select(probe => ((Probe)probe, probe)),
            .. registers.Where(watched => !watched.Register.IsDcr).Select(watched => ((Probe)watched.Probe, Range(watched.Register))),
        ];
        _interrupts = [.. probes.OfType<InterruptProbe>()];
        _exceptions = [.. probes.OfType<ExceptionProbe>()];
        _tlbWrites = [.. probes.OfType<TlbWriteProbe>()];
        _texts = [.. probes.OfType<ConsoleProbe>().Select(probe => (probe, Matcher(probe)))];
        _found = found;
        _processor.Observers.Remove(this);
        _processor.Observers.Add(this);
    }

    /// <summary>Looks for hits no longer. Instructions stay watched, as the next search is mostly for the same.</summary>
    public void End()
    {
        _found = null;
        _exceptions = [];
        _interrupts = [];
        _tlbWrites = [];
        _texts = [];
        _accesses = [];
        _dcrs = [];
        _processor.Observers.Remove(this);
        if (_exec.Count > 0 || _instructions.Length > 0 || _watchesTlbWrites || _watchedDcrs.Count > 0)
            _processor.Observers.Add(this);
    }

    /// <summary>Watches no instruction any more.</summary>
    public void Forget()
    {
        WatchInstructions([], [], tlbWrites: false, []);
        _processor.Observers.Remove(this);
    }

    /// <inheritdoc/>
    public bool Watches(uint address, uint word) =>
        _exec.ContainsKey(address)
        || Array.Exists(_instructions, probe => probe.Matches(word))
        || (_watchesTlbWrites && Decoder.Decode(word) is Op.Tlbwe or Op.Tlbia)
        || (_watchedDcrs.Count > 0 && Decoder.Decode(word) is Op.Mfdcr or Op.Mtdcr && _watchedDcrs.Contains((uint)Field.Spr(word)));

    /// <inheritdoc/>
    public bool WatchesData(uint effective, uint physical)
    {
        foreach ((_, AccessProbe probe) in _accesses)
        {
            if (probe.IsInPage(probe.IsPhysical ? physical : effective))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public bool BeforeInstruction(uint address, uint word)
    {
        if (_found is null)
            return true;
        bool goesOn = true;
        if (_exec.TryGetValue(address, out ExecProbe[]? here))
        {
            // A condition may fail a million times.
            foreach (ExecProbe probe in here)
                goesOn &= probe.When?.Invoke(_machine.Board) == false || TellAnyway(new Hit(_machine.Present, probe, address));
        }

        foreach (InstructionProbe probe in _instructions)
            goesOn &= !probe.Matches(word) || Tell(new Hit(_machine.Present, probe, address));
        if (_dcrs.Length > 0 && Decoder.Decode(word) is var op and (Op.Mfdcr or Op.Mtdcr))
            goesOn &= TellDcr((uint)Field.Spr(word), isWritten: op == Op.Mtdcr);
        return goesOn;
    }

    /// <inheritdoc/>
    public void AfterInstruction(uint address, uint word)
    {
    }

    /// <inheritdoc/>
    public bool BeforeAccess(uint effective, uint physical, int size, bool store)
    {
        Moment now = _machine.Present;
        bool goesOn = true;
        foreach ((Probe probe, AccessProbe range) in _accesses)
        {
            if ((store ? range.Writes : range.Reads) && range.Touches(range.IsPhysical ? physical : effective, size))
                goesOn &= Tell(new Hit(now, probe, effective, size, store));
        }

        if (!goesOn && _lastAccess == now)
            _machine.NotePartial();
        _lastAccess = now;
        return goesOn;
    }

    /// <inheritdoc/>
    public void RealModeStore(uint physical, int size, uint value)
    {
    }

    /// <inheritdoc/>
    public void WatchedEntryUsed(int index, uint effective, bool store)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _processor.ExceptionTaken -= OnException;
        _processor.Tlb.Written -= OnTlbWritten;
        _machine.Transmitted -= OnTransmitted;
        _processor.InterruptRaised -= OnInterruptRaised;
        _processor.Memory.Storing -= OnStoring;
        foreach (Uic uic in _machine.Board.DevicesOf<Uic>())
            uic.InputActivated -= OnInputActivated;

        _processor.Observers.Remove(this);
    }

    private static AccessProbe Range(BoardRegister register) =>
        new(register.Address, (uint)register.Size, Reads: true, Writes: true, IsPhysical: true);

    /// <summary>A matcher that has seen what was transmitted so far, so that a text may have begun before.</summary>
    private TextMatcher Matcher(ConsoleProbe probe)
    {
        byte[] text = Encoding.UTF8.GetBytes(probe.Text);
        TextMatcher matcher = new(text);
        foreach (byte value in _printed.Before(_machine.ConsoleBytes, text.Length - 1))
            matcher.Next(value);
        return matcher;
    }

    private bool TellDcr(uint number, bool isWritten)
    {
        bool goesOn = true;
        foreach ((DeviceProbe probe, BoardRegister register) in _dcrs)
        {
            if (register.Address == number && (register.Behind is not { } behind || behind.Index == register.Index))
                goesOn &= Tell(new Hit(_machine.Present, probe, number, 4, isWritten));
        }

        return goesOn;
    }

    private void WatchInstructions(
        IReadOnlyList<ExecProbe> probes, InstructionProbe[] instructions, bool tlbWrites, HashSet<uint> dcrs)
    {
        IEnumerable<uint> before = _exec.Keys;
        _exec = probes.GroupBy(probe => probe.Address).ToDictionary(here => here.Key, here => here.ToArray());
        bool all = tlbWrites != _watchesTlbWrites || !dcrs.SetEquals(_watchedDcrs) || !instructions.SequenceEqual(_instructions);
        _instructions = instructions;
        _watchesTlbWrites = tlbWrites;
        _watchedDcrs = dcrs;
        if (all)
        {
            _processor.Observers.NoteInstructions(null);
            return;
        }

        foreach (uint page in before.Except(_exec.Keys).Concat(_exec.Keys.Except(before)).Select(address => address & ~0xfffu).Distinct())
            _processor.Observers.NoteInstructions(page);
    }

    private bool Tell(Hit hit) => _found is null || hit.Probe.When?.Invoke(_machine.Board) == false || TellAnyway(hit);

    private bool TellAnyway(Hit hit)
    {
        if (_found!(hit))
            return true;
        _machine.Stop();
        return false;
    }

    private void OnException(in ExceptionRecord record)
    {
        foreach (ExceptionProbe probe in _exceptions)
        {
            if (probe.Kind is null || probe.Kind == record.Kind)
                Tell(new Hit(_machine.Present, probe, Processor.Vector(record.Kind)));
        }
    }

    private void OnTlbWritten(int index)
    {
        foreach (TlbWriteProbe probe in _tlbWrites)
        {
            if (index < 0 || probe.Index is null || probe.Index == index)
                Tell(new Hit(_machine.Present, probe, (uint)index));
        }
    }

    private void OnInterruptRaised(InterruptSource source)
    {
        foreach (InterruptProbe probe in _interrupts)
        {
            if (probe.Interrupt.Source == source)
                Tell(new Hit(_machine.Present, probe, 0));
        }
    }

    private void OnInputActivated(int input)
    {
        foreach (InterruptProbe probe in _interrupts)
        {
            if (probe.Interrupt.Input == input)
                Tell(new Hit(_machine.Present, probe, 0));
        }
    }

    /// <summary>
    /// Something other than the processor stores: DMA, or a person. It knows physical addresses only, so a range of
    /// effective ones is seen where it is mapped now.
    /// </summary>
    private void OnStoring(uint physical, int bytes)
    {
        foreach ((Probe probe, AccessProbe range) in _accesses)
        {
            if (!range.Writes)
                continue;
            uint start = range.Address;
            if (!range.IsPhysical && !GuestMemory.TryTranslate(_machine.Board, start, out start, out _))
                continue;
            if (physical - start < range.Length || start - physical < (uint)bytes)
                Tell(new Hit(_machine.Present, probe,
                    range.Address + (physical - start < range.Length ? physical - start : 0), bytes, IsStore: true));
        }
    }

    private void OnTransmitted(byte value)
    {
        _printed.Add(_machine.ConsoleBytes, value);
        foreach ((ConsoleProbe probe, TextMatcher matcher) in _texts)
        {
            if (matcher.Next(value))
                Tell(new Hit(new Moment(_machine.Count + 1), probe, 0));
        }
    }
}
