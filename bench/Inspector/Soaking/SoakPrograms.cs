namespace PpcJit.Inspector.Soaking;

/// <summary>Guests that write no code, and use up something else.</summary>
internal static class SoakPrograms
{
    private const int Pid = 945;
    private const int CodePages = 8;
    private const int PageBytes = 4096;
    private const int LineLength = 64;

    /// <summary>Bytes of data for whose pages a soft page table has a page of its own, as 2 to the power of 16.</summary>
    private const int BlockHi = 0x20;

    /// <summary>How many of them a page of 16 MiB holds.</summary>
    private const int Blocks = 8;

    /// <summary>Calls a function on each of eight pages and stores to a page beside each, under one PID after the other.</summary>
    public static byte[] Contexts()
    {
        ProgramText text = new();
        SoakGuest.TurnTranslationOn(text);
        text.Add("addi r20,r0,0", "addis r8,r0,0x4e80", "ori r8,r8,0x20", "addis r7,r0,0x40", $"addi r9,r0,{CodePages}", "mtspr 9,r9");
        text.Label("fill");
        text.Add("stw r8,0(r7)", $"addi r7,r7,{PageBytes}");
        text.Branch("bc 16,0", "fill");
        text.Label("context");
        text.Add("addi r20,r20,1", "rlwinm r9,r20,0,24,31", $"mtspr {Pid},r9", "isync", "addis r22,r0,0x40", $"addi r24,r0,{CodePages}");
        text.Label("call");
        text.Add("mtspr 8,r22", "bclrl 20,0", "addis r7,r22,0x10", "stw r20,0(r7)", $"addi r22,r22,{PageBytes}", "addic. r24,r24,-1");
        text.Branch("bc 4,2", "call");
        text.Branch("b", "context");
        return SoakGuest.Bytes(text.Words());
    }

    /// <summary>
    /// Maps one page of 16 MiB after the other to the same memory, and loads and stores in each part of it, under one
    /// PID after the other.
    /// </summary>
    public static byte[] Pages()
    {
        ProgramText text = new();
        SoakGuest.TurnTranslationOn(text);
        text.Add("addi r20,r0,0");
        text.Label("context");
        text.Add("addi r20,r20,1", "rlwinm r20,r20,0,24,31", "addi r21,r0,1");
        text.Label("page");
        text.Add("addi r9,r0,0", $"mtspr {Pid},r9", "isync", "rlwinm r3,r21,24,0,7", "ori r3,r3,0x3c0", "addi r4,r0,0x300", "addi r5,r0,0");
        text.Add("tlbwe r3,r5,0", "tlbwe r4,r5,1", $"mtspr {Pid},r20", "isync", "rlwinm r7,r21,24,0,7", $"addi r9,r0,{Blocks}", "mtspr 9,r9");
        text.Label("block");
        text.Add("lwz r11,0x4000(r7)", "stw r11,0x4000(r7)", $"addis r7,r7,{BlockHi}");
        text.Branch("bc 16,0", "block");
        text.Add("addi r21,r21,1", "andi. r6,r21,255");
        text.Branch("bc 4,2", "page");
        text.Branch("b", "context");
        return SoakGuest.Bytes(text.Words());
    }

    /// <summary>Asks the gateway for its address as fast as the cable takes it, each time with an answer, and reads all keys.</summary>
    public static byte[] Outside()
    {
        // Both passes give the same number of words, so the frame's address of the first is right in the second.
        uint frame = SoakGuest.LoadAddress + (uint)SoakGuest.Bytes(Asking(0)).Length;
        return [.. SoakGuest.Bytes(Asking(frame)), .. ArpRequest];
    }

    /// <summary>Broadcast, from the board's own address: who has 10.0.2.2, tell 10.0.2.15.</summary>
    private static ReadOnlySpan<byte> ArpRequest =>
    [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0x40, 5, 0, 0, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1,
        2, 0, 0x40, 5, 0, 0, 10, 0, 2, 15, 0, 0, 0, 0, 0, 0, 10, 0, 2, 2,
    ];

    /// <summary>r7 is the EMAC, r8 the MAL's only descriptor, r10 what is written to it to send once more.</summary>
    private static uint[] Asking(uint frame)
    {
        ProgramText text = new();
        text.Add("addis r7,r0,-4256", "ori r7,r7,0x800", "addis r3,r0,-4256", "ori r3,r3,0x300", "addi r4,r0,1", "stb r4,2(r3)",
            "addis r8,r0,0x20");
        text.Add($"addis r9,r0,{frame >> 16}", $"ori r9,r9,{frame & 0xffff}", "stw r9,4(r8)", "mtdcr 0x1a0,r8", "addis r5,r0,-32768",
            "mtdcr 0x184,r5");
        text.Add("addis r6,r0,-32392", "ori r6,r6,0x8000", "stw r6,4(r7)", "addis r6,r0,0x1000", "stw r6,0(r7)", "addis r10,r0,-11520",
            $"ori r10,r10,{ArpRequest.Length}");
        text.Label("send");
        text.Add("stw r10,0(r8)", "stw r5,8(r7)");
        text.Label("wait");
        text.Add("lbz r4,5(r3)", "andi. r4,r4,1");
        text.Branch("bc 12,2", "no-key");
        text.Add("lbz r4,0(r3)");
        text.Label("no-key");
        text.Add("lwz r11,0(r8)", "andis. r11,r11,0x8000");
        text.Branch("bc 4,2", "wait");
        text.Branch("b", "send");
        return text.Words();
    }

    /// <summary>Prints lines of text.</summary>
    public static byte[] Console()
    {
        ProgramText text = new();
        text.Add("addis r3,r0,-4256", "ori r3,r3,0x300", "addi r4,r0,0x6f", "addi r5,r0,10");
        text.Label("line");
        text.Add($"addi r9,r0,{LineLength}", "mtspr 9,r9");
        text.Label("letter");
        text.Add("stb r4,0(r3)");
        text.Branch("bc 16,0", "letter");
        text.Add("stb r5,0(r3)");
        text.Branch("b", "line");
        return SoakGuest.Bytes(text.Words());
    }
}
