using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Calendar;
using PpcJit.Machine.Devices.Fpga;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.Input;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Machine.Boards;

/// <summary>IBM's Walnut: the 405GP evaluation board, with OpenBIOS, SRAM, an NVRAM with clock, keyboard and mouse ports, and an FPGA.</summary>
public static class Walnut
{
    /// <summary>The name used on the command line.</summary>
    public const string Name = "walnut";

    /// <summary>One line that says what the board is.</summary>
    public const string Title = "IBM Walnut, PPC405GP evaluation board, 200 MHz";

    private const ulong UsualClock = 200_000_000;
    private const uint SramAddress = 0xfff00000;
    private const uint NvramAddress = 0xf0000000;
    private const uint KeyboardAddress = 0xf0100000;
    private const uint FpgaAddress = 0xf0300000;
    private const int SharedInput = 25;
    private const int MouseInput = 26;

    /// <summary>The first of its PCI slots (NetBSD, walnut/pci/pci_machdep.c).</summary>
    private static readonly PciSlot DiskSlot = new(Device: 1, Input: 28);

    /// <summary>The board, for the catalog.</summary>
    public static BoardDescription Description { get; } = new(Name, Title, Create, Validate)
    {
        FlashSizes = [512 << 10], // What fits above the SRAM
        DiskSlot = DiskSlot,
        Firmware = new OpenBios(),
        Marks = new BoardMarks
        {
            Compatible = ["ibm,walnut"],
            Greetings = ["Walnut PowerPC 405GP Evaluation Board"], // NetBSD's
            LinkedAt = 0x00025000, // NetBSD's kernels
        },
    };

    /// <summary>Says what is wrong with options; null when nothing is.</summary>
    public static string? Validate(BoardOptions options) => Chip405Gp.Validate(Name, options, UsualClock, maxMegabytes: 512);

    /// <summary>What the memory module's EEPROM says to firmware; where that is taken for granted nobody has written it.</summary>
    private static byte[]? Module(BoardOptions options) => options.FlashBytes is null
        ? null
        : SerialPresenceDetect.Describe(SdramBanks.Split(options.MemoryBytes, Chip405Gp.SdramBankCount) ?? []);

    /// <summary>Creates the board in its reset state.</summary>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    public static unsafe Board Create(BoardOptions options)
    {
        Chip405Gp.Surroundings surroundings = new()
        {
            UartClockHz = 11_059_200,
            DiskSlot = DiskSlot,
            ExternalBanks = [SramAddress, NvramAddress, KeyboardAddress, 0, 0, 0, 0, FpgaAddress],
            I2cChips = events => [new I2cChip("EEPROM", new I2cEeprom(0x50, Module(options))), new I2cChip("RTC", new Ds1307(events))],
        };
        (Board board, Uic uic) = Chip405Gp.Gp.Create(Name, Title, Chip405Gp.Clocks(options, UsualClock), options, surroundings);

        board.Memory.MapMemory("SRAM", SramAddress, 512 * 1024, writable: true);
        if (options.FlashBytes is null)
            OpenBiosRom.AddTo(board);
        board.AddMmio("NVRAM", NvramAddress, Timekeeper.WindowSize, new Timekeeper(board.Events, TimekeeperModel.Ds1743), ResetBy.Nothing);
        InterruptLine shared = board.Connect(uic, SharedInput, "FPGA (keyboard, mouse)");
        WalnutFpga fpga = new(shared, board.Connect(uic, MouseInput, "FPGA (mouse alone)"), board.Log);
        KeyboardController keyboard = new(fpga.KeyboardInput, fpga.MouseInput);
        board.AddMmio("KBC", KeyboardAddress, KeyboardController.WindowSize, keyboard, ResetBy.System);
        board.AddMmio("FPGA", FpgaAddress, WalnutFpga.WindowSize, fpga, ResetBy.System);
        return board;
    }
}
