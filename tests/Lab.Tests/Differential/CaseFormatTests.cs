using PpcJit.Kernel;
using PpcJit.Lab.Differential.Cases;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Tests.Differential;

internal sealed class CaseFormatTests
{
    private const string Sample =
        """
        # Counts down.
        run 10 40
        r3 = 00000005
        msr = 00001000
        tlb 5 = 00004740 00004300 01
        memory 00008000 = 00000001 00000002
        code 00004000
        loop:
            addic. r3,r3,-1
            bc 4,2,loop
        done: b done
        expect
            r3 = 00000000
            memory 00008004 = 00000002
        """;

    [Test]
    public void A_printed_case_reads_back_as_the_same_case()
    {
        TestCase first = CaseParser.Parse("sample", Sample);
        string printed = CasePrinter.Print(first);
        TestCase second = CaseParser.Parse("printed", printed);
        Assert.That(CasePrinter.Print(second), Is.EqualTo(printed));
        Assert.That(second.Registers, Is.EqualTo(first.Registers));
        Assert.That(second.Memory[1].Words, Is.EqualTo(new uint[] { 0x3463ffff, 0x4082fffc, 0x48000000 }));
        Assert.That(second.Points, Is.EqualTo(new ulong[] { 10, 40 }));
    }

    [TestCase("run 0", 1, 5, "a rising number of instructions")]
    [TestCase("run 5 5", 1, 5, "a rising number of instructions")]
    [TestCase("run", 1, 4, "a number of instructions")]
    [TestCase("r32 = 1", 1, 1, "a register, 'run'")]
    [TestCase("r3 = 123456789", 1, 6, "a hexadecimal number")]
    [TestCase("r3 1", 1, 3, "'= VALUE'")]
    [TestCase("# c\ntlb 64 = 0 0 0", 2, 5, "0 to 63")]
    [TestCase("tlb 3 = 0 0", 1, 1, "'tlb INDEX = HI LO TID'")]
    [TestCase("tlb 3 = 0 0 100", 1, 13, "a TID of 8 bits")]
    [TestCase("memory 2 = 1", 1, 8, "a multiple of 4")]
    [TestCase("memory 3fffc = 1 2", 1, 8, "an address below")]
    [TestCase("code 00040000", 1, 5, "one address")]
    [TestCase("code 4000\n    addi r3,r4", 2, 9, "the operands rT,rA,SI of addi")]
    [TestCase("code 4000\n    addi r3,r40,1", 2, 13, "a register r0 to r31 for rA")]
    [TestCase("code 4000\n    addi r3,r4,40000", 2, 16, "a number from -32768")]
    [TestCase("code 4000\n    fadd f1,f2,f3", 2, 5, "there is no 'fadd'")]
    [TestCase("code 4000\n    b nowhere", 2, 7, "a label or a distance")]
    [TestCase("code 4000\nx: b x\nx: b x", 3, 1, "a label that is not in use")]
    [TestCase("expect now", 1, 8, "nothing after 'expect'")]
    public void A_malformed_case_is_refused_with_its_place(string text, int line, int column, string expected)
    {
        InputException? problem = Assert.Throws<InputException>(() => CaseParser.Parse("bad.case", text));
        Assert.That(problem!.Message, Does.StartWith($"bad.case:{line}:{column}: expected ").And.Contain(expected));
    }

    [Test]
    public void Every_instruction_prints_as_a_line_that_assembles_to_it()
    {
        Random random = new(1);
        Dictionary<string, uint> labels = [];
        foreach (InstructionRow row in InstructionTable.Rows)
        {
            for (int n = 0; n < 100; n++)
            {
                uint word = row.RandomWord(random);
                string line = Assembler.Print(word);
                Assert.That(line, Does.Not.StartWith(".long"), $"{word:x8}, {row}");
                Assert.That(Assembler.TryAssemble(line, 0, labels, out uint again, out string error, out _), Is.True, error);
                Assert.That(again, Is.EqualTo(word), line);
            }
        }
    }
}
