using PpcJit.Machine.Buses;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Calendar;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.Fpga;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Serial;

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

    private const uint SystemClock = 33_333_333;
    private const uint ProcessorVersion = 0x51210950;
    private const uint SramAddress = 0xfff00000;
    private const uint SramSize = 512 << 10;
    private const uint NvramAddress = 0xf0000000;
    private const uint FpgaAddress = 0xf0300000;
    private const int SdramBankCount = 2;

    /// <summary>Where firmware for this board looks for the memory module.</summary>
    private const byte SpdAddress = 0x55;

    /// <summary>The board, for the catalog.</summary>
    public static BoardDescription Description { get; } = new(Name, Title, Create, Validate)
    {
        FlashSizes = [512 << 10], // What fits above the SRAM
        Firmware = new BootLoader(),
        Marks = new BoardMarks { Compatible = ["ppcjit,ref405ep"] },
        IsDefault = true,
    };

    /// <summary>Says what is wrong with options; null when nothing is.</summary>
    public static string? Validate(BoardOptions options) => options.ClockHz is { } hz && hz / 1_000_000 is not (333 or 334)
        ? $"{Name} runs at 333 MHz; {hz / 1e6:0.###} MHz cannot be."
        : MemorySize.Validate(Name, options.MemoryBytes, least: 16, most: 512, SdramBankCount);

    /// <summary>Creates the board in its reset state.</summary>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    public static Board Create(BoardOptions options)
    {
        Clocks405Ep clocks = Clocks405Ep.Compute(SystemClock, Cpc405Ep.ResetPllMode0, Cpc405Ep.ResetPllMode1, Cpc405Ep.ResetUartControl);
        Board board = new(Name, Title, new ProcessorModel("PPC405EP", ProcessorVersion, clocks.Cpu), options.MemoryBytes);

        // Interrupt controller, and what firmware left set up
        Uic uic = board.AddUic();
        Cpc405Ep cpc = board.AddDcr("CPC0", Cpc405Ep.FirstDcr, Cpc405Ep.LastDcr, new Cpc405Ep(SystemClock, board.Log));
        IReadOnlyList<uint> banks = SdramBanks.Split(options.MemoryBytes, SdramBankCount) ?? [];
        board.AddBusControllers(
            banks,
            new ExternalBusController(5, [SramAddress, NvramAddress, FpgaAddress], board.Log),
            hasFirmware: options.FlashBytes is not null);

        // External bus: SRAM, NVRAM with clock, FPGA
        unsafe
        {
            board.Memory.MapMemory("SRAM", SramAddress, SramSize, writable: true);
        }

        board.AddMmio("NVRAM", NvramAddress, Timekeeper.WindowSize, new Timekeeper(board.Events, TimekeeperModel.M48T08), ResetBy.Nothing);
        board.AddMmio("FPGA", FpgaAddress, Ref405epFpga.WindowSize, new Ref405epFpga(board.Log), ResetBy.System);

        // On-chip peripheral bus
        InterruptLine[] compareLines = board.Connect(uic, 19, Gpt.TimerCount, "GPT0 compare");
        board.AddMmio("GPT0", 0xef600000, Gpt.WindowSize, new Gpt(board.Events, compareLines, clocks.Opb, board.Log));
        Uart16550 uart0 = board.AddUart(uic, "UART0", 0xef600300, 0, clocks.Uart0);
        Uart16550 uart1 = board.AddUart(uic, "UART1", 0xef600400, 1, clocks.Uart1);
        board.AddOpbDevices(uic, options.FlashBytes is null
            ? [new I2cChip("EEPROM", new I2cEeprom(0x50))]
            : [new I2cChip("EEPROM", new I2cEeprom(0x50)), new I2cChip("SPD", new I2cEeprom(SpdAddress, SerialPresenceDetect.Describe(banks)))]);
        board.AddDma(uic);

        // Ethernet: both PHYs are on the management bus of EMAC0, whose pins are the only ones that the chip has
        Mal mal = Ethernet405.AddMal(board, uic, transmitChannels: 4, receiveChannels: 2);
        MiiBus management = new();
        Ethernet405.AddEmac(board, number: 0, 0xef600800, uic, input: 15, mal, management, management);
        Ethernet405.AddEmac(board, number: 1, 0xef600900, uic, input: 17, mal, management, new MiiBus());

        // Kernels that come without firmware of their own do not find the host bridge: what they see has always been the board without
        if (options.FlashBytes is not null)
            Chip405Gp.AddPci(board);
        cpc.UartClocksChanged = changed => (uart0.ClockHz, uart1.ClockHz) = (changed.Uart0, changed.Uart1);
        board.Console = uart0;
        board.Clocks = new BoardClocks(clocks.Cpu, clocks.Plb, clocks.Opb, clocks.Ebc);
        return board;
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

        private BoardInformation Describe(Board board) => BoardInformation.Of(board, BaudRate, SystemClock) with
        {
            SramStart = SramAddress,
            SramSize = SramSize,
        };
    }
}
