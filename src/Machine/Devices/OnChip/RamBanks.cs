using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// The banks of RAM as the registers of their controller place them. RAM is plain memory as far as the banks have it where it is from 0 on; all
/// else answers here: in a bank that is programmed larger than the memory that it selects, the memory repeats, and a bank without memory reads as
/// ones.
/// </summary>
/// <param name="sizes">Bytes of memory that each bank has, in the order in which it is in RAM; banks that are left out have none.</param>
/// <param name="memory">The RAM; null where nobody accesses it.</param>
/// <param name="programmed">Gives what a bank is programmed to; null while it, or the controller, is off.</param>
internal sealed class RamBanks(IReadOnlyList<uint> sizes, PhysicalAddressSpace? memory, Func<int, RamBank?> programmed)
{
    /// <summary>How many banks a controller has.</summary>
    public const int Count = 4;

    /// <summary>Banks begin and end at its multiples.</summary>
    public const uint Smallest = 4 << 20;

    /// <summary>Bytes of memory of a bank.</summary>
    public uint SizeOf(int bank) => bank < sizes.Count ? sizes[bank] : 0;

    /// <summary>Where in RAM the memory of a bank is.</summary>
    public uint StartOf(int bank) => (uint)sizes.Take(bank).Sum(size => size);

    /// <summary>Makes plain what is where it is.</summary>
    public void Place()
    {
        uint end = 0;
        while (end < memory?.RamSize && Selects(end, out uint target) && target == end)
            end += Smallest;
        memory?.SetRamEnd(Math.Min(end, memory.RamSize));
    }

    /// <inheritdoc cref="ILastResort.TryRead"/>
    public bool TryRead(uint physical, int size, out uint value)
    {
        value = uint.MaxValue >> (32 - (8 * size));
        return Selects(physical, out uint target) && (target == uint.MaxValue || memory!.TryReadRam(target, size, out value));
    }

    /// <inheritdoc cref="ILastResort.TryWrite"/>
    public bool TryWrite(uint physical, int size, uint value) =>
        Selects(physical, out uint target) && (target == uint.MaxValue || memory!.TryWriteRam(target, size, value));

    /// <inheritdoc cref="ILastResort.TryFetch"/>
    public bool TryFetch(uint physical, out uint word)
    {
        word = 0;
        return Selects(physical, out uint target) && target != uint.MaxValue && memory!.TryReadRam(target, 4, out word);
    }

    /// <summary>Finds what an enabled bank selects.</summary>
    /// <param name="physical">The address.</param>
    /// <param name="target">Where the memory is that repeats there; all ones for a bank without memory.</param>
    private bool Selects(uint physical, out uint target)
    {
        target = uint.MaxValue;
        if (memory is null)
            return false;
        for (int n = 0; n < Count; n++)
        {
            if (programmed(n) is not { } bank || physical - bank.Start >= bank.Size)
                continue;
            if (SizeOf(n) is var size and > 0)
                target = StartOf(n) + ((physical - bank.Start) % size);
            return true;
        }

        return false;
    }
}

/// <summary>What a bank is programmed to.</summary>
/// <param name="Start">First address.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct RamBank(uint Start, uint Size);
