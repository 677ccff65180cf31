using System.Buffers.Binary;
using PpcJit.Kernel.Loading;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>A raw binary of a few instructions in a temporary file, to be booted with <c>--load 0x1000</c>.</summary>
internal sealed class RawImage : IDisposable
{
    private static readonly uint[] ConsoleInR3 = [0x3c60ef60, 0x60630300, 0x38800003, 0x98830003]; // lis r3; ori r3; LCR = 8 bits

    private RawImage(params uint[] code)
    {
        byte[] bytes = new byte[code.Length * 4];
        for (int n = 0; n < code.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(n * 4), code[n]);
        File.WriteAllBytes(FilePath, bytes);
    }

    public string FilePath { get; } = Path.GetTempFileName();

    /// <summary>The arguments that boot it.</summary>
    public string[] Boot => ["boot", FilePath, "--load", "0x1000"];

    /// <summary><c>b .</c></summary>
    public static RawImage ThatLoops() => new(0x48000000);

    /// <summary>Prints an x for ever.</summary>
    public static RawImage ThatPrintsForEver() => new([.. ConsoleInR3, 0x38800078, 0x98830000, 0x4bfffffc]);

    /// <summary>Prints "ok" and resets the system by DBCR0.</summary>
    public static RawImage ThatPrintsOkAndResets() =>
        new([.. ConsoleInR3, 0x3880006f, 0x98830000, 0x3880006b, 0x98830000, 0x3cc03000, 0x7cd2fba6, 0x48000000]);

    /// <summary>Says that a kernel panicked, and loops.</summary>
    public static RawImage ThatPanics() => new([.. ConsoleInR3,
        .. "Kernel panic: no\n".SelectMany(letter => (uint[])[0x38800000u | letter, 0x98830000]), 0x48000000]);

    /// <summary>An illegal instruction; so is what stands at the vectors.</summary>
    public static RawImage ThatFails() => new(0u);

    /// <summary>MSR[WE] with all interrupts off: <c>lis r3,4; mtmsr r3; b .</c></summary>
    public static RawImage ThatWaitsForNothing() => new(0x3c600004, 0x7c600124, 0x48000000);

    /// <summary>Echoes what it receives.</summary>
    public static RawImage ThatEchoes() =>
        new([.. ConsoleInR3, 0x38800023, 0x98830000, 0x38800020, 0x98830000, 0x88a30005, 0x70a50001, 0x4182fff8, 0x88830000, 0x98830000, 0x4bffffec]);

    /// <summary>Sends <c>#</c> on the second serial port, and echoes there what it receives; a <c>!</c> on the first one too.</summary>
    public static RawImage ThatEchoesOnTheSecondPort() => new(
        [.. ConsoleInR3, 0x98830103, 0x38800023, 0x98830100, 0x88a30105, 0x70a50001, 0x4182fff8, 0x88830100, 0x98830100, 0x2c040021,
            0x4082ffe8, 0x98830000, 0x4bffffe0]);

    /// <summary>An ELF that does nothing but loop, at 0x10000.</summary>
    public static byte[] LoopingElf() => Elf(0x60000000, 0x4bfffffc); // nop; b .-4

    /// <summary>An ELF that prints an x for ever.</summary>
    public static byte[] PrintingElf() => Elf([.. ConsoleInR3, 0x38800078, 0x98830000, 0x4bfffffc]);

    private static byte[] Elf(params uint[] code)
    {
        const uint Start = 0x10000;
        byte[] bytes = new byte[code.Length * 4];
        for (int n = 0; n < code.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(n * 4), code[n]);
        return ElfWriter.Write(Start, Start, bytes);
    }

    public void Dispose() => File.Delete(FilePath);
}
