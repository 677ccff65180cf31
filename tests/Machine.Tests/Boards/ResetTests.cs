using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Tests.Devices.Disk;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>Resets on a board with firmware in its flash: what a core, chip and system reset bring back, and what they keep.</summary>
internal sealed class ResetTests
{
    private const uint Flash = 0xfff80000;
    private const uint Code = 0x10000;
    private const int Dbcr0 = 1010;

    private Board _board = null!;
    private InterpreterEngine _engine = null!;

    private unsafe ulong Count => _board.Processor.State->InstructionCount;

    [SetUp]
    public void Create() => Create(hasDisk: false);

    private void Create(bool hasDisk)
    {
        _board = BoardCatalog.Find(Walnut.Name)!.Create(
            new BoardOptions { MemoryBytes = 16 << 20, FlashBytes = 512 << 10, HasDisk = hasDisk });
        _engine = new InterpreterEngine(_board.Processor);
        PutIntoFlash(Board.ResetVector, "b -252");
        PutIntoFlash(0xffffff00, "addi r20,r20,1", "b 0");
        _board.AllowRestart();
    }

    [TearDown]
    public void Free()
    {
        _engine.Dispose();
        _board.Dispose();
    }

    [Test]
    public unsafe void Execution_goes_on_at_the_reset_vector_with_defined_registers([Values(1u, 2u, 3u)] uint kind)
    {
        CpuState* state = _board.Processor.State;
        (state->Msr, state->Dccr, state->Evpr, state->Sgr, state->Tcr) = (Msr.Me | Msr.De, 0xf0000000, 0x12340000, 0, 0x04000000);
        state->Gpr[7] = 77;
        _board.Processor.Timers.WritePit(1000);
        _board.Memory.TryWrite(0x20000, 4, 0x11223344);
        Request(kind);
        Assert.That(_board.Processor.StopReason, Is.EqualTo(StopReason.None));
        _engine.Run(state->InstructionCount + 2);

        Assert.That(state->Gpr[20], Is.EqualTo(1), "the firmware runs");
        Assert.That(state->Pc, Is.EqualTo(0xffffff04));
        Assert.That(new[] { state->Msr, state->Dccr, state->Sgr, state->Tcr, state->Dbcr0 }, Is.EqualTo(new uint[] { 0, 0, uint.MaxValue, 0, 0 }));
        Assert.That((state->Dbsr >> 8) & 3, Is.EqualTo(kind), "DBSR[MRR]");
        Assert.That(state->Gpr[7], Is.EqualTo(77));
        Assert.That(_board.Processor.Timers.Pit, Is.Zero);
        Assert.That(_board.Memory.TryRead(0x20000, 4, out uint kept) ? kept : 0, Is.EqualTo(0x11223344), "RAM keeps its content");
    }

    [Test]
    public void A_core_reset_leaves_the_chip_and_a_chip_reset_leaves_the_board([Values(1u, 2u, 3u)] uint kind)
    {
        const uint interruptEnable = 0xc2;
        PutCode("b 0");
        GoToCode();
        uint before = _board.Dcr.Read(interruptEnable);
        _board.Dcr.Write(interruptEnable, 0x12345678);
        _board.Memory.TryWrite(0xf0000010, 1, 0x5a);
        PutCommand(0x5555, 0xaa);
        PutCommand(0x2aaa, 0x55);
        PutCommand(0x5555, 0x20);
        PutCommand(0, 0xa0);
        PutCommand(0x123, 0x42);
        _engine.Run(Count + 1000);
        Request(kind);
        _engine.Run(Count + 2);

        Assert.That(_board.Dcr.Read(interruptEnable), Is.EqualTo(kind == 1 ? 0x12345678 : before), "UIC0_ER is on the chip");
        Assert.That(_board.Memory.TryRead(0xf0000010, 1, out uint nvram) ? nvram : 0, Is.EqualTo(0x5a), "NVRAM keeps its content");
        Assert.That(_board.Memory.TryRead(Flash + 0x123, 1, out uint flash) ? flash : 0, Is.EqualTo(0x42), "and so does flash");
        PutCode("b 0");
        GoToCode();
        PutCommand(0, 0xa0);
        PutCommand(0x124, 0x43);
        _engine.Run(Count + 1000);
        _board.Memory.TryRead(Flash + 0x124, 1, out uint bypassed);
        Assert.That(bypassed, Is.EqualTo(kind == 3 ? 0xff : 0x43), "only a system reset reaches the flash's reset pin");
    }

    [Test]
    public unsafe void The_watchdog_s_reset_is_told_in_TSR()
    {
        PutCode("b 0");
        GoToCode();
        _board.Processor.TryWriteSpr(986, 0x30000000); // TCR: the shortest period, system reset
        _engine.Run(2_000_000);
        Assert.That(_board.Processor.StopReason, Is.EqualTo(StopReason.None));
        Assert.That(_board.Processor.Timers.WatchdogResetStatus, Is.EqualTo(3));
        Assert.That(_board.Processor.State->Gpr[20], Is.EqualTo(1));
        Assert.That(_board.Processor.State->Tcr, Is.Zero, "so that there is no second one");
    }

    [Test]
    public void Without_firmware_a_reset_stops_the_machine()
    {
        byte[] erased = new byte[512];
        erased.AsSpan().Fill(0xff);
        _board.Memory.TryCopyIn(0xfffffe00, erased);
        Request(3);
        _engine.Run(ulong.MaxValue);
        Assert.That(_board.Processor.StopReason, Is.EqualTo(StopReason.SystemReset));
    }

    [Test]
    public void A_reset_of_the_chip_ends_what_the_disk_does_and_leaves_what_it_holds([Values(1u, 2u, 3u)] uint kind)
    {
        Free();
        Create(hasDisk: true);
        AtaDisk disk = _board.Disk!;
        disk.Insert(new MemorySectors(100), isWriteProtected: false);
        disk.Content = disk.Content.With(7, DiskBench.Pattern(7));
        byte[] held = new byte[DiskContent.SectorSize];
        foreach ((int register, byte value) in (ReadOnlySpan<(int, byte)>)[(2, 1), (3, 7), (6, 0x40), (7, 0x20)])
            disk.Write(register, value);
        Request(kind);
        _engine.Run(Count + 1_000_000);

        Assert.That(disk.IsBusy, Is.EqualTo(kind == 1), "the block is there, and waits to be read");
        Assert.That(disk.Read(3), Is.EqualTo(kind == 1 ? 7 : 1), "the signature");
        disk.ReadSector(7, held);
        Assert.That(held, Is.EqualTo(DiskBench.Pattern(7)));
    }

    /// <summary>Asks for a reset as software does.</summary>
    private unsafe void Request(uint kind)
    {
        PutCode($"addis r3,0,{kind << 12}", $"mtspr {Dbcr0},r3");
        GoToCode();
        _engine.Run(_board.Processor.State->InstructionCount + 2);
    }

    private unsafe void GoToCode() => _board.Processor.State->Pc = Code;

    private void PutCode(params string[] lines)
    {
        for (int n = 0; n < lines.Length; n++)
            _board.Memory.TryWrite(Code + (4 * (uint)n), 4, Assembler.Word(lines[n]));
    }

    private void PutIntoFlash(uint address, params string[] lines)
    {
        foreach (string line in lines)
        {
            byte[] word = new byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(word, Assembler.Word(line));
            _board.Memory.TryCopyIn(address, word);
            address += 4;
        }
    }

    private void PutCommand(uint offset, uint data) => _board.Memory.TryWrite(Flash + offset, 1, data);
}
