using PpcJit.Jit.Tests.Harness;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>A flash is memory while it shows its array, code in it included, and a device while it does not; both engines see it change
/// at the same instruction.</summary>
public sealed class FlashTests
{
    private const uint Size = 512 << 10;
    private const uint Flash = unchecked(0u - Size);

    /// <summary>Sums up the flash's first page, with the code itself in the flash.</summary>
    private const string Sum = """
        outer:
        set r4,0xfff80000
        addi r12,r4,0x1000
        loop:
        lwz r5,0(r4)
        add r3,r3,r5
        addi r4,r4,4
        cmplw 0,r4,r12
        bc 12,0,loop
        b outer
        """;

    /// <summary>Programs r6 at r4, and waits for it by the toggle bit.</summary>
    private const string Program = """
        set r20,0xfff85555
        set r21,0xfff82aaa
        addi r22,0,0xaa
        addi r23,0,0x55
        addi r24,0,0xa0
        again:
        stb r22,0(r20)
        stb r23,0(r21)
        stb r24,0(r20)
        stb r6,0(r4)
        poll:
        lbz r7,0(r4)
        lbz r8,0(r4)
        cmplw 0,r7,r8
        bc 4,2,poll
        add r3,r3,r7
        """;

    [Test]
    public void Code_in_flash_is_compiled_and_its_loads_from_there_are_fast()
    {
        static void Prepare(TestMachine machine)
        {
            PutIntoFlash(machine, Flash + 0x2000, Sum);
            machine.Pc = Flash + 0x2000;
        }

        Twins.Agree(Prepare, [10, 500, 1000, 5000, 20_000]);
        JitStatistics statistics = Twins.Run(Prepare, 200_000, Twins.Eager);
        Assert.That(statistics.Exits("ReadMiss"), Is.LessThan(10));
        Assert.That(statistics.Exits("Fetch"), Is.Zero);
    }

    [Test]
    public void Commands_take_loads_out_of_the_tables_and_back_at_every_count([Values] bool versions)
    {
        Twins.AgreeAtEveryCount(
            machine =>
            {
                machine.AddHandlers();
                PutIntoFlash(machine, Flash, "addi r0,0,0");
                machine.Put(TestMachine.CodeBase, $$"""
                    set r4,0xfff90000
                    addi r6,0,0x5a
                    {{Program}}
                    lwz r9,0(r4)
                    lwz r10,-4(r4)
                    add r3,r3,r9
                    addi r4,r4,1
                    b again
                    """);
            },
            9000,
            Twins.Eager with { VersionLoops = versions });
    }

    [Test]
    public void Code_that_takes_the_flash_away_under_itself_is_not_fetched_any_more() => Twins.Agree(
        machine =>
        {
            machine.AddHandlers();
            machine.Put(0x200, "addi r31,r31,1\nrfci");
            PutIntoFlash(machine, Flash + 0x2000, """
                set r20,0xfff85555
                set r21,0xfff82aaa
                addi r22,0,0xaa
                addi r23,0,0x55
                addi r24,0,0x90
                addi r5,0,40
                mtspr 9,r5
                warm:
                addi r3,r3,1
                bc 16,0,warm
                stb r22,0(r20)
                stb r23,0(r21)
                stb r24,0(r20)
                addi r3,r3,100
                b -4
                """);
            machine.Pc = Flash + 0x2000;
        },
        [50, 90, 95, 96, 97, 98, 99, 100, 101, 120, 500]);

    [Test]
    public void Code_that_was_erased_and_programmed_anew_runs_as_it_is_now()
    {
        // The function at the start of the flash adds 1; two bits of its immediate are cleared then, after which it adds less.
        static void Prepare(TestMachine machine)
        {
            machine.AddHandlers();
            PutIntoFlash(machine, Flash + 0x10000, "addi r3,r3,7\nbclr 20,0");
            machine.Put(TestMachine.CodeBase, $$"""
                set r9,0xfff90000
                addi r4,r9,3
                addi r6,0,1
                more:
                addi r11,0,60
                call:
                mtspr 9,r9
                bcctrl 20,0
                addi r11,r11,-1
                cmpwi 0,r11,0
                bc 4,2,call
                {{Program}}
                b more
                """);
        }

        Twins.Agree(Prepare, [100, 300, 400, 800, 1200, 1600, 2000, 5000, 20_000]);
        using TestMachine machine = new();
        Prepare(machine);
        using JitEngine engine = new(machine.Processor, Twins.Eager);
        engine.Run(20_000);
        Assert.That(machine.Read(Flash + 0x10003, 1), Is.EqualTo(1));
    }

    [Test]
    public void Lines_that_only_the_data_cache_holds_are_the_same_for_both_engines_at_every_count() => Twins.AgreeAtEveryCount(
        machine =>
        {
            machine.AddHandlers();
            machine.Put(TestMachine.CodeBase, """
                addis r5,0,0x0080
                mtspr 1018,r5
                outer:
                set r4,0x40000000
                addi r12,r4,0x200
                loop:
                addi r3,r3,7
                dcba r0,r4
                stw r3,8(r4)
                lhz r6,10(r4)
                stb r6,12(r4)
                lwz r7,12(r4)
                add r3,r3,r7
                lwz r8,-24(r4)
                dcbf r0,r4
                lwz r9,8(r4)
                dcbz r0,r4
                addi r4,r4,32
                cmplw 0,r4,r12
                bc 12,0,loop
                addi r10,r10,1
                andi. r11,r10,3
                bc 4,2,outer
                mtspr 1018,r11
                mtspr 1018,r5
                b outer
                """);
        },
        2500);

    private static void PutIntoFlash(TestMachine machine, uint address, string text)
    {
        if (machine.Board.Flash is null)
            machine.Board.AddFlash(Size);
        machine.Put(TestMachine.DataBase, text, address);
        byte[] code = new byte[0x200];
        Assert.That(machine.Board.Memory.TryCopyOut(TestMachine.DataBase, code));
        int length = code.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Assert.That(machine.Board.Memory.TryCopyIn(address, code.AsSpan(0, (length + 3) & ~3)));
    }
}
