
namespace PpcJit.Jit.Tests.Harness;

/// <summary>
/// Exception handlers at EVPR = 0 that let any program go on. They use SPRG0 to SPRG3 and no memory below 0x4000 but <see cref="Trail"/>.
/// </summary>
internal static class Handlers
{
    /// <summary>Where each handler notes what it saw: the last SRR0, and how many interrupts there were.</summary>
    public const uint Trail = 0x0000_3800;

    private const string Skip = """
        mtspr 272,r31
        mfspr r31,26
        stw r31,0x3800(r0)
        addi r31,r31,4
        mtspr 26,r31
        mfspr r31,272
        rfi
        """;

    private const string Return = """
        mtspr 272,r31
        mfspr r31,26
        stw r31,0x3804(r0)
        mfspr r31,272
        rfi
        """;

    /// <summary>Installs all handlers.</summary>
    public static TestMachine AddHandlers(this TestMachine machine)
    {
        foreach (uint vector in (ReadOnlySpan<uint>)[0x300, 0x400, 0x600, 0x700])
            machine.Put(vector, Skip);
        machine.Put(0xc00, Return);
        machine.Put(0x500, Return);
        machine.Put(0x1000, $"b {0x3000 - 0x1000}");
        machine.Put(0x1010, $"b {0x3100 - 0x1010}");
        machine.Put(0x3000, Timer(0x0800));
        machine.Put(0x3100, Timer(0x0400));
        machine.Put(0x1100, Miss(981));
        machine.Put(0x1200, Miss(26));
        return machine;
    }

    /// <summary>Notes where it interrupted, counts, and withdraws the interrupt through TSR.</summary>
    private static string Timer(int status) => $"""
        mtspr 272,r31
        mtspr 273,r30
        mfspr r31,26
        stw r31,0x3808(r0)
        lwz r30,0x380c(r0)
        rlwinm r30,r30,1,0,31
        add r30,r30,r31
        stw r30,0x380c(r0)
        addis r31,0,{status}
        mtspr 984,r31
        mfspr r30,273
        mfspr r31,272
        rfi
        """;

    /// <summary>
    /// Maps the missing 4 KB page, for the present PID, to the same offset in the 1 MB of RAM that there is; entries 0 to 31 in turn.
    /// </summary>
    private static string Miss(int address) => $"""
        mtspr 272,r31
        mtspr 273,r30
        mtspr 275,r29
        mfspr r31,274
        addi r31,r31,1
        rlwinm r31,r31,0,27,31
        mtspr 274,r31
        mfspr r30,{address}
        rlwinm r30,r30,0,0,19
        rlwinm r29,r30,0,12,19
        ori r29,r29,0x300
        tlbwe r29,r31,1
        ori r30,r30,0xc0
        tlbwe r30,r31,0
        mfspr r29,275
        mfspr r30,273
        mfspr r31,272
        rfi
        """;
}
