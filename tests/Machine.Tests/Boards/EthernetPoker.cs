using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>Steps of an Ethernet driver in no sensible order.</summary>
internal static class EthernetPoker
{
    private const uint Mal = 0x180, Rings = 0x8000;

    public static void Step(Board board, Random random)
    {
        int number = random.Next(board.Ethernet.Count);
        bool isEmac4 = board.DevicesOf<RgmiiBridge>().Any();
        uint emac = BoardPoker.AddressOf(board, $"EMAC{number}");
        uint management = BoardPoker.AddressOf(board, "EMAC0") + 0x5c;
        if (isEmac4)
        {
            uint bridge = BoardPoker.AddressOf(board, "RGMII0");
            board.Memory.TryWrite(bridge, 4, random.Next(8) == 0 ? (uint)random.Next() : 0x00080055);
            board.Memory.TryWrite(bridge + 4, 4, random.Next(8) == 0 ? (uint)random.Next() : 0x00000404);
        }
        switch (random.Next(7))
        {
            case 0:
                // Rings of eight, half of their descriptors the MAL's, and both sides on
                for (uint n = 0; n < 32; n++)
                {
                    board.Memory.TryWrite(
                        Rings + (8 * n), 4, ((uint)random.Next(2) << 31) | (n % 8 == 7
                            ? 0x40000000u
                            : 0) | 0x13000000 | (uint)random.Next(300));
                    board.Memory.TryWrite(Rings + (8 * n) + 4, 4, 0x10000 + (0x800 * n));
                }

                for (uint n = 0; n < 4; n++)
                    board.Dcr.Write(Mal + 0x20 + n, Rings + (64 * (n & 2)));
                for (uint n = 0; n < 2; n++)
                {
                    board.Dcr.Write(Mal + 0x40 + n, Rings + 64 + (128 * n));
                    board.Dcr.Write(Mal + 0x60 + n, 0x80);
                }

                board.Dcr.Write(Mal + 4, 0xf0000000);
                board.Dcr.Write(Mal + 0x10, random.Next(4) == 0 ? 0u : 0xc0000000);
                Enable(board, emac, random);
                break;
            case 1:
                board.Dcr.Write(Mal, 0x84);
                board.Memory.TryWrite(emac + 8, 4, (uint)random.Next(1, 16) << 28);
                break;
            case 2:
                board.Dcr.Write(Mal + 0x11, 0xc0000000);
                Enable(board, emac, random);
                break;
            case 3:
                // A write to the PHY: control, advertisement, or one of its own registers
                uint register = (uint)new[] { 0, 4, 9, 16, 20 }[random.Next(5)];
                uint value = register == 0 ? 0x3000u | ((uint)random.Next(2) << 9) : (uint)random.Next(0x10000);
                board.Memory.TryWrite(management, 4, (value << 16) | (isEmac4 ? 0x8800u : 0x2000) | (PhyOf(board, number) << 5) | register);
                break;
            case 4:
                board.Memory.TryWrite(management, 4, (isEmac4 ? 0x9000u : 0x1000) | (PhyOf(board, number) << 5) | 1);
                break;
            case 5:
                byte[] pause = new byte[60];
                new MacAddress(0x0180c2000001).CopyTo(pause);
                (pause[12], pause[13], pause[15], pause[16]) = (0x88, 8, 1, (byte)random.Next(3));
                board.Ethernet[number].Receive(EthernetFrame.Complete(pause));
                break;
            default:
                byte[] content = new byte[random.Next(14, 2000)];
                random.NextBytes(content);
                board.Ethernet[number].Receive(EthernetFrame.Complete(content));
                break;
        }
    }

    private static uint PhyOf(Board board, int number) => (uint)number + (board.Name == OpenBlockS600.Name ? 2u : 1);

    /// <summary>Full duplex with flow control, promiscuous, errors let in.</summary>
    private static void Enable(Board board, uint emac, Random random)
    {
        board.Memory.TryWrite(emac + 4, 4, 0x99790000 | ((uint)random.Next(4) << 20));
        board.Memory.TryWrite(emac + 0x10, 4, 0x7f000000);
        board.Memory.TryWrite(emac + 0x18, 4, 0xffffffff);
        board.Memory.TryWrite(emac + 0x64, 4, 0x00000080);
        board.Memory.TryWrite(emac, 4, random.Next(2) == 0 ? 0x18000000u : 0x08000000);
    }
}
