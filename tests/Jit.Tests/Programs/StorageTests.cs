using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>Accesses in hot loops to pages of all kinds.</summary>
public sealed class StorageTests
{
    private const uint Window = 0x50000000;
    private const ulong Most = 400;

    private static readonly string[] Walks =
    [
        "lwz r5,0(r4)\naddi r5,r5,1\nstw r5,0(r4)",
        "lhz r5,0(r4)\nsth r5,6(r4)\nlha r7,2(r4)\nlbz r8,1(r4)\nstb r8,3(r4)",
        "lwbrx r5,r0,r4\nsthbrx r5,r0,r4\nlhbrx r6,r0,r4\nstwbrx r6,r0,r4",
        "lmw r29,0(r4)\naddi r29,r29,1\nstmw r28,4(r4)",
        "lwarx r5,r0,r4\nstwcx. r3,r0,r4\nstwcx. r5,r0,r4\nmfcr r6",
        "lwarx r5,r0,r4\nstw r3,4(r4)\nstwcx. r3,r0,r4",
        "dcbz r0,r4\nstw r3,8(r4)",
        "dcbf r0,r4\ndcbst r0,r4\ndcbt r0,r4\nicbi r0,r4\ndcba r0,r4",
        "lwzu r5,4(r4)\nstwu r5,4(r4)\nlhaux r6,r4,r10\nstbux r6,r4,r10",
        "lswi r28,r4,13\nstswi r28,r4,7",
    ];

    private static readonly string[] Kinds =
    [
        "plain", "write-through", "uncached", "little-endian", "1 KB", "1 KB among 4 KB", "16 KB", "read-only", "no access", "shared by two", "code",
    ];

    [Test]
    public void Both_engines_agree_on_a_walk_through_pages(
        [ValueSource(nameof(Kinds))] string kind, [Values(4, 28, 36, 0x3fd)] int step, [Values] bool user)
    {
        foreach (string walk in Walks)
        {
            Twins.Agree(machine => Load(machine, kind, walk, step, user), [150, 151, 152, 153, 154, 300, 999, 2500, 6000]);
        }
    }

    [Test]
    public void Both_engines_agree_at_every_count_of_a_walk(
        [ValueSource(nameof(Walks))] string walk, [Values("plain", "1 KB", "little-endian")] string kind) =>
        Twins.AgreeAtEveryCount(machine => Load(machine, kind, walk, 0x3fc, false), Most);

    private static void Load(TestMachine machine, string kind, string walk, int step, bool user)
    {
        machine.AddHandlers();
        for (int n = 0; n < 4; n++)
            MapPage(machine, kind, n);
        for (uint n = 0; n < 0x4000; n += 4)
            machine.Write(TestMachine.DataBase + n, n * 0x01234567);
        machine.Put(TestMachine.CodeBase, $"""
            set r12,0x50004000
            outer:
            set r4,{Window}
            loop:
            addi r3,r3,1
            {walk}
            addi r4,r4,{step}
            cmplw 0,r4,r12
            bc 12,0,loop
            b outer
            """);
        machine[10] = 8;
        machine.SetSpr(Spr.Zpr, 0x55555555);
        machine.Msr = Msr.Ir | Msr.Dr | (user ? Msr.Pr : 0);
    }

    /// <summary>Maps 4 KB of the window; entries from 40 on, which the miss handler does not use. A step after the window ends a round.</summary>
    private static void MapPage(TestMachine machine, string kind, int n)
    {
        uint effective = Window + ((uint)n * 0x1000);
        uint physical = TestMachine.DataBase + ((uint)n * 0x1000);
        const uint Rights = Tlb.Execute | Tlb.Write;
        (uint attributesHi, uint attributesLo) = kind switch
        {
            "write-through" => (0u, Rights | Tlb.WriteThrough),
            "uncached" => (0u, Rights | Tlb.CacheInhibited),
            "little-endian" => (Tlb.Endian, Rights),
            "read-only" => (0u, Tlb.Execute),
            "no access" => (0u, 0u),
            _ => (0u, Rights),
        };
        switch (kind)
        {
            case "1 KB":
                for (uint quarter = 0; quarter < 4; quarter++)
                {
                    machine.Map(
                        40 + (n * 4) + (int)quarter,
                        TlbBench.Hi(effective + (quarter * 0x400), size: 0, n == 2 ? Tlb.Endian : 0),
                        TlbBench.Lo(TestMachine.DataBase + ((((uint)n * 4) + (3 - quarter)) * 0x400), quarter == 1 ? Tlb.Execute : Rights));
                }

                break;
            case "1 KB among 4 KB":
                machine.Map(40 + n, TlbBench.Hi(effective + 0x400, size: 0), TlbBench.Lo(TestMachine.DataBase + 0x5000 + ((uint)n * 0x400)));
                machine.Map(50 + n, TlbBench.Hi(effective), TlbBench.Lo(physical));
                break;
            case "16 KB":
                machine.Map(40, TlbBench.Hi(Window, size: 2), TlbBench.Lo(TestMachine.DataBase));
                break;
            case "shared by two":
                machine.Map(40 + n, TlbBench.Hi(effective), TlbBench.Lo(TestMachine.DataBase + ((uint)(n & 1) * 0x1000)));
                break;
            case "code":
                machine.Map(40 + n, TlbBench.Hi(effective), TlbBench.Lo(n == 1 ? TestMachine.CodeBase : physical));
                break;
            default:
                machine.Map(40 + n, TlbBench.Hi(effective, TlbBench.Size4K, attributesHi), TlbBench.Lo(physical, attributesLo));
                break;
        }
    }
}
