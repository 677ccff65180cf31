using PpcJit.Machine.Cpu;

namespace PpcJit.Tests.Support;

/// <summary>What tests of translation share.</summary>
internal static class TlbBench
{
    /// <summary>SIZE of a 4 KB page.</summary>
    public const int Size4K = 1;

    /// <summary>The SIZE codes and the bytes of their pages, as the manual lists them.</summary>
    public static readonly (int Code, uint Bytes)[] Sizes =
    [
        (0, 0x400), (1, 0x1000), (2, 0x4000), (3, 0x1_0000), (4, 0x4_0000), (5, 0x10_0000), (6, 0x40_0000), (7, 0x100_0000),
    ];

    /// <summary>TLBHI of a valid entry.</summary>
    public static uint Hi(uint effective, int size = Size4K, uint attributes = 0) => effective | ((uint)size << 7) | Tlb.Valid | attributes;

    /// <summary>TLBLO of an entry in a zone.</summary>
    public static uint Lo(uint physical, uint rights = Tlb.Execute | Tlb.Write, int zone = 0, uint attributes = 0) =>
        physical | rights | ((uint)zone << 4) | attributes;

    /// <summary>Fills an entry directly.</summary>
    public static TestMachine Map(this TestMachine m, int index, uint hi, uint lo, uint tid = 0)
    {
        m.Processor.Tlb.Restore(index, hi, lo, tid);
        return m;
    }

    /// <summary>Maps the page of the code, one to one, by the last entry: an instruction of a test can then run with MSR[IR].</summary>
    public static TestMachine MapCode(this TestMachine m) =>
        m.Map(63, Hi(TestMachine.CodeBase), Lo(TestMachine.CodeBase));

    /// <summary>Where an access would go; null for a TLB miss or a refusal.</summary>
    public static uint? Physical(this TestMachine m, uint effective, AccessKind access = AccessKind.Load) =>
        m.Processor.Mmu.Translate(effective, access, out uint physical, out _) == TranslationFault.None ? physical : null;
}
