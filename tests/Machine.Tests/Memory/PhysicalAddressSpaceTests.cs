using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Memory;

/// <summary>RAM, other memories, devices, and nothing.</summary>
internal sealed unsafe class PhysicalAddressSpaceTests
{
    private const uint RamSize = 0x1_0000;
    private const uint Rom = 0xfffe_0000;
    private const uint Device = 0xef60_0000;

    private readonly List<string> _log = [];

    [SetUp]
    public void Begin() => _log.Clear();

    [Test]
    public void Values_are_big_endian_at_every_alignment([Values(1, 2, 4)] int size, [Range(0u, 7u)] uint offset)
    {
        using PhysicalAddressSpace memory = Space();
        uint value = 0x1122_3344u >> (32 - (8 * size));
        Assert.That(memory.TryWrite(0x100 + offset, size, value), Is.True);
        for (uint n = 0; n < 16; n++)
        {
            uint expected = n >= offset && n < offset + size ? (value >> (8 * (size - 1 - (int)(n - offset)))) & 0xff : 0;
            Assert.That(memory.Ram[0x100 + n], Is.EqualTo((byte)expected), $"byte {n}");
        }

        Assert.That(memory.TryRead(0x100 + offset, size, out uint read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [Test]
    public void A_narrow_write_takes_the_low_bytes_of_its_value()
    {
        using PhysicalAddressSpace memory = Space();
        memory.TryWrite(0, 1, 0xaabb_ccdd);
        memory.TryWrite(2, 2, 0xaabb_ccdd);
        memory.TryRead(0, 4, out uint read);
        Assert.That(read, Is.EqualTo(0xdd00_ccddu));
    }

    [TestCase(RamSize, 4)]
    [TestCase(RamSize - 1, 2)]
    [TestCase(RamSize - 3, 4)]
    [TestCase(Rom - 1, 4)]
    [TestCase(Rom + 0x1000, 1)]
    [TestCase(Device + 0x1f, 2)]
    [TestCase(0x8000_0000u, 1)]
    public void An_access_that_is_not_wholly_in_one_window_is_a_bus_error_and_reads_ones(uint physical, int size)
    {
        using PhysicalAddressSpace memory = Space();
        Assert.That(memory.TryRead(physical, size, out uint value), Is.False);
        Assert.That(value, Is.EqualTo(uint.MaxValue >> (32 - (8 * size))));
        Assert.That(memory.TryWrite(physical, size, 0), Is.False);
    }

    [Test]
    public void A_board_without_bus_errors_reads_ones_from_nothing_and_loses_what_is_written()
    {
        using PhysicalAddressSpace memory = new(RamSize, Log()) { BusErrors = false };
        Assert.That(memory.TryRead(0x8000_0000, 2, out uint value), Is.True);
        Assert.That(value, Is.EqualTo(0xffffu));
        Assert.That(memory.TryWrite(0x8000_0000, 4, 0), Is.True);
    }

    [Test]
    public void Accesses_to_nothing_are_reported_once_for_each_page_and_direction()
    {
        using PhysicalAddressSpace memory = Space();
        for (uint n = 0; n < 10; n++)
        {
            memory.TryRead(0x8000_0000 + n, 1, out _);
            memory.TryWrite(0x8000_0000 + n, 1, 0);
            memory.TryRead(0x8000_1000 + n, 1, out _);
        }

        Assert.That(_log, Has.Count.EqualTo(3));
        Assert.That(_log[0], Does.Contain("0x80000000"));
    }

    [Test]
    public void A_store_to_read_only_memory_changes_nothing_and_is_no_bus_error()
    {
        using PhysicalAddressSpace memory = Space();
        Assert.That(memory.TryCopyIn(Rom, [1, 2, 3, 4]), Is.True, "loaders fill it");
        Assert.That(memory.TryWrite(Rom, 4, 0), Is.True);
        memory.TryRead(Rom, 4, out uint value);
        Assert.That(value, Is.EqualTo(0x0102_0304u));
        Assert.That(_log, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_device_sees_the_offset_in_its_window_the_size_and_the_value()
    {
        Recorder device = new();
        using PhysicalAddressSpace memory = Space(device);
        memory.TryWrite(Device + 4, 2, 0x1234);
        Assert.That(memory.TryRead(Device + 7, 1, out uint value), Is.True);
        Assert.That(device.Seen, Is.EqualTo(["write 4 2 1234", "read 7 1"]));
        Assert.That(value, Is.EqualTo(0xefu), "only as many bytes as were asked for");
    }

    [TestCase(0u, 0x1000u)]
    [TestCase(RamSize - 1, 1u)]
    [TestCase(Rom - 1, 2u)]
    [TestCase(Rom + 0xfff, 0x1000u)]
    [TestCase(Device, 1u)]
    [TestCase(Device - 0x1000, 0x10_0000u)]
    public void Windows_may_not_overlap(uint start, uint size)
    {
        using PhysicalAddressSpace memory = Space();
        Assert.That(() => memory.MapDevice("other", start, size, new Recorder()),
            Throws.InvalidOperationException.With.Message.Contains("overlaps"));
        Assert.That(() => memory.MapMemory("other", start, size, writable: true), Throws.InvalidOperationException);
    }

    [Test]
    public void Windows_may_touch_each_other_and_the_end_of_the_address_space()
    {
        using PhysicalAddressSpace memory = Space();
        memory.MapMemory("after RAM", RamSize, 0x1000, writable: true);
        memory.MapMemory("last page", 0xffff_f000, 0x1000, writable: true);
        Assert.That(memory.TryWrite(0xffff_fffc, 4, 0x1234_5678), Is.True);
        Assert.That(memory.TryRead(0xffff_fffe, 2, out uint value), Is.True);
        Assert.That(value, Is.EqualTo(0x5678u));
        Assert.That(memory.Find(uint.MaxValue)?.Name, Is.EqualTo("last page"));
        Assert.That(memory.Find(RamSize)?.Name, Is.EqualTo("after RAM"));
        Assert.That(memory.Find(RamSize - 1)?.Name, Is.EqualTo("RAM"));
    }

    [Test]
    public void Windows_are_listed_in_the_order_in_which_they_were_mapped()
    {
        using PhysicalAddressSpace memory = Space();
        Assert.That(memory.Windows.Select(window => window.Name), Is.EqualTo(["RAM", "ROM", "device"]));
    }

    [Test]
    public void A_plain_page_is_one_that_is_wholly_memory()
    {
        using PhysicalAddressSpace memory = Space();
        memory.MapMemory("small", 0x4000_0000, 0x800, writable: true);
        Assert.That((nint)memory.PlainPage(0x1fff, out bool writable), Is.EqualTo((nint)(memory.Ram + 0x1000)));
        Assert.That(writable, Is.True);
        Assert.That((nint)memory.PlainPage(Rom + 8, out writable), Is.Not.EqualTo((nint)0));
        Assert.That(writable, Is.False);
        foreach (uint physical in (uint[])[RamSize, Device, 0x4000_0000, 0x8000_0000])
        {
            Assert.That((nint)memory.PlainPage(physical, out writable), Is.EqualTo((nint)0), $"0x{physical:x8}");
            Assert.That(writable, Is.False);
        }
    }

    [Test]
    public void A_write_to_a_page_with_translated_code_is_announced_and_to_others_not()
    {
        using PhysicalAddressSpace memory = Space();
        List<(uint, uint)> announced = [];
        memory.CodeWritten = (physical, bytes) => announced.Add((physical, bytes));
        memory.CodePages[2] = 1;
        memory.TryWrite(0x1ffc, 4, 1);
        memory.TryWrite(0x3000, 1, 1);
        Assert.That(announced, Is.Empty);

        memory.TryWrite(0x2000, 1, 1);
        memory.TryWrite(0x2fff, 2, 1);
        memory.TryWrite(0x1ffe, 4, 1);
        memory.TryCopyIn(0x1000, new byte[0x3000]);
        Assert.That(announced, Is.EqualTo([(0x2000u, 1u), (0x2fffu, 2u), (0x1ffeu, 4u), (0x1000u, 0x3000u)]));
        memory.TryRead(0x2ffc, 4, out _);
        memory.TryCopyOut(0x2000, new byte[4]);
        memory.TryCopyIn(0x2000, []);
        Assert.That(announced, Has.Count.EqualTo(4));
    }

    [Test]
    public void Copies_move_bytes_only_when_the_whole_range_is_in_one_memory()
    {
        using PhysicalAddressSpace memory = Space();
        byte[] bytes = [1, 2, 3, 4];
        Assert.That(memory.TryCopyIn(RamSize - 4, bytes), Is.True);
        Assert.That(memory.TryCopyIn(RamSize - 3, bytes), Is.False);
        Assert.That(memory.TryCopyIn(Device, bytes), Is.False);
        Assert.That(memory.TryCopyIn(0x8000_0000, bytes), Is.False);
        Assert.That(memory.TryCopyIn(0x8000_0000, []), Is.True);

        byte[] copied = new byte[4];
        Assert.That(memory.TryCopyOut(RamSize - 4, copied), Is.True);
        Assert.That(copied, Is.EqualTo(bytes));
        Assert.That(memory.TryCopyOut(RamSize - 3, copied), Is.False);
        Assert.That(memory.TryCopyOut(Device, copied), Is.False);
        Assert.That(copied, Is.EqualTo(bytes), "a refused copy changes nothing");
    }

    private HardwareLog Log()
    {
        HardwareLog log = new();
        log.Reported += _log.Add;
        return log;
    }

    private PhysicalAddressSpace Space(IMmioDevice? device = null)
    {
        PhysicalAddressSpace memory = new(RamSize, Log());
        memory.MapMemory("ROM", Rom, 0x1000, writable: false);
        memory.MapDevice("device", Device, 0x20, device ?? new Recorder());
        return memory;
    }

    private sealed class Recorder : IMmioDevice
    {
        public List<string> Seen { get; } = [];

        public uint Read(uint offset, int size)
        {
            Seen.Add($"read {offset:x} {size}");
            return 0xdead_beef;
        }

        public void Write(uint offset, int size, uint value) => Seen.Add($"write {offset:x} {size} {value:x}");

        public void Save(StateWriter writer)
        {
        }

        public void Load(StateReader reader)
        {
        }
    }
}
