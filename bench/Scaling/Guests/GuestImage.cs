using System.Buffers.Binary;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Differential.Cases;

namespace PpcJit.Scaling.Guests;

/// <summary>
/// A bare-metal program for a Ref405ep, made of assembler lines: it prepares its memory, does its work a fixed number
/// of rounds, prints a checksum as eight letters, and resets the board.
/// </summary>
internal sealed class GuestImage
{
    /// <summary>Where the word with the number of rounds is.</summary>
    private const uint RoundsAddress = 0x5000;

    /// <summary>A number of rounds that never ends.</summary>
    private const uint Endless = uint.MaxValue;

    private const uint First = 0x100;
    private const uint Entry = 0x4000;

    /// <summary>
    /// Around each guest's own part. Its registers: r19 is the rounds that are left, r20 the checksum; everything else
    /// is the guest's, also in memory from 0x6000 on.
    /// </summary>
    private const string Frame =
        """
        {0}
        code 00004000
            addi r20,r0,0
            addi r19,r0,0x5000
            lwz r19,0(r19)
        {1}
        round:
        {2}
            addic. r19,r19,-1
            bc 4,2,round
            addi r3,r0,0            # Translation off
            mtmsr r3
            isync
            addis r7,r0,-0x10a0     # UART0 is at 0xef600300
            addi r5,r0,8
            mtspr ctr,r5
        letter:
            rlwinm r20,r20,4,0,31
            rlwinm r4,r20,0,28,31
            addi r4,r4,0x61
        wait:
            lbz r8,0x305(r7)
            andi. r8,r8,0x20
            bc 12,2,wait
            stb r4,0x300(r7)
            bc 16,0,letter
            addis r1,r0,0x3000      # System reset
            mtspr dbcr0,r1
        stop:
            b stop
        """;

    private readonly byte[] _memory = new byte[0x8000];

    /// <summary>Makes a guest.</summary>
    /// <param name="prepare">What it does first.</param>
    /// <param name="round">What it does in each round.</param>
    /// <param name="handlers">Its exception handlers, each under a line <c>code ADDRESS</c>.</param>
    public GuestImage(string prepare, string round, string handlers = "")
    {
        foreach (MemoryBlock block in CaseParser.Parse(
            "guest", string.Format(System.Globalization.CultureInfo.InvariantCulture, Frame, handlers, prepare, round)).Memory)
            Put(block.Address, block.Words);
    }

    /// <summary>Assembles lines that have no labels.</summary>
    public static uint[] Assemble(params IEnumerable<string> lines) =>
        CaseParser.Parse("guest", $"code {Entry:x8}\n{string.Join('\n', lines)}").Memory[0].Words;

    /// <summary>Lines that put a number into a register.</summary>
    public static string Load(string register, uint value) =>
        $"    addis {register},r0,{(short)(value >> 16)}\n    ori {register},{register},{value & 0xffff}";

    /// <summary>Puts words at an address below 0x8000.</summary>
    public void Put(uint address, params ReadOnlySpan<uint> words)
    {
        for (int n = 0; n < words.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(_memory.AsSpan((int)address + (4 * n)), words[n]);
    }

    /// <summary>Gives the ELF.</summary>
    /// <param name="rounds">How many rounds it does; null for more than anybody waits for.</param>
    public byte[] ToElf(int? rounds)
    {
        Put(RoundsAddress, rounds is { } count ? (uint)count : Endless);
        return ElfWriter.Write(Entry, First, _memory.AsSpan((int)First));
    }
}
