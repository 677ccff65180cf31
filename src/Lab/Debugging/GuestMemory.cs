using System.Buffers.Binary;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Debugging;

/// <summary>Looks at a guest's memory as its data accesses would find it now, and changes nothing.</summary>
public static unsafe class GuestMemory
{
    /// <summary>Gives the physical address of an effective one, whether or not a load would be permitted.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="effective">The effective address.</param>
    /// <param name="physical">The physical address.</param>
    /// <param name="attributes">The storage attributes.</param>
    /// <returns>False when nothing is mapped there.</returns>
    public static bool TryTranslate(Board board, uint effective, out uint physical, out StorageAttributes attributes) =>
        TryTranslate(board, effective, AccessKind.Load, out physical, out attributes);

    /// <summary>Gives the physical address of an effective one, whether or not the access would be permitted.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="effective">The effective address.</param>
    /// <param name="access">Whether it is one of data or of an instruction: each has a translation that can be off.</param>
    /// <param name="physical">The physical address.</param>
    /// <param name="attributes">The storage attributes.</param>
    /// <returns>False when nothing is mapped there.</returns>
    public static bool TryTranslate(Board board, uint effective, AccessKind access, out uint physical, out StorageAttributes attributes)
    {
        CpuState* state = board.Processor.State;
        TranslationFault fault = board.Processor.Mmu.Translate(effective, access, out int entry, out physical, out attributes);
        if (fault == TranslationFault.None)
            return true;
        if (entry < 0)
            return false;

        // The zone hides the page from the program that runs, not from a person.
        uint mask = state->TlbMask[entry];
        physical = (state->TlbLo[entry] & mask) | (effective & ~mask);
        attributes = (StorageAttributes)(state->TlbHi[entry] & Tlb.Endian);
        return true;
    }

    /// <summary>Reads plain memory.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="effective">The effective address.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">The value as a load would give it.</param>
    /// <returns>False when no plain memory is mapped there.</returns>
    public static bool TryRead(Board board, uint effective, int size, out uint value)
    {
        value = 0;
        bool isLittle = false;
        for (uint n = 0; n < size; n++)
        {
            if (!TryTranslate(board, effective + n, out uint physical, out StorageAttributes attributes)
                || !TryReadByte(board, physical, out byte part))
                return false;
            isLittle = (attributes & StorageAttributes.LittleEndian) != 0;
            value = isLittle ? value | ((uint)part << (8 * (int)n)) : (value << 8) | part;
        }

        return true;
    }

    /// <summary>Reads an instruction of plain memory.</summary>
    /// <returns>False when no plain memory is mapped there.</returns>
    public static bool TryFetch(Board board, uint effective, out uint word)
    {
        word = 0;
        if (!TryTranslate(board, effective & ~3u, AccessKind.Fetch, out uint physical, out StorageAttributes attributes)
            || !TryReadPhysical(board, physical, 4, out word))
            return false;
        if ((attributes & StorageAttributes.LittleEndian) != 0)
            word = BinaryPrimitives.ReverseEndianness(word);
        return true;
    }

    /// <summary>Reads plain memory by its physical address.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="physical">The address.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">The big-endian value.</param>
    /// <returns>False when no plain memory is there.</returns>
    public static bool TryReadPhysical(Board board, uint physical, int size, out uint value)
    {
        value = 0;
        for (uint n = 0; n < size; n++)
        {
            if (!TryReadByte(board, physical + n, out byte part))
                return false;
            value = (value << 8) | part;
        }

        return true;
    }

    /// <summary>Reads a byte of plain memory by its physical address.</summary>
    /// <returns>False when no plain memory is there.</returns>
    public static bool TryReadByte(Board board, uint physical, out byte value)
    {
        bool isPlain = board.Memory.FindAnswering(physical) is { IsPlain: true };
        value = isPlain && board.Memory.TryRead(physical, 1, out uint read) ? (byte)read : (byte)0;
        return isPlain;
    }
}
