using System.Runtime.InteropServices;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Serial;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Tests.Devices.Disk;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>Plays a guest that reads and writes any register, and moves a board's state from one board to another.</summary>
internal static class BoardPoker
{
    /// <summary>Names of all boards, for tests that are run on each.</summary>
    public static IEnumerable<string> Boards => BoardCatalog.All.Select(board => board.Name);

    public static Board Create(string name = Ref405ep.Name, uint megabytes = 16)
    {
        BoardDescription description = BoardCatalog.Find(name)!;
        Board board = description.Create(new BoardOptions { MemoryBytes = megabytes << 20, HasDisk = description.DiskSlot is not null });
        board.Disk?.Insert(new MemorySectors(DiskPoker.Sectors), isWriteProtected: false);
        foreach (IEthernetPort port in board.Ethernet)
            port.IsConnected = true;
        return board;
    }

    /// <summary>
    /// Reads and writes every kind of register at every width and alignment, takes input, and lets time pass.
    /// </summary>
    /// <returns>Everything that was read.</returns>
    public static List<uint> Poke(Board board, Random random, int count)
    {
        List<uint> values = [];
        PhysicalWindow[] devices = [.. board.Memory.Windows.Where(window => window.Device is not null)];
        for (int n = 0; n < count; n++)
        {
            PhysicalWindow window = devices[random.Next(devices.Length)];
            uint address = window.Start + (uint)random.NextInt64(window.Size);
            if (random.Next(4) == 0)
                address = window.Start + (uint)random.NextInt64(
                    Math.Min(window.Size, 4)); // mostly empty windows begin with their registers
            if (window.Name == "NVRAM" && random.Next(2) == 0)
                address = window.Start + window.Size - 1 - (uint)random.Next(8); // the clock
            int size = 1 << random.Next(3);
            uint value = random.Next(3) == 0 ? 1u << random.Next(32) : (uint)random.NextInt64(1L << 32);
            DcrRange range = board.Dcr.Ranges[random.Next(board.Dcr.Ranges.Count)];
            uint dcr = range.First + (uint)random.NextInt64(range.Last - range.First + 1);
            switch (random.Next(15))
            {
                case 0 or 1: board.Memory.TryWrite(address, size, value); break;
                case 2 or 3: values.Add(board.Memory.TryRead(address, size, out uint read) ? read : 0); break;
                case 4: board.Dcr.Write(dcr, value); break;
                case 5: board.Dcr.Write(dcr, value & 0xff); break;
                case 6: values.Add(board.Dcr.Read(dcr)); break;
                case 7: AnyUart(board, random).Receive((byte)value); break;
                case 8: TurnFifosOn(board, random); break;
                case 9: TransferOverIic(board, random); break;
                case 10: StartDma(board, random); break;
                case 11: SetGptStatus(board, random); break;
                case 12: EthernetPoker.Step(board, random); break;
                case 13 when board.Disk is { } disk && random.Next(2) == 0: DiskPoker.Step(board, disk, random); break;
                case 13: PeripheralPoker.Step(board, random); break;
                default: Advance(board, value >> random.Next(32)); break;
            }
        }

        return values;
    }

    /// <summary>First address of a device's window.</summary>
    public static uint AddressOf(Board board, string name) => board.Memory.Windows.Single(window => window.Name == name).Start;

    private static Uart16550 AnyUart(Board board, Random random)
    {
        Uart16550[] uarts = [.. board.DevicesOf<Uart16550>()];
        return uarts[random.Next(uarts.Length)];
    }

    // Random values alone hardly ever hit the combinations that start something, so a few steps are what drivers do.
    private static void TurnFifosOn(Board board, Random random)
    {
        Uart16550 uart = AnyUart(board, random);
        uart.Write(3, 1, 0x83);
        uart.Write(0, 1, (uint)random.Next(256));
        uart.Write(3, 1, 3);
        uart.Write(2, 1, 1 | ((uint)random.Next(4) << 6));
        uart.Write(1, 1, (uint)random.Next(16));
        uart.Write(4, 1, 0);
        uart.Receive((byte)random.Next(256));
    }

    private static void TransferOverIic(Board board, Random random)
    {
        string[] controllers = [.. board.Devices.Where(plugged => plugged.Device is IicController).Select(plugged => plugged.Name)];
        uint iic = AddressOf(board, controllers[random.Next(controllers.Length)]);
        board.Memory.TryWrite(iic + 7, 1, 4);
        board.Memory.TryWrite(iic + 0xd, 1, 3);
        uint[] chips = [0x42, 0x90, 0x94, 0xa0, 0xa4, 0xae, 0xd0, 0xde]; // nobody, thermometers, EEPROMs, clocks
        board.Memory.TryWrite(iic + 4, 1, chips[random.Next(chips.Length)]);
        board.Memory.TryWrite(iic, 2, (uint)random.Next(0x10000));
        board.Memory.TryWrite(iic + 6, 1, (uint)random.Next(0x40) | 1);
    }

    private static void SetGptStatus(Board board, Random random)
    {
        if (!board.DevicesOf<Gpt>().Any())
            return;
        board.Memory.TryWrite(AddressOf(board, "GPT0") + 0x18, 4, (uint)random.Next(0x10000));
        board.Memory.TryWrite(AddressOf(board, "GPT0") + 0x1c, 4, (uint)random.Next(0x10000));
    }

    private static void StartDma(Board board, Random random)
    {
        uint channel = 0x100 + (8 * (uint)random.Next(DmaController.ChannelCount));
        board.Dcr.Write(channel + 1, (uint)random.Next(1, 64));
        board.Dcr.Write(channel + 2, (uint)random.Next(0x10000) & ~7u);
        board.Dcr.Write(channel + 3, (uint)random.Next(0x10000) & ~7u);
        board.Dcr.Write(channel, 0xc0400000 | ((uint)random.Next(16) << 24));
    }

    /// <summary>Lets time pass.</summary>
    public static unsafe void Advance(Board board, ulong instructions)
    {
        ulong end = board.Processor.State->InstructionCount + instructions;
        while (board.Events.NextDue <= end)
        {
            board.Processor.State->InstructionCount = Math.Max(board.Processor.State->InstructionCount, board.Events.NextDue);
            board.Events.RunDue();
        }

        board.Processor.State->InstructionCount = end;
    }

    public static byte[] Save(Board board)
    {
        StateWriter writer = new();
        board.Save(writer);
        return writer.Written.ToArray();
    }

    public static void Load(Board board, byte[] saved)
    {
        StateReader reader = new(saved);
        board.Load(reader);
        Assert.That(reader.Remaining, Is.Zero);
    }

    public static unsafe void CopyMemories(Board from, Board to, uint most = uint.MaxValue)
    {
        foreach ((PhysicalWindow source, PhysicalWindow target) in from.Memory.Windows.Zip(to.Memory.Windows))
        {
            if (source.Host != null)
                NativeMemory.Copy(source.Host, target.Host, Math.Min(source.Size, most));
        }
    }
}
