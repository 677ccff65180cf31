using System.Buffers.Binary;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Machine.Boards;

/// <summary>
/// The board information (bd_t) that U-Boot hands to a kernel on a 405 with two Ethernet interfaces: 128 big-endian bytes, in the field order of
/// U-Boot's asm/u-boot.h, which ref405ep of QEMU 7.2 uses too.
/// </summary>
/// <remarks>
/// QEMU itself stores the OPB clock and what follows two bytes after the structure's own offsets, the last of them past its end; here they are where
/// the structure has them. Its clocks (133 and 33 MHz) contradict its own PLL registers; here they are the board's.
/// </remarks>
public sealed record BoardInformation
{
    /// <summary>Bytes of the structure.</summary>
    public const int Size = 0x80;

    /// <summary>Bytes of RAM, which begins at 0.</summary>
    public required uint MemorySize { get; init; }

    /// <summary>First address of the flash; 0 for none.</summary>
    public uint FlashStart { get; init; }

    /// <summary>Bytes of flash.</summary>
    public uint FlashSize { get; init; }

    /// <summary>First address of the on-board SRAM; 0 for none.</summary>
    public uint SramStart { get; init; }

    /// <summary>Bytes of SRAM.</summary>
    public uint SramSize { get; init; }

    /// <summary>Addresses of the Ethernet interfaces; the structure has room for two of the chip's own.</summary>
    public required IReadOnlyList<MacAddress> EthernetAddresses { get; init; }

    /// <summary>CPU clock in Hz; also the timebase's.</summary>
    public required uint CpuHz { get; init; }

    /// <summary>Processor local bus clock in Hz.</summary>
    public required uint PlbHz { get; init; }

    /// <summary>On-chip peripheral bus clock in Hz.</summary>
    public required uint OpbHz { get; init; }

    /// <summary>PCI clock in Hz.</summary>
    public required uint PciHz { get; init; }

    /// <summary>Speed of the console in bits per second.</summary>
    public required uint BaudRate { get; init; }

    /// <summary>Describes a board that has clocks.</summary>
    /// <param name="board">The board.</param>
    /// <param name="baudRate">Speed of the console in bits per second.</param>
    /// <param name="pciHz">PCI clock in Hz.</param>
    public static BoardInformation Of(Board board, uint baudRate, uint pciHz)
    {
        BoardClocks clocks = board.Clocks ?? throw new InvalidOperationException($"{board.Name} has no clocks.");
        uint flash = board.Flash?.Model.Size ?? 0;
        List<MacAddress> addresses = [];
        foreach (IEthernetPort port in board.Ethernet)
            addresses.Add(port.Address);
        return new BoardInformation
        {
            MemorySize = board.Memory.RamSize,
            FlashStart = 0 - flash,
            FlashSize = flash,
            EthernetAddresses = addresses,
            CpuHz = clocks.Cpu,
            PlbHz = clocks.Plb,
            OpbHz = clocks.Opb,
            PciHz = pciHz,
            BaudRate = baudRate,
        };
    }

    /// <summary>Gives the structure as it stands in memory.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        Put(0x04, MemorySize);
        Put(0x08, FlashStart);
        Put(0x0c, FlashSize);
        Put(0x14, SramStart);
        Put(0x18, SramSize);
        ReadOnlySpan<int> addresses = [0x24, 0x6e];
        for (int n = 0; n < Math.Min(addresses.Length, EthernetAddresses.Count); n++)
            EthernetAddresses[n].CopyTo(bytes.AsSpan(addresses[n]));
        Put(0x2c, CpuHz);
        Put(0x30, PlbHz);
        Put(0x34, BaudRate);
        "1.0"u8.CopyTo(bytes.AsSpan(0x38)); // Version of the structure
        "PpcJit"u8.CopyTo(bytes.AsSpan(0x3c)); // Who filled it in
        Put(0x5c, CpuHz);
        Put(0x60, PlbHz);
        Put(0x64, PciHz);
        Put(0x74, OpbHz);
        return bytes;

        void Put(int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(offset), value);
    }
}
