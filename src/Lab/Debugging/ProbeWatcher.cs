using System.Text;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;
using Decoder = PpcJit.Machine.Isa.Decoder;

namespace PpcJit.Lab.Debugging;

/// <summary>Shows the hits of probes while a machine runs. Pages without probes run at full speed.</summary>
internal sealed class ProbeWatcher : IExecutionObserver, IDisposable
{
    private readonly GuestMachine _machine;
    private readonly Processor _processor;
    private readonly ILookup<uint, ExecProbe> _none = Array.Empty<ExecProbe>().ToLookup(probe => probe.Address);
    private ILookup<uint, ExecProbe> _exec;
    private HashSet<uint> _addresses = [];
    private bool _watchesTlbWrites;
    private AccessProbe[] _accesses = [];
    private ExceptionProbe[] _exceptions = [];
    private TlbWriteProbe[] _tlbWrites = [];
    private (ConsoleProbe Probe, TextMatcher Matcher)[] _texts = [];
    private Func<Hit, bool>? _found;
    private Moment _lastAccess;

    public ProbeWatcher(GuestMachine machine)
    {
        _machine = machine;
        _processor = machine.Board.Processor;
        _exec = _none;
        _processor.ExceptionTaken += OnException;
        _processor.Tlb.Written += OnTlbWritten;
        machine.Transmitted += OnTransmitted;
    }

    /// <inheritdoc/>
    public bool WatchesAnyData => _accesses.Length > 0;

    /// <summary>Begins to look for hits.</summary>
    /// <param name="probes">What to look for.</param>
    /// <param name="found">Told of each hit; it returns whether the run is to go on.</param>
    public void Begin(IReadOnlyList<Probe> probes, Func<Hit, bool> found)
    {
        WatchInstructions([.. probes.OfType<ExecProbe>()], probes.OfType<TlbWriteProbe>().Any());
        _accesses = [.. probes.OfType<AccessProbe>()];
        _exceptions = [.. probes.OfType<ExceptionProbe>()];
        _tlbWrites = [.. probes.OfType<TlbWriteProbe>()];
        _texts = [.. probes.OfType<ConsoleProbe>().Select(probe => (probe, new TextMatcher(Encoding.UTF8.GetBytes(probe.Text))))];
        _found = found;
        _processor.Observers.Remove(this);
        _processor.Observers.Add(this);
    }

    /// <summary>Looks for hits no longer. Instructions stay watched, as the next search is mostly for the same.</summary>
    public void End()
    {
        _found = null;
        _exceptions = [];
        _tlbWrites = [];
        _texts = [];
        _accesses = [];
        _processor.Observers.Remove(this);
        if (_addresses.Count > 0 || _watchesTlbWrites)
            _processor.Observers.Add(this);
    }

    /// <inheritdoc/>
    public bool Watches(uint address, uint word) => _addresses.Contains(address) || (_watchesTlbWrites && Decoder.Decode(word) is Op.Tlbwe or Op.Tlbia);

    /// <inheritdoc/>
    public bool WatchesData(uint effective, uint physical)
    {
        foreach (AccessProbe probe in _accesses)
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
        foreach (ExecProbe probe in _exec[address])
            goesOn &= Tell(new Hit(_machine.Present, probe, address));
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
        foreach (AccessProbe probe in _accesses)
        {
            if ((store ? probe.Writes : probe.Reads) && probe.Touches(probe.IsPhysical ? physical : effective, size))
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
        _processor.Observers.Remove(this);
    }

    private void WatchInstructions(IReadOnlyList<ExecProbe> probes, bool tlbWrites)
    {
        HashSet<uint> before = _addresses;
        _exec = probes.ToLookup(probe => probe.Address);
        _addresses = [.. probes.Select(probe => probe.Address)];
        bool all = tlbWrites != _watchesTlbWrites;
        _watchesTlbWrites = tlbWrites;
        if (all)
        {
            _processor.Observers.NoteInstructions(null);
            return;
        }

        foreach (uint page in before.Except(_addresses).Concat(_addresses.Except(before)).Select(address => address & ~0xfffu).Distinct())
            _processor.Observers.NoteInstructions(page);
    }

    private bool Tell(Hit hit)
    {
        if (_found is null || hit.Probe.When?.Invoke(_machine.Board) == false || _found(hit))
            return true;
        _machine.Stop();
        return false;
    }

    private void OnException(ExceptionRecord record)
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
            Tell(new Hit(_machine.Present, probe, (uint)index));
    }

    private void OnTransmitted(byte value)
    {
        foreach ((ConsoleProbe probe, TextMatcher matcher) in _texts)
        {
            if (matcher.Next(value))
                Tell(new Hit(new Moment(_machine.Count + 1), probe, 0));
        }
    }
}
