using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Devices.OnChip;

public sealed class DmaTests
{
    private const uint Cr = 0x100, Ct = 0x101, Da = 0x102, Sa = 0x103, Sr = 0x120;
    private const uint Enable = 0x80000000, Interrupt = 0x40000000, DestinationUp = 0x02000000, SourceUp = 0x01000000,
        MemoryToMemory = 0x00400000;
    private const uint Bytes = 0, Words = 0x08000000, Doublewords = 0x0c000000;
    private readonly List<string> _reports = [];
    private readonly List<uint> _codeWrites = [];
    private DeviceClock _clock = null!;
    private PhysicalAddressSpace _memory = null!;
    private InterruptLine[] _lines = null!;
    private DmaController _dma = null!;

    [SetUp]
    public unsafe void Build()
    {
        HardwareLog log = new();
        _reports.Clear();
        _codeWrites.Clear();
        log.Reported += _reports.Add;
        _clock = new DeviceClock();
        _memory = new PhysicalAddressSpace(1 << 20, log);
        _memory.MapMemory("ROM", 0xfff80000, 4096, writable: false);
        _memory.MapDevice("GPIO", 0xef600700, Gpio.WindowSize, new Gpio(log));
        _memory.CodeWritten = (address, _) => _codeWrites.Add(address);
        _lines = [InterruptLine.Unconnected, InterruptLine.Unconnected, InterruptLine.Unconnected, InterruptLine.Unconnected];
        _dma = new DmaController(_clock.Events, _memory, _lines, log);
        for (uint n = 0; n < 256; n++)
            _memory.TryWrite(0x1000 + n, 1, n);
    }

    [TearDown]
    public void Release() => _memory.Dispose();

    [Test]
    public void The_address_decode_register_holds_what_firmware_writes()
    {
        _dma.WriteDcr(0x124, 0x12345678);
        Assert.That((_dma.ReadDcr(0x124), _reports.Count), Is.EqualTo((0x12345678u, 0)));
    }

    [Test]
    public unsafe void A_memory_to_memory_transfer_copies_counts_down_and_interrupts()
    {
        _memory.CodePages[2] = 1;
        Start(Words | SourceUp | DestinationUp | Interrupt, 0x1000, 0x2000, 64);
        Assert.That(_dma.ReadDcr(Sr), Is.EqualTo(0x800), "channel busy");
        Assert.That(_lines[0].Level, Is.False);
        _clock.Advance(1000);

        for (uint n = 0; n < 256; n++)
            Assert.That(Byte(0x2000 + n), Is.EqualTo(n));
        Assert.That(_lines[0].Level, Is.True);
        Assert.That((_dma.ReadDcr(Sr), _dma.ReadDcr(Ct)), Is.EqualTo((0x80000000u, 0u)), "terminal count");
        Assert.That((_dma.ReadDcr(Sa), _dma.ReadDcr(Da)), Is.EqualTo((0x1100u, 0x2100u)));
        Assert.That(_dma.ReadDcr(Cr) & Enable, Is.Zero);
        Assert.That(_codeWrites, Is.Not.Empty, "translated code in the page is told");

        _dma.WriteDcr(Sr, 0x80000000);
        Assert.That(_lines[0].Level, Is.False);
    }

    [Test]
    public void Without_increments_one_byte_fills_or_collects()
    {
        Start(Bytes | DestinationUp, 0x1007, 0x2000, 16);
        _clock.Advance(1000);
        Assert.That((Byte(0x2000), Byte(0x200f), Byte(0x2010)), Is.EqualTo((7u, 7u, 0u)));
    }

    [Test]
    public void A_count_of_zero_is_65536()
    {
        Start(Doublewords | SourceUp | DestinationUp, 0, 0x80000, 0);
        _clock.Advance(65536 * 6);
        Assert.That(Byte(0x81007), Is.EqualTo(7));
        Assert.That(_dma.ReadDcr(Da), Is.EqualTo(0x100000));
    }

    [TestCase(0x7ffff000u, 0x2000u, TestName = "DMA from nowhere is an error")]
    [TestCase(0x1000u, 0xa0000000u, TestName = "DMA to nowhere is an error")]
    [TestCase(0x1000u, 0xfff80000u, TestName = "DMA to read only memory is an error")]
    [TestCase(0x1000u, 0xef600700u, TestName = "DMA to device registers is an error")]
    [TestCase(0x1002u, 0x2000u, TestName = "Misaligned DMA is an error")]
    [TestCase(0xfffffffcu, 0x2000u, TestName = "DMA past the end of the address space is an error")]
    public void Bad_addresses_stop_the_channel_with_its_error_bit(uint source, uint destination)
    {
        Start(Words | SourceUp | DestinationUp | Interrupt, source, destination, 0x100);
        _clock.Advance(10_000);
        Assert.That(_dma.ReadDcr(Sr), Is.EqualTo(0x00800000));
        Assert.That(_dma.ReadDcr(Cr) & Enable, Is.Zero);
        Assert.That(_lines[0].Level, Is.True);
    }

    [Test]
    public void A_transfer_that_runs_off_RAM_stops_there()
    {
        Start(Words | SourceUp | DestinationUp, 0x1000, 0xffff0, 64);
        _clock.Advance(1000);
        Assert.That((_dma.ReadDcr(Sr), _dma.ReadDcr(Da), _dma.ReadDcr(Ct)), Is.EqualTo((0x00800000u, 0x100000u, 60u)));
        Assert.That(Byte(0xfffff), Is.EqualTo(15));
    }

    [Test]
    public void Disabling_a_channel_cancels_what_it_was_about_to_do()
    {
        Start(Words | SourceUp | DestinationUp, 0x1000, 0x2000, 64);
        _dma.WriteDcr(Cr, 0);
        _clock.Advance(1000);
        Assert.That((_dma.ReadDcr(Sr), Byte(0x2004)), Is.EqualTo((0u, 0u)));
    }

    [Test]
    public void A_channel_that_is_not_enabled_moves_nothing()
    {
        Start(0, 0x1000, 0x2000, 64);
        _dma.WriteDcr(Cr, Words | SourceUp | DestinationUp | MemoryToMemory);
        _clock.Advance(1000);
        Assert.That((_dma.ReadDcr(Sr), _dma.ReadDcr(Ct), Byte(0x2004)), Is.EqualTo((0u, 64u, 0u)));
    }

    [Test]
    public void Peripheral_and_scatter_gather_transfers_wait_for_ever_and_say_so()
    {
        _dma.WriteDcr(Cr + 8, Enable);
        _dma.WriteDcr(0x123, 0x80000000);
        _clock.Advance(1_000_000);
        Assert.That(_dma.ReadDcr(Sr), Is.Zero);
        Assert.That(_reports, Has.Count.EqualTo(2));
    }

    private void Start(uint mode, uint source, uint destination, uint count)
    {
        _dma.WriteDcr(Sa, source);
        _dma.WriteDcr(Da, destination);
        _dma.WriteDcr(Ct, count);
        _dma.WriteDcr(Cr, Enable | MemoryToMemory | mode);
    }

    private uint Byte(uint address) => _memory.TryRead(address, 1, out uint value) ? value : uint.MaxValue;
}
