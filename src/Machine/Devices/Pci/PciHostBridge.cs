using System.Buffers.Binary;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.Pci;

/// <summary>
/// The 405GP's bridge between processor local bus and PCI, as a function on the PCI bus (405GP User's Manual, "PCI
/// Interface"): a host bridge of IBM with two windows into memory, whose sizes the bridge's local registers give.
/// </summary>
/// <param name="local">The bridge's local registers.</param>
public sealed class PciHostBridge(PciLocalRegisters local) : IPciFunction
{
    private const int Size = 256;
    private const int HeaderSize = 0x68;
    private const int Status = 0x06;
    private const int Window1 = 0x14;
    private const int Window2 = 0x18;
    private const uint Prefetchable = 8;

    /// <summary>
    /// Vendor IBM, device 405GP; status: fast, 66 MHz, capabilities; class host bridge; power management capability.
    /// </summary>
    private static readonly (int Register, byte[] Bytes)[] Reset =
    [
        (0x00, [0x14, 0x10, 0x56, 0x01]), (Status, [0x30, 0x02]), (0x08, [0x03, 0x00, 0x00, 0x06]), (0x34, [0x58]),
            (0x3c, [0x00, 0x00, 0x00, 0x00]),
        (0x4a, [0x00, 0x00]), (0x58, [0x01, 0x00, 0x02, 0x00]),
    ];

    private readonly byte[] _registers = CreateReset();

    /// <inheritdoc/>
    public byte ReadConfiguration(int register) => register switch
    {
        >= Window1 and < Window1 + 4 => WindowByte(Window1, register, local.Window1Mask),
        >= Window2 and < Window2 + 4 => WindowByte(Window2, register, local.Window2Mask),
        _ => _registers[register],
    };

    /// <inheritdoc/>
    public void WriteConfiguration(int register, byte value)
    {
        if (register == Status + 1)
            _registers[register] &= (byte)~(value & 0xf9); // error bits: writing 1 clears them
        else
            _registers[register] = (byte)((_registers[register] & ~Writable(register)) | (value & Writable(register)));
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => writer.Write(_registers);

    /// <inheritdoc/>
    public void Load(StateReader reader) => reader.ReadBytes(_registers);

    private static byte[] CreateReset()
    {
        byte[] registers = new byte[Size];
        foreach ((int register, byte[] bytes) in Reset)
            bytes.CopyTo(registers, register);
        return registers;
    }

    /// <summary>
    /// Command, latency and cache line, the windows, subsystem, interrupt line, and what is the 405GP's own up to its
    /// power management control.
    /// </summary>
    private static byte Writable(int register) => register switch
    {
        0x04 => 0x46,
        0x05 => 0x01,
        0x0c or 0x0d or 0x3c => 0xff,
        >= Window1 and < Window2 + 4 => 0xff,
        >= 0x2c and < 0x30 => 0xff,
        >= 0x44 and < 0x58 => 0xff,
        0x5c => 0x03,
        >= 0x60 and < HeaderSize => 0xff,
        _ => 0,
    };

    /// <summary>A base address: the bits that the window's size leaves, and what kind of memory it is.</summary>
    private byte WindowByte(int window, int register, uint mask)
    {
        uint address = (BinaryPrimitives.ReadUInt32LittleEndian(_registers.AsSpan(window)) & mask) | Prefetchable;
        return (byte)(address >> (8 * (register - window)));
    }
}
