namespace PpcJit.Inspector.Soaking;

/// <summary>What functions <see cref="SoakGuest"/> writes, and how it uses them.</summary>
/// <param name="Lines">
/// A function's instructions; r4 and r3 are what it computes. In the lines that vary, the guest adds a number to the last
/// operand.
/// </param>
/// <param name="FunctionBytes">Length of a function, padding included.</param>
/// <param name="InPage">Functions in a page.</param>
/// <param name="Calls">So often each is called.</param>
/// <param name="ManyPages">Pages round which the guest goes at first; a power of two.</param>
/// <param name="FewPages">Pages round which it goes then.</param>
internal sealed record SoakCode(IReadOnlyList<(string Line, bool Varies)> Lines, int FunctionBytes, int InPage,
    int Calls, int ManyPages, int FewPages)
{
    private const int WordBytes = 4;
    private const int RoundsInFunction = 12;
    private const int StepsInLoop = 6;

    private static readonly IReadOnlyList<(string Line, bool Varies)> TinyLines = [("addi r3,r3,1", true), ("bclr 20,0", false)];

    /// <summary>Functions with a loop and a branch over an instruction, called until they have paid for their compiling.</summary>
    public static SoakCode Functions { get; } = new([.. FunctionLines()], FunctionBytes: 256, InPage: 8, Calls: 400, ManyPages: 64, FewPages: 8);

    /// <summary>The smallest regions there are.</summary>
    public static SoakCode Tiny { get; } = new(TinyLines, FunctionBytes: 32, InPage: 64, Calls: 9000, ManyPages: 64, FewPages: 8);

    /// <summary>Functions that are called a few times only.</summary>
    public static SoakCode Rewritten { get; } = new(TinyLines, FunctionBytes: 32, InPage: 8, Calls: 60, ManyPages: 8, FewPages: 2);

    private static IEnumerable<(string Line, bool Varies)> FunctionLines()
    {
        (string, bool)[] step =
        [
            ("rlwinm r3,r3,5,0,31", false), ("add r3,r3,r4", false), ("xori r4,r3,512", true), ("subf r4,r3,r4", false), ("addi r3,r3,9", true),
        ];
        (string, bool)[] loop =
        [
            .. Enumerable.Repeat(step, StepsInLoop).SelectMany(lines => lines),
            ("andi. r6,r4,1", false), ("bc 12,2,8", false), ("addi r3,r3,3", true), .. step,
        ];
        return
        [
            ("addi r3,r3,1", true), ($"addi r5,r0,{RoundsInFunction}", false), ("mtspr 9,r5", false), .. loop,
            ($"bc 16,0,{-loop.Length * WordBytes}", false), ("bclr 20,0", false),
        ];
    }
}
