using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Every number of an SPR: what is there, who may touch it, and which bits it has.</summary>
internal sealed unsafe class SprTests
{
    private const int Numbers = 1024;

    /// <summary>Registers that keep what is written, with the bits that exist, and their values after reset.</summary>
    private static readonly (int Number, string Name, uint Bits, uint Reset)[] Plain =
    [
        (1, "XER", 0xe000_007f, 0), (8, "LR", uint.MaxValue, 0), (9, "CTR", uint.MaxValue, 0),
            (26, "SRR0", 0xffff_fffc, 0), (27, "SRR1", MsrBits, 0),
        (256, "USPRG0", uint.MaxValue, 0), (272, "SPRG0", uint.MaxValue, 0), (273, "SPRG1", uint.MaxValue, 0),
            (274, "SPRG2", uint.MaxValue, 0),
        (275, "SPRG3", uint.MaxValue, 0), (276, "SPRG4", uint.MaxValue, 0), (277, "SPRG5", uint.MaxValue, 0),
            (278, "SPRG6", uint.MaxValue, 0),
        (279, "SPRG7", uint.MaxValue, 0), (944, "ZPR", uint.MaxValue, 0), (945, "PID", 0xff, 0), (947, "CCR0", uint.MaxValue, 0x0070_0000),
        (948, "IAC3", 0xffff_fffc, 0), (949, "IAC4", 0xffff_fffc, 0), (950, "DVC1", uint.MaxValue, 0), (951, "DVC2", uint.MaxValue, 0),
        (953, "SGR", uint.MaxValue, uint.MaxValue), (954, "DCWR", uint.MaxValue, 0), (955, "SLER", uint.MaxValue, 0),
            (956, "SU0R", uint.MaxValue, 0),
        (957, "DBCR1", 0xffcf_ff00, 0), (980, "ESR", 0x8ecc_8000, 0), (981, "DEAR", uint.MaxValue, 0), (982, "EVPR", 0xffff_0000, 0),
        (990, "SRR2", 0xffff_fffc, 0), (991, "SRR3", MsrBits, 0), (1010, "DBCR0", 0xcfff_c001, 0), (1012, "IAC1", 0xffff_fffc, 0),
        (1013, "IAC2", 0xffff_fffc, 0), (1014, "DAC1", uint.MaxValue, 0), (1015, "DAC2", uint.MaxValue, 0),
            (1018, "DCCR", uint.MaxValue, 0),
        (1019, "ICCR", uint.MaxValue, 0),
    ];

    /// <summary>
    /// Bits of the MSR: AP 6, APE 12, WE 13, CE 14, EE 16, PR 17, FP 18, ME 19, FE0 20, DWE 21, DE 22, FE1 23, IR 26,
    /// DR 27.
    /// </summary>
    private const uint MsrBits = 0x020e_ff30;

    /// <summary>SPRG4 to SPRG7 and the timebase for problem state, the PVR and the ICDBDR.</summary>
    private static readonly int[] ReadOnly = [260, 261, 262, 263, 268, 269, 287, 979];

    /// <summary>The timebase for writing, TSR, TCR, PIT and DBSR: their tests are elsewhere.</summary>
    private static readonly int[] Special = [284, 285, 984, 986, 987, 1008];

    private static IEnumerable<int> Readable => Plain.Select(one => one.Number).Concat(ReadOnly).Concat(Special);

    private static IEnumerable<int> Writable => Plain.Select(one => one.Number).Concat(Special);

    [Test]
    public void The_registers_that_can_be_read_are_those_of_the_405()
    {
        using TestMachine m = new();
        IEnumerable<int> found = Enumerable.Range(0, Numbers).Where(number => m.Processor.TryReadSpr(number, out _));
        Assert.That(found, Is.EquivalentTo(Readable));
    }

    [Test]
    public void The_registers_that_can_be_written_are_those_of_the_405()
    {
        using TestMachine m = new();
        IEnumerable<int> found = Enumerable.Range(0, Numbers).Where(number => m.Processor.TryWriteSpr(number, 0));
        Assert.That(found, Is.EquivalentTo(Writable));
    }

    [TestCaseSource(nameof(Plain))]
    public void A_register_keeps_the_bits_that_exist_and_reads_zero_in_the_others((int Number, string Name, uint Bits, uint Reset) spr)
    {
        using TestMachine m = new();
        Assert.That(m.Spr(spr.Number), Is.EqualTo(spr.Reset), "after reset");

        // DBCR0[RST] would reset; it has a test of its own.
        uint allowed = spr.Number == Spr.Dbcr0 ? 0xcfff_ffff : uint.MaxValue;
        foreach (uint value in (uint[])[uint.MaxValue, 0x5a5a_5a5a, 0xa5a5_a5a5, 0])
        {
            m.SetSpr(spr.Number, value & allowed);
            Assert.That(m.Spr(spr.Number), Is.EqualTo(value & spr.Bits), $"0x{value:x8}");
        }
    }

    [TestCaseSource(nameof(Plain))]
    public void A_write_changes_no_other_register((int Number, string Name, uint Bits, uint Reset) spr)
    {
        using TestMachine m = new();
        Dictionary<int, uint> before = Readable.ToDictionary(number => number, number => m.Spr(number));
        m.SetSpr(spr.Number, 0x4aaa_aaaa);

        // SPRG4 to SPRG7 have a second number each, for reading.
        int alias = spr.Number is >= 276 and <= 279 ? spr.Number - 16 : spr.Number;
        IEnumerable<int> changed = Readable.Where(number => m.Spr(number) != before[number]);
        Assert.That(changed.Except([spr.Number, alias]), Is.Empty);
        Assert.That(m.Spr(alias), Is.EqualTo(m.Spr(spr.Number)));
    }

    [Test]
    public void The_PVR_is_that_of_the_chip()
    {
        using TestMachine m = new();
        m.Execute("mfspr r3,287");
        Assert.That(m[3], Is.EqualTo(0x5121_0950u));
    }

    [TestCase(984)]
    [TestCase(986)]
    [TestCase(987)]
    public void The_timer_registers_are_zero_after_reset(int number)
    {
        using TestMachine m = new();
        Assert.That(m.Spr(number), Is.Zero);
    }

    [Test]
    public void TCR_keeps_its_ten_bits()
    {
        using TestMachine m = new();
        m.SetSpr(Spr.Tcr, uint.MaxValue);
        Assert.That(m.Spr(Spr.Tcr), Is.EqualTo(0xffc0_0000u));
    }

    [Test]
    public void MSR_keeps_the_bits_that_exist()
    {
        using TestMachine m = new();
        m[3] = 0xffff_ffff & ~(Msr.Ir | Msr.Dr | Msr.Pr | Msr.We);
        m.Load("mtmsr r3", "mfmsr r4").Step(2);
        Assert.That(m[4], Is.EqualTo(MsrBits & ~(Msr.Ir | Msr.Dr | Msr.Pr | Msr.We)));
        Assert.That(Msr.Implemented, Is.EqualTo(MsrBits));
    }

    [Test]
    public void Reset_starts_at_the_last_word_of_storage_in_supervisor_real_mode_with_everything_disabled()
    {
        using Board board = new("bare", "Nothing but a processor", new ProcessorModel("PPC405EP", 0x51210950, 333_333_333), 0x1000);
        CpuState* s = board.Processor.State;
        Assert.That((s->Pc, s->Msr, s->InstructionCount, s->PendingInterrupts), Is.EqualTo((0xffff_fffcu, 0u, 0ul, 0u)));
        for (int index = 0; index < CpuState.TlbEntries; index++)
            Assert.That(s->TlbHi[index] & Tlb.Valid, Is.Zero, $"TLB entry {index}");
    }

    [Test]
    public void In_problem_state_a_number_with_the_privileged_bit_is_refused_whether_it_exists_or_not()
    {
        foreach (int number in Enumerable.Range(0, Numbers).Where(number => (number & 0x10) != 0))
        {
            foreach (string line in (string[])[$"mfspr r3,{number}", $"mtspr {number},r3"])
            {
                using TestMachine m = new() { Msr = Msr.Pr };
                ExceptionRecord taken = m.Fault(line);
                Assert.That((taken.Kind, taken.Esr, taken.Pc), Is.EqualTo((ExceptionKind.Program, Esr.Ppr, TestMachine.CodeBase)), line);
            }
        }
    }

    [Test]
    public void Problem_state_reads_XER_LR_CTR_USPRG0_SPRG4_to_SPRG7_and_the_timebase_and_nothing_else() =>
        AssertOpen("mfspr r3,{0}", Msr.Pr, number => (number & 0x10) == 0, [1, 8, 9, 256, 260, 261, 262, 263, 268, 269]);

    [Test]
    public void Problem_state_writes_XER_LR_CTR_and_USPRG0_and_nothing_else() =>
        AssertOpen("mtspr {0},r3", Msr.Pr, number => (number & 0x10) == 0, [1, 8, 9, 256]);

    /// <summary>
    /// "Execution of such an instruction" is no illegal-instruction exception: 9.2, and the invalid forms of mfspr on
    /// page 9-112.
    /// </summary>
    [Test]
    public void A_read_of_a_number_that_does_not_exist_gives_0_in_supervisor_state_and_is_noted_once()
    {
        using TestMachine m = new();
        List<string> log = [];
        m.Processor.Log.Reported += log.Add;
        int[] missing = [.. Enumerable.Range(0, Numbers).Except(Readable)];
        foreach (int number in missing.Concat(missing))
        {
            m[3] = 77;
            m.Execute($"mfspr r3,{number}");
            Assert.That(m[3], Is.Zero, $"SPR {number}");
        }

        Assert.That((m.Exceptions.Count, m.Count), Is.EqualTo((0, 2ul * (ulong)missing.Length)));
        Assert.That(log, Is.EqualTo(missing.Select(number => $"mfspr of SPR {number}, which a 405 does not have")));
    }

    [Test]
    public void A_write_of_a_number_that_does_not_exist_or_is_read_only_does_nothing_in_supervisor_state_and_is_noted_once()
    {
        using TestMachine m = new();
        List<string> log = [];
        m.Processor.Log.Reported += log.Add;
        int[] missing = [.. Enumerable.Range(0, Numbers).Except(Writable)];
        int[] steady = [.. Readable.Except([268, 269, 284, 285, 984])];
        uint[] before = [.. steady.Select(m.Spr)];
        m[3] = 0x4fff_ffff;
        foreach (int number in missing.Concat(missing))
            m.Execute($"mtspr {number},r3");
        Assert.That((m.Exceptions.Count, m.Count), Is.EqualTo((0, 2ul * (ulong)missing.Length)));
        Assert.That(steady.Select(m.Spr), Is.EqualTo(before));
        Assert.That(log, Is.EqualTo(missing.Select(number => $"mtspr of SPR {number}, which a 405 does not have")));
    }

    [TestCase("mfspr r3,1007")]
    [TestCase("mfspr r3,3")]
    [TestCase("mftb r3,270")]
    public void In_problem_state_a_number_that_does_not_exist_leaves_the_target_register(string line)
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        m[3] = 77;
        m.Fault(line);
        Assert.That(m[3], Is.EqualTo(77u));
    }

    [Test]
    public void Mftb_of_another_number_gives_0_in_supervisor_state()
    {
        foreach (int number in Enumerable.Range(0, Numbers).Except([268, 269]))
        {
            using TestMachine m = new();
            m[3] = 77;
            m.Processor.Timers.WriteTimebase(0x1234_5678_9abc_def0);
            m.Execute($"mftb r3,{number}");
            Assert.That((m.Exceptions.Count, m[3]), Is.EqualTo((0, 0u)), $"TBR {number}");
        }
    }

    [Test]
    public void SPRG4_to_SPRG7_are_read_in_problem_state_by_the_numbers_260_to_263([Range(0, 3)] int n)
    {
        using TestMachine m = new() { Msr = Msr.Pr };
        m.SetSpr(276 + n, 0x1234 + (uint)n);
        m.Execute($"mfspr r3,{260 + n}");
        Assert.That(m[3], Is.EqualTo(0x1234 + (uint)n));
    }

    /// <summary>Executes a line with each number: those that are open complete, and all others are illegal.</summary>
    private static void AssertOpen(string line, uint msr, Func<int, bool> asked, IEnumerable<int> open)
    {
        HashSet<int> expected = [.. open];
        foreach (int number in Enumerable.Range(0, Numbers).Where(asked))
        {
            using TestMachine m = new() { Msr = msr };
            m.Execute(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, number));
            Assert.That(m.Exceptions, Has.Count.EqualTo(expected.Contains(number) ? 0 : 1), $"SPR {number}");
            if (m.Exceptions.Count != 0)
                Assert.That(m.Only().Esr, Is.EqualTo(Esr.Pil), $"SPR {number}");
        }
    }
}
