using System.Buffers.Binary;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Differential.Cases;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>
/// Makes programs into an ELF that runs one after the other and prints, for each, a line with a checksum over all that it left in
/// registers and scratch
/// memory; the same a second time; then the word END. In the long form it prints the values themselves, a line each. Nothing in it needs
/// privileges but the
/// vectors and the end on a board, so that the same programs do the same as a process of Linux.
/// </summary>
public static class JudgeImage
{
    /// <summary>First byte of the memory that programs load from and store to.</summary>
    public const uint ScratchStart = 0x6000;

    /// <summary>Words of it.</summary>
    public const uint ScratchWords = 64;

    /// <summary>r0 to r31, CR, XER, CTR and LR.</summary>
    public const int RegisterCount = 36;

    /// <summary>
    /// How often the programs run, all of them each time: an engine that translates what it has run before is to show
    /// its translation.
    /// </summary>
    public const int Passes = 2;

    /// <summary>The last line.</summary>
    public const string End = "END";

    /// <summary>Index of XER among the registers.</summary>
    internal const int XerIndex = 33;

    private const uint Entry = 0x4000;
    private const uint Variables = 0x5200;
    private const uint FirstProgram = 0x10000;
    private const uint ProgramBytes = 1024;
    private const uint CodeOffset = (RegisterCount + ScratchWords) * 4;
    private const uint FirstByte = 0x100;

    /// <summary>
    /// Before a program: its scratch memory is filled and its registers are loaded, the last of them by the first instructions of its block
    /// (<see cref="Beginning"/>). After it: all registers go to 0x5000, then to the checksum (FNV-1a by words), then out. At 0x5200 are
    /// the program's block,
    /// how many are left, whether values are wanted, how many programs and how many passes there are. The vectors skip an instruction
    /// that the chip refuses.
    /// </summary>
    private const string Driver =
        """
        code 00000600
            b skip
        code 00000700
        skip:
            mtspr sprg1,r31
            mfspr r31,srr0
            addi r31,r31,4
            mtspr srr0,r31
            mfspr r31,sprg1
            rfi
        code 00004000
        next:
            addi r31,r0,0x5200
            lwz r1,0(r31)
            addi r3,r1,140
            addi r4,r0,0x5ffc
            addi r5,r0,64
            mtspr ctr,r5
        fill:
            lwzu r6,4(r3)
            stwu r6,4(r4)
            bc 16,0,fill
            lwz r2,128(r1)
            mtcrf 0xff,r2
            lwz r2,132(r1)
            mtspr xer,r2
            addi r2,r1,400
            mtspr ctr,r2
            lmw r2,8(r1)
            bcctr 20,0
        end:
            stw r1,0x5004(r0)       # A base of r0 is zero: no register has to be free
            addi r1,r0,0x5000
            stw r0,0(r1)
            stmw r2,8(r1)
            mfcr r2
            stw r2,128(r1)
            mfspr r2,xer
            addis r3,r0,-0x2000     # Reserved bits read back as written on some
            ori r3,r3,0x7f
            and r2,r2,r3
            stw r2,132(r1)
            mfspr r2,ctr
            stw r2,136(r1)
            mfspr r2,lr
            stw r2,140(r1)
            addi r31,r0,0x5200
            addis r20,r0,-0x7ee4    # FNV-1a
            ori r20,r20,0x9dc5
            addis r21,r0,0x0100
            ori r21,r21,0x0193
            addi r22,r0,0x4ffc
            addi r23,r0,36
            bl fold
            addi r22,r0,0x5ffc
            addi r23,r0,64
            bl fold
            lwz r24,8(r31)
            cmpwi 0,r24,0
            bc 4,2,advance
            ori r3,r20,0
            bl print
        advance:
            lwz r1,0(r31)
            addi r1,r1,1024
            stw r1,0(r31)
            lwz r1,4(r31)
            addic. r1,r1,-1
            stw r1,4(r31)
            bc 4,2,next
            addis r1,r0,1           # All of them once more
            stw r1,0(r31)
            lwz r1,12(r31)
            stw r1,4(r31)
            lwz r1,16(r31)
            addic. r1,r1,-1
            stw r1,16(r31)
            bc 4,2,next
            addi r4,r0,0x45         # END
            bl put
            addi r4,r0,0x4e
            bl put
            addi r4,r0,0x44
            bl put
            addi r4,r0,10
            bl put
            b finish
        fold:
            mfspr r29,lr
            mtspr ctr,r23
        foldone:
            lwzu r3,4(r22)
            xor r20,r20,r3
            mullw r20,r20,r21
            lwz r24,8(r31)
            cmpwi 0,r24,0
            bc 12,2,folded
            mfspr r26,ctr
            bl print
            mtspr ctr,r26
        folded:
            bc 16,0,foldone
            mtspr lr,r29
            bclr 20,0
        print:
            mfspr r28,lr
            addi r5,r0,8
            mtspr ctr,r5
        digit:
            rlwinm r3,r3,4,0,31
            rlwinm r4,r3,0,28,31
            addi r4,r4,0x30
            cmpwi 0,r4,0x3a
            bc 12,0,decimal
            addi r4,r4,39
        decimal:
            bl put
            bc 16,0,digit
            addi r4,r0,10
            bl put
            mtspr lr,r28
            bclr 20,0

        """;

    private const string PutOnBoard =
        """
        put:
            addis r7,r0,-0x10a0     # UART0 is at 0xef600300
        wait:
            lbz r8,0x305(r7)
            andi. r8,r8,0x20
            bc 12,2,wait
            stb r4,0x300(r7)
            bclr 20,0
        finish:
            addis r1,r0,0x3000      # System reset
            mtspr dbcr0,r1
        stop:
            b stop
        """;

    /// <summary>A line is collected at 0x5300; its length is at 0x5220.</summary>
    private const string PutInProcess =
        """
        put:
            lwz r7,0x5220(r0)
            addi r8,r7,0x5300
            stb r4,0(r8)
            addi r7,r7,1
            stw r7,0x5220(r0)
            cmpwi 0,r4,10
            bclr 4,2
            ori r5,r7,0
            addi r7,r0,0
            stw r7,0x5220(r0)
            addi r4,r0,0x5300
            addi r3,r0,1            # Standard output
            addi r0,r0,4            # write
            sc
            bclr 20,0
        finish:
            addi r3,r0,0
            addi r0,r0,1            # exit
            sc
        stop:
            b stop
        """;

    /// <summary>What the registers that the driver itself needs last are loaded with.</summary>
    private const string Beginning =
        """
        code 00000000
            lwz r0,136(r1)
            mtspr ctr,r0
            lwz r0,140(r1)
            mtspr lr,r0
            lwz r0,0(r1)
            lwz r1,4(r1)
        """;

    private static readonly IReadOnlyList<MemoryBlock> OnBoard = CaseParser.Parse("driver", Driver + PutOnBoard).Memory;
    private static readonly IReadOnlyList<MemoryBlock> InProcess = CaseParser.Parse("driver", Driver + PutInProcess).Memory;
    private static readonly IReadOnlyList<uint> BeginningWords = CaseParser.Parse("beginning", Beginning).Memory[0].Words;

    /// <summary>Address of the driver's part after a program.</summary>
    private static readonly uint AfterProgram = FindAfterProgram();

    /// <summary>Most programs in an image: it must fit into the board's memory.</summary>
    public static int MaxPrograms => 50_000;

    /// <summary>Makes the image.</summary>
    /// <param name="programs">The programs; at least one.</param>
    /// <param name="isLong">Whether values are printed, not checksums.</param>
    /// <param name="machine">What it is to run on.</param>
    public static byte[] Create(IReadOnlyList<JudgedProgram> programs, bool isLong, JudgedMachine machine = JudgedMachine.Board)
    {
        byte[] image = new byte[(FirstProgram - FirstByte) + ((uint)programs.Count * ProgramBytes)];
        foreach (MemoryBlock block in machine == JudgedMachine.Board ? OnBoard : InProcess)
            Put(image, block.Address, block.Words);
        uint count = (uint)programs.Count;
        Put(image, Variables, [FirstProgram, count, isLong ? 1u : 0, count, Passes]);
        for (int n = 0; n < programs.Count; n++)
        {
            uint address = FirstProgram + ((uint)n * ProgramBytes);
            JudgedProgram program = programs[n];
            uint back = address + CodeOffset + (4 * (uint)(BeginningWords.Count + program.Code.Count));
            Put(image, address, [.. program.Registers, .. program.Scratch, .. BeginningWords, .. program.Code,
                InstructionTable.Row(Op.B).BaseWord | ((AfterProgram - back) & 0x03fffffc)]);
        }

        return ElfWriter.Write(Entry, FirstByte, image);
    }

    /// <summary>What the n-th line of the long form shows.</summary>
    public static string NameOf(int line)
    {
        (int pass, int place) = Math.DivRem(line, RegisterCount + (int)ScratchWords);
        string name = place switch
        {
            < 32 => $"r{place}",
            < RegisterCount => ((string[])["cr", "xer", "ctr", "lr"])[place - 32],
            _ => $"word at 0x{ScratchStart + (4 * (place - RegisterCount)):x4}",
        };
        return pass == 0 ? name : $"{name} after the second pass";
    }

    private static uint FindAfterProgram()
    {
        // After the jump that starts a program; both drivers are the same up to there
        MemoryBlock driver = OnBoard.First(block => block.Address == Entry);
        int jump = driver.Words.ToList().FindIndex(word => InstructionTable.Row(Op.Bcctr).Matches(word));
        return Entry + (4 * ((uint)jump + 1));
    }

    private static void Put(byte[] image, uint address, IEnumerable<uint> words)
    {
        int offset = (int)(address - FirstByte);
        foreach (uint word in words)
        {
            BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(offset), word);
            offset += 4;
        }
    }
}
