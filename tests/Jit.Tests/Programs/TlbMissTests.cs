using PpcJit.Jit.Settings;
using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Cpu;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>
/// Miss handlers of all kinds, run as regions: what the engine concludes from a miss about the entries that are written
/// after it must be right whatever a handler does.
/// </summary>
public sealed class TlbMissTests
{
    private const uint Window = 0x50000000;
    private const ulong Most = 700;

    /// <summary>
    /// The handler's middle. r29 is TLBLO and r30 TLBHI for the missing page, in memory that is different for each PID;
    /// r31 is an entry from 0 to 7, the next or the one before each time; r27 and r28 are free.
    /// </summary>
    private static readonly Dictionary<string, string> Writes = new()
    {
        ["lo, hi"] = "tlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["hi, lo"] = "tlbwe r30,r31,0\ntlbwe r29,r31,1",
        ["invalid, lo, hi"] = "addi r28,0,0\ntlbwe r28,r31,0\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["hides an older one"] = "addi r28,r31,8\nxori r27,r29,0x8000\ntlbwe r27,r28,1\ntlbwe r30,r28,0\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["is hidden by an older one"] = "xori r27,r29,0x8000\ntlbwe r27,r31,1\ntlbwe r30,r31,0\naddi r31,r31,8\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["the next page too"] = "tlbwe r29,r31,1\ntlbwe r30,r31,0\naddi r31,r31,8\nxori r30,r30,0x1000\n"
            + "xori r29,r29,0x1000\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["only the next page at first"] = "xori r28,r31,1\nrlwinm r28,r28,12,19,19\nxor r30,r30,r28\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["only another page at times"] = "rlwinm. r28,r31,0,30,31\nbc 4,2,8\nxori r30,r30,0x3000\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["nothing at first"] = "rlwinm. r28,r31,0,31,31\nbc 4,2,12\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["taken back at first"] = "tlbwe r29,r31,1\ntlbwe r30,r31,0\nrlwinm. r28,r31,0,31,31\nbc 12,2,12\naddi r28,0,0\ntlbwe r28,r31,0",
        ["for all PIDs"] = "mfspr r28,945\naddi r27,0,0\nmtspr 945,r27\ntlbwe r29,r31,1\ntlbwe r30,r31,0\nmtspr 945,r28",
        ["for all PIDs at times"] =
            "mfspr r28,945\naddi r27,0,0\nrlwinm. r30,r31,0,31,31\nmfspr r30,981\nrlwinm r30,r30,0,0,19\n"
                + "ori r30,r30,0xc0\nbc 12,2,8\nmtspr 945,r27\ntlbwe r29,r31,1\ntlbwe r30,r31,0\nmtspr 945,r28",
        ["another page elsewhere"] = "addi r28,r31,8\ntlbwe r29,r28,1\ntlbwe r30,r28,0\nxori r29,r29,0x9000\n"
            + "xori r30,r30,0x1000\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["for another PID too"] = "tlbwe r29,r31,1\ntlbwe r30,r31,0\nmfspr r28,945\nxori r27,r28,3\nmtspr 945,r27\n"
            + "addi r31,r31,8\ntlbwe r29,r31,1\ntlbwe r30,r31,0\nmtspr 945,r28",
        ["for another PID before"] = "mfspr r28,945\nxori r27,r28,3\nmtspr 945,r27\naddi r27,r31,8\ntlbwe r29,r27,1\n"
            + "tlbwe r30,r27,0\nmtspr 945,r28\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["16 KB"] = "rlwinm r30,r30,0,0,17\nori r30,r30,0x140\nrlwinm r29,r29,0,20,17\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["16 KB at times"] = "rlwinm. r28,r31,0,31,31\nbc 12,2,16\nrlwinm r30,r30,0,0,17\nori r30,r30,0x140\n"
            + "rlwinm r29,r29,0,20,17\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["1 KB"] = "mfspr r30,981\nrlwinm r30,r30,0,0,21\nrlwimi r29,r30,0,20,21\nori r30,r30,0x40\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["1 KB at times"] = "rlwinm. r28,r31,0,30,31\nbc 4,2,20\nmfspr r30,981\nrlwinm r30,r30,0,0,21\n"
            + "rlwimi r29,r30,0,20,21\nori r30,r30,0x40\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["1 KB of it elsewhere"] = "tlbwe r29,r31,1\ntlbwe r30,r31,0\naddi r31,r31,8\nxori r29,r29,0x8400\n"
            + "xori r30,r30,0x480\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["read-only"] = "xori r29,r29,0x100\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["read-only at times"] = "rlwimi r29,r31,8,23,23\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["uncached at times"] = "rlwimi r29,r31,2,29,29\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["little-endian at times"] = "rlwimi r30,r31,5,26,26\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["beside code"] = "addis r29,0,1\nori r29,r29,0x300\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["beside code at times"] = "rlwinm. r28,r31,0,30,31\nbc 4,2,12\naddis r29,0,1\nori r29,r29,0x300\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["everything else goes"] = "tlbia\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
        ["all goes at times"] = "tlbwe r29,r31,1\ntlbwe r30,r31,0\nrlwinm. r28,r31,0,30,31\nbc 4,2,8\ntlbia",
        ["instead of the code's page"] = "rlwinm. r28,r31,0,30,31\nbc 4,2,8\naddi r31,0,63\ntlbwe r29,r31,1\ntlbwe r30,r31,0",
    };

    private static readonly string[] Names = [.. Writes.Keys];

    [Test]
    public void Both_engines_agree_at_every_count_with_a_handler([ValueSource(nameof(Names))] string handler, [Values] bool descending) =>
        Twins.AgreeAtEveryCount(machine => Load(machine, handler, descending, user: false), Most);

    [Test]
    public void Both_engines_agree_with_a_handler(
        [ValueSource(nameof(Names))] string handler, [Values] bool descending, [Values] bool user,
        [Values("", "track-miss=off", "fill-ahead=off", "cache-pages=off", "all=off")] string setting)
    {
        JitOptions options = Twins.Eager;
        if (setting.Length != 0)
            Assert.That(options.TryApply(setting, out options), Is.True);
        Twins.Agree(
            machine => Load(machine, handler, descending, user),
            [100, 200, 201, 202, 300, 500, 999, 1500, 3000, 6000, 6001, 12000, 30000],
            options with { Background = false, Threshold = 2 });
    }

    private static void Load(TestMachine machine, string handler, bool descending, bool user)
    {
        machine.AddHandlers();
        machine.Put(0x1100, $"b {0x2000 - 0x1100}");
        machine.Put(0x2000, $"""
            mtspr 272,r31
            mtspr 273,r30
            mtspr 275,r29
            mtspr 276,r28
            mtspr 277,r27
            mfspr r31,274
            addi r31,r31,1
            rlwinm r31,r31,0,29,31
            mtspr 274,r31
            {(descending ? "subfic r31,r31,7" : "ori r0,r0,0")}
            mfspr r30,981
            rlwinm r29,r30,0,18,19
            mfspr r28,945
            rlwimi r29,r28,14,16,17
            rlwinm r30,r30,0,0,19
            addis r29,r29,8
            ori r29,r29,0x300
            ori r30,r30,0xc0
            {Writes[handler]}
            mfspr r27,277
            mfspr r28,276
            mfspr r29,275
            mfspr r30,273
            mfspr r31,272
            rfi
            """);
        for (uint n = 0; n < 0x10000; n += 4)
            machine.Write(TestMachine.DataBase + n, n * 0x01234567);
        machine.Put(TestMachine.CodeBase + 0x100, $"""
            set r12,0x50004000
            addi r20,0,1
            addi r21,0,0x404
            outer:
            xori r20,r20,3
            mtspr 945,r20
            set r4,{Window}
            loop:
            lwz r5,0(r4)
            add r3,r3,r5
            stw r3,8(r4)
            lwzx r6,r4,r21
            stw r6,12(r4)
            addi r4,r4,0x1000
            cmplw 0,r4,r12
            bc 12,0,loop
            b outer
            """);
        machine.Pc = TestMachine.CodeBase + 0x100;
        machine.MapCode();
        machine.SetSpr(Spr.Zpr, 0x55555555);
        machine.Msr = Msr.Ir | Msr.Dr | (user ? Msr.Pr : 0);
    }
}
