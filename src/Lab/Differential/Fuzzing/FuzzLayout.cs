using PpcJit.Lab.Differential.Cases;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>Where things stand in a fuzzed machine, and its exception handlers.</summary>
/// <remarks>
/// Handlers use SPRG1 to keep r31, SPRG5 and SPRG6 hold address and MSR for a new start of the program, and a data TLB
/// miss enters a page if SPRG7 is not zero, in the TLB entry that r29 names.
/// </remarks>
internal static class FuzzLayout
{
    /// <summary>First byte of the pages that programs are put into; physical, and their effective address in real mode.</summary>
    public const uint CodeStart = 0x4000;

    /// <summary>After the last byte of them.</summary>
    public const uint CodeEnd = 0x8000;

    /// <summary>First byte of data; the RAM's end is the last.</summary>
    public const uint DataStart = 0x8000;

    /// <summary>Pages of 4 KB from <see cref="DataStart"/> on that programs use of it.</summary>
    public const int DataPages = 12;

    /// <summary>The pages that are no RAM: memory beside it, ROM, registers.</summary>
    public static IReadOnlyList<uint> OtherPages { get; } =
        [TestCase.SramStart, TestCase.SramStart + 0x1000, TestCase.RomStart, TestCase.RomStart + 0x2000, TestCase.DeviceStart];

    /// <summary>
    /// The frame in which a page of data is where frames are scattered: those of neighbouring pages are never
    /// neighbours, and lie in another order.
    /// </summary>
    /// <param name="page">Number of the page, from 0 on.</param>
    public static uint ScatteredFrame(int page) => DataStart + ((uint)(((page * 5) + 3) % DataPages) << 12);

    private const string Handlers =
        """
        code 00000100
            mtspr sprg1,r31
            mfspr r31,srr3
            rlwinm r31,r31,0,15,13  # Without MSR[CE], or it would come again for ever
            mtspr srr3,r31
            mfspr r31,sprg1
            rfci
        code 00000200
            addi r31,r0,0
            mtspr esr,r31
            mfspr r31,sprg5
            mtspr srr2,r31
            mfspr r31,sprg6
            mtspr srr3,r31
            rfci
        code 00000300
            b skip
        code 00000400
            b restart
        code 00000500
            mtspr sprg1,r31
            mfspr r31,srr1
            rlwinm r31,r31,0,17,15  # Without MSR[EE]
            mtspr srr1,r31
            mfspr r31,sprg1
            rfi
        code 00000600
            b skip
        code 00000700
        skip:
            mtspr sprg1,r31
            mfspr r31,srr0
            addi r31,r31,4
            mtspr srr0,r31
            mfspr r31,sprg1
            rfi
        code 00000c00
            rfi
        code 00001000
            b timer
        code 00001010
            b timer
        code 00001020
            b watchdog
        code 00001040
        timer:
            mtspr sprg1,r31
            addis r31,r0,0x0c00     # TSR[PIS FIS]
            mtspr tsr,r31
            mfspr r31,sprg1
            rfi
        watchdog:
            mtspr sprg1,r31
            addis r31,r0,-0x4000    # TSR[ENW WIS]
            mtspr tsr,r31
            mfspr r31,sprg1
            rfci
        code 00001100
            mtspr sprg1,r31
            mfspr r31,sprg7
            cmpwi 0,r31,0
            bc 12,2,nopage
            mfspr r31,dear
            rlwinm r31,r31,0,0,19
            ori r31,r31,0xc0        # 4 KB, valid
            tlbwe r31,r29,0
            mfspr r31,dear
            rlwinm r31,r31,1,14,18  # Pages that are neighbours get frames that are not
            ori r31,r31,0x8300      # Somewhere in the data, EX and WR
            tlbwe r31,r29,1
            mfspr r31,sprg1
            rfi
        nopage:
            mfspr r31,sprg1
            b skip
        code 00001200
        restart:
            mfspr r31,sprg5
            mtspr srr0,r31
            mfspr r31,sprg6
            mtspr srr1,r31
            rfi
        code 00002000
            mtspr sprg1,r31
            addi r31,r0,0
            mtspr dbcr0,r31
            mtspr dbcr1,r31
            addi r31,r0,-1
            mtspr dbsr,r31
            mfspr r31,sprg1
            rfci
        """;

    /// <summary>The handlers.</summary>
    public static IReadOnlyList<MemoryBlock> HandlerBlocks { get; } = CaseParser.Parse("handlers", Handlers).Memory;
}
