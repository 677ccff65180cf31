using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Why;

/// <summary>Which bytes of its input an instruction moves into which bytes of a register or of memory, where it moves whole bytes.</summary>
internal static class ByteMoves
{
    private const uint Word = sizeof(uint);

    /// <summary>Gives the bytes of memory from which bytes of a register were loaded.</summary>
    /// <param name="row">The instruction, which loads one register.</param>
    /// <param name="load">The access.</param>
    /// <param name="place">The register, or a part of it.</param>
    /// <returns>Null for bytes that are zero whatever is loaded.</returns>
    public static ValuePlace? Loaded(InstructionRow row, TracedAccess load, ValuePlace place)
    {
        if (!place.IsPart || row.Is(InstructionFlags.Signed) || load.Size > Word)
            return ValuePlace.Memory(load.Physical, load.Size);
        uint zeros = Word - load.Size;
        uint first = Math.Max(place.Address, zeros), end = place.Address + place.Length;
        if (end <= first)
            return null;
        uint offset = row.Is(InstructionFlags.Reversed) ? Word - end : first - zeros;
        return ValuePlace.Memory(load.Physical + offset, end - first);
    }

    /// <summary>Gives the bytes of a register that were stored to bytes of memory.</summary>
    /// <param name="row">The instruction.</param>
    /// <param name="store">The access.</param>
    /// <param name="register">The register.</param>
    /// <param name="firstByte">Which byte of the register the access begins with, where nothing is reversed.</param>
    /// <param name="place">The bytes of memory.</param>
    public static ValuePlace Stored(InstructionRow row, TracedAccess store, ValuePlace register, uint firstByte, ValuePlace place)
    {
        uint first = place.Address > store.Physical ? place.Address - store.Physical : 0;
        uint end = Math.Min(store.Size, place.Address + place.Length - store.Physical);
        if (store.Size > Word || end <= first)
            return register;
        return register.Bytes(row.Is(InstructionFlags.Reversed) ? Word - end : firstByte + first, end - first);
    }

    /// <summary>Gives the part of a source register that an instruction moved into a part of another one.</summary>
    /// <param name="op">The instruction.</param>
    /// <param name="word">Its word.</param>
    /// <param name="place">The part.</param>
    /// <returns>Null where it makes the part of more than bytes that it moves; empty where it makes it zero.</returns>
    public static IReadOnlyList<ValuePlace>? Moved(Op op, uint word, ValuePlace place)
    {
        if (!place.IsPart)
            return null;
        switch (op)
        {
            case Op.Or when Field.Rs(word) == Field.Rb(word):
                return [ValuePlace.Gpr(Field.Rs(word)).Bytes(place.Address, place.Length)];
            case Op.Rlwinm:
                return Rotated(word, place, keeps: null);
            case Op.Rlwimi:
                return Rotated(word, place, keeps: ValuePlace.Gpr(Field.Ra(word)));
            default:
                return null;
        }
    }

    private static IReadOnlyList<ValuePlace>? Rotated(uint word, ValuePlace place, ValuePlace? keeps)
    {
        uint bits = Mask(place);
        uint mask = Mask(Field.Mb(word), Field.Me(word)) & bits;
        if (mask == 0)
            return keeps is { } kept ? [kept.Bytes(place.Address, place.Length)] : [];
        if (mask != bits || Field.Sh(word) % 8 != 0)
            return null;

        // Rotated to the left by whole bytes; what would wrap round is no run of bytes any more.
        uint first = (place.Address + ((uint)Field.Sh(word) / 8)) % Word;
        return first + place.Length <= Word ? [ValuePlace.Gpr(Field.Rs(word)).Bytes(first, place.Length)] : null;
    }

    private static uint Mask(ValuePlace part) =>
        (uint.MaxValue >> (8 * (int)(Word - part.Length))) << (8 * (int)(Word - part.Address - part.Length));

    private static uint Mask(int begin, int end)
    {
        uint from = uint.MaxValue >> begin, to = uint.MaxValue << (31 - end);
        return begin <= end ? from & to : from | to;
    }
}
