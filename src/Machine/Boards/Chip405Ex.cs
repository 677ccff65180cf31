using PpcJit.Machine.Buses;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Pci;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Boards;

/// <summary>A PowerPC 405EX with what is on the chip, as firmware leaves it. The 405EXr has one Ethernet interface and one PCIe port.</summary>
/// <param name="Name">The chip's name.</param>
/// <param name="ProcessorVersion">The PVR.</param>
/// <param name="Ports">Number of Ethernet interfaces, and of PCI Express ports.</param>
public sealed record Chip405Ex(string Name, uint ProcessorVersion, int Ports)
{
    /// <summary>The 405EX, revision C, with security.</summary>
    public static readonly Chip405Ex Ex = new("PPC405EX", 0x1291147f, 2);

    /// <summary>The 405EXr, revision C, with security.</summary>
    public static readonly Chip405Ex ExR = new("PPC405EXr", 0x1291147b, 1);

    private const int ExternalBankCount = 8;
    private const uint IicSize = 0x14;

    /// <summary>The inputs of UIC1 that the compare timers drive, in the order of U-Boot's table (kilauea.c), which counts from 3.</summary>
    private static readonly int[] CompareInputs = [15, 16, 20, 21, 22, 7, 8];

    /// <summary>What a board connects to the chip's pins.</summary>
    public sealed record Surroundings
    {
        /// <summary>Clock at the UARTs' external clock input in Hz.</summary>
        public required uint UartClockHz { get; init; }

        /// <summary>Address of each bank of the external bus, 0 for one that is not used; the first is that of the flash.</summary>
        public required IReadOnlyList<uint> ExternalBanks { get; init; }

        /// <summary>What the PHYs are.</summary>
        public required MiiPhyModel Phy { get; init; }

        /// <summary>Address of the first PHY; the others follow.</summary>
        public required int FirstPhyAddress { get; init; }

        /// <summary>Creates the chips on the first I2C bus, by name, with the board's time.</summary>
        public required Func<EventQueue, IReadOnlyList<I2cChip>> I2cChips { get; init; }
    }

    /// <summary>Says what is wrong with a board's options; null when nothing is.</summary>
    /// <param name="board">Name of the board.</param>
    /// <param name="options">The options.</param>
    /// <param name="usualHz">The board's usual CPU clock.</param>
    public static string? Validate(string board, BoardOptions options, ulong usualHz) => Clocks405Ex.For(options.ClockHz ?? usualHz) is null
        ? $"{board} runs at 333, 400, 533 or 600 MHz; {options.ClockHz / 1e6:0.###} MHz cannot be."
        : MemorySize.Validate(board, options.MemoryBytes, least: 16, most: 1024, RamBanks.Count);

    /// <summary>Creates a board with the chip and its devices; the board adds what else is on it.</summary>
    /// <param name="name">The board's name.</param>
    /// <param name="title">One line that says what the board is.</param>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    /// <param name="usualHz">The board's usual CPU clock.</param>
    /// <param name="surroundings">What the board connects to the chip.</param>
    public Board Create(string name, string title, BoardOptions options, ulong usualHz, Surroundings surroundings)
    {
        Clocks405Ex clocks = Clocks405Ex.For(options.ClockHz ?? usualHz) ?? throw new InvalidOperationException("The options were not validated.");
        ProcessorModel model = new(Name, ProcessorVersion, clocks.Cpu) { HasMachineCheckSyndrome = true };
        Board board = new(name, title, model, options.MemoryBytes);
        Uic[] uics = AddInterruptControllers(board);
        Sdr0 sdr = AddControl(board, clocks, options, surroundings);
        for (int n = 0; n < Ports; n++)
        {
            uint first = 0x40 + ((uint)n * PciExpressPort.RegisterCount);
            PciExpressPort port = new(first, $"PCIE{n}", board.Log);
            board.Memory.AddLastResort(board.AddDcr($"PCIE{n}", first, first + PciExpressPort.RegisterCount - 1, port));
        }

        Uart16550[] uarts =
        [
            board.AddUart(uics[0], "UART0", 0xef600200, 26, surroundings.UartClockHz),
            board.AddUart(uics[0], "UART1", 0xef600300, 1, surroundings.UartClockHz),
        ];
        sdr.UartClockChanged = (uart, hz) => uarts[uart].ClockHz = hz;
        board.Console = uarts[0];
        board.Clocks = new BoardClocks(clocks.Cpu, clocks.Plb, clocks.Opb, clocks.Ebc);

        I2cBus bus = new([.. surroundings.I2cChips(board.Events).Select(chip => board.Add(chip.Name, chip.Target, ResetBy.Nothing))]);
        board.AddMmio("IIC0", 0xef600400, IicSize, new IicController(board.Connect(uics[0], 2, "IIC0"), bus));
        board.AddMmio("IIC1", 0xef600500, IicSize, new IicController(board.Connect(uics[0], 7, "IIC1"), new I2cBus()));
        InterruptLine[] compareLines = [.. CompareInputs.Select((input, n) => board.Connect(uics[1], input, $"GPT0 compare {n}"))];
        board.AddMmio("GPT0", 0xef600000, Gpt.LargeWindowSize, new Gpt(board.Events, compareLines, clocks.Opb, board.Log));
        board.AddMmio("OPBA0", 0xef600700, OpbArbiter.WindowSize, new OpbArbiter());
        board.AddMmio("GPIO0", 0xef600800, Gpio.LargeWindowSize, new Gpio(board.Log, hasMoreInputs: true));
        AddEthernet(board, uics, surroundings);
        foreach ((string unit, uint address, uint size) in (ReadOnlySpan<(string, uint, uint)>)
            [("SCP0", 0xef600600, 8), ("TRNG0", 0xef610000, 0x10000), ("PCIEIH0", 0xef620000, 0x10000),
                ("USBOTG0", 0xef6c0000, 0x40000), ("SECURITY0", 0xef700000, 0x80400)])
            board.AddMmio(unit, address, size, new AbsentUnit(unit, board.Log));
        return board;
    }

    /// <summary>Adds UIC0, which drives the core, and UIC1 and UIC2, which drive a pair of its inputs each.</summary>
    private static Uic[] AddInterruptControllers(Board board)
    {
        Uic first = board.AddUic();
        return [first, Behind(1, 30), Behind(2, 28)];

        Uic Behind(int number, int cascade)
        {
            uint dcr = 0xc0 + (0x10 * (uint)number);
            Uic uic = new(dcr, board.Connect(first, cascade, $"UIC{number}"), board.Connect(first, cascade + 1, $"UIC{number} critical"), number)
            {
                Cascade = cascade,
            };
            return board.AddDcr($"UIC{number}", dcr, dcr + Uic.RegisterCount - 1, uic);
        }
    }

    private static Sdr0 AddControl(Board board, in Clocks405Ex clocks, BoardOptions options, Surroundings surroundings)
    {
        board.AddDcr("CPR0", Cpr0.AddressDcr, Cpr0.AddressDcr + 1, new Cpr0(clocks, board.Log));
        Sdr0 sdr = board.AddDcr("SDR0", Sdr0.AddressDcr, Sdr0.AddressDcr + 1, new Sdr0(clocks.Plb, surroundings.UartClockHz, board.Log));
        IReadOnlyList<uint> banks = SdramBanks.Split(options.MemoryBytes, RamBanks.Count) ?? [];
        Ddr2Controller memory = new(banks, board.Log, board.Memory, isFollowed: options.FlashBytes is not null);
        board.Memory.AddLastResort(board.AddDcr("SDRAM0", Ddr2Controller.AddressDcr, Ddr2Controller.AddressDcr + 1, memory));
        board.AddDcr("EBC0", ExternalBusController.AddressDcr, ExternalBusController.AddressDcr + 1, new ExternalBusController(
            ExternalBankCount, surroundings.ExternalBanks, board.Log, options.FlashBytes));
        board.AddDcr("PLB0", Plb4Arbiter.FirstDcr, Plb4Arbiter.LastDcr, new Plb4Arbiter(board.Log));
        board.AddDcr("POB0", PlbToOpbBridge.FirstDcr, PlbToOpbBridge.LastDcr, new PlbToOpbBridge(board.Log));
        board.AddDcr("CPM0", PowerManager.FirstDcr, PowerManager.LastDcr, new PowerManager(board.Log));
        return sdr;
    }

    /// <summary>Adds MAL and EMACs, each with a channel of its own, and the bridge to their PHYs.</summary>
    private void AddEthernet(Board board, Uic[] uics, Surroundings surroundings)
    {
        MalInterrupts interrupts = new(
            TransmitEndOfBuffer: board.Connect(uics[0], 10, "MAL0 transmit end of buffer"),
            ReceiveEndOfBuffer: board.Connect(uics[0], 11, "MAL0 receive end of buffer"),
            TransmitDescriptorError: board.Connect(uics[1], 1, "MAL0 transmit descriptor error"),
            ReceiveDescriptorError: board.Connect(uics[1], 2, "MAL0 receive descriptor error"),
            SystemError: board.Connect(uics[1], 0, "MAL0 system error"));
        Mal mal = board.AddDcr("MAL0", Mal.FirstDcr, Mal.LastDcr, new Mal(board.Memory, Ports, Ports, interrupts, board.Log, isSecond: true));
        RgmiiBridge bridge = board.AddMmio("RGMII0", 0xef600b00, RgmiiBridge.WindowSize, new RgmiiBridge(board.Log));
        MiiBus management = new();
        for (int n = 0; n < Ports; n++)
        {
            int port = n;
            MiiPhy phy = board.Add($"PHY{n}", new MiiPhy(board.Events, surroundings.Phy), ResetBy.System);
            management.Attach(surroundings.FirstPhyAddress + n, phy);
            EmacConnections connections = new(
                mal, n, n, phy, bridge.ManagementOf(n, management), board.Connect(uics[0], 24 + n, $"EMAC{n}"))
            {
                Bridge = speed => bridge.Passes(port, speed),
            };
            Emac emac = new($"EMAC{n}", board.Events, connections, board.Log, EmacModel.Emac4) { Address = Ethernet405.AddressOf(n) };
            board.AddEthernet(board.AddMmio($"EMAC{n}", 0xef600900 + (0x100 * (uint)n), Emac.WindowSize, emac));
        }
    }
}
