using System.Globalization;

namespace PpcJit.Scaling.Guests;

/// <summary>The guests whose size is varied.</summary>
internal static class ScalingGuests
{
    /// <summary>Bytes of a host cache line, of which a chase uses one word.</summary>
    public const int Line = 64;

    /// <summary>Instructions of a function of <see cref="Functions"/>.</summary>
    public const int FunctionSize = 16;

    /// <summary>Instructions of the loop that calls a function.</summary>
    public const int CallSize = 5;

    /// <summary>Functions one after the other.</summary>
    public const int Dense = 4 * FunctionSize;

    /// <summary>A function in each page.</summary>
    public const int OneInAPage = 4096;

    /// <summary>Most data: what is above belongs to QEMU's or our board information, or is not there.</summary>
    public const int MaxData = 64 << 20;

    private const uint Data = 16 << 20;
    private const uint Code = 32 << 20;
    private const uint Pattern = 0x6000;
    private const uint Table = 0x40000;
    private const int Turns = 256;
    private const int Unrolled = 16;

    /// <summary>Loads of a round of both chases.</summary>
    public const int Loads = Turns * Unrolled;

    /// <summary>
    /// Follows a chain through all lines of the data in an order without a pattern (a linear congruential generator,
    /// whose period is the number of lines), with 16 MiB pages that the TLB holds all the time: what is seen is the
    /// host's caches and the cost of translation.
    /// </summary>
    /// <param name="bytes">Size of the data, a power of two.</param>
    public static GuestImage WorkingSet(int bytes) => new(
        $"""
        {GuestImage.Load("r10", Data)}
        {GuestImage.Load("r11", (uint)(bytes / Line) - 1)}
        {GuestImage.Load("r12", 1664525)}
        {GuestImage.Load("r13", 1013904223)}
        {GuestImage.Load("r14", (uint)(bytes / Line))}
            mtspr ctr,r14
            addi r3,r0,0
        build:
            mullw r4,r3,r12
            add r4,r4,r13
            and r4,r4,r11
            rlwinm r5,r3,6,0,25
            rlwinm r6,r4,6,0,25
            add r6,r6,r10
            stwx r6,r5,r10
            ori r3,r4,0
            bc 16,0,build
        {GuestImage.Load("r4", 0x3c0)}
            addi r5,r0,0x300
            addis r6,r0,0x100
            addi r7,r0,0
        map:
            tlbwe r5,r7,1
            tlbwe r4,r7,0
            add r4,r4,r6
            add r5,r5,r6
            addi r7,r7,1
            cmpwi 0,r7,8
            bc 4,2,map
            addi r3,r0,0
            mtspr 945,r3            # PID
            addi r3,r0,0x10         # Data translation on
            mtmsr r3
            isync
            ori r3,r10,0
        """,
        Chase);

    /// <summary>
    /// Goes round its pages, a load in each, through the guest's own handler of nine instructions, which gives the
    /// entries of the TLB away in turn. Each page uses another line, so that the host's caches are no part of it.
    /// </summary>
    /// <param name="pages">Pages of 4 KiB.</param>
    public static GuestImage TlbReach(int pages) => new(
        $"""
        {GuestImage.Load("r10", Data)}
        {GuestImage.Load("r14", (uint)pages)}
            mtspr ctr,r14
            ori r4,r10,0
            addi r5,r0,0            # Line in the page
        build:
            add r6,r4,r5
            addi r4,r4,0x1000
            addi r5,r5,64
            rlwinm r5,r5,0,20,25
            add r7,r4,r5
            stw r7,0(r6)
            bc 16,0,build
            stw r10,0(r6)           # The last leads to the first
            addi r31,r0,0
            addi r3,r0,0
            mtspr 945,r3
            addi r3,r0,0x10
            mtmsr r3
            isync
            ori r3,r10,0
        """,
        Chase,
        """
        code 00001100
            mfspr r28,dear
            rlwinm r29,r28,0,0,19
            ori r30,r29,0x300
            ori r29,r29,0xc0
            addi r31,r31,1
            rlwinm r31,r31,0,26,31
            tlbwe r30,r31,1
            tlbwe r29,r31,0
            rfi
        """);

    /// <summary>
    /// Calls functions through a table, each once in a round. The guest makes the functions itself, of a pattern.
    /// </summary>
    /// <param name="count">How many there are.</param>
    /// <param name="distance">Bytes from one to the next.</param>
    public static GuestImage Functions(int count, int distance)
    {
        GuestImage image = new(
            $"""
            {GuestImage.Load("r10", Code)}
            {GuestImage.Load("r11", Table - 4)}
            {GuestImage.Load("r14", (uint)count)}
            {GuestImage.Load("r15", (uint)distance)}
                mtspr ctr,r14
            build:
                stwu r10,4(r11)
                addi r12,r0,{Pattern - 4}
                addi r13,r10,-4
            {string.Join('\n', Enumerable.Repeat("    lwzu r5,4(r12)\n    stwu r5,4(r13)", FunctionSize))}
                add r10,r10,r15
                bc 16,0,build
                sync
                isync
            """,
            $"""
            {GuestImage.Load("r14", Table - 4)}
            {GuestImage.Load("r15", (uint)count)}
            call:
                lwzu r5,4(r14)
                mtspr ctr,r5
                bcctrl 20,0
                addic. r15,r15,-1
                bc 4,2,call
            """);
        image.Put(Pattern, GuestImage.Assemble(Function));
        return image;
    }

    private static IEnumerable<string> Function =>
    [
        "addi r3,r3,1", "xor r4,r4,r3", "rlwinm r6,r4,3,0,31", "add r7,r7,r6", "subf r8,r3,r7", "and r9,r8,r4",
            "or r10,r9,r3", "addi r11,r10,7",
        "rlwinm r12,r11,5,3,28", "xor r6,r12,r7", "add r8,r8,r6", "nor r9,r8,r3", "add r4,r4,r9", "xor r20,r20,r4",
            "addi r3,r3,3", "bclr 20,0",
    ];

    private static string Chase => string.Create(CultureInfo.InvariantCulture,
        $"""
            addi r5,r0,{Turns}
            mtspr ctr,r5
        chase:
        {string.Join('\n', Enumerable.Repeat("    lwz r3,0(r3)", Unrolled))}
            bc 16,0,chase
            add r20,r20,r3
        """);
}
