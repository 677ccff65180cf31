using System.Globalization;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Why;

/// <summary>Where a value is: a register, a field of CR, half an entry of the TLB, or bytes of memory or of a register.</summary>
/// <param name="Register">The register's name, one of <see cref="RegisterNames"/>, or one half of a TLB entry; null for memory.</param>
/// <param name="Field">Which field of CR, 0 to 7, or which entry of the TLB; -1 for a whole register, and for memory.</param>
/// <param name="Address">Physical address of the first byte; in a part of a register, which byte is the first, 0 being the most significant.</param>
/// <param name="Length">Bytes; 0 for whole registers.</param>
public readonly record struct ValuePlace(string? Register, int Field, uint Address, uint Length)
{
    private const string TagName = "tlbhi", DataName = "tlblo";

    /// <summary>Bits of a field of CR.</summary>
    private const int FieldBits = 4;

    /// <summary>Whether it is a part of a register.</summary>
    public bool IsPart => Register is not null && Length > 0;

    /// <summary>The whole register of which it is a part; otherwise the place itself.</summary>
    public ValuePlace Whole => Register is null ? this : this with { Address = 0, Length = 0 };

    /// <summary>Whether it is in memory.</summary>
    public bool IsMemory => Register is null;

    /// <summary>Whether it is half an entry of the TLB.</summary>
    public bool IsTlb => Register is TagName or DataName;

    /// <summary>Whether it is the half of a TLB entry that says which page it is for: TLBHI.</summary>
    public bool IsTlbTag => Register == TagName;

    /// <summary>Gives a register.</summary>
    public static ValuePlace Of(string register) => new(register, -1, 0, 0);

    /// <summary>Gives a general-purpose register.</summary>
    public static ValuePlace Gpr(int number) => Of("r" + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Gives a field of CR.</summary>
    public static ValuePlace CrField(int field) => new("cr", field, 0, 0);

    /// <summary>Gives the half of a TLB entry that says which page it is for.</summary>
    public static ValuePlace TlbTag(int entry) => new(TagName, entry, 0, 0);

    /// <summary>Gives the half of a TLB entry that says where the page is.</summary>
    public static ValuePlace TlbData(int entry) => new(DataName, entry, 0, 0);

    /// <summary>Gives bytes of memory by their physical address.</summary>
    public static ValuePlace Memory(uint address, uint length) => new(null, -1, address, length);

    /// <summary>Gives bytes of this register; the register itself when they are all.</summary>
    /// <param name="first">The first byte, 0 being the most significant.</param>
    /// <param name="length">Bytes.</param>
    public ValuePlace Bytes(uint first, uint length) =>
        length == sizeof(uint) ? Whole : this with { Address = first, Length = length };

    /// <summary>Reads what is there now.</summary>
    /// <param name="board">The machine.</param>
    /// <returns>The value, the first bytes of memory when there are more than four; null where no plain memory is.</returns>
    public unsafe uint? Read(Board board)
    {
        ArgumentNullException.ThrowIfNull(board);
        CpuState* state = board.Processor.State;
        if (IsTlb)
            return IsTlbTag ? state->TlbHi[Field] : state->TlbLo[Field];
        if (Register is { } name)
        {
            uint value = RegisterNames.Read(board.Processor, name);
            if (IsPart)
                return (value >> (8 * (int)(sizeof(uint) - Address - Length))) & (uint.MaxValue >> (8 * (int)(sizeof(uint) - Length)));
            return Field < 0 ? value : (value >> (FieldBits * (7 - Field))) & 0xf;
        }

        uint read = 0;
        for (uint n = 0; n < Math.Min(Length, sizeof(uint)); n++)
        {
            if (!GuestMemory.TryReadPhysical(board, Address + n, 1, out uint part))
                return null;
            read = (read << 8) | part;
        }

        return read;
    }

    /// <summary>
    /// Gives <c>r3</c>, <c>r3[2-3]</c> for its lower half, <c>cr7</c> for a field of CR, <c>tlbhi[5]</c>, or <c>[0x00123450]</c> with the bytes when
    /// those are not four.
    /// </summary>
    public override string ToString()
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (IsPart)
            return string.Create(invariant, $"{Register}[{Address}{(Length > 1 ? $"-{Address + Length - 1}" : "")}]");
        if (Register is { } name)
            return Field < 0 ? name : (IsTlb ? name : "cr") + (IsTlb ? $"[{Field}]" : Field.ToString(invariant));
        return Length == sizeof(uint) ? $"[0x{Address:x8}]" : string.Create(invariant, $"[0x{Address:x8}, {Length} bytes]");
    }
}
