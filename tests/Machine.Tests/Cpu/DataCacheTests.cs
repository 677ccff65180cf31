using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Cpu;

/// <summary>Lines that only the data cache holds: what firmware has for a stack before it has memory.</summary>
internal sealed class DataCacheTests
{
    private const uint Nothing = 0x40000000;
    private const int Dccr = 1018;
    private const uint Cacheable = 0x00800000; // the 128 MB at 0x40000000

    [Test]
    public void A_line_that_was_allocated_keeps_what_is_stored([Values("dcba r0,r3", "dcbz r0,r3")] string allocate)
    {
        using TestMachine m = Create(allocate, "stw r4,28(r3)", "lhz r5,30(r3)", "lwz r6,0(r3)");
        m.Step(4);
        Assert.That((m[5], m[6]), Is.EqualTo((0x3344u, 0u)));
        Assert.That(m.Board.Memory.TryRead(Nothing + 32, 4, out _), Is.False, "the next line is not there");
        Assert.That(m.Exceptions, Is.Empty);
    }

    [Test]
    public void Nothing_is_kept_where_it_is_not_cacheable_or_where_something_answers()
    {
        using TestMachine m = Create("dcba r0,r3", "lwz r5,0(r3)");
        m.SetSpr(Dccr, 0);
        m.Step(2);
        Assert.That(m.Processor.DataCache.IsEmpty);

        using TestMachine ram = Create("dcba r0,r3", "dcbz r0,r3");
        ram[3] = TestMachine.DataBase;
        ram.SetSpr(Dccr, 0x80000000);
        ram.Step(2);
        Assert.That(ram.Processor.DataCache.IsEmpty);
    }

    [TestCase("dcbi r0,r3", true)]
    [TestCase("dcbf r0,r3", true)]
    [TestCase("dccci r0,r3", true)]
    [TestCase("dcbst r0,r3", false)]
    [TestCase("dcbt r0,r3", false)]
    [TestCase("dcbi r0,r7", false)]
    [TestCase("dccci r0,r7", false)]
    public void A_line_goes_when_it_is_invalidated(string instruction, bool goes)
    {
        using TestMachine m = Create("dcba r0,r3", "stw r4,0(r3)", instruction);
        m[7] = Nothing + 32;
        m.Step(3);
        Assert.That(m.Exceptions, Is.Empty);
        Assert.That(m.Board.Memory.TryRead(Nothing, 4, out uint value), Is.EqualTo(!goes));
        Assert.That(value, Is.EqualTo(goes ? uint.MaxValue : 0x11223344u));
    }

    [Test]
    public void All_lines_of_a_region_go_when_DCCR_makes_it_not_cacheable()
    {
        using TestMachine m = Create("dcba r0,r3", "dcba r0,r7", "mtspr 1018,r8");
        m[7] = 0x30000000;
        m[8] = 0x02000000;
        m.SetSpr(Dccr, Cacheable | 0x02000000);
        m.Step(3);
        Assert.That(m.Board.Memory.TryRead(Nothing, 4, out _), Is.False);
        Assert.That(m.Board.Memory.TryRead(0x30000000, 4, out _), Is.True);
    }

    [Test]
    public void No_more_lines_are_kept_than_the_cache_has()
    {
        using TestMachine m = Create("dcba r0,r3", "addi r3,r3,32", "b -8");
        m.Step(3 * 600);
        Assert.That(m.Board.Memory.TryRead(Nothing + (16 * 1024) - 4, 4, out _), Is.True);
        Assert.That(m.Board.Memory.TryRead(Nothing + (16 * 1024), 4, out _), Is.False);
    }

    [Test]
    public void The_lines_are_part_of_the_state()
    {
        using TestMachine m = Create("dcba r0,r3", "stw r4,0(r3)");
        ulong before = m.Board.StateHash();
        m.Step(2);
        StateWriter saved = new();
        m.Board.Save(saved);
        ulong hash = m.Board.StateHash();
        Assert.That(hash, Is.Not.EqualTo(before));
        using TestMachine other = Create("dcba r0,r3", "stw r4,0(r3)");
        other.Board.Load(new StateReader(saved.Written.ToArray()));
        Assert.That(other.Read(Nothing), Is.EqualTo(0x11223344));
        Assert.That(other.Board.StateHash(), Is.EqualTo(hash));
    }

    private static TestMachine Create(params string[] lines)
    {
        TestMachine machine = new TestMachine().Load(lines);
        machine.SetSpr(Dccr, Cacheable);
        machine[3] = Nothing;
        machine[4] = 0x11223344;
        return machine;
    }
}
