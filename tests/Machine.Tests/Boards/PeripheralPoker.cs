using PpcJit.Machine.Boards;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>
/// Steps of drivers for what is on some boards only, or seldom used: PCI bridge, keyboard controller with its FPGA, I2C clocks, on-chip memory.
/// </summary>
internal static class PeripheralPoker
{
    private const uint PciAddress = 0xeec00000, Keyboard = 0xf0100000, Fpga = 0xf0300000, Iic = 0xef600500;

    public static void Step(Board board, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                board.Memory.TryWrite(PciAddress, 4, 0x80 | ((uint)random.Next(64) << 26)); // little-endian
                board.Memory.TryWrite(PciAddress + 4, 4, (uint)random.Next());
                break;
            case 1:
                board.Memory.TryWrite(Keyboard + 1, 1, 0x60);
                board.Memory.TryWrite(Keyboard, 1, (uint)random.Next(256) | 3);
                board.Memory.TryWrite(Keyboard + 1, 1, (uint)random.Next(0xd1, 0xd5));
                board.Memory.TryWrite(Keyboard, 1, (uint)random.Next(256));
                break;
            case 2:
                for (uint register = 1; register < 5; register++)
                    board.Memory.TryWrite(Fpga + register, 1, (uint)random.Next(256));
                break;
            case 4:
                // The on-chip memory, where a board has nothing
                board.Dcr.Write(0x1a, 0xf8000000);
                board.Dcr.Write(0x1b, 0x80000000);
                board.Memory.TryWrite(0xf8000000 + (uint)random.Next(0xffd), 4, (uint)random.Next());
                break;
            case 3:
                // Unlock an X1226, and write one of its registers
                Send(board, 0xde, 0x00, 0x3f, 0x02);
                Send(board, 0xde, 0x00, 0x3f, 0x06);
                Send(board, 0xde, 0x00, (byte)random.Next(0x30, 0x38), (byte)random.Next(0x13));
                break;
            default:
                Send(board, 0xd0, (byte)random.Next(8), (byte)random.Next(0x13));
                break;
        }
    }

    private static void Send(Board board, byte address, params byte[] bytes)
    {
        board.Memory.TryWrite(Iic + 6, 1, 0x80);
        board.Memory.TryWrite(Iic + 7, 1, 0xc0);
        board.Memory.TryWrite(Iic + 4, 1, address);
        foreach (byte value in bytes)
            board.Memory.TryWrite(Iic, 1, value);
        board.Memory.TryWrite(Iic + 6, 1, ((uint)(bytes.Length - 1) << 4) | 1);
    }
}
