using PpcJit.Machine.Buses;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Boards;

/// <summary>A PowerPC 405EP with what is on the chip, as firmware leaves it.</summary>
public static class Chip405Ep
{
    /// <summary>The crystal in Hz.</summary>
    public const uint SystemClock = 33_333_333;

    private const uint ProcessorVersion = 0x51210950;
    private const int SdramBankCount = 2;
    private const int ExternalBankCount = 5;

    /// <summary>What a board connects to the chip's pins.</summary>
    public sealed record Surroundings
    {
        /// <summary>Address of each bank of the external bus, 0 for one that is not used.</summary>
        public required IReadOnlyList<uint> ExternalBanks { get; init; }

        /// <summary>Adds what is on the external bus beside the flash, with its inputs of the chip's interrupt controller.</summary>
        public Action<Board, Uic> AddExternal { get; init; } = static (_, _) => { };

        /// <summary>Whether the flash has a data bus of 16 bits, and a bank of the external bus for itself.</summary>
        public bool HasWideRom { get; init; }

        /// <summary>Whether the PCI host bridge is there.</summary>
        public bool HasPci { get; init; }

        /// <summary>Where on the PCI bus the controller of a disk stands, if there is one; null for nowhere.</summary>
        public PciSlot? DiskSlot { get; init; }

        /// <summary>Which UART is the terminal.</summary>
        public int Console { get; init; }

        /// <summary>Creates the chips on the I2C bus, by name, with the board's time and its banks of SDRAM.</summary>
        public required Func<EventQueue, IReadOnlyList<uint>, IReadOnlyList<I2cChip>> I2cChips { get; init; }
    }

    /// <summary>Says what is wrong with a board's options; null when nothing is.</summary>
    /// <param name="board">Name of the board.</param>
    /// <param name="options">The options.</param>
    public static string? Validate(string board, BoardOptions options) => options.ClockHz is { } hz && hz / 1_000_000 is not (333 or 334)
        ? $"{board} runs at 333 MHz; {hz / 1e6:0.###} MHz cannot be."
        : MemorySize.Validate(board, options.MemoryBytes, least: 16, most: 512, SdramBankCount);

    /// <summary>Creates a board with the chip and its devices.</summary>
    /// <param name="name">The board's name.</param>
    /// <param name="title">One line that says what the board is.</param>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    /// <param name="surroundings">What the board connects to the chip.</param>
    public static Board Create(string name, string title, BoardOptions options, Surroundings surroundings)
    {
        Clocks405Ep clocks = Clocks405Ep.Compute(SystemClock, Cpc405Ep.ResetPllMode0, Cpc405Ep.ResetPllMode1, Cpc405Ep.ResetUartControl);
        Board board = new(name, title, new ProcessorModel("PPC405EP", ProcessorVersion, clocks.Cpu), options.MemoryBytes);

        // Interrupt controller, and what firmware left set up
        Uic uic = board.AddUic();
        Cpc405Ep cpc = board.AddDcr("CPC0", Cpc405Ep.FirstDcr, Cpc405Ep.LastDcr, new Cpc405Ep(SystemClock, board.Log));
        IReadOnlyList<uint> banks = SdramBanks.Split(options.MemoryBytes, SdramBankCount) ?? [];
        uint? wideFlash = surroundings.HasWideRom ? options.FlashBytes : null;
        board.AddBusControllers(
            banks,
            new ExternalBusController(ExternalBankCount, surroundings.ExternalBanks, board.Log, wideFlash),
            hasFirmware: options.FlashBytes is not null);
        surroundings.AddExternal(board, uic);

        // On-chip peripheral bus
        InterruptLine[] compareLines = board.Connect(uic, 19, Gpt.TimerCount, "GPT0 compare");
        board.AddMmio("GPT0", 0xef600000, Gpt.WindowSize, new Gpt(board.Events, compareLines, clocks.Opb, board.Log));
        Uart16550[] uarts =
        [
            board.AddUart(uic, "UART0", 0xef600300, 0, clocks.Uart0), board.AddUart(uic, "UART1", 0xef600400, 1, clocks.Uart1),
        ];
        board.AddOpbDevices(uic, surroundings.I2cChips(board.Events, banks));
        board.AddDma(uic);

        // Ethernet: both PHYs are on the management bus of EMAC0, whose pins are the only ones that the chip has
        Mal mal = Ethernet405.AddMal(board, uic, transmitChannels: 4, receiveChannels: 2);
        MiiBus management = new();
        Ethernet405.AddEmac(board, number: 0, 0xef600800, uic, input: 15, mal, management, management);
        Ethernet405.AddEmac(board, number: 1, 0xef600900, uic, input: 17, mal, management, new MiiBus());
        if (surroundings.HasPci)
            Chip405Gp.AddPci(board, uic, options.HasDisk ? surroundings.DiskSlot : null);
        cpc.UartClocksChanged = changed => (uarts[0].ClockHz, uarts[1].ClockHz) = (changed.Uart0, changed.Uart1);
        board.Console = uarts[surroundings.Console];
        board.Clocks = new BoardClocks(clocks.Cpu, clocks.Plb, clocks.Opb, clocks.Ebc);
        return board;
    }
}
