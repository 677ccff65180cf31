using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.I2c;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Pci;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>
/// Steps of drivers for what is on some boards only, or seldom used: PCI bridge, keyboard controller with its FPGA, I2C clocks, on-chip memory.
/// </summary>
internal static class PeripheralPoker
{
    private const uint PciAddress = 0xeec00000, Keyboard = 0xf0100000, Fpga = 0xf0300000;

    public static void Step(Board board, Random random)
    {
        switch (random.Next(9))
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
            case 6 when board.DevicesOf<PciExpressPort>().Any():
                // The windows of a PCI Express port, and what is behind them
                uint port = 0x40 + (PciExpressPort.RegisterCount * (uint)random.Next(board.DevicesOf<PciExpressPort>().Count()));
                board.Dcr.Write(port + 1, 0xa0000000);
                board.Dcr.Write(port + 2, random.Next(2) == 0 ? 0xe0000001 : 0);
                board.Dcr.Write(port + 0x13, 0xef000000);
                board.Dcr.Write(port + 0x14, random.Next(2) == 0 ? 0x00007001u : 0);
                board.Memory.TryWrite(0xb0000000 + (uint)random.Next(0xffd), 4, (uint)random.Next());
                board.Memory.TryWrite(0xef000000 + (uint)random.Next(0xffd), 4, (uint)random.Next());
                break;
            case 7 when board.DevicesOf<Lm75>().Any():
                byte thermometer = (byte)(board.DevicesOf<Lm75>().First().Address << 1);
                Send(board, thermometer, (byte)random.Next(4), (byte)random.Next(256), (byte)random.Next(256));
                break;
            case 8 when board.DevicesOf<Cpr0>().Any():
                // Registers that are reached by an index
                board.Dcr.Write(0x0e, new uint[] { 0x60, 0x120, 0x121, 0x404, 0x4300 }[random.Next(5)]);
                board.Dcr.Write(0x0f, (uint)random.Next());
                board.Dcr.Write(0x0c, (uint)random.Next(1, 8) << 5);
                board.Dcr.Write(0x0d, (uint)random.Next());
                board.Dcr.Write(0x10, (uint)random.Next(0xb2));
                board.Dcr.Write(0x11, (uint)random.Next());
                break;
            default:
                Send(board, 0xd0, (byte)random.Next(8), (byte)random.Next(0x13));
                break;
        }
    }

    private static void Send(Board board, byte address, params byte[] bytes)
    {
        uint iic = BoardPoker.AddressOf(board, "IIC0");
        board.Memory.TryWrite(iic + 6, 1, 0x80);
        board.Memory.TryWrite(iic + 7, 1, 0xc0);
        board.Memory.TryWrite(iic + 4, 1, address);
        foreach (byte value in bytes)
            board.Memory.TryWrite(iic, 1, value);
        board.Memory.TryWrite(iic + 6, 1, ((uint)(bytes.Length - 1) << 4) | 1);
    }
}
