using System.Buffers.Binary;
using PpcJit.Machine.Isa;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>
/// Firmware for the 512 KB flash of the evaluation boards: it turns the RAM on, copies itself into it, prints how many bytes at the start of the
/// flash are 0, a digit and a line feed, programs one more, and resets the system. So it counts its starts, in one run and from run to run.
/// </summary>
internal static class CountingFirmware
{
    /// <summary>Bytes of the flash.</summary>
    public const int FlashSize = 512 << 10;

    private static readonly string[] Start =
    [
        "addi r3,0,0x40", "mtdcr 0x10,r3", "addis r3,0,10", "ori r3,r3,1", "mtdcr 0x11,r3", // SDRAM0_B0CR: 128 MB at 0
        "addi r3,0,0x20", "mtdcr 0x10,r3", "addis r3,0,-32768", "mtdcr 0x11,r3", // SDRAM0_CFG: on
        "addis r4,0,-1", "ori r4,r4,0xff4c", "addi r5,0,0x0ffc", "addi r6,0,40", "mtspr 9,r6", // To 0x1000
        "lwzu r7,4(r4)", "stwu r7,4(r5)", "bc 16,0,-8", "addi r5,0,0x1000", "mtspr 8,r5", "bclr 20,0",
    ];

    private static readonly string[] InRam =
    [
        "addis r3,0,-4256", "ori r3,r3,0x0300", "addi r0,0,3", "stb r0,3(r3)", // UART0, 8 bits
        "addis r9,0,-8", "addi r10,0,0x30",
        "lbz r11,0(r9)", "cmpwi 0,r11,0", "bc 4,2,16", "addi r9,r9,1", "addi r10,r10,1", "b -20",
        "stb r10,0(r3)", "addi r0,0,10", "stb r0,0(r3)",
        "addis r20,0,-8", "ori r20,r20,0x5555", "addis r21,0,-8", "ori r21,r21,0x2aaa",
        "addi r0,0,0xaa", "stb r0,0(r20)", "addi r0,0,0x55", "stb r0,0(r21)", "addi r0,0,0xa0", "stb r0,0(r20)", "addi r0,0,0", "stb r0,0(r9)",
        "lbz r7,0(r9)", "cmpwi 0,r7,0", "bc 4,2,-8",
        "addis r6,0,0x3000", "mtspr 1010,r6", "b 0",
    ];

    /// <summary>The firmware alone: the last 256 bytes of the address space.</summary>
    public static byte[] Image()
    {
        byte[] image = new byte[256];
        Put(image, 0, Start);
        Put(image, 0x50, InRam);
        Put(image, 0xfc, ["b -252"]);
        return image;
    }

    /// <summary>A whole flash with the firmware.</summary>
    public static byte[] Flash()
    {
        byte[] flash = new byte[FlashSize];
        flash.AsSpan().Fill(0xff);
        Image().CopyTo(flash, FlashSize - 256);
        return flash;
    }

    private static void Put(byte[] image, int offset, string[] lines)
    {
        for (int n = 0; n < lines.Length; n++)
            BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(offset + (4 * n)), Assembler.Word(lines[n]));
    }
}
