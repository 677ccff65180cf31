using PpcJit.Machine.Buses;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>
/// Instructions that control the processor: what each does when nothing special happens, and which are privileged.
/// </summary>
internal sealed unsafe class SystemInstructionTests : InstructionBench
{
    private const uint MsrBits = 0x020eff30;

    private static readonly Op[] Privileged =
    [
        Op.Dcbi, Op.Dccci, Op.Dcread, Op.Iccci, Op.Icread, Op.Mfdcr, Op.Mtdcr, Op.Mfmsr, Op.Mtmsr, Op.Rfi, Op.Rfci,
        Op.Tlbia, Op.Tlbre, Op.Tlbsx, Op.Tlbsync, Op.Tlbwe, Op.Wrtee, Op.Wrteei,
    ];

    [TestCase("eieio")]
    [TestCase("sync")]
    [TestCase("isync")]
    [TestCase("tlbsync")]
    [TestedOps(Op.Eieio, Op.Sync, Op.Isync, Op.Tlbsync)]
    public void Synchronisation_only_takes_its_time(string line)
    {
        Check(Assembler.Word(line), (_, _) => { });
        Assert.That(Machine.Count, Is.EqualTo(1));
    }

    [Test]
    [TestedOps(Op.Mfmsr)]
    public void Mfmsr_reads_the_MSR()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            Before.Msr = (1u << bit) & MsrBits & ~(Msr.Ir | Msr.Pr);
            Check(Assembler.Word("mfmsr r3"), (r, _) => r.Gpr[3] = r.Msr);
        }
    }

    [Test]
    [TestedOps(Op.Mtmsr)]
    public void Mtmsr_writes_the_bits_that_exist()
    {
        foreach (uint value in Values.Words)
        {
            Before.Gpr[3] = value;
            Check(Assembler.Word("mtmsr r3"), (r, _) => r.Msr = value & MsrBits);
        }
    }

    [Test]
    [TestedOps(Op.Wrtee, Op.Wrteei)]
    public void Wrtee_and_wrteei_write_EE_and_nothing_else()
    {
        foreach (uint msr in (ReadOnlySpan<uint>)[0, Msr.Ee, Msr.Ce | Msr.Me, Msr.Ce | Msr.Ee | Msr.Dr])
        {
            Before.Msr = msr;
            Before.Gpr[3] = 0xffffffff;
            Check(Assembler.Word("wrtee r3"), (r, _) => r.Msr |= 0x8000);
            Before.Gpr[3] = 0xffff7fff;
            Check(Assembler.Word("wrtee r3"), (r, _) => r.Msr &= ~0x8000u);
            Check(Assembler.Word("wrteei 1"), (r, _) => r.Msr |= 0x8000);
            Check(Assembler.Word("wrteei 0"), (r, _) => r.Msr &= ~0x8000u);
        }
    }

    [Test]
    [TestedOps(Op.Mfspr, Op.Mtspr)]
    public void Mtspr_and_mfspr_reach_XER_LR_CTR_and_the_SPRGs()
    {
        foreach (uint value in Values.Words)
        {
            Before.Gpr[3] = value;
            Check(Assembler.Word("mtspr 1,r3"), (r, _) => r.Xer = value & 0xe000007f);
            Check(Assembler.Word("mtspr 8,r3"), (r, _) => r.Lr = value);
            Check(Assembler.Word("mtspr 9,r3"), (r, _) => r.Ctr = value);
            Check(Assembler.Word("mfspr r4,1"), (r, _) => r.Gpr[4] = r.Xer);
            Check(Assembler.Word("mfspr r4,8"), (r, _) => r.Gpr[4] = r.Lr);
            Check(Assembler.Word("mfspr r4,9"), (r, _) => r.Gpr[4] = r.Ctr);
            for (int n = 272; n < 280; n++)
            {
                Check(Assembler.Word($"mtspr {n},r3"), (_, _) => { });
                Check(Assembler.Word($"mfspr r31,{n}"), (r, _) => r.Gpr[31] = value);
            }
        }
    }

    [Test]
    [TestedOps(Op.Mftb)]
    public void Mftb_reads_both_halves_of_the_timebase_in_problem_state_too()
    {
        Before.Msr = Msr.Pr;
        Machine.State->TimebaseOffset = 0x00000012_fffffffe;
        Check(Assembler.Word("mftb r3,268"), (r, _) => r.Gpr[3] = 0xfffffffe);
        Check(Assembler.Word("mftb r3,269"), (r, _) => r.Gpr[3] = 0x12);
        Check(Assembler.Word("mftb r3,269"), (r, _) => r.Gpr[3] = 0x13);
        Check(Assembler.Word("mftb r3,268"), (r, _) => r.Gpr[3] = 1);
    }

    [Test]
    [TestedOps(Op.Mfdcr, Op.Mtdcr)]
    public void Mtdcr_and_mfdcr_reach_each_of_the_1024_registers()
    {
        RecordingDcr device = new();
        Machine.Board.Dcr.Map(0, 1023, device, "all");
        for (int number = 0; number < 1024; number++)
        {
            Before.Gpr[3] = Values.Random(Random);
            Check(Assembler.Word($"mtdcr {number},r3"), (_, _) => { });
            Assert.That(device.Written, Is.EqualTo(((uint)number, Before.Gpr[3])));
            Check(Assembler.Word($"mfdcr r4,{number}"), (r, _) => r.Gpr[4] = 0xdc000000 + (uint)number);
        }
    }

    [Test]
    [TestedOps(Op.Rfi, Op.Rfci)]
    public void Rfi_and_rfci_restore_PC_and_MSR_from_their_own_registers()
    {
        (Machine.State->Srr0, Machine.State->Srr1) = (0x00012340, Msr.Ce | Msr.Ee | Msr.Pr | Msr.Ir | Msr.Dr);
        (Machine.State->Srr2, Machine.State->Srr3) = (0x00056780, Msr.Me | Msr.De);
        Check(Assembler.Word("rfi"), (r, _) => (r.Pc, r.Msr) = (0x00012340, Msr.Ce | Msr.Ee | Msr.Pr | Msr.Ir | Msr.Dr));
        Check(Assembler.Word("rfci"), (r, _) => (r.Pc, r.Msr) = (0x00056780, Msr.Me | Msr.De));
        Assert.That(Machine.Count, Is.EqualTo(2));
    }

    [Test]
    [TestedOps(Op.Sc)]
    public void Sc_completes_and_returns_behind_itself()
    {
        Before.Msr = Msr.Pr | Msr.Ee | Msr.Ce;
        Machine.SetSpr(Spr.Evpr, 0x00050000);
        Check(Assembler.Word("sc"), (r, _) => (r.Pc, r.Msr) = (0x00050c00, Msr.Ce));
        Assert.That((Machine.State->Srr0, Machine.State->Srr1, Machine.Count), Is.EqualTo((TestMachine.CodeBase + 4, Before.Msr, 1ul)));
    }

    [Test]
    [TestedOps(Op.Tlbwe, Op.Tlbre)]
    public void Tlbwe_and_tlbre_reach_both_words_and_the_TID_of_every_entry()
    {
        for (uint index = 0; index < 64; index++)
        {
            uint hi = 0xa0000000 + (index << 12) + 0x340;
            uint lo = 0x00300000 + (index << 12) + 0x3f9;
            Machine.SetSpr(Spr.Pid, index + 1);
            (Before.Gpr[3], Before.Gpr[4], Before.Gpr[5]) = (hi, lo, index + 0x40);
            Check(Assembler.Word("tlbwe r3,r5,0"), (_, _) => { });
            Check(Assembler.Word("tlbwe r4,r5,1"), (_, _) => { });
        }

        for (uint index = 0; index < 64; index++)
        {
            Machine.SetSpr(Spr.Pid, 0);
            Before.Gpr[5] = index;
            Check(Assembler.Word("tlbre r3,r5,1"), (r, _) => r.Gpr[3] = 0x00300000 + (index << 12) + 0x3f9);
            Assert.That(Machine.Spr(Spr.Pid), Is.Zero);
            Check(Assembler.Word("tlbre r3,r5,0"), (r, _) => r.Gpr[3] = 0xa0000000 + (index << 12) + 0x340);
            Assert.That(Machine.Spr(Spr.Pid), Is.EqualTo(index + 1));
        }
    }

    [Test]
    [TestedOps(Op.Tlbsx)]
    public void Tlbsx_finds_the_entry_and_says_so_in_EQ()
    {
        Machine.Processor.Tlb.WriteHi(42, 0x50000000 | Tlb.Valid);
        for (uint so = 0; so < 2; so++)
        {
            (Before.Xer, Before.Gpr[4], Before.Gpr[5]) = (so << 31, 0x4ffffff0, 0x410);
            Check(Assembler.Word("tlbsx r3,r4,r5"), (_, _) => { });
            Check(Assembler.Word("tlbsx. r3,r4,r5"), (r, _) => r.SetCrField(0, so));
            Before.Gpr[5] = 0x40f;
            Check(Assembler.Word("tlbsx r3,r4,r5"), (r, _) => r.Gpr[3] = 42);
            Check(Assembler.Word("tlbsx. r3,r4,r5"), (r, _) =>
            {
                r.Gpr[3] = 42;
                r.SetCrField(0, 2 + so);
            });
        }
    }

    [Test]
    [TestedOps(Op.Tlbia)]
    public void Tlbia_makes_every_entry_invalid()
    {
        for (int index = 0; index < 64; index++)
            Machine.Processor.Tlb.WriteHi(index, ((uint)index << 28) | Tlb.Valid);
        Check(Assembler.Word("tlbia"), (_, _) => { });
        for (int index = 0; index < 64; index++)
            Assert.That(Machine.State->TlbHi[index], Is.EqualTo((uint)index << 28));
        Assert.That(Machine.Processor.Tlb.Find(0), Is.EqualTo(-1));
    }

    [TestCaseSource(nameof(Privileged))]
    public void In_problem_state_a_privileged_instruction_is_a_program_exception_and_does_nothing(Op op)
    {
        for (int n = 0; n < 20; n++)
        {
            Before.Scramble(Random);
            Before.Msr = Msr.Pr | Msr.Ce;
            Check(InstructionTable.Row(op).RandomWord(Random), (r, _) => (r.Pc, r.Msr) = (0x700, Msr.Ce));
            Assert.That((Machine.State->Esr, Machine.State->Srr0), Is.EqualTo((Esr.Ppr, TestMachine.CodeBase)));
        }
    }

    /// <summary>
    /// Unused opcodes, 64-bit and floating-point instructions, a few of the 440's, and random words that no line of the
    /// table matches.
    /// </summary>
    [Test]
    [TestedOps(Op.Illegal)]
    public void A_word_that_is_no_instruction_of_the_405_is_a_program_exception()
    {
        List<uint> words = [
            0, 0xffffffff, 0x08000000, 0x14000000, 0x18000000, 0x24000000, 0x78000000, 0xe8000000, 0xf8000000, 0x7c00002a, 0x7c0000aa];
        for (uint opcode = 48; opcode < 64; opcode++)
            words.Add((opcode << 26) | 0x00441234);
        while (words.Count < 5000)
        {
            uint word = Values.Random(Random);
            if (!Matches(word))
                words.Add(word);
        }

        foreach (uint word in words)
        {
            Check(word, (r, _) => r.Pc = 0x700);
            Assert.That((Machine.State->Esr, Machine.State->Srr0), Is.EqualTo((Esr.Pil, TestMachine.CodeBase)));
        }

        Assert.That(Machine.Count, Is.Zero, "an illegal instruction does not complete");
    }

    private static bool Matches(uint word)
    {
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            if (row.Matches(word))
                return true;
        }

        return false;
    }

    private sealed class RecordingDcr : IDcrDevice
    {
        public (uint Number, uint Value) Written { get; private set; }

        public uint ReadDcr(uint number) => 0xdc000000 + number;

        public void WriteDcr(uint number, uint value) => Written = (number, value);

        public void Save(StateWriter writer) => writer.Write(Written.Value);

        public void Load(StateReader reader) => Written = (0, reader.ReadUInt32());
    }
}
