using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>lwarx and stwcx.: one reservation bit, without an address.</summary>
internal sealed class ReservationTests : StorageBench
{
    private const uint Address = TestMachine.DataBase + 0x40;

    [Test]
    [TestedOps(Op.Lwarx)]
    public void Lwarx_loads_and_reserves()
    {
        foreach (uint reserved in (ReadOnlySpan<uint>)[0, 1])
        {
            Before.Reservation = reserved;
            (Before.Gpr[4], Before.Gpr[5]) = (Address - 4, 4);
            Check(Assembler.Word("lwarx r3,r4,r5"), (r, _) => (r.Gpr[3], r.Reservation) = (Read(Address, 4), 1));
            Before.Gpr[5] = Address;
            Check(Assembler.Word("lwarx r5,r0,r5"), (r, _) => (r.Gpr[5], r.Reservation) = (Read(Address, 4), 1));
        }
    }

    [Test]
    [TestedOps(Op.StwcxRecord)]
    public void Stwcx_stores_only_with_a_reservation_says_so_in_EQ_and_ends_it()
    {
        for (uint n = 0; n < 16; n++)
        {
            (Before.Reservation, Before.Xer, Before.Cr) = (n & 1, (n & 14) << 28, Values.Random(Random));
            (Before.Gpr[3], Before.Gpr[4], Before.Gpr[5]) = (Values.Random(Random), Address - 8, 8);
            Check(Assembler.Word("stwcx. r3,r4,r5"), (r, _) =>
            {
                if (r.Reservation == 1)
                    Write(Address, 4, r.Gpr[3]);
                r.SetCrField(0, (2 * r.Reservation) + (r.So ? 1u : 0));
                r.Reservation = 0;
            });
            CheckMemory();
        }
    }

    [Test]
    public void The_address_of_the_reservation_does_not_matter()
    {
        (Machine[4], Machine[5]) = (Address, Address + 0x1000);
        Machine.Load("lwarx r3,r0,r4", "stwcx. r6,r0,r5", "stwcx. r6,r0,r4").Step(2);
        Assert.That(Machine.Cr >> 28 & 2, Is.EqualTo(2), "first");
        Machine.Step();
        Assert.That(Machine.Cr >> 28 & 2, Is.EqualTo(0), "second");
    }

    [Test]
    public void Other_stores_and_exceptions_leave_the_reservation()
    {
        Machine[4] = Address;
        Machine.Assemble(0xc00, "rfi");
        Machine.Load("lwarx r3,r0,r4", "stw r3,0(r4)", "sc", "stwcx. r6,r0,r4").Step(5);
        Assert.That(Machine.Cr >> 28 & 2, Is.EqualTo(2));
    }

    [TestCase("lwarx r3,r0,r4")]
    [TestCase("stwcx. r3,r0,r4")]
    [TestCase("dcread r3,r0,r4")]
    public unsafe void A_misaligned_one_is_an_alignment_exception(string line)
    {
        for (uint offset = 1; offset < 4; offset++)
        {
            Before.Gpr[4] = Address + offset;
            Check(Assembler.Word(line), (r, _) => r.Pc = 0x600);
            Assert.That((Machine.State->Srr0, Machine.State->Dear), Is.EqualTo((TestMachine.CodeBase, Address + offset)));
            CheckMemory();
        }
    }

    [TestCase("lwarx r3,r0,r4", 0u)]
    [TestCase("stwcx. r3,r0,r4", Esr.Dst)]
    public unsafe void A_TLB_miss_comes_before_the_alignment_exception(string line, uint syndrome)
    {
        Before.Msr = Msr.Dr;
        Before.Gpr[4] = 0x70000001;
        Check(Assembler.Word(line), (r, _) => (r.Pc, r.Msr) = (0x1100, 0));
        Assert.That((Machine.State->Dear, Machine.State->Esr), Is.EqualTo((0x70000001u, syndrome)));
    }

    [Test]
    public unsafe void Stwcx_without_a_reservation_still_needs_permission_to_store()
    {
        Map(0, 0, 0, 5 << 7, 0);
        (Before.Msr, Before.Gpr[4], Before.Reservation) = (Msr.Dr, Address, 0);
        Check(Assembler.Word("stwcx. r3,r0,r4"), (r, _) => (r.Pc, r.Msr) = (0x300, 0));
        Assert.That((Machine.State->Dear, Machine.State->Esr), Is.EqualTo((Address, Esr.Dst)));
    }
}
