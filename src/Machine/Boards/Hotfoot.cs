using System.Buffers.Binary;
using PpcJit.Machine.Devices.I2c;

namespace PpcJit.Machine.Boards;

/// <summary>
/// ESTeem's 195E, which Linux calls Hotfoot (arch/powerpc/boot/dts/hotfoot.dts): a radio modem with a 405EP, whose first serial port
/// is the chip's second UART.
/// </summary>
public static class Hotfoot
{
    /// <summary>The name used on the command line.</summary>
    public const string Name = "hotfoot";

    private const string Title = "ESTeem 195E Hotfoot, PPC405EP, 333 MHz, console on UART1";

    /// <summary>The board's second slot, with the first input of its four (dts/hotfoot.dts).</summary>
    private static readonly PciSlot DiskSlot = new(Device: 3, Input: 27);

    /// <summary>The board, for the catalog.</summary>
    public static BoardDescription Description { get; } = new(Name, Title, Create, options => Chip405Ep.Validate(Name, options))
    {
        FlashSizes = [8 << 20, 4 << 20],
        DiskSlot = DiskSlot,
        Firmware = new PpcBoot(),

        // Trees of other boards say that they are compatible with this one, after their own name: Linux's list of boards has it
        Marks = new BoardMarks { Compatible = ["est,hotfoot"] },
    };

    private static Board Create(BoardOptions options) => Chip405Ep.Create(Name, Title, options, new Chip405Ep.Surroundings
    {
        ExternalBanks = [],
        HasWideRom = true,
        HasPci = true,
        DiskSlot = DiskSlot,
        Console = 1,
        I2cChips = (events, _) => [new I2cChip("RTC", new Ds1307(events)), new I2cChip("Thermometer", new Lm75(0x4a))],
    });

    /// <summary>
    /// How its PPCBoot enters a boot wrapper: as U-Boot does on other boards, with board information of a layout of its own (Linux,
    /// ppcboot-hotfoot.h), which has the second Ethernet address right after the first.
    /// </summary>
    private sealed class PpcBoot : IBoardFirmware
    {
        private const int InformationSize = 0x98;

        /// <summary>A kernel reads what it is given before it has mapped more than the first 16 MB.</summary>
        private const uint InformationAddress = (16 << 20) - InformationSize;

        /// <inheritdoc/>
        public string Name => "PPCBoot's board information in r3";

        /// <inheritdoc/>
        public uint BaudRate => 115200;

        /// <inheritdoc/>
        public BootRegisters Start(Board board, IHandOver handOver)
        {
            handOver.Place("the board information", InformationAddress, Describe(board));
            (uint textStart, uint textEnd) = handOver.PlaceCommandLine(InformationAddress & ~0xffu);
            (uint initrdStart, uint initrdEnd) = handOver.PlaceInitrd();
            return new BootRegisters(handOver.PlaceStack(), InformationAddress, initrdStart, initrdEnd, textStart, textEnd);
        }

        private byte[] Describe(Board board)
        {
            byte[] bytes = new byte[InformationSize];
            BoardClocks clocks = board.Clocks.GetValueOrDefault();
            uint flash = board.Flash?.Model.Size ?? 8 << 20;
            Put(0x04, board.Memory.RamSize);
            Put(0x08, 0 - flash);
            Put(0x0c, flash);
            for (int n = 0; n < board.Ethernet.Count; n++)
                board.Ethernet[n].Address.CopyTo(bytes.AsSpan(0x24 + (6 * n)));
            Put(0x34, clocks.Cpu);
            Put(0x38, clocks.Plb);
            Put(0x3c, BaudRate);
            Put(0x64, clocks.Cpu);
            Put(0x68, clocks.Plb);
            Put(0x6c, Chip405Ep.SystemClock);
            Put(0x8c, clocks.Opb);
            return bytes;

            void Put(int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(offset), value);
        }
    }
}
