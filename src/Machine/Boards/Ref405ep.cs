using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices;
using PpcJit.Machine.Memory;

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
    private const uint NvramAddress = 0xf0000000;
    private const uint FpgaAddress = 0xf0300000;
    private const uint Megabyte = 1024 * 1024;
    private const int SdramBankCount = 2;

    /// <summary>Says what is wrong with options; null when nothing is.</summary>
    public static string? Validate(BoardOptions options)
    {
        uint memory = options.MemoryBytes;
        if (memory is < 16 * Megabyte or > 512 * Megabyte)
            return $"{Name} has between 16 MB and 512 MB of memory; {Describe(memory)} cannot be.";
        if (SdramBanks.Split(memory, SdramBankCount) is null)
        {
            return $"The memory of {Name} is one or two SDRAM banks of 4, 8, 16, 32, 64, 128 or 256 MB each "
                + $"(16M, 32M, 48M, 64M, 96M, 128M, 192M, 256M, 384M, 512M, ...); {Describe(memory)} cannot be.";
        }

        return null;
    }

    /// <summary>Creates the board in its reset state.</summary>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    public static Board Create(BoardOptions options)
    {
        Clocks405Ep clocks = Clocks405Ep.Compute(SystemClock, Cpc405Ep.ResetPllMode0, Cpc405Ep.ResetPllMode1, Cpc405Ep.ResetUartControl);
        Board board = new(Name, Title, new ProcessorModel("PPC405EP", ProcessorVersion, clocks.Cpu), options.MemoryBytes);

        // Interrupt controller, and what firmware left set up
        InterruptLine external = ToCore(board, InterruptSource.External);
        InterruptLine critical = ToCore(board, InterruptSource.CriticalInput);
        Uic uic = AddDcr(board, "UIC0", 0xc0, 0xc8, new Uic(0xc0, external, critical));
        Cpc405Ep cpc = AddDcr(board, "CPC0", Cpc405Ep.FirstDcr, Cpc405Ep.LastDcr, new Cpc405Ep(SystemClock, board.Log));
        AddDcr(board, "SDRAM0", 0x10, 0x11, new SdramController(SdramBanks.Split(options.MemoryBytes, SdramBankCount) ?? [], board.Log));
        AddDcr(board, "EBC0", 0x12, 0x13, new ExternalBusController(5, [SramAddress, NvramAddress, FpgaAddress], board.Log));
        AddDcr(board, "OCM0", OnChipMemory.FirstDcr, OnChipMemory.LastDcr, new OnChipMemory(board.Log));
        AddDcr(board, "PLB0", PlbArbiter.FirstDcr, PlbArbiter.LastDcr, new PlbArbiter(board.Log));
        AddDcr(board, "POB0", PlbToOpbBridge.FirstDcr, PlbToOpbBridge.LastDcr, new PlbToOpbBridge(board.Log));

        // External bus: SRAM, NVRAM with clock, FPGA
        unsafe
        {
            board.Memory.MapMemory("SRAM", SramAddress, 512 * 1024, writable: true);
        }

        AddMmio(board, "NVRAM", NvramAddress, M48t08.WindowSize, new M48t08(board.Events));
        AddMmio(board, "FPGA", FpgaAddress, Ref405epFpga.WindowSize, new Ref405epFpga(board.Log));

        // On-chip peripheral bus
        InterruptLine[] compareLines = Connect(board, uic, 19, Gpt.TimerCount, "GPT0 compare");
        AddMmio(board, "GPT0", 0xef600000, Gpt.WindowSize, new Gpt(board.Events, compareLines, clocks.Opb, board.Log));
        Uart16550 uart0 = AddUart(board, uic, "UART0", 0xef600300, 0, clocks.Uart0);
        Uart16550 uart1 = AddUart(board, uic, "UART1", 0xef600400, 1, clocks.Uart1);
        I2cEeprom eeprom = board.Add("EEPROM", new I2cEeprom(0x50));
        AddMmio(board, "IIC0", 0xef600500, IicController.WindowSize, new IicController(Connect(board, uic, 2, "IIC0"), [eeprom], board.Log));
        AddMmio(board, "OPBA0", 0xef600600, OpbArbiter.WindowSize, new OpbArbiter());
        AddMmio(board, "GPIO0", 0xef600700, Gpio.WindowSize, new Gpio(board.Log));
        AddMmio(board, "EMAC0", 0xef600800, Emac.WindowSize, new Emac("EMAC0", board.Log));
        AddMmio(board, "EMAC1", 0xef600900, Emac.WindowSize, new Emac("EMAC1", board.Log));

        // DMA and the Ethernet's memory access layer
        InterruptLine[] dmaLines = Connect(board, uic, 5, DmaController.ChannelCount, "DMA0 channel");
        AddDcr(board, "DMA0", DmaController.FirstDcr, DmaController.LastDcr, new DmaController(board.Events, board.Memory, dmaLines, board.Log));
        AddDcr(board, "MAL0", Mal.FirstDcr, Mal.LastDcr, new Mal(transmitChannels: 4, receiveChannels: 2, board.Log));

        cpc.UartClocksChanged = changed => (uart0.ClockHz, uart1.ClockHz) = (changed.Uart0, changed.Uart1);
        board.Console = uart0;
        return board;
    }

    private static InterruptLine ToCore(Board board, InterruptSource source) => new(level => board.Processor.SetPending(source, level));

    private static InterruptLine Connect(Board board, Uic uic, int input, string device)
    {
        board.Describe(new BoardInterrupt(input, device));
        return uic.Input(input);
    }

    private static InterruptLine[] Connect(Board board, Uic uic, int firstInput, int count, string device)
    {
        InterruptLine[] lines = new InterruptLine[count];
        for (int n = 0; n < count; n++)
            lines[n] = Connect(board, uic, firstInput + n, $"{device} {n}");
        return lines;
    }

    private static Uart16550 AddUart(Board board, Uic uic, string name, uint address, int input, uint clockHz)
    {
        Uart16550 uart = new(board.Events, Connect(board, uic, input, name), name, clockHz);
        AddMmio(board, name, address, Uart16550.WindowSize, uart);
        return uart;
    }

    private static void AddMmio(Board board, string name, uint address, uint size, IMmioDevice device) =>
        board.Memory.MapDevice(name, address, size, board.Add(name, device));

    private static T AddDcr<T>(Board board, string name, uint first, uint last, T device)
        where T : IDcrDevice
    {
        board.Dcr.Map(first, last, device, name);
        return board.Add(name, device);
    }

    private static string Describe(uint bytes) => bytes % Megabyte == 0 ? $"{bytes / Megabyte} MB" : $"{bytes} bytes";
}
