using System.Buffers.Binary;
using PpcJit.Machine.Isa;

namespace PpcJit.Inspector.Soaking;

/// <summary>
/// A bare-metal guest that never stops making code: it writes pages full of functions, each time with other numbers in
/// them, calls each function until it is worth compiling, and goes on to the next page. A while it goes round many
/// pages, so that code fills up to the limit; then round a few, so that code is forgotten since it was written over.
/// Each page is executed under another PID, so that contexts come and go as well.
/// </summary>
internal static class SoakGuest
{
    /// <summary>Where the image goes and begins.</summary>
    public const uint LoadAddress = 0x1_0000;

    private const int WordBytes = 4;

    /// <summary>The first page that is written; the pages follow each other.</summary>
    private const int BufferHi = 0x40;

    private const int CacheLine = 32;

    /// <summary>The image: the program, then the function's words and what to add to each.</summary>
    public static byte[] Image(SoakCode code)
    {
        // Both passes give the same number of words, so the table's address of the first is right in the second.
        uint table = LoadAddress + (uint)(Program(code, 0).Length * WordBytes);
        uint[] program = Program(code, table);
        uint[] words = [.. program, .. code.Lines.SelectMany(one => (uint[])[Assembler.Word(one.Line), one.Varies ? 1u : 0u])];
        return Bytes(words);
    }

    /// <summary>Words as they are in memory.</summary>
    public static byte[] Bytes(IReadOnlyList<uint> words)
    {
        byte[] image = new byte[words.Count * WordBytes];
        for (int n = 0; n < words.Count; n++)
            BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(n * WordBytes), words[n]);
        return image;
    }

    /// <summary>
    /// The program. r20 counts the pages that were written; r21 is the page, r22 the function in it, r23 what is added
    /// to its numbers.
    /// </summary>
    private static uint[] Program(SoakCode code, uint table)
    {
        ProgramText text = new();
        TurnTranslationOn(text);
        text.Add("addi r20,r0,0");
        text.Label("page");

        // Round the many pages for a while, then as long round the few.
        text.Add($"rlwinm r21,r20,12,{32 - 12 - Log2(code.ManyPages)},19", $"andi. r6,r20,{code.ManyPages}");
        text.Branch("bc 12,2", "written");
        text.Add($"rlwinm r21,r20,12,{32 - 12 - Log2(code.FewPages)},19");
        text.Label("written");
        text.Add($"addis r21,r21,{BufferHi}", "rlwinm r23,r20,0,24,31", "or r22,r21,r21", $"addi r24,r0,{code.InPage}");

        text.Label("function");
        text.Add($"addis r8,r0,{table >> 16}", $"ori r8,r8,{table & 0xffff}", $"addi r9,r0,{code.Lines.Count}",
            "mtspr 9,r9", "or r10,r22,r22");
        text.Label("word");
        text.Add("lwz r11,0(r8)", "lwz r12,4(r8)", "mullw r12,r12,r23", "add r11,r11,r12", "stw r11,0(r10)",
            "addi r8,r8,8", "addi r10,r10,4");
        text.Branch("bc 16,0", "word");
        text.Add("addi r23,r23,1", "rlwinm r23,r23,0,24,31", $"addi r22,r22,{code.FunctionBytes}", "addic. r24,r24,-1");
        text.Branch("bc 4,2", "function");

        // What was written must be in memory, and nothing older in the instruction cache.
        text.Add($"addi r9,r0,{code.InPage * code.FunctionBytes / CacheLine}", "mtspr 9,r9", "or r10,r21,r21");
        text.Label("line");
        text.Add("dcbst r0,r10", "icbi r0,r10", $"addi r10,r10,{CacheLine}");
        text.Branch("bc 16,0", "line");
        text.Add("sync", "isync", "rlwinm r9,r20,0,24,31", "mtspr 945,r9", "isync");

        text.Add("or r22,r21,r21", $"addi r24,r0,{code.InPage}");
        text.Label("run");
        text.Add($"addi r25,r0,{code.Calls}");
        text.Label("call");
        text.Add("mtspr 8,r22", "bclrl 20,0", "addic. r25,r25,-1");
        text.Branch("bc 4,2", "call");
        text.Add($"addi r22,r22,{code.FunctionBytes}", "addic. r24,r24,-1");
        text.Branch("bc 4,2", "run");
        text.Add("addi r20,r20,1");
        text.Branch("b", "page");
        return text.Words();
    }

    /// <summary>One entry of 16 MiB for all PIDs, each address at itself, as kernels have it for themselves.</summary>
    public static void TurnTranslationOn(ProgramText text) =>
        text.Add(
            "addi r3,r0,0", "mtspr 945,r3", "addi r3,r0,0x3c0", "addi r4,r0,0x300", "addi r5,r0,63", "tlbwe r3,r5,0",
                "tlbwe r4,r5,1", "isync",
            "addi r3,r0,0x30", "mtmsr r3", "isync");

    private static int Log2(int value) => int.Log2(value);
}
