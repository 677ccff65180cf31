using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Kernel.Tests.Sessions;

/// <summary>The calls that led somewhere, from stacks that are in order and stacks that are not.</summary>
public sealed unsafe class BacktraceTests
{
    private const uint Stack = 0x8000;
    private static readonly SymbolTable Symbols = new(
    [
        new Symbol("leaf", 0x1000, 0x40, SymbolKind.Function, true), new Symbol("inner", 0x1100, 0x40, SymbolKind.Function, true),
        new Symbol("outer", 0x1200, 0x40, SymbolKind.Function, true),
    ]);

    private Board _board = null!;

    private CpuState* State => _board.Processor.State;

    [SetUp]
    public void CreateBoard()
    {
        _board = TestBoard.Create(16);
        State->Gpr[1] = Stack;
        Frame(Stack, Stack + 0x20, 0);
        Frame(Stack + 0x20, Stack + 0x60, 0x1124);
        Frame(Stack + 0x60, 0, 0x1210);
    }

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void Return_addresses_stand_in_the_callers_frames()
    {
        State->Pc = 0x1008;
        State->Lr = 0x1004;
        Assert.That(Backtrace.Walk(_board, Symbols), Is.EqualTo(new uint[] { 0x1008, 0x1124, 0x1210 }));
    }

    [Test]
    public void A_leaf_has_its_return_address_in_the_link_register()
    {
        State->Pc = 0x1008;
        State->Lr = 0x1130;
        Assert.That(Backtrace.Walk(_board, Symbols), Is.EqualTo(new uint[] { 0x1008, 0x1130, 0x1124, 0x1210 }));
    }

    [Test]
    public void A_link_register_that_the_frame_holds_too_counts_once()
    {
        State->Pc = 0x1008;
        State->Lr = 0x1124;
        Assert.That(Backtrace.Walk(_board, null), Is.EqualTo(new uint[] { 0x1008, 0x1124, 0x1210 }));
    }

    /// <summary>
    /// At each instruction of a function: what its prologue has done decides where the return address is. Its caller is inner at 0x1124, which was
    /// called by outer at 0x1210; a stale link register is in last, which the function has called.
    /// </summary>
    [TestCase(0x1000u, true, 0x1124u, TestName = "At its beginning the link register counts")]
    [TestCase(0x1008u, true, 0x1124u, TestName = "So it does when it was copied")]
    [TestCase(0x100cu, false, 0x1124u, TestName = "So it does when a frame was made, and what is in its caller's is old")]
    [TestCase(0x1010u, false, 0x1300u, TestName = "When it was saved it may have any value")]
    [TestCase(0x1014u, false, 0x1300u, TestName = "After a call it is of that call")]
    [TestCase(0x101cu, true, 0x1300u, TestName = "So it is when the frame was given back")]
    [TestCase(0x1020u, true, 0x1124u, TestName = "Ahead of the return both are the same")]
    [TestCase(0x102cu, true, 0x1124u, TestName = "A way around the frame that stands behind it has none")]
    public void The_prologue_says_where_the_return_address_is(uint pc, bool isFrameless, uint link)
    {
        Write(0x1000, "bc 12,2,0x2c", "mfspr r0,lr", "stwu r1,-32(r1)", "stw r0,36(r1)", "bl 0x300", "lwz r0,36(r1)", "addi r1,r1,32", "mtspr lr,r0",
            "bclr 20,0", "ori r0,r0,0", "ori r0,r0,0", "addi r3,r0,1", "bclr 20,0");
        State->Pc = pc;
        State->Lr = link;
        State->Gpr[1] = isFrameless ? Stack + 0x20 : Stack;
        Frame(Stack + 0x20, Stack + 0x60, pc is >= 0x1010 and <= 0x1020 ? 0x1124u : 0x1310u);
        Assert.That(Backtrace.Walk(_board, Symbols), Is.EqualTo(new uint[] { pc, 0x1124, 0x1210 }));
    }

    [Test]
    public void A_function_that_calls_itself_is_seen_at_each_of_its_calls()
    {
        Write(0x1000, "mfspr r0,lr", "stwu r1,-32(r1)", "stw r0,36(r1)", "bl -12", "lwz r0,36(r1)", "addi r1,r1,32", "mtspr lr,r0", "bclr 20,0");
        State->Pc = 0x1000;
        State->Lr = 0x1010;
        State->Gpr[1] = Stack;
        Frame(Stack + 0x20, Stack + 0x60, 0x1010);
        Assert.That(Backtrace.Walk(_board, Symbols), Is.EqualTo(new uint[] { 0x1000, 0x1010, 0x1010, 0x1210 }));
    }

    [Test]
    public void Where_a_handler_begins_the_link_register_of_what_was_interrupted_counts_once()
    {
        Write(0x1000, "mtspr sprg0,r10", "mtspr sprg1,r11", "rfi");
        State->Pc = 0x1004;
        State->Lr = 0x1124;
        Assert.That(Backtrace.Walk(_board, Symbols), Is.EqualTo(new uint[] { 0x1004, 0x1124, 0x1210 }));
    }

    [Test]
    public void The_stack_is_found_through_the_MMU_of_the_guest()
    {
        State->Pc = 0x1008;
        State->Lr = 0x1004;
        State->Gpr[1] = 0xc0000000 + Stack;
        for (uint frame = 0; frame < 0x40; frame += 0x20)
            _board.Memory.TryWrite(Stack + frame, 4, 0xc0000000 + (frame == 0 ? Stack + 0x20 : Stack + 0x60));
        State->Msr = Msr.Dr;
        Assert.That(Backtrace.Walk(_board, Symbols), Has.Count.EqualTo(1), "not mapped");
        _board.Processor.Tlb.Restore(5, 0xc00003c0, 0x00000300, 0); // 16 MB at 0xc0000000
        Assert.That(Backtrace.Walk(_board, Symbols), Is.EqualTo(new uint[] { 0x1008, 0x1124, 0x1210 }));
    }

    [TestCase(Stack, TestName = "A_frame_that_points_to_itself")]
    [TestCase(Stack - 0x20, TestName = "A_chain_that_leads_down")]
    [TestCase(Stack + 0x21, TestName = "A_chain_that_leads_to_no_word")]
    [TestCase(0xef600300u, TestName = "A_chain_that_leads_to_a_device")]
    [TestCase(0x70000000u, TestName = "A_chain_that_leads_nowhere")]
    public void Ends_the_walk(uint next)
    {
        Frame(Stack, next, 0);
        Assert.That(Backtrace.Walk(_board, Symbols), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_chain_without_end_is_cut()
    {
        for (uint frame = Stack; frame < Stack + 0x4000; frame += 0x10)
            Frame(frame, frame + 0x10, 0x1124);
        Assert.That(Backtrace.Walk(_board, Symbols), Has.Count.EqualTo(64));
    }

    private void Frame(uint address, uint next, uint savedLinkRegister)
    {
        _board.Memory.TryWrite(address, 4, next);
        _board.Memory.TryWrite(address + 4, 4, savedLinkRegister);
    }

    private void Write(uint address, params string[] instructions)
    {
        for (int n = 0; n < instructions.Length; n++)
            _board.Memory.TryWrite(address + (uint)(4 * n), 4, Assembler.Word(instructions[n]));
    }
}
