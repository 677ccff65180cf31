using System.Buffers.Binary;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Boards;

/// <summary>
/// A ROM of our own in the place of IBM's OpenBIOS, with what kernels take from it: the call that returns the board's description, and the Ethernet
/// address. A processor that comes out of reset waits in it for ever, since there is nothing that it could load.
/// </summary>
/// <remarks>
/// A kernel loads the word at <see cref="BoardCall"/> and calls that address, with its loader's stack and MSR; the
/// description's address comes back in r3. The word begins a function descriptor, as XCOFF has it: code, table of
/// contents, environment.
/// </remarks>
public static class OpenBiosRom
{
    /// <summary>First address; the ROM reaches to the end of the address space.</summary>
    public const uint Start = 0xfffe0000;

    /// <summary>Address of the word that holds the address of the board description call.</summary>
    public const uint BoardCall = 0xfffe0b50;

    /// <summary>Address of the board description.</summary>
    public const uint Description = 0xfffe0c00;

    /// <summary>Number of bytes of the ROM.</summary>
    private const int Size = 0x20000;

    private const uint BoardCallCode = BoardCall + 16;
    private const uint ResetCode = 0xffffff00;
    private const uint ResetVector = 0xfffffffc;

    /// <summary>Where Linux's boot wrapper for the Walnut reads the Ethernet address.</summary>
    private const uint AddressOfEthernet = 0xfffffe0b;

    // Offsets in the description
    private const int FirmwareVersion = 4;
    private const int MemorySizeOffset = 36;
    private const int EthernetOffset = 40;
    private const int PciEthernetOffset = 46;
    private const int CpuClock = 52;
    private const int PlbClock = 56;
    private const int PciClock = 60;
    private const int DescriptionSize = 64;

    /// <summary>Maps the ROM.</summary>
    internal static unsafe void AddTo(Board board)
    {
        board.Memory.MapMemory("OpenBIOS ROM", Start, Size, writable: false);
        Describe(board);
    }

    /// <summary>
    /// Writes the ROM's contents, as the firmware does at power-on with what it knows of the board: memory, clocks,
    /// Ethernet addresses.
    /// </summary>
    /// <param name="board">A board with this ROM.</param>
    public static unsafe void Describe(Board board)
    {
        Clocks405Gp clocks = Clocks405Gp.For(board.Processor.Model.ClockHz) ?? default;
        MacAddress ethernet = board.Ethernet[0].Address;
        Span<byte> rom = new(board.Memory.PlainPage(Start, out _), Size);
        rom.Fill(0xff); // as erased flash
        Put(rom, BoardCall, BoardCallCode, 0, 0);
        Put(
            rom,
            BoardCallCode,
            Assembler.Word($"addis r3,0,{unchecked((short)(Description >> 16))}"),
            Assembler.Word($"ori r3,r3,{Description & 0xffff}"),
            Assembler.Word("bclr 20,0"));
        Put(
            rom,
            ResetCode,
            Assembler.Word("addis r3,0,4"), // MSR[WE]
            Assembler.Word("mtmsr r3"),
            Assembler.Word("b -8")); // back, if anything should wake it
        Put(rom, ResetVector, Assembler.Word($"ba {unchecked((int)ResetCode)}"));

        Span<byte> description = rom.Slice(Offset(Description), DescriptionSize);
        description.Clear();
        "1.0"u8.CopyTo(description);
        "PpcJit"u8.CopyTo(description[FirmwareVersion..]);
        BinaryPrimitives.WriteUInt32BigEndian(description[MemorySizeOffset..], board.Memory.RamSize);
        ethernet.CopyTo(description[EthernetOffset..]);
        new MacAddress(ethernet.Value + 1).CopyTo(description[PciEthernetOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(description[CpuClock..], clocks.Cpu);
        BinaryPrimitives.WriteUInt32BigEndian(description[PlbClock..], clocks.Plb);
        BinaryPrimitives.WriteUInt32BigEndian(description[PciClock..], clocks.Pci);
        ethernet.CopyTo(rom[Offset(AddressOfEthernet)..]);
    }

    private static void Put(Span<byte> rom, uint address, params ReadOnlySpan<uint> words)
    {
        for (int n = 0; n < words.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(rom[(Offset(address) + (4 * n))..], words[n]);
    }

    private static int Offset(uint address) => (int)(address - Start);
}
