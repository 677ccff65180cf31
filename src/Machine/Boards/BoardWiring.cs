using PpcJit.Machine.Buses;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Boards;

/// <summary>The connections from which boards are made: windows, device control registers, interrupts.</summary>
public static class BoardWiring
{
    /// <summary>Adds a device at a physical address.</summary>
    public static T AddMmio<T>(this Board board, string name, uint address, uint size, T device, ResetBy reset = ResetBy.Chip)
        where T : IMmioDevice
    {
        board.Memory.MapDevice(name, address, size, board.Add(name, device, reset));
        return device;
    }

    /// <summary>Adds a device at device control registers <paramref name="first"/> to <paramref name="last"/>, inclusive.</summary>
    public static T AddDcr<T>(this Board board, string name, uint first, uint last, T device)
        where T : IDcrDevice
    {
        board.Dcr.Map(first, last, device, name);
        return board.Add(name, device);
    }

    /// <summary>Adds UIC0, which drives both interrupt inputs of the core.</summary>
    public static Uic AddUic(this Board board)
    {
        InterruptLine ToCore(InterruptSource source) => new(level => board.Processor.SetPending(source, level));
        return board.AddDcr("UIC0", 0xc0, 0xc8, new Uic(0xc0, ToCore(InterruptSource.External), ToCore(InterruptSource.CriticalInput)));
    }

    /// <summary>Adds the controllers of memory, external bus and internal buses, which all 405 chips have at the same DCRs.</summary>
    /// <param name="board">The board.</param>
    /// <param name="sdramBanks">Bytes of each SDRAM bank.</param>
    /// <param name="externalBus">The chip's external bus controller.</param>
    /// <param name="hasFirmware">Whether firmware is to set up the RAM, not taken for granted.</param>
    public static void AddBusControllers(this Board board, IReadOnlyList<uint> sdramBanks, ExternalBusController externalBus, bool hasFirmware)
    {
        SdramController sdram = new(sdramBanks, board.Log, board.Memory, hasFirmware);
        board.Memory.AddLastResort(board.AddDcr("SDRAM0", 0x10, 0x11, sdram));
        board.AddDcr("EBC0", 0x12, 0x13, externalBus);
        board.Memory.AddLastResort(board.AddDcr("OCM0", OnChipMemory.FirstDcr, OnChipMemory.LastDcr, new OnChipMemory(board.Log)));
        board.AddDcr("PLB0", PlbArbiter.FirstDcr, PlbArbiter.LastDcr, new PlbArbiter(board.Log));
        board.AddDcr("POB0", PlbToOpbBridge.FirstDcr, PlbToOpbBridge.LastDcr, new PlbToOpbBridge(board.Log));
    }

    /// <summary>Adds I2C controller, bus arbiter and GPIO, which all 405 chips have at the same addresses.</summary>
    /// <param name="board">The board.</param>
    /// <param name="uic">Its interrupt controller.</param>
    /// <param name="i2cChips">The chips on the I2C bus.</param>
    public static void AddOpbDevices(this Board board, Uic uic, IReadOnlyList<I2cChip> i2cChips)
    {
        I2cBus bus = new([.. i2cChips.Select(entry => board.Add(entry.Name, entry.Target, ResetBy.Nothing))]);
        board.AddMmio("IIC0", 0xef600500, IicController.WindowSize, new IicController(board.Connect(uic, 2, "IIC0"), bus));
        board.AddMmio("OPBA0", 0xef600600, OpbArbiter.WindowSize, new OpbArbiter());
        board.AddMmio("GPIO0", 0xef600700, Gpio.WindowSize, new Gpio(board.Log));
    }

    /// <summary>Adds the DMA controller.</summary>
    public static void AddDma(this Board board, Uic uic)
    {
        InterruptLine[] lines = board.Connect(uic, 5, DmaController.ChannelCount, "DMA0 channel");
        board.AddDcr("DMA0", DmaController.FirstDcr, DmaController.LastDcr, new DmaController(board.Events, board.Memory, lines, board.Log));
    }

    /// <summary>Adds a UART.</summary>
    public static Uart16550 AddUart(this Board board, Uic uic, string name, uint address, int input, uint clockHz) =>
        board.AddMmio(name, address, Uart16550.WindowSize, new Uart16550(board.Events, board.Connect(uic, input, name), name, clockHz));

    /// <summary>Gives the line to an input of an interrupt controller, and notes who drives it.</summary>
    public static InterruptLine Connect(this Board board, Uic uic, int input, string device)
    {
        board.Describe(new BoardInterrupt(uic.FirstInput + input, device));
        return uic.Input(input);
    }

    /// <summary>Gives the lines to inputs that follow each other.</summary>
    public static InterruptLine[] Connect(this Board board, Uic uic, int firstInput, int count, string device)
    {
        InterruptLine[] lines = new InterruptLine[count];
        for (int n = 0; n < count; n++)
            lines[n] = board.Connect(uic, firstInput + n, $"{device} {n}");
        return lines;
    }
}
