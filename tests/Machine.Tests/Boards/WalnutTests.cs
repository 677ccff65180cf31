using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>What kernels look at on the 405GP boards before and while they find their devices.</summary>
public sealed class WalnutTests
{
    private static readonly string[] Names = [Walnut.Name, OpenBlockS.Name266, OpenBlockS.Name200];

    [TestCase("walnut", 0x40110145u, 200_000_000ul)]
    [TestCase("openblocks266", 0x50910951u, 266_666_666ul)]
    [TestCase("openblocks200", 0x40110145u, 200_000_000ul)]
    public void The_processor_is_the_boards(string name, uint version, ulong clock)
    {
        using Board board = Create(name);
        Assert.That((board.Processor.Model.ProcessorVersion, board.Processor.Model.ClockHz), Is.EqualTo((version, clock)));
    }

    [TestCase("walnut", 133ul, 133_333_333u)]
    [TestCase("walnut", 266ul, 266_666_666u)]
    [TestCase("openblocks266", 400ul, 400_000_000u)]
    public void Another_clock_shows_where_Linux_and_UBoot_compute_it(string name, ulong megahertz, uint expected)
    {
        using Board board = Create(name, new BoardOptions { ClockHz = megahertz * 1_000_000 });
        Assert.That(board.Processor.Model.ClockHz, Is.EqualTo(expected));
        Assert.That(ClockByLinux(board, board.Processor.Model.ProcessorVersion), Is.EqualTo(expected).Within(20));
    }

    [Test]
    public void Clocks_that_the_PLL_cannot_make_are_refused()
    {
        foreach (ulong hz in new ulong[] { 0, 1, 150_000_000, 233_000_000, 600_000_000, ulong.MaxValue / 4 })
            Assert.That(Walnut.Validate(new BoardOptions { ClockHz = hz }), Does.Contain("200"), $"{hz}");
        Assert.That(Ref405ep.Validate(new BoardOptions { ClockHz = 200_000_000 }), Does.Contain("333"));
        Assert.That(Ref405ep.Validate(new BoardOptions { ClockHz = 333_333_333 }), Is.Null);
    }

    [Test]
    public unsafe void After_reset_an_enabled_UART_interrupt_reaches_the_core([ValueSource(nameof(Names))] string name)
    {
        using Board board = Create(name);
        board.Dcr.Write(0xc2, 0x80000000);
        board.Memory.TryWrite(0xef600301, 1, 1);
        board.Console!.Receive((byte)'b');
        Assert.That(board.Processor.State->PendingInterrupts, Is.EqualTo((uint)InterruptSource.External));
    }

    [Test]
    public void The_board_call_returns_a_description_in_ROM([Values("walnut", "openblocks266")] string name)
    {
        MacAddress ethernet = new(0x0004ac112233);
        using Board board = Create(name, new BoardOptions { MemoryBytes = 64 << 20 });
        board.Ethernet[0].Address = ethernet;
        OpenBiosRom.Describe(board);
        Assert.That(Call(board), Is.EqualTo(OpenBiosRom.Description));

        byte[] description = new byte[64];
        board.Memory.TryCopyOut(OpenBiosRom.Description, description);
        Assert.That(Word(board, OpenBiosRom.Description + 36), Is.EqualTo(64u << 20));
        Assert.That(description[40..46], Is.EqualTo(new byte[] { 0x00, 0x04, 0xac, 0x11, 0x22, 0x33 }));
        Assert.That(description[46..52], Is.Not.EqualTo(description[40..46]), "the PCI interface has an address of its own");
        Assert.That(Word(board, OpenBiosRom.Description + 52), Is.EqualTo((uint)board.Processor.Model.ClockHz));
        Assert.That(Word(board, OpenBiosRom.Description + 56), Is.InRange(100_000_000, 133_333_333));
        Assert.That(Word(board, OpenBiosRom.Description + 60), Is.EqualTo(33_333_333));
        board.Memory.TryCopyOut(0xfffffe0b, description.AsSpan(0, 6));
        Assert.That(MacAddress.Read(description), Is.EqualTo(ethernet), "where Linux's wrapper looks");
    }

    [Test]
    public unsafe void A_processor_out_of_reset_waits_in_the_ROM()
    {
        using Board board = Create(Walnut.Name);
        Run(board, 1ul << 40);
        Assert.That(board.Processor.StopReason, Is.EqualTo(StopReason.WaitsForever));
        Assert.That(board.Processor.State->Pc, Is.InRange(0xffffff00u, 0xffffff0cu));
    }

    [Test]
    public void The_ROM_cannot_be_written()
    {
        using Board board = Create(Walnut.Name);
        uint before = Word(board, OpenBiosRom.BoardCall);
        board.Memory.TryWrite(OpenBiosRom.BoardCall, 4, 0);
        Assert.That(Word(board, OpenBiosRom.BoardCall), Is.EqualTo(before));
    }

    [TestCase(16u)]
    [TestCase(32u)]
    [TestCase(112u)]
    [TestCase(512u)]
    public void SDRAM_banks_add_up_to_the_memory(uint megabytes)
    {
        using Board board = Create(Walnut.Name, new BoardOptions { MemoryBytes = megabytes << 20 });
        uint sum = 0;
        for (uint bank = 0x40; bank <= 0x4c; bank += 4)
        {
            board.Dcr.Write(0x10, bank);
            uint value = board.Dcr.Read(0x11);
            if ((value & 1) != 0)
                sum += 4u << (int)((value >> 17) & 7);
        }

        Assert.That(sum, Is.EqualTo(megabytes));
    }

    [Test]
    public void Registers_that_kernels_touch_early_exist([ValueSource(nameof(Names))] string name)
    {
        using Board board = Create(name);
        List<string> reports = [];
        board.Log.Reported += reports.Add;
        foreach (uint number in new uint[] { 0x19, 0x1b, 0xb0, 0xb1, 0xb2, 0xb4, 0xb5, 0xb8, 0xb9, 0xba, 0xc0, 0xc2,
            0x84, 0x86, 0x87, 0xa0, 0xa2, 0xa4, 0x180, 0x181 })
            board.Dcr.Read(number);
        board.Dcr.Write(0x19, 0);
        board.Dcr.Write(0x1b, 0);
        board.Dcr.Write(0xb2, board.Dcr.Read(0xb2) & ~0x00800000u);
        Assert.That(reports, Is.Empty);
    }

    [Test]
    public void The_UART_clock_is_the_external_one_until_software_chooses_the_divided_CPU_clock()
    {
        using Board board = Create(Walnut.Name);
        Assert.That(board.Console!.ClockHz, Is.EqualTo(11_059_200));
        board.Dcr.Write(0xb1, 31 << 1);
        Assert.That(board.Console.ClockHz, Is.EqualTo(200_000_000 / 32));
        using Board other = Create(OpenBlockS.Name266);
        Assert.That(other.Console!.ClockHz, Is.EqualTo(7_372_800));
    }

    [Test]
    public void Nothing_of_RAM_shows_in_PCI_memory()
    {
        using Board board = Create(Walnut.Name);
        board.Memory.TryWrite(0, 4, 0x12345678);
        foreach (uint address in new uint[] { 0x80000000, 0x9ffffffc, 0xe8000000, 0xe8800000, 0xeed00000 })
            Assert.That(board.Memory.TryRead(address, 4, out uint value) ? value : 0, Is.EqualTo(uint.MaxValue), $"{address:x8}");
        Assert.That(board.Memory.TryRead(0xa0000000, 4, out _), Is.False, "past the window nothing answers");
    }

    private static Board Create(string name, BoardOptions? options = null) =>
        BoardCatalog.Find(name)!.Create(options ?? new BoardOptions { MemoryBytes = 16 << 20 });

    private static uint Word(Board board, uint address)
    {
        Assert.That(board.Memory.TryRead(address, 4, out uint value), Is.True);
        return value;
    }

    /// <summary>Calls the ROM as a kernel's first instructions do; gives r3.</summary>
    private static unsafe uint Call(Board board)
    {
        const uint returnAddress = 0x25000;
        CpuState* state = board.Processor.State;
        state->Pc = Word(board, OpenBiosRom.BoardCall);
        state->Lr = returnAddress;
        Run(board, 3);
        Assert.That(state->Pc, Is.EqualTo(returnAddress));
        return state->Gpr[3];
    }

    private static unsafe void Run(Board board, ulong instructions)
    {
        using PpcJit.Machine.Interpreter.InterpreterEngine engine = new(board.Processor);
        engine.Run(board.Processor.State->InstructionCount + instructions);
    }

    /// <summary>What Linux's boot wrapper computes from CPC0_PLLMR and CPC0_PSR with a crystal of 33.333 MHz.</summary>
    private static uint ClockByLinux(Board board, uint version)
    {
        uint mode = board.Dcr.Read(0xb0);
        uint forward = 8 - (mode >> 29), feedback = (mode >> 25) & 15, cpuToPlb = ((mode >> 17) & 3) + 1, external = ((mode >> 11) & 3) + 2;
        bool isGpr = version >> 16 == 0x5091;
        Assert.That(board.Dcr.Read(0xb4) & 0x1020, Is.EqualTo(0x1000), "PCI has its own clock, and the GPr its old mode");
        uint multiple = isGpr ? feedback * (external == feedback ? external : 8 - (mode & 7)) * cpuToPlb : forward * feedback * cpuToPlb;
        return (uint)(33_333_333ul * multiple / forward);
    }
}
