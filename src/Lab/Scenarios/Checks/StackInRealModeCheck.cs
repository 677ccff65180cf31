using PpcJit.Kernel;
using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Lab.Why.Explaining;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Memory;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>
/// Finds stores through r1 with MSR[DR] = 0 to an address of the kernel's that translation would lead elsewhere, or
/// nowhere: a stack frame that is lost, and that overwrites what stands at the real address. It reports the first such
/// store, which has been done then.
/// </summary>
internal sealed class StackInRealModeCheck : ICheck
{
    private const int StackPointer = 1;

    private readonly HandlerTracker _handlers;

    /// <summary>Creates a check that has seen nothing yet.</summary>
    public StackInRealModeCheck() => _handlers = new HandlerTracker();

    private StackInRealModeCheck(StackInRealModeCheck other) => _handlers = other._handlers.Fork();

    /// <inheritdoc/>
    public string Name => "stack-in-real-mode";

    /// <inheritdoc/>
    public void Prepare(GuestView guest, WatchList watches)
    {
        if (guest.Kernel is { DirectMap: null, HasPageTable: false })
            throw new InputException(
                $"the check {Name} needs to know what the kernel maps where: 'direct-size' or 'page-table' in 'kernel:'");
    }

    /// <inheritdoc/>
    public void Observe(in GuestEvent happened, GuestView guest)
    {
        _handlers.Observe(happened, guest);
        if (happened.Kind != GuestEventKind.RealModeStore
            || !MeansAnotherAddress(happened.Address, guest, out uint? meant) || !UsesStack(happened.Pc, guest))
            return;
        Report(happened, meant, guest);
    }

    /// <inheritdoc/>
    public bool Sees(GuestEventKind kind) => kind == GuestEventKind.RealModeStore || HandlerTracker.Follows(kind);

    /// <inheritdoc/>
    public ICheck Fork() => new StackInRealModeCheck(this);

    /// <summary>
    /// Whether the kernel has a virtual address of that value that is not mapped to the equal real one. What its page table is may be unknown, but
    /// an address in an lwp's u-area that the direct map does not cover cannot be a real one as well.
    /// </summary>
    private static bool MeansAnotherAddress(uint address, GuestView guest, out uint? meant)
    {
        meant = guest.TryTranslateByKernel(address, out uint physical) ? physical : null;
        if (meant is not null)
            return meant != address;
        return guest.Kernel.IsInPageTable(address)
            || (guest.Kernel.DirectMap is not null && guest.FindUArea(address) is not null);
    }

    private static bool UsesStack(uint pc, GuestView guest)
    {
        if (guest.Instruction(pc) is not { } word)
            return false;
        InstructionRow row = Decoder.Row(Decoder.Decode(word));
        return row.Is(InstructionFlags.Store)
            && (Field.Ra(word) == StackPointer || (row.TryGetField('b', out _) && Field.Rb(word) == StackPointer));
    }

    private void Report(in GuestEvent store, uint? meant, GuestView guest)
    {
        GuestSymbols symbols = guest.Symbols;
        string at = symbols.Name(store.Pc);
        string should = meant is { } physical ? $"should hit physical 0x{physical:x8}"
            : guest.Kernel.IsInPageTable(store.Address) ? "is not mapped at all"
            : "is no real address, since the direct map does not cover it";
        PhysicalWindow? window = guest.Board.Memory.Find(store.Address);
        string hit = $"physical 0x{store.Address:x8}, {(window is null ? "where this board has nothing" : $"which is {window.Name}")}";
        string handler = _handlers.Current is { } running
            ? $"{HandlerText.Sentence(HandlerText.Interruption(running, guest))}; its handler"
            : "The kernel";
        string summary = $"{handler} stores to the stack with translation off at {at}: "
            + $"{guest.DescribeStack(store.Address)} {should}, and hits {hit}.";
        guest.Report(new Finding(Name, $"{Name}: {at}", summary, store.Count, store.Pc, WrongValue.Registers("msr") with { IsAddress = true })
        {
            Since = _handlers.Current?.Taken.Count,
        });
    }
}
