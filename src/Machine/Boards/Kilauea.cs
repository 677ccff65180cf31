using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.Fpga;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Machine.Boards;

/// <summary>
/// AMCC's evaluation boards for the 405EX: Kilauea, and Haleakala with the 405EXr (U-Boot 2016.11, include/configs/kilauea.h): DDR2 memory, NOR
/// flash, a NAND controller without a chip, a CPLD, two Ethernet ports for 1 Gbit/s, and PCI Express slots with nothing in them.
/// </summary>
public static class Kilauea
{
    /// <summary>The Kilauea on the command line.</summary>
    public const string Name = "kilauea";

    /// <summary>The Haleakala on the command line.</summary>
    public const string NameHaleakala = "haleakala";

    private const string Title = "AMCC Kilauea, PPC405EX evaluation board, 400 MHz";
    private const string TitleHaleakala = "AMCC Haleakala, PPC405EXr evaluation board, 400 MHz";
    private const ulong UsualClock = 400_000_000;
    private const uint CpldAddress = 0xf0000000;
    private const uint NandAddress = 0xf8000000;

    private static readonly uint[] FlashSizes = [64 << 20];

    private static readonly Chip405Ex.Surroundings Surroundings = new()
    {
        UartClockHz = 11_059_200,
        ExternalBanks = [0, NandAddress, CpldAddress],
        Phy = MiiPhyModel.M88E1111,
        FirstPhyAddress = 1,
        I2cChips = events =>
        [
            new I2cChip("EEPROM", new I2cEeprom(0x52)), new I2cChip("Thermometer", new Lm75(0x48)), new I2cChip("RTC", new Ds1307(events)),
        ],
    };

    /// <summary>The Kilauea, for the catalog.</summary>
    public static BoardDescription Description { get; } = new(
        Name, Title, options => Create(Chip405Ex.Ex, Name, Title, options), options => Chip405Ex.Validate(Name, options, UsualClock))
    {
        FlashSizes = FlashSizes,
        UsualMemory = 256 << 20,
        Firmware = new UBoot(115200),
        Marks = new BoardMarks { Compatible = ["amcc,kilauea"] },
    };

    /// <summary>The Haleakala, for the catalog.</summary>
    public static BoardDescription DescriptionHaleakala { get; } = new(
        NameHaleakala,
        TitleHaleakala,
        options => Create(Chip405Ex.ExR, NameHaleakala, TitleHaleakala, options),
        options => Chip405Ex.Validate(NameHaleakala, options, UsualClock))
    {
        FlashSizes = FlashSizes,
        UsualMemory = 256 << 20,
        Firmware = new UBoot(115200),
        Marks = new BoardMarks { Compatible = ["amcc,haleakala"] },
    };

    private static Board Create(Chip405Ex chip, string name, string title, BoardOptions options)
    {
        Board board = chip.Create(name, title, options, UsualClock, Surroundings);
        board.AddMmio("NDFC0", NandAddress, NandController.WindowSize, new NandController(board.Log));
        board.AddMmio("CPLD", CpldAddress, KilaueaCpld.WindowSize, new KilaueaCpld(board.Log), ResetBy.System);
        return board;
    }
}
