using PpcJit.Lab.Scenarios.Injecting;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds accesses to memory that has been given back to an allocator and not been given out again. What the allocator itself does there is its own
/// affair. All accesses to memory become slow.
/// </summary>
internal sealed class FreedMemoryCheck : ICheck
{
    private readonly FreedMemorySentence _sentence;
    private readonly FunctionVisit _free;
    private readonly FunctionVisit _allocate;
    private readonly Dictionary<uint, GuestEvent> _freed;
    private (uint Physical, uint Size, GuestEvent By)? _freeing;
    private bool _isWaiting;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public FreedMemoryCheck(FreedMemorySentence sentence) => (_sentence, _free, _allocate, _freed) =
        (sentence, new FunctionVisit(sentence.Free), new FunctionVisit(sentence.Allocate), []);

    private FreedMemoryCheck(FreedMemoryCheck other)
    {
        (_sentence, _free, _allocate, _freed) = (other._sentence, other._free.Fork(), other._allocate.Fork(), new(other._freed));
        (_freeing, _isWaiting) = (other._freeing, other._isWaiting);
    }

    /// <inheritdoc/>
    public string Name => CheckCatalog.FreedMemory;

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        MemoryRange.WatchAll(_sentence, guest, watches);
        _sentence.Address.Check(guest.Symbols);
        _sentence.Size.Check(guest.Symbols);
        _sentence.When?.Check(guest.Symbols);
        _free.Prepare(guest, watches);
        _allocate.Prepare(guest, watches);
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        switch (_free.Observe(happened, guest))
        {
            case true: _freeing = Freeing(happened, guest); break;
            case false: Free(); break;
        }

        if (_allocate.Observe(happened, guest) == false && guest.TryTranslateByKernel(guest.Gpr(MemoryRange.Result), out uint given))
            MemoryRange.Remove(_freed, given, _sentence.Size, guest);
        if (happened.Kind != GuestEventKind.DataAccessed || _free.IsInside || _allocate.IsInside)
            return;
        if (_freed.Count > 0 && _freed.Remove(happened.Dear & ~3u, out GuestEvent freed))
            Report(freed, happened, guest);
    }

    /// <inheritdoc/>
    public ICheck Fork() => new FreedMemoryCheck(this);

    private (uint, uint, GuestEvent)? Freeing(in GuestEvent entered, GuestView guest)
    {
        if (_sentence.When is { } condition && condition.Holds(guest) != true)
            return null;
        return _sentence.Address.TryEvaluate(guest, out uint address, out _) && _sentence.Size.TryEvaluate(guest, out uint size, out _)
            && size <= MemoryRange.MaxSize && guest.TryTranslateByKernel(address, out uint physical) ? (physical, size, entered) : null;
    }

    private void Free()
    {
        if (_freeing is not { } range)
            return;
        _freeing = null;
        for (uint offset = 0; offset < range.Size; offset += 4)
            _freed[(range.Physical + offset) & ~3u] = range.By;
    }

    private void Report(in GuestEvent freed, in GuestEvent access, GuestView guest)
    {
        string at = guest.Symbols.Name(access.Pc);
        string who = guest.CurrentLwp is { } lwp ? $" in {guest.NameOf(lwp)}" : "";
        string verb = access.Number == 0 ? "loads from" : "stores to";
        string by = access.Number == 2 ? $"DMA or an injection at {at}" : $"{at}{who}";
        string step = $"{by} {verb} {guest.DescribeStack(access.Address)}, which has been freed at count {freed.Count:N0}";
        guest.Report(new Finding(Name, $"{Name}: {at}", $"{step} and not been given out again.", access.Count, access.Pc,
            access.Number == 2 ? WrongValue.None : WrongValue.Address)
        {
            Known = [new CausalStep(freed.Count, freed.Pc, $"{guest.Symbols.Name(freed.Pc)} frees it")],
        });
    }
}
