using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>
/// A guest of some forty instructions with symbols. It calls <c>work</c>, <c>section</c> and <c>touch</c> ten times
/// each, prints how many interrupts came (r25), how many TLB misses (r24) and the sum of what <c>work</c> returned
/// (r27), each as one character from '0', and resets the machine. An interrupt inside <c>section</c>, while r26 is 1,
/// makes it print <c>PANIC</c> and hang.
/// </summary>
internal static class ScenarioGuest
{
    private const uint Origin = 0x10000;

    private const string Program =
        """
        _start:
            addis r29,r0,-4256
            ori r29,r29,768
            addi r4,r0,3
            stb r4,3(r29)
            addis r1,r0,2
            addi r4,r0,0
            addi r5,r0,960
            tlbwe r5,r4,0
            addi r5,r0,768
            tlbwe r5,r4,1
            addi r4,r0,2
            addis r5,r0,-4256
            ori r5,r5,192
            tlbwe r5,r4,0
            addis r5,r0,-4256
            ori r5,r5,773
            tlbwe r5,r4,1
            addis r6,r0,-32768
            mfmsr r4
            ori r4,r4,48
            mtmsr r4
            isync
            addis r4,r0,1024
            mtspr tcr,r4
            wrteei 1
            addi r20,r0,10
        loop:
            bl work
            add r27,r27,r3
            bl section
            bl touch
            addic. r20,r20,-1
            bc 4,2,loop
            wrteei 0
            addi r3,r25,48
            bl put
            addi r3,r24,48
            bl put
            addi r3,r27,48
            bl put
            addi r3,r0,10
            bl put
            addis r4,r0,12288
            mtspr dbcr0,r4
        stay:
            b stay
        work:
            addi r3,r0,0
            bclr 20,0
        section:
            addi r26,r0,1
            ori r0,r0,0
            addi r26,r0,0
            bclr 20,0
        touch:
            lwz r5,0(r6)
            bclr 20,0
        put:
            stb r3,0(r29)
            bclr 20,0
        external:
            mtspr sprg3,r3
            mfcr r30
            cmpwi 0,r26,1
            bc 12,2,panic
            addi r25,r25,1
            addis r3,r0,2048
            mtspr tsr,r3
            mtcrf 255,r30
            mfspr r3,sprg3
            rfi
        panic:
            addi r3,r0,80
            stb r3,0(r29)
            addi r3,r0,10
            stb r3,0(r29)
        hang:
            b hang
        miss:
            addi r24,r24,1
            addi r28,r0,1
            addis r30,r0,-32768
            ori r30,r30,192
            tlbwe r30,r28,0
            addis r30,r0,3
            ori r30,r30,768
            tlbwe r30,r28,1
            rfi
        """;

    private static readonly (uint Vector, string Handler)[] Vectors = [(0x500, "external"), (0x1000, "external"), (0x1100, "miss")];

    /// <summary>The same with one interrupt of its own, of the PIT, which comes so many ticks after interrupts have been enabled.</summary>
    public static byte[] TimerImage(int ticks) => Build(Program.Replace(
        "    wrteei 1\n", $"    addi r4,r0,{ticks}\n    mtspr pit,r4\n    wrteei 1\n", StringComparison.Ordinal));

    /// <summary>The same, and an interrupt inside <c>section</c> makes it turn interrupts off and hang there, when it has returned.</summary>
    public static byte[] HangingImage { get; } = Build(Program
        .Replace("    bc 12,2,panic\n", "    bc 12,2,mark\n", StringComparison.Ordinal)
        .Replace("    addi r26,r0,0\n    bclr 20,0\n", "    addi r26,r0,0\n    cmpwi 0,r23,1\n    bc 12,2,off\n    bclr 20,0\n",
            StringComparison.Ordinal)
        .Replace("miss:\n",
            "off:\n    wrteei 0\nstuck:\n    b stuck\nmark:\n    addi r23,r0,1\n    mtcrf 255,r30\n    mfspr r3,sprg3\n    rfi\nmiss:\n",
            StringComparison.Ordinal));

    private static readonly string[] Labels = ["loop", "stay", "hang"];

    /// <summary>The image.</summary>
    public static byte[] Image { get; } = Build(Program);

    /// <summary>
    /// The same as assembly code has it: no symbol has a size, what is jumped to within a function is a label, and there is one within
    /// <c>section</c>.
    /// </summary>
    public static byte[] AssemblyImage { get; } = Build(Program, isAssembly: true);

    /// <summary>The same, and where it would print P it prints the prompt of a kernel's debugger.</summary>
    public static byte[] DebuggerImage { get; } = Build(Program.Replace("    addi r3,r0,80\n", string.Concat("db> "
        .Select(letter => $"    addi r3,r0,{(int)letter}\n    stb r3,0(r29)\n")), StringComparison.Ordinal));

    /// <summary>
    /// Another one, of two lwps whose u-areas are at 0x80000000 and 0x80008000: it goes from one's stack to the other's, eight times in all, and
    /// stores there. The handler of TLB misses turns translation on, takes a stack of its own, and goes back to the one on which it was called.
    /// </summary>
    /// <param name="ahead">Instructions ahead of each that takes a stack, with rN for the register that has its u-area's address.</param>
    public static byte[] StackOfHandlerImage(string ahead = "") => Build(
        $$"""
        _start:
            addi r4,r0,0
            addi r5,r0,960
            tlbwe r5,r4,0
            addi r5,r0,768
            tlbwe r5,r4,1
            addis r9,r0,1
            addis r6,r0,-32768
            ori r7,r6,32768
            addi r8,r9,0x5010
            stw r6,0(r8)
            stw r7,16(r8)
            addi r10,r0,4
            mfmsr r4
            ori r4,r4,48
            mtmsr r4
            isync
        loop:
            stw r8,0x5000(r9)
            {{ahead.Replace("rN", "r6").Replace("next", "first")}}
            addi r1,r6,0x3f00
            stw r10,0(r1)
            addi r12,r8,16
            stw r12,0x5000(r9)
            {{ahead.Replace("rN", "r7").Replace("next", "second")}}
            addi r1,r7,0x3f00
            stw r10,0(r1)
            addic. r10,r10,-1
            bc 4,2,loop
            addis r4,r0,12288
            mtspr dbcr0,r4
        stay:
            b stay
        hang:
            b hang
        external:
            b external
        miss:
            mtspr sprg1,r1
            mfmsr r29
            ori r29,r29,48
            mtmsr r29
            isync
            addi r1,r9,0x6000
            mfspr r30,dear
            rlwinm r30,r30,0,0,17
            ori r29,r30,320
            addi r28,r0,1
            tlbwe r29,r28,0
            rlwinm r30,r30,0,16,17
            addis r30,r30,4
            ori r30,r30,768
            tlbwe r30,r28,1
            mfspr r1,sprg1
            rfi
        """);

    /// <summary>Reads a scenario about the guest; <c>IMAGE</c> in its text is replaced by the image's path.</summary>
    public static Scenario Read(TemporaryFile image, string text) =>
        ScenarioReader.Read("test.yaml", text.Replace("IMAGE", image.Path), new Dictionary<string, string>());

    /// <summary>Runs a scenario about the guest.</summary>
    public static ScenarioReport Run(
        string text, string engine = "jit", int workers = 1, int part = 0, int partCount = 1, string? folder = null, byte[]? contents = null)
    {
        using TemporaryFile image = new(contents ?? Image);
        return ScenarioRunner.Run(Read(image, text), Settings(engine, workers) with { Part = part, PartCount = partCount, RunFolder = folder });
    }

    /// <summary>How to run: the jit compiles at once and everything, so that few instructions are enough to test it.</summary>
    public static RunSettings Settings(string engine, int workers) => new(
        engine,
        engine == "jit"
            ? processor => new JitEngine(processor, new JitOptions { Threshold = 1, Background = false })
            : processor => new InterpreterEngine(processor),
        workers)
    {
        Explains = false,
    };

    private static byte[] Build(string program, bool isAssembly = false)
    {
        string[] lines = program.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, uint> labels = [];
        uint address = Origin;
        foreach (string line in lines)
        {
            if (line.EndsWith(':'))
                labels[line[..^1]] = address;
            else
                address += 4;
        }

        ElfBuilder elf = new() { Entry = Origin };
        foreach ((uint vector, string handler) in Vectors)
            elf.Segment(vector, Words([0x48000000 | ((labels[handler] - vector) & 0x03fffffc)]));
        elf.Segment(Origin, Words([.. lines.Where(line => !line.EndsWith(':')).Select((line, n) => Assemble(line, Origin + (4 * (uint)n), labels))]));
        string[] names = [.. labels.OrderBy(label => label.Value).Select(label => label.Key)];
        for (int n = 0; isAssembly && n < names.Length; n++)
            elf.Symbol(names[n], labels[names[n]], 0, info: (byte)(Labels.Contains(names[n]) ? 0 : 0x12), section: 1);
        if (isAssembly)
            elf.Symbol("section_middle", labels["section"] + 4, 0, info: 0, section: 1);
        for (int n = 0; !isAssembly && n < names.Length; n++)
            elf.Function(names[n], labels[names[n]], (n + 1 < names.Length ? labels[names[n + 1]] : address) - labels[names[n]]);
        return elf.Build();
    }

    private static uint Assemble(string line, uint address, Dictionary<string, uint> labels) =>
        Assembler.TryAssemble(line, address, labels, out uint word, out string error, out _) ? word : throw new ArgumentException($"{line}: {error}");

    private static byte[] Words(uint[] words)
    {
        byte[] bytes = new byte[4 * words.Length];
        for (int n = 0; n < words.Length; n++)
            bytes.PutWord(4 * n, words[n]);
        return bytes;
    }
}
