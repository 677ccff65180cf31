using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// Cache management: without caches, what remains is dcbz, and which exceptions each instruction can cause (PPC405
/// User's Manual, "Access Protection for Cache Control Instructions").
/// </summary>
internal sealed unsafe class CacheTests : StorageBench
{
    private static readonly string[] All =
    [
        "dcbf r0,r4", "dcbi r0,r4", "dcbst r0,r4", "dcbt r0,r4", "dcbtst r0,r4", "dccci r0,r4", "icbi r0,r4", "icbt r0,r4", "iccci r0,r4",
    ];

    private static readonly string[] CountAsLoad = ["dcbf r0,r4", "dcbst r0,r4", "icbi r0,r4", "iccci r0,r4"];

    private static readonly string[] CountAsStore = ["dcbi r0,r4", "dcbz r0,r4", "dccci r0,r4"];

    private static readonly string[] Hints = ["dcba r0,r4", "dcbt r0,r4", "dcbtst r0,r4", "icbt r0,r4"];

    [TestCaseSource(nameof(All))]
    [TestedOps(Op.Dcbf, Op.Dcbi, Op.Dcbst, Op.Dcbt, Op.Dcbtst, Op.Dccci, Op.Icbi, Op.Icbt, Op.Iccci)]
    public void A_cache_instruction_changes_neither_registers_nor_memory(string line)
    {
        foreach (uint effective in AddressesAroundPageEnds)
        {
            Before.Gpr[4] = effective;
            Check(Assembler.Word(line), (_, _) => { });
        }

        CheckMemory();
    }

    [Test]
    [TestedOps(Op.Dcba)]
    public void Dcba_clears_a_line_of_copy_back_storage_and_does_nothing_elsewhere()
    {
        foreach ((uint dccr, uint dcwr) in (ReadOnlySpan<(uint, uint)>)[
            (0x80000000, 0), (0x7fffffff, 0), (0x80000000, 0x80000000), (0, 0x80000000)])
        {
            FillMemory();
            Machine.SetSpr(Spr.Dccr, dccr);
            Machine.SetSpr(Spr.Dcwr, dcwr);
            (Before.Gpr[4], Before.Gpr[5]) = (TestMachine.DataBase + 0x3c0, 0x2d);
            Check(Assembler.Word("dcba r4,r5"), (r, _) =>
            {
                for (uint n = 0; n < 32 && dccr == 0x80000000 && dcwr == 0; n++)
                    Write(TestMachine.DataBase + 0x3e0 + n, 1, 0);
            });
            CheckMemory();
        }
    }

    [TestCase(0u, true)]
    [TestCase(Tlb.WriteThrough, false)]
    [TestCase(Tlb.CacheInhibited, false)]
    public void Dcba_to_a_page_with_W_or_I_does_nothing(uint attribute, bool clears)
    {
        Map(0, 0, 0, 5 << 7, Tlb.Write | attribute);
        (Before.Msr, Before.Gpr[4]) = (Msr.Dr, TestMachine.DataBase);
        Check(Assembler.Word("dcba r0,r4"), (_, _) =>
        {
            for (uint n = 0; n < 32 && clears; n++)
                Write(TestMachine.DataBase + n, 1, 0);
        });
        CheckMemory();
    }

    [Test]
    public void Dcba_where_no_memory_answers_does_nothing_and_is_no_machine_check()
    {
        Machine.SetSpr(Spr.Dccr, uint.MaxValue);
        (Before.Msr, Before.Gpr[4]) = (Msr.Me, 0x4000_0000);
        Check(Assembler.Word("dcba r0,r4"), (_, _) => { });
        Assert.That(Machine.Processor.State->PendingInterrupts, Is.Zero);
    }

    [Test]
    [TestedOps(Op.Dcbz)]
    public void Dcbz_clears_the_32_bytes_around_any_address_in_them()
    {
        for (uint offset = 0; offset < 64; offset++)
        {
            FillMemory();
            (Before.Gpr[4], Before.Gpr[5]) = (TestMachine.DataBase + 0x3c0, offset);
            Check(Assembler.Word("dcbz r4,r5"), (r, _) =>
            {
                uint line = (r.Gpr[4] + r.Gpr[5]) / 32 * 32;
                for (uint n = 0; n < 32; n++)
                    Write(line + n, 1, 0);
            });
            CheckMemory();
        }
    }

    [Test]
    public void Dcbz_in_real_mode_needs_cacheable_storage_that_is_not_written_through()
    {
        foreach ((uint dccr, uint dcwr) in (ReadOnlySpan<(uint, uint)>)[(0x7fffffff, 0), (0x80000000, 0x80000000), (0, 0x80000000)])
        {
            Machine.SetSpr(Spr.Dccr, dccr);
            Machine.SetSpr(Spr.Dcwr, dcwr);
            Before.Gpr[4] = TestMachine.DataBase + 5;
            Check(Assembler.Word("dcbz r0,r4"), (r, _) => r.Pc = 0x600);
            Assert.That((Machine.State->Srr0, Machine.State->Dear), Is.EqualTo((TestMachine.CodeBase, TestMachine.DataBase + 5)));
            CheckMemory();
        }
    }

    [TestCase(Tlb.WriteThrough)]
    [TestCase(Tlb.CacheInhibited)]
    public void Dcbz_to_a_page_with_W_or_I_is_an_alignment_exception(uint attribute)
    {
        Map(0, 0, 0, 5 << 7, Tlb.Write | attribute);
        (Before.Msr, Before.Gpr[4]) = (Msr.Dr, TestMachine.DataBase);
        Check(Assembler.Word("dcbz r0,r4"), (r, _) => (r.Pc, r.Msr) = (0x600, 0));
        CheckMemory();
    }

    [TestCaseSource(nameof(CountAsLoad))]
    public void It_counts_as_a_load_where_no_page_is_mapped(string line) => Faults(line, 0, 0x1100, 0);

    [TestCaseSource(nameof(CountAsStore))]
    public void It_counts_as_a_store_where_no_page_is_mapped(string line) => Faults(line, 0, 0x1100, Esr.Dst);

    [TestCaseSource(nameof(CountAsStore))]
    public void It_counts_as_a_store_to_a_read_only_page(string line)
    {
        Map(0, 0, 0, 5 << 7, 0);
        Faults(line, 0, 0x300, Esr.Dst);
    }

    [TestCaseSource(nameof(CountAsLoad))]
    public void It_needs_no_permission_to_store(string line)
    {
        Map(0, 0, 0, 5 << 7, 0);
        (Before.Msr, Before.Gpr[4]) = (Msr.Dr, TestMachine.DataBase);
        Check(Assembler.Word(line), (_, _) => { });
    }

    [TestCase("dcbf r0,r4", Esr.Diz)]
    [TestCase("dcbst r0,r4", Esr.Diz)]
    [TestCase("icbi r0,r4", Esr.Diz)]
    [TestCase("dcbz r0,r4", Esr.Diz | Esr.Dst)]
    public void In_problem_state_it_needs_a_zone_that_grants_access(string line, uint syndrome)
    {
        Map(0, 0, 0, 5 << 7, Tlb.Write);
        Faults(line, Msr.Pr, 0x300, syndrome);
    }

    [TestCaseSource(nameof(Hints))]
    public void A_hint_never_faults(string line)
    {
        (Before.Msr, Before.Gpr[4]) = (Msr.Dr, TestMachine.DataBase);
        Check(Assembler.Word(line), (_, _) => { });
        Map(0, 0, 0, 5 << 7, 0);
        Check(Assembler.Word(line), (_, _) => { });
        Before.Msr = Msr.Dr | Msr.Pr;
        Check(Assembler.Word(line), (_, _) => { });
    }

    [Test]
    [TestedOps(Op.Dcread)]
    public void Dcread_finds_an_empty_cache()
    {
        Before.Gpr[4] = TestMachine.DataBase;
        Check(Assembler.Word("dcread r3,r0,r4"), (r, _) => r.Gpr[3] = 0);
    }

    [Test]
    [TestedOps(Op.Icread)]
    public void Icread_finds_an_empty_cache_and_tells_ICDBDR()
    {
        Before.Gpr[4] = TestMachine.DataBase;
        Check(Assembler.Word("icread r0,r4"), (_, _) => { });
        Assert.That(Machine.Spr(Spr.Icdbdr), Is.Zero);
    }

    private unsafe void Faults(string line, uint msr, uint vector, uint syndrome)
    {
        (Before.Msr, Before.Gpr[4]) = (Msr.Dr | msr, TestMachine.DataBase + 7);
        Check(Assembler.Word(line), (r, _) => (r.Pc, r.Msr) = (vector, 0));
        Assert.That((Machine.State->Srr0, Machine.State->Srr1), Is.EqualTo((TestMachine.CodeBase, Msr.Dr | msr)));
        Assert.That((Machine.State->Dear, Machine.State->Esr), Is.EqualTo((TestMachine.DataBase + 7, syndrome)));
        CheckMemory();
    }
}
