using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Boards;

public sealed class Ref405epTests
{
    private Board _board = null!;

    [SetUp]
    public void Build() => _board = BoardCatalog.Find("REF405EP")!.Create(new BoardOptions { MemoryBytes = 16 << 20 });

    [TearDown]
    public void Release() => _board.Dispose();

    [Test]
    public void The_catalog_finds_boards_by_name_only()
    {
        Assert.That(BoardCatalog.All.Select(board => board.Name), Does.Contain("ref405ep"));
        Assert.That(BoardCatalog.Find("ref405"), Is.Null);
    }

    [TestCase(16u, true)]
    [TestCase(96u, true)]
    [TestCase(512u, true)]
    [TestCase(8u, false)]
    [TestCase(513u, false)]
    [TestCase(100u, false)]
    [TestCase(0u, false)]
    public void Memory_is_16_to_512_megabytes_in_two_banks(uint megabytes, bool isValid)
    {
        string? problem = Ref405ep.Validate(new BoardOptions { MemoryBytes = megabytes << 20 });
        Assert.That(problem is null, Is.EqualTo(isValid), problem);
        if (!isValid)
            Assert.That(problem, Does.Contain("ref405ep").And.Contains($"{megabytes} MB"));
    }

    [Test]
    public void The_processor_runs_at_the_clock_that_CPC0_shows()
    {
        ProcessorModel model = _board.Processor.Model;
        Assert.That((model.ProcessorVersion, model.ClockHz), Is.EqualTo((0x51210950u, 333_333_330ul)));
    }

    [Test]
    public unsafe void UART0_is_the_console_and_interrupts_through_UIC_input_0()
    {
        List<byte> sent = [];
        _board.Console!.Transmitted = sent.Add;
        Write(0xef600303, 3);
        Write(0xef600300, 'A');
        Assert.That(sent, Is.EqualTo("A"u8.ToArray()));

        _board.Dcr.Write(0xc2, 0x80000000);
        Write(0xef600301, 1);
        _board.Console.Receive((byte)'b');
        Assert.That(_board.Processor.State->PendingInterrupts, Is.EqualTo((uint)InterruptSource.External));
        Assert.That(Read(0xef600300), Is.EqualTo('b'));
        _board.Dcr.Write(0xc0, 0x80000000);
        Assert.That(_board.Processor.State->PendingInterrupts, Is.Zero);
    }

    [Test]
    public unsafe void Critical_inputs_reach_the_critical_interrupt()
    {
        _board.Dcr.Write(0xc3, 0x40000000);
        _board.Dcr.Write(0xc2, 0x40000000);
        Write(0xef600401, 2);
        Assert.That(_board.Processor.State->PendingInterrupts, Is.EqualTo((uint)InterruptSource.CriticalInput));
    }

    [Test]
    public void A_new_UART_clock_divisor_in_CPC0_slows_the_UART_down()
    {
        ulong before = _board.Console!.InstructionsPerCharacter;
        _board.Dcr.Write(0xf5, 0x460a);
        Assert.That(_board.Console.InstructionsPerCharacter, Is.LessThan(before));
    }

    [Test]
    public void Every_part_of_the_block_diagram_is_there()
    {
        Assert.That(_board.Memory.Windows.Select(window => $"{window.Start:x8} {window.Name}"), Is.EquivalentTo(new[]
        {
            "00000000 RAM", "fff00000 SRAM", "f0000000 NVRAM", "f0300000 FPGA", "ef600000 GPT0", "ef600300 UART0",
                "ef600400 UART1", "ef600500 IIC0",
            "ef600600 OPBA0", "ef600700 GPIO0", "ef600800 EMAC0", "ef600900 EMAC1",
        }));
        Assert.That(_board.Dcr.Ranges.Select(range => $"{range.First:x3} {range.Name}"), Is.EquivalentTo(new[]
        {
            "0c0 UIC0", "0f0 CPC0", "010 SDRAM0", "012 EBC0", "018 OCM0", "080 PLB0", "0a0 POB0", "100 DMA0", "180 MAL0",
        }));
        Assert.That(_board.Interrupts.Select(interrupt => interrupt.Input),
            Is.EquivalentTo(new[] { 0, 1, 2, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21, 22, 23 }));
    }

    [Test]
    public void What_is_not_there_never_returns_RAM_contents()
    {
        _board.Memory.TryWrite(0x300, 4, 0x12345678);
        uint[] nothing = [0xef600308, 0xf0002000, 0x01000000, 0x80000300, 0xfff80000];
        foreach (uint address in nothing)
        {
            Assert.That(_board.Memory.TryRead(address, 4, out uint value), Is.False);
            Assert.That(value, Is.EqualTo(uint.MaxValue));
        }

        for (uint number = 0; number < 0x400; number++)
            Assert.That(_board.Dcr.Read(number), Is.Not.EqualTo(0x12345678));
    }

    private uint Read(uint address) => _board.Memory.TryRead(address, 1, out uint value) ? value : uint.MaxValue;

    private void Write(uint address, uint value) => _board.Memory.TryWrite(address, 1, value);
}
