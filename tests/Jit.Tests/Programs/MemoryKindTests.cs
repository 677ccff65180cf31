using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Memory;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>Hot loops over memory that is no RAM, and over the ends of pages whose frames are not neighbours.</summary>
public sealed class MemoryKindTests
{
    private const uint Rom = 0x10000000, Sram = 0x20000000, Size = 0x4000;
    private const uint Window = 0x50000000;

    private static readonly string[] OverTheEnd =
    [
        "lwz r5,0(r4)\nadd r3,r3,r5", "lhz r5,0(r4)\nadd r3,r3,r5", "lwbrx r5,r0,r4\nadd r3,r3,r5", "stw r3,0(r4)", "sth r3,0(r4)",
        "lwz r5,0(r4)\nstw r3,0(r4)\nadd r3,r3,r5", "lwzx r5,r4,r10\nadd r3,r3,r5",
    ];

    [Test]
    public void Stores_of_a_hot_loop_change_SRAM_but_not_ROM([Values(Rom, Sram)] uint memory, [Values] bool translated) => Twins.Agree(
        machine =>
        {
            Load(machine, memory, "lwz r5,0(r4)\nadd r3,r3,r5\nstw r3,0(r4)\nstb r3,5(r4)");
            if (!translated)
                return;
            machine.Map(40, TlbBench.Hi(memory), TlbBench.Lo(memory)).Map(41, TlbBench.Hi(memory + 0x1000), TlbBench.Lo(memory + 0x1000));
            machine.Msr = Msr.Dr;
        },
        [100, 500, 1000, 5000, 20000]);

    [Test]
    public void A_journal_takes_stores_to_SRAM_back_and_lets_all_but_the_first_be_fast()
    {
        using TestMachine machine = new();
        Load(machine, Sram, "stw r3,0(r4)");
        using JitEngine engine = new(machine.Processor, Twins.Eager);
        using PageHistory history = new(machine.Board.Memory);
        machine.Processor.Tlb.Observer!.AllTranslationsChanged();
        engine.Run(10_000);
        uint first = machine.Read(Sram);
        history.Mark();
        long exits = engine.Statistics.Exits("WriteMiss");
        engine.Run(20_000);
        Assert.That(machine.Read(Sram), Is.Not.EqualTo(first));
        Assert.That(engine.Statistics.Exits("WriteMiss") - exits, Is.LessThan(20));
        Assert.That(history.Changed, Is.GreaterThanOrEqualTo(2));
        history.GoTo(1);
        Assert.That(machine.Read(Sram), Is.EqualTo(first));
        history.GoTo(0);
        Assert.That(machine.Read(Sram), Is.Zero);
    }

    [Test]
    public void A_store_to_ROM_leaves_what_is_there_in_both_engines()
    {
        using TestMachine machine = new();
        Load(machine, Rom, "stw r3,0(r4)\nsth r3,4(r4)\nstb r3,6(r4)\nstwbrx r3,r4,r10\nstmw r29,8(r4)");
        using JitEngine engine = new(machine.Processor, Twins.Eager);
        engine.Run(20_000);
        Assert.That(engine.Statistics.Regions, Is.Not.Zero);
        for (uint offset = 0; offset < Size; offset += 4)
            Assert.That(machine.Read(Rom + offset), Is.EqualTo(offset * 0x01234567), $"{offset:x}");
    }

    [Test]
    public void An_access_over_the_end_of_a_page_goes_on_in_the_next_page_and_not_in_the_next_frame(
        [ValueSource(nameof(OverTheEnd))] string access, [Values(1, 3, 4)] int step, [Values] bool versions, [Values] bool caches) =>
        Twins.Agree(
            machine => LoadScattered(machine, access, step),
            [500, 501, 1000, 2000, 5000, 9999],
            Twins.Eager with { VersionLoops = versions, CachePages = caches });

    private static unsafe void Load(TestMachine machine, uint memory, string body)
    {
        machine.AddHandlers();
        machine.Board.Memory.MapMemory("ROM", Rom, Size, writable: false);
        machine.Board.Memory.MapMemory("SRAM", Sram, Size, writable: true);
        for (uint offset = 0; offset < Size; offset += 4)
        {
            byte[] word = new byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(word, offset * 0x01234567);
            machine.Board.Memory.TryCopyIn(Rom + offset, word);
        }

        machine.Put(TestMachine.CodeBase, $"""
            set r12,{memory + 0x1800}
            outer:
            set r4,{memory}
            loop:
            addi r3,r3,7
            {body}
            addi r4,r4,0x14
            cmplw 0,r4,r12
            bc 12,0,loop
            b outer
            """);
        machine[10] = 12;
    }

    private static void LoadScattered(TestMachine machine, string access, int step)
    {
        machine.AddHandlers();
        uint[] frames = [2, 0, 3, 1];
        for (uint n = 0; n < frames.Length; n++)
            machine.Map(40 + (int)n, TlbBench.Hi(Window + (n * 0x1000)), TlbBench.Lo(TestMachine.DataBase + (frames[n] * 0x1000)));
        for (uint n = 0; n < 0x5000; n += 4)
            machine.Write(TestMachine.DataBase + n, n * 0x01234567);
        machine.Put(TestMachine.CodeBase, $"""
            set r13,{Window + 0x3000}
            addi r10,0,0
            outer:
            set r9,{Window}
            next:
            addi r4,r9,0xfc5
            addi r12,r4,0x60
            loop:
            addi r3,r3,7
            {access}
            addi r4,r4,{step}
            cmplw 0,r4,r12
            bc 12,0,loop
            addi r9,r9,0x1000
            cmplw 0,r9,r13
            bc 12,0,next
            b outer
            """);
        machine.Msr = Msr.Dr;
    }
}
