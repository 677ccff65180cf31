using System.Globalization;
using PpcJit.Lab.Debugging;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Why;

/// <summary>Where a value is: a register, a field of CR, or bytes of memory.</summary>
/// <param name="Register">The register's name, one of <see cref="RegisterNames"/>; null for memory.</param>
/// <param name="Field">Which field of CR, 0 to 7; -1 for a whole register, and for memory.</param>
/// <param name="Address">Physical address of the first byte; 0 for registers.</param>
/// <param name="Length">Bytes; 0 for registers.</param>
public readonly record struct ValuePlace(string? Register, int Field, uint Address, uint Length)
{
    /// <summary>Bits of a field of CR.</summary>
    private const int FieldBits = 4;

    /// <summary>Whether it is in memory.</summary>
    public bool IsMemory => Register is null;

    /// <summary>Gives a register.</summary>
    public static ValuePlace Of(string register) => new(register, -1, 0, 0);

    /// <summary>Gives a general-purpose register.</summary>
    public static ValuePlace Gpr(int number) => Of("r" + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Gives a field of CR.</summary>
    public static ValuePlace CrField(int field) => new("cr", field, 0, 0);

    /// <summary>Gives bytes of memory by their physical address.</summary>
    public static ValuePlace Memory(uint address, uint length) => new(null, -1, address, length);

    /// <summary>Reads what is there now.</summary>
    /// <param name="board">The machine.</param>
    /// <returns>The value, the first bytes of memory when there are more than four; null where no plain memory is.</returns>
    public uint? Read(Board board)
    {
        ArgumentNullException.ThrowIfNull(board);
        if (Register is { } name)
        {
            uint value = RegisterNames.Read(board.Processor, name);
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

    /// <summary>Gives <c>r3</c>, <c>cr7</c> for a field of CR, or <c>[0x00123450]</c> with the bytes when those are not four.</summary>
    public override string ToString() => Register is { } name
        ? Field < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"cr{Field}")
        : Length == sizeof(uint) ? $"[0x{Address:x8}]" : string.Create(CultureInfo.InvariantCulture, $"[0x{Address:x8}, {Length} bytes]");
}
