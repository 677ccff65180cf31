using PpcJit.Lab.Scenarios.Watching;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Scenarios.Injecting;

/// <summary>
/// Takes away, each time that the kernel goes to another stack, all TLB entries that another miss could have replaced since they were last used: all
/// but those that the kernel reserves, the one through which instructions are fetched, and the last one that was used and may be missing, as the
/// one through which the new stack pointer was read.
/// </summary>
/// <param name="guest">The machine.</param>
/// <param name="injector">Makes the changes, and remembers them.</param>
internal sealed unsafe class TlbPressure(GuestView guest, Injector injector)
{
    private const int StackPointer = 1;

    /// <summary>Instructions that are looked at ahead of the one that gives r1 its value.</summary>
    private const uint MostBefore = 8;

    private readonly EvictableEntries _evictable = new(guest);
    private bool _isDue;
    private uint[] _used = [];

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

        (_isDue, _used) = (true, [.. UsedBefore(happened)]);
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

    /// <summary>
    /// The addresses of loads and stores up to the one that gave r1 its value, the last one first, as far back as the instructions certainly were
    /// executed and the registers still have the bases.
    /// </summary>
    private IEnumerable<uint> UsedBefore(GuestEvent happened)
    {
        uint written = 0;
        for (uint pc = happened.Pc; pc >= happened.Pc - (4 * MostBefore) && guest.Instruction(pc) is { } word; pc -= 4)
        {
            InstructionRow row = Decoder.Row(Decoder.Decode(word));
            if (row.Is(InstructionFlags.EndsBlock))
                yield break;
            written |= pc == happened.Pc ? 0 : row.GprsWritten(word);
            if (!row.Is(InstructionFlags.Load) && !row.Is(InstructionFlags.Store))
                continue;
            bool isIndexed = row.TryGetField('b', out _);
            uint needed = (Field.Ra(word) == 0 ? 0 : 1u << Field.Ra(word)) | (isIndexed ? 1u << Field.Rb(word) : 0);
            if ((written & needed) != 0)
                yield break;
            yield return Base(Field.Ra(word), happened) + (isIndexed ? Base(Field.Rb(word), happened) : (uint)(short)(ushort)word);
        }
    }

    private uint Base(int register, in GuestEvent happened) => register switch
    {
        0 => 0,
        StackPointer => happened.Value,
        _ => guest.Gpr(register),
    };
}
