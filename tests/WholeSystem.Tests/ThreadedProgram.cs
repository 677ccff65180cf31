using System.Text;
using PpcJit.Machine.Isa;

namespace PpcJit.WholeSystem.Tests;

/// <summary>An initial RAM disk with <c>/threads</c>, a program that makes a second thread; both wait for a signal then.</summary>
internal static class ThreadedProgram
{
    /// <summary>Where it is linked: as far into a page as its code is into its file.</summary>
    private const uint Start = 0x10000054;

    /// <summary>Bytes of its memory, at whose end the second thread's stack is.</summary>
    private const uint MemoryBytes = 0x4000;

    private const string Executable = "000081ED", Nothing = "00000000", One = "00000001", Trailer = "TRAILER!!!";

    /// <summary>
    /// clone(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, stack), and pause() again and again.
    /// </summary>
    private static readonly string[] Code =
    [
        "addis r3,0,1", "ori r3,r3,3840", "addis r4,0,4096", "ori r4,r4,16128", "addi r5,0,0", "addi r6,0,0", "addi r7,0,0", "addi r0,0,120", "sc",
        "addi r0,0,29", "sc", "b -8",
    ];

    /// <summary>Makes the RAM disk, in the "new ASCII" format of cpio.</summary>
    public static byte[] RamDisk()
    {
        byte[] code = [.. Code.SelectMany(line => BitConverter.GetBytes(Assembler.Word(line)).Reverse())];
        byte[] program = new ElfBuilder { Entry = Start }.Segment(Start, code, MemoryBytes).Build();
        return [.. File("threads", Executable, program), .. File(Trailer, Nothing, [])];
    }

    private static IEnumerable<byte> File(string name, string mode, byte[] contents)
    {
        string header = $"070701{One}{mode}{Nothing}{Nothing}{One}{Nothing}{contents.Length:X8}{Nothing}{Nothing}{Nothing}{Nothing}"
            + $"{name.Length + 1:X8}{Nothing}{name}\0";
        return [.. Padded(Encoding.ASCII.GetBytes(header)), .. Padded(contents)];
    }

    private static byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[-bytes.Length & 3]];
}
