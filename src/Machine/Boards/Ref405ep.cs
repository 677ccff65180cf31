using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices;

namespace PpcJit.Machine.Boards;

/// <summary>
/// IBM's 405EP reference board as QEMU had it until version 10: a PPC405EP, SDRAM, SRAM in the place of the boot flash, an NVRAM with clock, and an FPGA.
/// </summary>
public static class Ref405ep
{
    /// <summary>The name used on the command line.</summary>
    public const string Name = "ref405ep";

    /// <summary>One line that says what the board is.</summary>
    public const string Title = "IBM PPC405EP reference board, 333 MHz";

    private const uint SystemClock = 33_333_333;
    private const uint ProcessorVersion = 0x51210950;
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
            return $"The memory of {Name} is one or two SDRAM banks of 4, 8, 16, 32, 64, 128 or 256 MB each (16M, 32M, 48M, 64M, 96M, 128M, 192M, 256M, 384M, 512M, ...); "
                + $"{Describe(memory)} cannot be.";
        }

        return null;
    }

    /// <summary>Creates the board in its reset state.</summary>
    /// <param name="options">Options for which <see cref="Validate"/> gives null.</param>
    public static Board Create(BoardOptions options)
    {
        Clocks405Ep clocks = Clocks405Ep.Compute(SystemClock, Cpc405Ep.ResetPllMode0, Cpc405Ep.ResetPllMode1, Cpc405Ep.ResetUartControl);
        Board board = new(Name, Title, new ProcessorModel("PPC405EP", ProcessorVersion, clocks.Cpu), options.MemoryBytes);

        Uic uic = board.Add("UIC0", new Uic(0xc0, ToCore(board, InterruptSource.External), ToCore(board, InterruptSource.CriticalInput)));
        board.Dcr.Map(0xc0, 0xc8, uic, "UIC0");
        Cpc405Ep cpc = board.Add("CPC0", new Cpc405Ep(SystemClock, board.Log));
        board.Dcr.Map(Cpc405Ep.FirstDcr, Cpc405Ep.LastDcr, cpc, "CPC0");

        unsafe
        {
            board.Memory.MapMemory("SRAM", 0xfff00000, 512 * 1024, writable: true);
        }

        Uart16550 uart0 = AddUart(board, uic, "UART0", 0xef600300, 0, clocks.Uart0);
        Uart16550 uart1 = AddUart(board, uic, "UART1", 0xef600400, 1, clocks.Uart1);
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

    private static Uart16550 AddUart(Board board, Uic uic, string name, uint address, int input, uint clockHz)
    {
        Uart16550 uart = board.Add(name, new Uart16550(board.Events, Connect(board, uic, input, name), name, clockHz));
        board.Memory.MapDevice(name, address, 8, uart);
        return uart;
    }

    private static string Describe(uint bytes) => bytes % Megabyte == 0 ? $"{bytes / Megabyte} MB" : $"{bytes} bytes";
}
