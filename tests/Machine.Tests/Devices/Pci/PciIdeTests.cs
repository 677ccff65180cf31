using System.Buffers.Binary;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Tests.Devices.Disk;

namespace PpcJit.Machine.Tests.Devices.Pci;

/// <summary>
/// The disk's controller as a PCI function of each board that has a place for it: configuration, I/O addresses, data and interrupt.
/// </summary>
internal sealed class PciIdeTests
{
    private const uint Port = 0xeec00000;
    private const uint Io = 0xe8000000;
    private const uint Sectors = 5000;
    private Board _board = null!;
    private uint _device;
    private int _input;

    [TearDown]
    public void Free() => _board.Dispose();

    [Test]
    public void Boards_have_it_where_their_slots_and_interrupts_are(
        [Values("hotfoot", "walnut", "openblocks266")] string name)
    {
        Create(name);
        Assert.That(Read(0x08) >> 16, Is.EqualTo(0x0101), "mass storage, IDE");
        Assert.That((Read(0x08) >> 8) & 0x85, Is.EqualTo(0x05), "native mode, no bus mastering");
        Assert.That(Read(0x3c) & 0xff00, Is.EqualTo(0x0100), "INTA");
        Assert.That(_board.Interrupts.Single(entry => entry.Device == "IDE0").Input, Is.EqualTo(_input));
    }

    [Test]
    public void Its_registers_are_where_the_base_addresses_say_as_long_as_it_answers()
    {
        Create("hotfoot");
        Assert.That((Read(4) & 1, Status()), Is.EqualTo((1u, 0x50u)), "as firmware leaves it");
        Write(0x10, uint.MaxValue);
        Write(0x14, uint.MaxValue);
        Assert.That((Read(0x10), Read(0x14), Read(0x18)), Is.EqualTo((0xfffffff9u, 0xfffffffdu, 0u)), "8 and 4 bytes of I/O, and no more");
        Write(0x10, 0x2340);
        Write(0x14, 0x2350);
        Assert.That((_board.Memory.TryRead(Io + 0x2347, 1, out uint status), status), Is.EqualTo((true, 0x50u)));
        Assert.That((_board.Memory.TryRead(Io + 0x2352, 1, out status), status), Is.EqualTo((true, 0x50u)));
        Assert.That((_board.Memory.TryRead(Io + 0x1007, 1, out status), status), Is.EqualTo((true, 0xffu)), "nobody is where it was");
        Write(4, 0);
        Assert.That((_board.Memory.TryRead(Io + 0x2347, 1, out status), status), Is.EqualTo((true, 0xffu)));
        Write(4, uint.MaxValue);
        Assert.That(Read(4) & 0xffff, Is.EqualTo(1), "memory and bus mastering cannot be switched on");
    }

    [Test]
    public void Firmware_finds_it_without_addresses_and_switched_off()
    {
        Create("hotfoot");
        _board.ComeOutOfReset();
        Assert.That((Read(0x04) & 0xffff, Read(0x10), Read(0x14)), Is.EqualTo((0u, 1u, 1u)));
    }

    [TestCase(2)]
    [TestCase(4)]
    [TestCase(1)]
    public void The_data_register_gives_bytes_in_the_order_in_which_they_are_on_the_disk(int size)
    {
        Create("hotfoot");
        Command(0x20, 9);
        byte[] data = new byte[512];
        for (int n = 0; n < data.Length; n += Math.Max(2, size))
        {
            _board.Memory.TryRead(Io + 0x1000, size, out uint value);
            for (int at = 0; at < size; at++)
                data[n + at] = (byte)(value >> (8 * (size - 1 - at)));
        }

        byte[] wanted = MemorySectors.ContentOf(9);
        for (int n = 1; size == 1 && n < wanted.Length; n += 2)
            wanted[n] = 0;
        Assert.That(data, Is.EqualTo(wanted));
        Assert.That(Status(), Is.EqualTo(0x50));
    }

    [TestCase(2)]
    [TestCase(4)]
    public void The_data_register_takes_bytes_likewise(int size)
    {
        Create("hotfoot");
        byte[] data = DiskBench.Pattern(4);
        Command(0x30, 9);
        for (int n = 0; n < data.Length; n += size)
            _board.Memory.TryWrite(Io + 0x1000, size, size == 2 ? BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(n))
                : BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(n)));
        byte[] written = new byte[512];
        _board.Disk!.ReadSector(9, written);
        Assert.That(written, Is.Not.EqualTo(data), "it takes a while");
        Pass();
        _board.Disk.ReadSector(9, written);
        Assert.That(written, Is.EqualTo(data));
    }

    [Test]
    public void Its_interrupt_is_active_low([Values("hotfoot", "walnut", "openblocks266")] string name)
    {
        Create(name);
        Uic uic = _board.DevicesOf<Uic>().First();
        uint bit = 0x80000000u >> _input;
        Assert.That(uic.ReadDcr(0xc4) & bit, Is.Zero, "polarity, as firmware leaves it");
        Assert.That(uic.ReadDcr(0xc0) & bit, Is.Zero);
        Command(0x20, 9);
        Assert.That(uic.ReadDcr(0xc0) & bit, Is.EqualTo(bit));
        uic.WriteDcr(0xc0, bit);
        Assert.That(uic.ReadDcr(0xc0) & bit, Is.EqualTo(bit), "a level stays");
        _board.Memory.TryRead(Io + 0x1007, 1, out _);
        uic.WriteDcr(0xc0, bit);
        Assert.That(uic.ReadDcr(0xc0) & bit, Is.Zero);
    }

    [Test]
    public void A_snapshot_of_the_machine_has_the_disk_in_it()
    {
        Create("hotfoot");
        using MachineSnapshot snapshot = new();
        snapshot.Take(_board);
        ulong before = _board.StateHash();
        _board.Disk!.Content = _board.Disk.Content.With(3, DiskBench.Pattern(1));
        Assert.That(_board.StateHash(), Is.Not.EqualTo(before));
        snapshot.Restore(_board);
        Assert.That((_board.StateHash(), _board.Disk.Content.Written.Count), Is.EqualTo((before, 0)));
    }

    [Test]
    public void Boards_without_PCI_have_no_place_for_it([Values("kilauea", "obs600", "ref405ep", "openblocks200")] string name)
    {
        Create("hotfoot");
        BoardDescription description = BoardCatalog.Find(name)!;
        Assert.That(description.Validate(description.UsualOptions with { HasDisk = true }),
            Is.EqualTo($"{name} has no place for a disk; these boards have one: hotfoot, openblocks266, walnut."));
    }

    private void Create(string name)
    {
        BoardDescription description = BoardCatalog.Find(name)!;
        _board = description.Create(new BoardOptions { MemoryBytes = 16 << 20, HasDisk = true });
        _board.Disk!.Insert(new MemorySectors(Sectors), isWriteProtected: false);
        (_device, _input) = ((uint)description.DiskSlot!.Device << 11, description.DiskSlot.Input);
    }

    private void Command(byte command, byte sector)
    {
        foreach ((uint register, byte value) in (ReadOnlySpan<(uint, byte)>)[(2, 1), (3, sector), (4, 0), (5, 0), (6, 0x40), (7, command)])
            _board.Memory.TryWrite(Io + 0x1000 + register, 1, value);
        Pass();
    }

    private unsafe void Pass()
    {
        _board.Processor.State->InstructionCount += _board.Events.InstructionsPerSecond;
        _board.Events.RunDue();
    }

    private uint Status()
    {
        _board.Memory.TryRead(Io + 0x100a, 1, out uint status);
        return status;
    }

    private uint Read(uint register)
    {
        _board.Memory.TryWrite(Port, 4, BinaryPrimitives.ReverseEndianness(0x80000000 | _device | register));
        _board.Memory.TryRead(Port + 4, 4, out uint value);
        return BinaryPrimitives.ReverseEndianness(value);
    }

    private void Write(uint register, uint value)
    {
        _board.Memory.TryWrite(Port, 4, BinaryPrimitives.ReverseEndianness(0x80000000 | _device | register));
        _board.Memory.TryWrite(Port + 4, 4, BinaryPrimitives.ReverseEndianness(value));
    }
}
