using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Pci;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Boards;

/// <summary>
/// A PowerPC 405GP or 405GPr with what is on the chip, as the firmware of these boards leaves it. The two differ in
/// their identification registers only.
/// </summary>
/// <param name="Name">The chip's name.</param>
/// <param name="ProcessorVersion">The PVR.</param>
/// <param name="JtagId">CPC0_JTAGID.</param>
/// <param name="DataCacheBytes">Size of the data cache.</param>
public sealed record Chip405Gp(string Name, uint ProcessorVersion, uint JtagId, uint DataCacheBytes)
{
    /// <summary>The 405GP, revision E.</summary>
    public static readonly Chip405Gp Gp = new("PPC405GP", 0x40110145, 0x42051049, 8 * 1024);

    /// <summary>The 405GPr, revision B.</summary>
    public static readonly Chip405Gp Gpr = new("PPC405GPr", 0x50910951, 0x24051049, 16 * 1024);

    internal const int SdramBankCount = 4;
    private const int ExternalBankCount = 8;
    private const uint PciMemory = 0x80000000;

    /// <summary>What a board connects to the chip's pins.</summary>
    public sealed record Surroundings
    {
        /// <summary>Clock at the UARTs' external clock input in Hz.</summary>
        public required uint UartClockHz { get; init; }

        /// <summary>Address of each bank of the external bus, 0 for one that is not used.</summary>
        public required IReadOnlyList<uint> ExternalBanks { get; init; }

        /// <summary>Whether the flash has a data bus of 16 bits, and a bank of the external bus for itself.</summary>
        public bool HasWideRom { get; init; }

        /// <summary>Where the controller of a disk stands, if there is one; null for nowhere.</summary>
        public PciSlot? DiskSlot { get; init; }

        /// <summary>Creates the chips on the I2C bus, by name, with the board's time.</summary>
        public required Func<EventQueue, IReadOnlyList<I2cChip>> I2cChips { get; init; }
    }

    /// <summary>Says what is wrong with a board's options; null when nothing is.</summary>
    /// <param name="board">Name of the board.</param>
    /// <param name="options">The options.</param>
    /// <param name="usualHz">The board's usual CPU clock.</param>
    /// <param name="maxMegabytes">Most memory that the board can describe to a kernel.</param>
    public static string? Validate(string board, BoardOptions options, ulong usualHz, uint maxMegabytes)
    {
        if (Clocks405Gp.For(options.ClockHz ?? usualHz) is null)
            return $"{board} runs at 133, 200, 266, 300 or 400 MHz (33 MHz times 1 to 4 times 1 to 4); {options.ClockHz / 1e6:0.###} MHz cannot be.";
        return MemorySize.Validate(board, options.MemoryBytes, least: 16, maxMegabytes, SdramBankCount);
    }

    /// <summary>Gives the clocks of a board with valid options.</summary>
    public static Clocks405Gp Clocks(BoardOptions options, ulong usualHz) =>
        Clocks405Gp.For(options.ClockHz ?? usualHz) ?? throw new InvalidOperationException("The options were not validated.");

    /// <summary>Creates a board with the chip and its devices; the board adds what else is on it.</summary>
    /// <param name="name">The board's name.</param>
    /// <param name="title">One line that says what the board is.</param>
    /// <param name="clocks">The chip's clocks.</param>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    /// <param name="surroundings">What the board connects to the chip.</param>
    public (Board Board, Uic Uic) Create(string name, string title, in Clocks405Gp clocks, BoardOptions options, Surroundings surroundings)
    {
        Board board = new(name, title, new ProcessorModel(Name, ProcessorVersion, clocks.Cpu) {
            DataCacheBytes = DataCacheBytes }, options.MemoryBytes);
        Uic uic = board.AddUic();
        Cpc405Gp cpc = board.AddDcr("CPC0", Cpc405Gp.FirstDcr, Cpc405Gp.LastDcr, new Cpc405Gp(clocks, surroundings.UartClockHz, JtagId,
            surroundings.HasWideRom, board.Log));
        board.AddBusControllers(
            SdramBanks.Split(options.MemoryBytes, SdramBankCount) ?? [],
            new ExternalBusController(
                ExternalBankCount, surroundings.ExternalBanks, board.Log, surroundings.HasWideRom ? options.FlashBytes : null),
            hasFirmware: options.FlashBytes is not null);
        AddPci(board, uic, options.HasDisk ? surroundings.DiskSlot : null);

        Uart16550 uart0 = board.AddUart(uic, "UART0", 0xef600300, 0, surroundings.UartClockHz);
        Uart16550 uart1 = board.AddUart(uic, "UART1", 0xef600400, 1, surroundings.UartClockHz);
        cpc.UartClocksChanged = (clock0, clock1) => (uart0.ClockHz, uart1.ClockHz) = (clock0, clock1);
        board.Console = uart0;
        board.Clocks = new BoardClocks(clocks.Cpu, clocks.Plb, clocks.Opb, clocks.Ebc);
        board.AddOpbDevices(uic, surroundings.I2cChips(board.Events));
        board.AddDma(uic);

        Mal mal = Ethernet405.AddMal(board, uic, transmitChannels: 2, receiveChannels: 1);
        MiiBus management = new();
        Ethernet405.AddEmac(board, number: 0, 0xef600800, uic, input: 15, mal, management, management);
        return (board, uic);
    }

    /// <summary>Adds the PCI host bridge, which the 405EP has at the same addresses, and its bus.</summary>
    /// <param name="board">The board.</param>
    /// <param name="uic">Its interrupt controller.</param>
    /// <param name="diskSlot">Where on the bus the controller of a disk is; null for a bus without devices.</param>
    public static void AddPci(Board board, Uic uic, PciSlot? diskSlot)
    {
        PciLocalRegisters local = board.AddMmio("PCIL0", 0xef400000, PciLocalRegisters.WindowSize, new PciLocalRegisters());
        PciHostBridge bridge = board.Add("PCI0", new PciHostBridge(local));
        IPciFunction?[] functions = new IPciFunction?[1 + (diskSlot?.Device ?? 0)];
        functions[0] = bridge;
        if (diskSlot is not null)
            functions[diskSlot.Device] = AddDisk(board, uic, diskSlot);
        board.AddMmio("PCIC0", 0xeec00000, PciConfigurationPort.WindowSize, new PciConfigurationPort(functions));
        board.AddMmio("PCI memory", PciMemory, 0x20000000, new EmptyPciWindow());
        board.AddMmio("PCI I/O", 0xe8000000, 0x10000, new PciIoWindow([.. functions.OfType<IPciIoTarget>()]));
        board.AddMmio("PCI I/O 2", 0xe8800000, 0x03800000, new EmptyPciWindow());
        board.AddMmio("PCI acknowledge and special cycles", 0xeed00000, 4, new EmptyPciWindow());
    }

    /// <summary>Adds a disk with its controller. A reset of the chip resets the bus, and what is on it.</summary>
    private static PciIdeController AddDisk(Board board, Uic uic, PciSlot slot)
    {
        board.Describe(new BoardInterrupt(slot.Input, "IDE0"));
        AtaDisk disk = new(board.Events, uic.ActiveLowInput(slot.Input), board.Log);
        PciIdeController controller = board.Add("IDE0", new PciIdeController(disk));
        board.AddDisk(disk);
        return controller;
    }
}
