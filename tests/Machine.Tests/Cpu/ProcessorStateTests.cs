using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Tests.Interpreter;

namespace PpcJit.Machine.Tests.Cpu;

/// <summary>Saving and restoring the architected state, and its hash.</summary>
internal sealed unsafe class ProcessorStateTests
{
    /// <summary>The parts of the state, each with a way to change it that a guest can observe.</summary>
    private static List<TestCaseData> Changes()
    {
        List<TestCaseData> changes = [];
        void Add(string name, Action<TestMachine> change) => changes.Add(new TestCaseData(change).SetArgDisplayNames(name));

        for (int r = 0; r < 32; r++)
        {
            int register = r;
            Add($"r{r}", m => m[register] = 1);
        }

        Add("CR", m => m.Cr = 1);
        Add("XER SO", m => m.Xer = 0x8000_0000);
        Add("XER OV", m => m.Xer = 0x4000_0000);
        Add("XER CA", m => m.Xer = 0x2000_0000);
        Add("XER count", m => m.Xer = 1);
        Add("PC", m => m.Pc += 4);
        Add("MSR", m => m.Msr = Msr.Me);
        Add("instruction count", m => m.State->InstructionCount++);
        Add("reservation", m => m.State->Reservation = 1);
        Add("pending interrupts", m => m.Raise(InterruptSource.External));
        Add("timebase", m => m.SetTimebase(1ul << 40));
        Add("TSR", m => m.State->Tsr = TimerBench.Pis);
        Add("DBSR", m => m.SetSpr(Spr.Dbsr, 0x300));
        Add("ICDBDR", m => m.State->Icdbdr = 1);
        Add("running PIT", m => m.SetSpr(Spr.Pit, 100));
        Add("stopped PIT", m => m.State->PitReload = 100);
        Add("RAM", m => m.Write(TestMachine.DataBase, 1));
        Add("last byte of RAM", m => m.Write(TestMachine.RamSize - 4, 1));
        foreach (int number in (int[])[
            8, 9, 26, 27, 256, 272, 273, 274, 275, 276, 277, 278, 279, 944, 945, 947, 948, 949, 950, 951, 953, 954, 955, 956, 957,
            980, 981, 982, 986, 990, 991, 1010, 1012, 1013, 1014, 1015, 1018, 1019])
        {
            int spr = number;
            Add($"SPR {number}", m => m.SetSpr(spr, ~m.Spr(spr) & 0xcfff_ffff));
        }

        foreach (int index in (int[])[0, 31, 63])
        {
            int entry = index;
            Add($"TLBHI {index}", m => m.Map(entry, TlbBench.Hi(0), 0));
            Add($"TLBLO {index}", m => m.Map(entry, 0, 1));
            Add($"TID {index}", m => m.Map(entry, 0, 0, tid: 1));
        }

        return changes;
    }

    [TestCaseSource(nameof(Changes))]
    public void Each_part_of_the_state_changes_the_hash_and_comes_back_from_a_snapshot(Action<TestMachine> change)
    {
        using TestMachine unchanged = new();
        using TestMachine changed = new();
        using TestMachine restored = new();
        Assert.That(changed.Board.StateHash(), Is.EqualTo(unchanged.Board.StateHash()));
        change(changed);
        Assert.That(changed.Board.StateHash(), Is.Not.EqualTo(unchanged.Board.StateHash()));

        // A snapshot replaces whatever was there.
        Disturb(restored);
        Restore(restored, changed);
        Assert.That(restored.Board.StateHash(), Is.EqualTo(changed.Board.StateHash()));
        Assert.That(Saved(restored), Is.EqualTo(Saved(changed)));
    }

    [Test]
    public void Loading_reads_exactly_what_saving_wrote()
    {
        using TestMachine m = new();
        StateReader reader = new(Saved(m));
        m.Processor.Load(reader);
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void A_state_that_ends_early_is_refused()
    {
        using TestMachine m = new();
        byte[] saved = Saved(m);
        Assert.That(() => m.Processor.Load(new StateReader(saved.AsMemory(0, saved.Length - 1))), Throws.TypeOf<InvalidDataException>());
    }

    [TestCase(1u)]
    [TestCase(3u)]
    public void A_run_continues_from_a_snapshot_as_it_would_have_gone_on(uint ticks)
    {
        using TestMachine whole = Busy(ticks);
        whole.Engine.Run(5000);
        Assert.That(
            whole.Exceptions.Select(taken => taken.Kind).Distinct(),
            Is.EquivalentTo([ExceptionKind.Pit, ExceptionKind.Fit, ExceptionKind.DataTlbMiss]));
        for (ulong at = 0; at <= 4000; at += 123)
        {
            using TestMachine first = Busy(ticks);
            using TestMachine second = new(ticks);
            first.Engine.Run(at);
            Disturb(second);
            Restore(second, first);
            second.Engine.Run(5000);
            Assert.That(second.Board.StateHash(), Is.EqualTo(whole.Board.StateHash()), $"snapshot at {at}");
        }
    }

    [Test]
    public void The_hash_does_not_depend_on_how_the_run_was_cut_into_pieces([Values(1ul, 7ul, 256ul, 1000ul)] ulong piece)
    {
        using TestMachine whole = Busy(1);
        using TestMachine pieces = Busy(1);
        whole.Engine.Run(5000);
        while (pieces.Count < 5000)
            pieces.Engine.Run(Math.Min(5000, pieces.Count + piece));
        Assert.That(pieces.Board.StateHash(), Is.EqualTo(whole.Board.StateHash()));
    }

    [TestCase(0u, 0)]
    [TestCase(0x40000000u, 1)]
    public void A_restored_machine_runs_again_and_its_engine_forgets_translations_under_other_rules(uint zones, int forgotten)
    {
        using TestMachine m = new();
        Forgetful observer = new();
        m.Processor.Tlb.Observer = observer;
        byte[] saved = Saved(m);
        m.Processor.Reset(3);
        m.State->Zpr = zones;
        m.Processor.Load(new StateReader(saved));
        Assert.That((m.Processor.StopReason, observer.Forgotten), Is.EqualTo((StopReason.None, forgotten)));
    }

    [Test]
    public void Hashes_of_different_states_differ()
    {
        using TestMachine m = new();
        HashSet<ulong> hashes = [];
        for (uint r = 0; r < 32; r++)
        {
            for (int bit = 0; bit < 32; bit++)
            {
                m[(int)r] = 1u << bit;
                Assert.That(hashes.Add(m.Board.StateHash()), Is.True, $"r{r} bit {bit}");
            }

            m[(int)r] = 0;
        }
    }

    /// <summary>A guest with a periodic interrupt, TLB misses and changes of every register class.</summary>
    private static TestMachine Busy(uint ticks)
    {
        TestMachine m = new TestMachine(ticks) { Msr = Msr.Ee | Msr.Dr };
        m.Assemble(Processor.Vector(ExceptionKind.Pit), "addi r20,r20,1", "mtspr 984,r7", "rfi");
        m.Assemble(Processor.Vector(ExceptionKind.Fit), "addi r21,r21,1", "mtspr 984,r7", "rfi");

        // The miss handler maps the page to the data, in the next entry.
        m.Assemble(
            Processor.Vector(ExceptionKind.DataTlbMiss),
            "addi r22,r22,1", "mfspr r10,981", "rlwinm r10,r10,0,0,19", "ori r10,r10,0xc0", "tlbwe r10,r22,0", "tlbwe r8,r22,1", "rfi");
        m.SetSpr(Spr.Tcr, TimerBench.PitEnable | TimerBench.FitEnable | TimerBench.AutoReload);
        m.SetSpr(Spr.Pit, 97);
        (m[1], m[7], m[8]) = (0x5000_0000, uint.MaxValue, TlbBench.Lo(TestMachine.DataBase));
        m.Load(
            "lwz r3,0(r1)", "add r3,r3,r20", "addco. r4,r4,r3", "stw r4,4(r1)", "lwarx r5,r0,r1", "stwcx. r4,r0,r1",
                "addi r1,r1,0x444", "b -28");
        return m;
    }

    private static void Disturb(TestMachine m)
    {
        m.Load("b 0");
        m.SetSpr(Spr.Pit, 33);
        m.SetSpr(Spr.Tcr, TimerBench.AutoReload);
        m.SetSpr(Spr.Dbcr0, 0x4f00_0000);
        m.Map(7, TlbBench.Hi(0x7000_0000), 5, 9);
        m.Run(700);
    }

    private static byte[] Saved(TestMachine m)
    {
        StateWriter writer = new();
        m.Processor.Save(writer);
        return writer.Written.ToArray();
    }

    private static void Restore(TestMachine to, TestMachine from)
    {
        new ReadOnlySpan<byte>(from.Board.Memory.Ram, (int)TestMachine.RamSize)
            .CopyTo(new Span<byte>(to.Board.Memory.Ram, (int)TestMachine.RamSize));
        to.Processor.Load(new StateReader(Saved(from)));
    }

    private sealed class Forgetful : ITranslationObserver
    {
        public int Forgotten { get; private set; }

        public void TlbEntryChanging(int index)
        {
        }

        public void TlbEntryChanged(int index)
        {
        }

        public void AllTranslationsChanged() => Forgotten++;
    }
}
