using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Tests.Isa;

/// <summary>The words are those of the GNU assembler.</summary>
internal sealed class AssemblerTests
{
    [TestCase("addo. r3,r4,r5", 0x7c642e15u)]
    [TestCase("addi r3,r0,-1", 0x3860ffffu)]
    [TestCase("lwz r3,-8(r4)", 0x8064fff8u)]
    [TestCase("rlwinm. r1,r2,3,4,5", 0x5441190bu)]
    [TestCase("bl -4", 0x4bfffffdu)]
    [TestCase("bcla 12,2,0x100", 0x41820103u)]
    [TestCase("mtspr 26,r3", 0x7c7a03a6u)]
    [TestCase("mfspr r3,1010", 0x7c72faa6u)]
    [TestCase("mtcrf 0x80,r7", 0x7ce80120u)]
    [TestCase("tlbwe r4,r5,1", 0x7c850fa4u)]
    [TestCase("stwcx. r3,r0,r4", 0x7c60212du)]
    [TestCase("sc", 0x44000002u)]
    [TestCase("wrteei 1", 0x7c008146u)]
    [TestCase("cmpwi 7,r3,-32768", 0x2f838000u)]
    [TestCase("crxor 31,0,15", 0x4fe07982u)]
    [TestCase("macchwso. r3,r4,r5", 0x10642dd9u)]
    [TestCase("lswi r31,r4,16", 0x7fe484aau)]
    [TestCase("lswi r31,r4,32", 0x7fe404aau)]
    [TestCase("addis r31,0,2048", 0x3fe00800u)]
    [TestCase("mtspr usprg0,r3", 0x7c6043a6u)]
    [TestCase("mtspr sprg3,r3", 0x7c7343a6u)]
    [TestCase(".long 0xfc000000", 0xfc000000u)]
    public void A_line_becomes_its_word(string line, uint word) => Assert.That($"{Assembler.Word(line):x8}", Is.EqualTo($"{word:x8}"));
}
