using System.Buffers.Binary;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Disk;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>Uses a disk as drivers do, mostly: commands that it has, with sectors near its end, and words that it waits for.</summary>
internal static class DiskPoker
{
    /// <summary>Sectors of the disk.</summary>
    public const ulong Sectors = 300;

    private const uint ConfigurationPort = 0xeec00000;

    private static readonly byte[] Commands =
    [
        0x20, 0x24, 0x29, 0x30, 0x34, 0x39, 0x40, 0x42, 0x70, 0x90, 0x91, 0xc4, 0xc5, 0xc6, 0xe5, 0xe7, 0xec, 0xef, 0xef, 0xef,
    ];

    private static readonly byte[] Features = [0x82, 0x02, 0x55, 0xaa, 0x03, 0x82, 0x55];

    public static void Step(Board board, AtaDisk disk, Random random)
    {
        switch (random.Next(disk.IsBusy ? 2 : 6))
        {
            case 0:
                for (int n = random.Next(0x1200); n > 0; n--)
                {
                    disk.WriteData((ushort)random.Next(0x10000));
                    disk.ReadData();
                }

                break;
            case 1:
                disk.WriteControl((byte)(random.Next(8) == 0 ? random.Next(256) : 2 * random.Next(2)));
                break;
            case 2:
                uint function = 0x80000000 | ((uint)BoardCatalog.Find(board.Name)!.DiskSlot!.Device << 11);
                uint place = ((uint[])[0x04, 0x10, 0x14, 0x3c])[random.Next(4)];
                board.Memory.TryWrite(ConfigurationPort, 4, BinaryPrimitives.ReverseEndianness(function | place));
                board.Memory.TryWrite(ConfigurationPort + 4, 4, (uint)random.NextInt64(1L << 32));
                break;
            default:
                disk.Write(1, Features[random.Next(Features.Length)]);
                disk.Write(2, (byte)random.Next(random.Next(2) == 0 ? 4 : 256));
                foreach (int register in (ReadOnlySpan<int>)[3, 4, 5, 3, 4, 5])
                    disk.Write(register, (byte)(register == 3 ? random.Next(256) : random.Next(20) == 0 ? 1 : 0));
                disk.Write(6, (byte)(random.Next(8) == 0 ? random.Next(256) : 0x40));
                disk.Write(7, random.Next(8) == 0 ? (byte)random.Next(256) : Commands[random.Next(Commands.Length)]);
                break;
        }

        if (random.Next(2) == 0)
            disk.Read(7);
        BoardPoker.Advance(board, (ulong)random.Next(1_000_000));
    }
}
