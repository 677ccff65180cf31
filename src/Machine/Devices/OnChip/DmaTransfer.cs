using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>One memory-to-memory transfer as DMA0_CRn, SAn, DAn and CTn describe it.</summary>
/// <param name="control">DMA0_CRn.</param>
/// <param name="source">DMA0_SAn.</param>
/// <param name="destination">DMA0_DAn.</param>
/// <param name="units">How many units to move, at most 65536.</param>
internal sealed class DmaTransfer(uint control, uint source, uint destination, uint units)
{
    /// <summary>DMA0_CRn[CE].</summary>
    public const uint Enabled = 0x80000000;

    /// <summary>DMA0_CRn[CIE].</summary>
    public const uint InterruptEnabled = 0x40000000;

    private const uint WidthMask = 0x0c000000;
    private const int WidthShift = 26;
    private const uint DestinationIncrements = 0x02000000;
    private const uint SourceIncrements = 0x01000000;
    private const uint ModeMask = 0x00600000;
    private const uint MemoryToMemory = 0x00400000;
    private const uint Decrement = 0x00000004;

    /// <summary>Whether software started the channel.</summary>
    public bool IsEnabled => (control & Enabled) != 0;

    /// <summary>Whether software starts the transfer itself and both sides are memory.</summary>
    public bool IsMemoryToMemory => (control & ModeMask) == MemoryToMemory;

    /// <summary>Where the next unit comes from.</summary>
    public uint Source { get; private set; } = source;

    /// <summary>Where the next unit goes to.</summary>
    public uint Destination { get; private set; } = destination;

    /// <summary>Units not moved yet.</summary>
    public uint Units { get; private set; } = units;

    /// <summary>Moves unit after unit.</summary>
    /// <returns>False when it stopped at an address that is misaligned, not plain memory, or read-only.</returns>
    public bool Run(PhysicalAddressSpace memory)
    {
        uint width = 1u << (int)((control & WidthMask) >> WidthShift);
        uint step = (control & Decrement) != 0 ? 0 - width : width;
        Span<byte> unit = stackalloc byte[8];
        unit = unit[..(int)width];
        while (Units > 0)
        {
            bool isAligned = ((Source | Destination) & (width - 1)) == 0;
            if (!isAligned || !memory.TryCopyOut(Source, unit) || !memory.TryStore(Destination, unit))
                return false;
            if ((control & SourceIncrements) != 0)
                Source += step;
            if ((control & DestinationIncrements) != 0)
                Destination += step;
            Units--;
        }

        return true;
    }
}
