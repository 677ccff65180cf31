namespace PpcJit.Machine.Cpu;

/// <content>Data address compare and data value compare.</content>
public sealed unsafe partial class Debug
{
    private const uint RangeEnable = 1u << (31 - 8);
    private const uint RangeExclusive = 1u << (31 - 9);

    /// <summary>
    /// Asks for a DAC event before a data access that translation permits: then the debug interrupt is taken and the
    /// access is not done.
    /// </summary>
    /// <param name="effective">Its address.</param>
    /// <param name="size">Its size in bytes, 1 to 4.</param>
    /// <param name="store">Whether it is a store.</param>
    public bool BeforeDataAccess(uint effective, int size, bool store)
    {
        uint status = AddressMatches(effective, store, comparesValue: false);
        if (BytesInWord(effective, size) < size)
            status |= AddressMatches(NextWord(effective), store, comparesValue: false);
        return status != 0 && Raise(status);
    }

    /// <summary>
    /// Asks the same before a cache instruction. It is compared by its operand's address alone, and counts as a store
    /// where data may reach the memory, which is so for dcbf and dcbst too.
    /// </summary>
    public bool BeforeCacheOperation(uint effective, bool store) => BeforeDataAccess(effective, 1, store);

    /// <summary>
    /// Whether the first part of a store over the end of a word hits a DVC, so that the second part is not performed:
    /// the debug interrupt is taken between the two (PPC405 Core User's Manual, page 8-19). Where no debug interrupt is
    /// taken, nothing stops the processor, and both are.
    /// </summary>
    /// <param name="effective">Its address.</param>
    /// <param name="size">Its size in bytes, 2 or 4.</param>
    /// <param name="value">What is stored, in the order in which it stands in memory, in the low bytes.</param>
    /// <returns>How many bytes are stored.</returns>
    /// <remarks>A load has no second part to leave out that a program could see: its register takes the whole value.</remarks>
    public int BytesStored(uint effective, int size, uint value)
    {
        int inWord = BytesInWord(effective, size);
        if (inWord == size || !Internal || !Enabled)
            return size;
        return CompareValue(effective, inWord, value >> (8 * (size - inWord)), store: true) ? inWord : size;
    }

    /// <summary>Notes DVC events of a data access that has been done.</summary>
    /// <param name="effective">Its address.</param>
    /// <param name="size">Its size in bytes, 1 to 4.</param>
    /// <param name="value">What was loaded or stored, in the order in which it stands in memory, in the low bytes.</param>
    /// <param name="store">Whether it was a store.</param>
    public void DataAccess(uint effective, int size, uint value, bool store)
    {
        int inWord = BytesInWord(effective, size);
        CompareValue(effective, inWord, value >> (8 * (size - inWord)), store);
        if (inWord < size)
            CompareValue(NextWord(effective), size - inWord, value, store);
    }

    /// <summary>A misaligned access is done, and compared, as one access in each of two words.</summary>
    private static int BytesInWord(uint effective, int size) => Math.Min(size, 4 - (int)(effective & 3));

    private static uint NextWord(uint effective) => (effective & ~3u) + 4;

    private bool CompareValue(uint effective, int size, uint value, bool store)
    {
        bool hits = false;
        uint matches = AddressMatches(effective, store, comparesValue: true);
        for (int n = 0; n < 2 && matches != 0; n++)
        {
            uint status = Status(n, store);
            if ((matches & status) == 0 || !ValueMatches(n, effective, size, value))
                continue;
            _valueEvents |= status;
            hits = true;
        }

        return hits;
    }

    /// <summary>DBSR[DR1 DW1 DR2 DW2].</summary>
    private static uint Status(int n, bool store) => (store ? 1u << (31 - 8) : 1u << (31 - 7)) >> (2 * n);

    /// <summary>Whether a DAC register belongs to a DVC event, which then replaces the DAC event.</summary>
    private static bool ComparesValue(int n, uint control) => Mode(n, control) != 0 && ByteEnables(n, control) != 0;

    private static int Mode(int n, uint control) => (int)(control >> (18 - (2 * n))) & 3;

    private static uint ByteEnables(int n, uint control) => (control >> (12 - (4 * n))) & 0xf;

    private uint AddressMatches(uint effective, bool store, bool comparesValue)
    {
        uint control = _state->Dbcr1;
        uint status = 0;
        for (int n = 0; n < 2; n++)
        {
            uint enable = (store ? 1u << 29 : 1u << 31) >> n;
            if ((control & enable) != 0 && ComparesValue(n, control) == comparesValue && AddressMatches(n, effective, control))
                status |= Status(n, store);
        }

        return status;
    }

    /// <summary>
    /// The address that counts is the first one of the access in its word. DBCR1[DnS] says how many of its low bits do
    /// not: 00 none, 01 one (halfword), 10 two (word), 11 five (cache line).
    /// </summary>
    private bool AddressMatches(int n, uint effective, uint control)
    {
        if ((control & RangeEnable) != 0)
            return InRange(effective, control);
        uint ignored = ((control >> (26 - (2 * n))) & 3) switch { 0 => 0u, 1 => 1u, 2 => 3u, _ => 31u };
        return ((effective ^ _state->Dac[n]) & ~ignored) == 0;
    }

    /// <summary>A range begins with DAC1 and ends before DAC2.</summary>
    private bool InRange(uint effective, uint control)
    {
        bool inside = effective >= _state->Dac[0] && effective < _state->Dac[1];
        return inside != ((control & RangeExclusive) != 0);
    }

    /// <summary>DVC: the bytes that DBCR1[DVnBE] enables are compared; DVnM 01 all, 10 any, 11 both of either halfword.</summary>
    private bool ValueMatches(int n, uint effective, int size, uint value)
    {
        uint enables = ByteEnables(n, _state->Dbcr1);
        uint equal = 0;
        for (int lane = 0; lane < 4; lane++)
        {
            // Byte lane 0 is the one at word address + 0; only the lanes that the access drives can be equal.
            int index = lane - (int)(effective & 3);
            if (index < 0 || index >= size)
                continue;
            byte driven = (byte)(value >> (8 * (size - 1 - index)));
            if (driven == (byte)(_state->Dvc[n] >> (24 - (8 * lane))))
                equal |= 8u >> lane;
        }

        equal &= enables;
        return Mode(n, _state->Dbcr1) switch
        {
            1 => equal == enables,
            2 => equal != 0,
            _ => HalfMatches(equal, 0xc) || HalfMatches(equal, 0x3),
        };
    }

    /// <summary>A half counts only where both of its bytes are enabled (table 8-4); on the 440 a disabled byte is left out instead.</summary>
    private static bool HalfMatches(uint equal, uint half) => (equal & half) == half;
}
