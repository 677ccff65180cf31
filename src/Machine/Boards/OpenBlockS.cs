using PpcJit.Machine.Devices.I2c;

namespace PpcJit.Machine.Boards;

/// <summary>Plat'Home's OpenBlockS: small servers with a 405GP (200) or 405GPr (266), whose peripherals are on the chip and on I2C.</summary>
public static class OpenBlockS
{
    /// <summary>The OpenBlockS 266 on the command line.</summary>
    public const string Name266 = "openblocks266";

    /// <summary>The OpenBlockS 200 on the command line.</summary>
    public const string Name200 = "openblocks200";

    /// <summary>One line that says what the OpenBlockS 266 is.</summary>
    public const string Title266 = "Plat'Home OpenBlockS 266, PPC405GPr, 266 MHz";

    /// <summary>One line that says what the OpenBlockS 200 is.</summary>
    public const string Title200 = "Plat'Home OpenBlockS 200 (S/R), PPC405GP, 200 MHz";

    private const ulong UsualClock266 = 266_666_666;
    private const ulong UsualClock200 = 200_000_000;

    /// <summary>What fits where a board has nothing but flash.</summary>
    private static readonly uint[] FlashSizes = [8 << 20, 512 << 10, 4 << 20, 16 << 20, 32 << 20, 64 << 20];

    /// <summary>Where an OpenBlockS 266 has its IDE controller, which is one of HighPoint's (NetBSD, obs405/obs266_machdep.c).</summary>
    private static readonly PciSlot DiskSlot = new(Device: 3, Input: 30);

    private static readonly Chip405Gp.Surroundings Surroundings = new()
    {
        UartClockHz = 7_372_800,
        HasWideRom = true,
        ExternalBanks = [0xfff00000],
        I2cChips = events => [new I2cChip("EEPROM", new I2cEeprom(0x57)), new I2cChip("RTC", new X1226(events))],
    };

    /// <summary>The OpenBlockS 266, for the catalog.</summary>
    public static BoardDescription Description266 { get; } = new(Name266, Title266, Create266, Validate266)
    {
        FlashSizes = FlashSizes,
        DiskSlot = DiskSlot,
        Firmware = new OpenBios(),
        Marks = new BoardMarks { Greetings = ["OpenBlockS266 IBM PowerPC 405GPr Board"] }, // NetBSD's
    };

    /// <summary>The OpenBlockS 200, for the catalog.</summary>
    public static BoardDescription Description200 { get; } = new(Name200, Title200, Create200, Validate200)
    {
        FlashSizes = FlashSizes,
        Firmware = new CenturyBios(),
        Marks = new BoardMarks
        {
            Greetings = ["OpenBlockS S/R IBM PowerPC 405GP Board"], // NetBSD's
            LinkedAt = 0x00450000, // NetBSD's kernels
        },
    };

    /// <summary>Says what is wrong with options for an OpenBlockS 266; null when nothing is.</summary>
    public static string? Validate266(BoardOptions options) => Chip405Gp.Validate(Name266, options, UsualClock266, maxMegabytes: 512);

    /// <summary>
    /// Says what is wrong with options for an OpenBlockS 200; null when nothing is. Its firmware gives the memory's
    /// size in a byte.
    /// </summary>
    public static string? Validate200(BoardOptions options) => Chip405Gp.Validate(Name200, options, UsualClock200, maxMegabytes: 255);

    /// <summary>Creates an OpenBlockS 266 in its reset state. Its firmware is an OpenBIOS.</summary>
    /// <param name="options">Options for which <see cref="Validate266"/> gives null.</param>
    public static Board Create266(BoardOptions options)
    {
        Board board = Chip405Gp.Gpr.Create(Name266, Title266, Chip405Gp.Clocks(options, UsualClock266), options,
            Surroundings with { DiskSlot = DiskSlot }).Board;
        if (options.FlashBytes is null)
            OpenBiosRom.AddTo(board);
        return board;
    }

    /// <summary>Creates an OpenBlockS 200 in its reset state. Its firmware leaves a description in RAM, which is for the loader to do.</summary>
    /// <param name="options">Options for which <see cref="Validate200"/> gives null.</param>
    public static Board Create200(BoardOptions options) =>
        Chip405Gp.Gp.Create(Name200, Title200, Chip405Gp.Clocks(options, UsualClock200), options, Surroundings).Board;

    /// <summary>
    /// How the firmware of an OpenBlockS 200 enters a kernel: eight bytes at 1 MB describe the board (Ethernet address, boot mode, memory in
    /// megabytes). It takes neither a command line nor an initial RAM disk.
    /// </summary>
    private sealed class CenturyBios : IBoardFirmware
    {
        private const uint InformationAddress = 1 << 20;
        private const int InformationSize = 8;

        /// <inheritdoc/>
        public string Name => "board information at 0x00100000";

        /// <inheritdoc/>
        public uint BaudRate => 9600;

        /// <inheritdoc/>
        public string? Objection(Board board, bool hasCommandLine, bool hasInitrd) => !hasCommandLine && !hasInitrd ? null
            : $"The firmware of {board.Name} hands over neither a command line nor a RAM disk; --append and --initrd need another board.";

        /// <inheritdoc/>
        public BootRegisters Start(Board board, IHandOver handOver)
        {
            byte[] information = new byte[InformationSize];
            board.Ethernet[0].Address.CopyTo(information);
            information[InformationSize - 1] = (byte)(board.Memory.RamSize >> 20);
            handOver.Place("the board information", InformationAddress, information);
            return new BootRegisters(handOver.PlaceStack(), InformationAddress);
        }
    }
}
