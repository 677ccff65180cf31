using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

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
}
