using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Debugging.Monitoring;

/// <summary>
/// Memory as it is addressed by a program, or by physical addresses. Only plain memory can be read: registers of
/// devices are the word <c>devices</c>'s.
/// </summary>
/// <param name="board">The machine.</param>
/// <param name="isPhysical">Whether addresses are physical.</param>
internal sealed class MemoryView(Board board, bool isPhysical)
{
    /// <summary>The smallest page of the TLB: inside one, addresses follow each other.</summary>
    private const uint Piece = 1024;

    /// <summary>Takes the word <c>physical</c> from the start of a text.</summary>
    public static MemoryView Take(Board board, ref string text)
    {
        const string Word = "physical ";
        bool isPhysical = text.StartsWith(Word, StringComparison.Ordinal);
        if (isPhysical)
            text = text[Word.Length..].TrimStart();
        return new MemoryView(board, isPhysical);
    }

    /// <summary>Reads a unit; false when no plain memory is there.</summary>
    public bool TryRead(uint address, int size, out ulong value)
    {
        if (size == 8)
        {
            bool isThere = TryRead(address, 4, out ulong high) & TryRead(address + 4, 4, out ulong low);
            value = (high << 32) | low;
            return isThere;
        }

        bool found = isPhysical
            ? GuestMemory.TryReadPhysical(board, address, size, out uint read)
            : GuestMemory.TryRead(board, address, size, out read);
        value = read;
        return found;
    }

    /// <summary>Reads an instruction; false when no plain memory is there.</summary>
    public bool TryFetch(uint address, out uint word) =>
        isPhysical ? GuestMemory.TryReadPhysical(board, address & ~3u, 4, out word) : GuestMemory.TryFetch(board, address, out word);

    /// <summary>Says in a sentence why an address cannot be read.</summary>
    public string Why(uint address)
    {
        uint physical = address;
        if (!isPhysical && !GuestMemory.TryTranslate(board, address, out physical, out _))
            return $"Memory at 0x{address:x8} cannot be read: nothing is mapped there now.";
        return board.Memory.Find(physical) is { Device: not null } window
            ? $"Physical address 0x{physical:x8} belongs to {window.Name}, whose registers 'devices' shows."
            : $"Physical address 0x{physical:x8} has no memory.";
    }

    /// <summary>Reads from an address to the end of its kilobyte, or less; nothing when no plain memory is there.</summary>
    /// <param name="address">The address.</param>
    /// <param name="most">Bytes at most.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>How far the next piece is from the address.</returns>
    public uint ReadPiece(uint address, ulong most, out byte[] bytes)
    {
        uint length = (uint)Math.Min(Piece - (address % Piece), most);
        uint physical = address;
        bytes = [];
        if (isPhysical || GuestMemory.TryTranslate(board, address, out physical, out _))
        {
            byte[] read = new byte[length];
            if (board.Memory.TryCopyOut(physical, read))
                bytes = read;
        }

        return length;
    }
}
