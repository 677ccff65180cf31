using PpcJit.Jit.Tests.Harness;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Jit.Tests.Programs;

/// <summary>Memories whose place software programs, RAM and the on-chip memory: both engines see them come and go at the same instruction.</summary>
public sealed class ProgrammedMemoryTests
{
    private const uint FlashSize = 512 << 10;
    private const uint Flash = unchecked(0u - FlashSize);
    private const uint Bank = 4 << 20;

    [Test]
    public void RAM_that_is_moved_repeated_and_turned_off_is_the_same_for_both_engines_at_every_count() => Twins.AgreeAtEveryCount(
        machine => Start(machine, """
            set r4,0x00080000
            set r14,0x00480000
            set r10,0x10080000
            addi r20,0,0x40
            addi r21,0,0x20
            addi r22,0,1
            set r23,0x00020001
            set r24,0x10000001
            set r25,0x80000000
            mtdcr 0x10,r20
            outer:
            mtdcr 0x11,r22
            addi r5,0,6
            mtspr 9,r5
            loop:
            lwz r6,0(r4)
            add r3,r3,r6
            addi r6,r6,3
            stw r6,0(r4)
            bc 16,0,loop
            mtdcr 0x11,r23
            lwz r7,0(r14)
            stw r3,4(r14)
            lwz r8,4(r4)
            add r3,r3,r8
            mtdcr 0x11,r24
            lwz r9,0(r4)
            lwz r11,0(r10)
            stw r11,8(r10)
            mtdcr 0x10,r21
            mtdcr 0x11,r0
            lwz r12,0(r4)
            mtdcr 0x11,r25
            mtdcr 0x10,r20
            add r3,r3,r11
            b outer
            """),
        2000);

    [Test]
    public void Code_that_turns_its_own_RAM_off_is_not_fetched_any_more()
    {
        static void Prepare(TestMachine machine)
        {
            Start(machine, """
                set r5,0xfff80000
                mtspr 982,r5
                set r6,0x1000
                mtmsr r6
                addi r21,0,0x20
                mtdcr 0x10,r21
                set r5,0x00010000
                mtspr 8,r5
                bclr 20,0
                """);
            PutIntoFlash(machine, Flash + 0x200, "addi r31,r31,1\nb -4");
            machine.Put(TestMachine.CodeBase, """
                addi r5,0,40
                mtspr 9,r5
                warm:
                addi r3,r3,1
                bc 16,0,warm
                mtdcr 0x11,r0
                addi r3,r3,100
                b -4
                """);
            machine.Pc = Flash + 0x2000;
        }

        Twins.Agree(Prepare, [20, 60, 92, 93, 94, 95, 96, 97, 98, 99, 100, 200, 500]);
        using TestMachine machine = new();
        Prepare(machine);
        using JitEngine engine = new(machine.Processor, Twins.Eager);
        engine.Run(500);
        Assert.That(machine[31], Is.GreaterThan(100), "the handler in the flash runs");
        Assert.That(machine[3], Is.EqualTo(40));
    }

    [Test]
    public void A_store_to_RAM_that_is_off_is_a_bus_error_for_both_engines()
    {
        static void Prepare(TestMachine machine)
        {
            Start(machine, """
                set r5,0xfff80000
                mtspr 982,r5
                set r6,0x1000
                mtmsr r6
                addi r21,0,0x20
                mtdcr 0x10,r21
                set r4,0x00080000
                addi r5,0,40
                mtspr 9,r5
                warm:
                addi r3,r3,1
                stw r3,0(r4)
                bc 16,0,warm
                mtdcr 0x11,r0
                stw r3,0(r4)
                addi r3,r3,100
                b -8
                """);
            PutIntoFlash(machine, Flash + 0x200, "addi r31,r31,1\nrfci");
            machine.Pc = Flash + 0x2000;
        }

        Twins.Agree(Prepare, [20, 60, 130, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 200, 500]);
        using TestMachine machine = new();
        Prepare(machine);
        machine.Engine.Run(500);
        Assert.That(machine[31], Is.GreaterThan(10), "machine checks");
    }

    [Test]
    public void Code_in_the_on_chip_memory_runs_and_sees_what_is_stored_into_it()
    {
        static void Prepare(TestMachine machine)
        {
            OnChipMemory ocm = new(machine.Board.Log);
            machine.Board.Dcr.Map(OnChipMemory.FirstDcr, OnChipMemory.LastDcr, ocm, "OCM0");
            machine.Board.Add("OCM0", ocm);
            machine.Board.Memory.AddLastResort(ocm);
            machine.AddHandlers();
            machine.Put(TestMachine.CodeBase, """
                set r5,0xf8000000
                mtdcr 0x1a,r5
                set r6,0xc0000000
                mtdcr 0x1b,r6
                set r7,0x40000000
                mtdcr 0x18,r7
                set r6,0x80000000
                mtdcr 0x19,r6
                set r8,0x38630001
                set r9,0x4e800020
                stw r9,4(r5)
                mtspr 9,r7
                more:
                stw r8,0(r5)
                addi r8,r8,1
                andi. r10,r8,0x7f
                addi r11,0,4
                inner:
                bcctrl 20,0
                add r12,r12,r3
                addi r11,r11,-1
                cmpwi 0,r11,0
                bc 4,2,inner
                b more
                """);
        }

        Twins.AgreeAtEveryCount(Prepare, 1500);
        using TestMachine machine = new();
        Prepare(machine);
        machine.Engine.Run(1500);
        Assert.That(machine[3], Is.GreaterThan(500), "what was stored last is what runs");
    }

    /// <summary>Puts a program into a flash, and RAM behind a controller that has been set up.</summary>
    private static void Start(TestMachine machine, string program)
    {
        SdramController sdram = new([Bank], machine.Board.Log, machine.Board.Memory, isFollowed: true);
        machine.Board.Dcr.Map(SdramController.AddressDcr, SdramController.AddressDcr + 1, sdram, "SDRAM0");
        machine.Board.Add("SDRAM0", sdram);
        machine.Board.Memory.AddLastResort(sdram);
        machine.AddHandlers();
        PutIntoFlash(machine, Flash + 0x2000, program);
        machine.Pc = Flash + 0x2000;
    }

    private static void PutIntoFlash(TestMachine machine, uint address, string text)
    {
        if (machine.Board.Flash is null)
            machine.Board.AddFlash(FlashSize);
        machine.Put(TestMachine.DataBase, text, address);
        byte[] code = new byte[0x200];
        Assert.That(machine.Board.Memory.TryCopyOut(TestMachine.DataBase, code));
        int length = code.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Assert.That(machine.Board.Memory.TryCopyIn(address, code.AsSpan(0, (length + 3) & ~3)));
    }
}
