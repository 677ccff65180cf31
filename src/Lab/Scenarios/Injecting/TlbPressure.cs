using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>
/// Takes away, each time that the kernel goes to another stack, all TLB entries that another miss could have replaced since they were last used: all
/// but those that the kernel reserves, the one through which instructions are fetched, and the one through which the new stack pointer was read.
/// </summary>
/// <param name="guest">The machine.</param>
/// <param name="injector">Makes the changes, and remembers them.</param>
internal sealed unsafe class TlbPressure(GuestView guest, Injector injector)
{
    private const int StackPointer = 1;

    private readonly EvictableEntries _evictable = new(guest);
    private bool _isDue;
    private uint? _used;

    /// <summary>The u-area with the stack on which the guest was last; null when that is not known.</summary>
    private uint? _area;

    /// <summary>Follows an event.</summary>
    /// <returns>Whether <see cref="Apply"/> is to be called when the present instruction has completed.</returns>
    public bool Observe(in GuestEvent happened)
    {
        if (happened.Kind != GuestEventKind.StackSwitched || (happened.Msr & (Msr.Pr | Msr.Dr)) != Msr.Dr)
            return false;
        if (guest.Kernel.UAreaSize is not null)
        {
            // A handler of TLB misses may use a stack of its own, and goes back to the one that it was called on: nothing else ran on that.
            uint? area = guest.FindUArea(happened.Address)?.UArea;
            if (area is null || area == _area)
                return false;
            _area = area;
        }

        (_isDue, _used) = (true, ReadFrom(happened));
        return true;
    }

    /// <summary>Forgets what is due, and on whose stack the guest was: the machine has been put elsewhere.</summary>
    public void Forget() => (_isDue, _area) = (false, guest.FindUArea(guest.Gpr(StackPointer))?.UArea
        ?? (guest.CurrentLwp is { } running ? guest.UAreaOf(running) : null));

    /// <summary>Takes the entries away, if that is due.</summary>
    public void Apply()
    {
        if (!_isDue)
            return;
        _isDue = false;
        injector.Evict(_evictable.All(_used, out string problem), problem);
    }

    /// <summary>From where the instruction has loaded r1; null when it was computed.</summary>
    private uint? ReadFrom(in GuestEvent happened)
    {
        if (guest.Instruction(happened.Pc) is not { } word || !Decoder.Row(Decoder.Decode(word)).Is(InstructionFlags.Load))
            return null;
        uint start = Field.Ra(word) switch
        {
            0 => 0,
            StackPointer => happened.Value,
            var register => guest.Gpr(register),
        };
        return Decoder.Row(Decoder.Decode(word)).TryGetField('b', out _) ? start + guest.Gpr(Field.Rb(word)) : start + (uint)(short)(ushort)word;
    }
}
