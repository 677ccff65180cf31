using PpcJit.Machine.Devices.Calendar;
using PpcJit.Machine.Devices.Fpga;
using PpcJit.Machine.Devices.I2c;

namespace PpcJit.Machine.Boards;

/// <summary>
/// IBM's 405EP reference board as QEMU had it until version 10: a PPC405EP, SDRAM, SRAM in the place of the boot flash,
/// an NVRAM with clock, and an FPGA.
/// </summary>
public static class Ref405ep
{
    /// <summary>The name used on the command line.</summary>
    public const string Name = "ref405ep";

    /// <summary>One line that says what the board is.</summary>
    public const string Title = "IBM PPC405EP reference board, 333 MHz";

    private const uint SramAddress = 0xfff00000;
    private const uint SramSize = 512 << 10;
    private const uint NvramAddress = 0xf0000000;
    private const uint FpgaAddress = 0xf0300000;

    /// <summary>Where firmware for this board looks for the memory module.</summary>
    private const byte SpdAddress = 0x55;

    /// <summary>The board, for the catalog.</summary>
    public static BoardDescription Description { get; } = new(Name, Title, Create, Validate)
    {
        FlashSizes = [512 << 10], // What fits above the SRAM
        Firmware = new BootLoader(),
        Marks = new BoardMarks { Compatible = ["ppcjit,ref405ep", "qemu,ref405ep"] },
        IsDefault = true,
    };

    /// <summary>Says what is wrong with options; null when nothing is.</summary>
    public static string? Validate(BoardOptions options) => Chip405Ep.Validate(Name, options);

    /// <summary>Creates the board in its reset state.</summary>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    public static Board Create(BoardOptions options) => Chip405Ep.Create(Name, Title, options, new Chip405Ep.Surroundings
    {
        ExternalBanks = [SramAddress, NvramAddress, FpgaAddress],
        AddExternal = (board, _) => AddExternal(board),

        // Kernels that come without firmware of their own do not find the host bridge: what they see has always been the board without
        HasPci = options.FlashBytes is not null,
        I2cChips = (_, banks) => options.FlashBytes is null
            ? [new I2cChip("EEPROM", new I2cEeprom(0x50))]
            : [new I2cChip("EEPROM", new I2cEeprom(0x50)), new I2cChip("SPD", new I2cEeprom(SpdAddress, SerialPresenceDetect.Describe(banks)))],
    });

    /// <summary>Adds what is on the external bus: SRAM, NVRAM with clock, FPGA.</summary>
    private static unsafe void AddExternal(Board board)
    {
        board.Memory.MapMemory("SRAM", SramAddress, SramSize, writable: true);
        board.AddMmio("NVRAM", NvramAddress, Timekeeper.WindowSize, new Timekeeper(board.Events, TimekeeperModel.M48T08), ResetBy.Nothing);
        board.AddMmio("FPGA", FpgaAddress, Ref405epFpga.WindowSize, new Ref405epFpga(board.Log), ResetBy.System);
    }

    /// <summary>
    /// How a kernel is entered, as QEMU 7.2's board of this name does it: r1 = top of the SRAM, r3 = board information just under 16 MB, r4 and r5 =
    /// start and end of the initial RAM disk, r6 and r7 = start and end of the command line, which stands just under the board information.
    /// </summary>
    private sealed class BootLoader : IBoardFirmware
    {
        private const uint InformationAddress = (16 << 20) - BoardInformation.Size;

        /// <inheritdoc/>
        public string Name => "board information (bd_t) in r3";

        /// <inheritdoc/>
        public uint BaudRate => 115200;

        /// <inheritdoc/>
        public BootRegisters Start(Board board, IHandOver handOver)
        {
            handOver.Place("the board information", InformationAddress, Describe(board).ToBytes());
            (uint textStart, uint textEnd) = handOver.PlaceCommandLine(InformationAddress);
            (uint initrdStart, uint initrdEnd) = handOver.PlaceInitrd();
            return new BootRegisters(SramAddress + SramSize - 8, InformationAddress, initrdStart, initrdEnd, textStart, textEnd);
        }

        private BoardInformation Describe(Board board) => BoardInformation.Of(board, BaudRate, Chip405Ep.SystemClock) with
        {
            SramStart = SramAddress,
            SramSize = SramSize,
        };
    }
}
