using PpcJit.Machine.Cpu;

namespace PpcJit.Machine.Tests.Interpreter;

/// <summary>Storage attributes: those of the entry in virtual mode, those of the 128 MB region in real mode.</summary>
internal sealed class TlbAttributeTests
{
    private const StorageAttributes All =
        StorageAttributes.WriteThrough | StorageAttributes.CacheInhibited
        | StorageAttributes.Guarded | StorageAttributes.LittleEndian | StorageAttributes.U0;

    [TestCase(0u, 0u, StorageAttributes.None)]
    [TestCase(0u, Tlb.WriteThrough, StorageAttributes.WriteThrough)]
    [TestCase(0u, Tlb.CacheInhibited, StorageAttributes.CacheInhibited)]
    [TestCase(0u, Tlb.Guarded, StorageAttributes.Guarded)]
    [TestCase(0u, 2u, StorageAttributes.None, TestName = "M_has_no_effect")]
    [TestCase(Tlb.Endian, 0u, StorageAttributes.LittleEndian)]
    [TestCase(Tlb.U0, 0u, StorageAttributes.U0)]
    [TestCase(Tlb.Endian | Tlb.U0, 0xfu, All)]
    public void A_page_has_the_attributes_of_its_entry_whatever_the_real_mode_registers_say(uint hi, uint lo, StorageAttributes expected)
    {
        foreach (uint registers in (uint[])[0, uint.MaxValue])
        {
            using TestMachine m = new() { Msr = Msr.Dr };
            foreach (int spr in (int[])[Spr.Dccr, Spr.Iccr, Spr.Dcwr, Spr.Sgr, Spr.Sler, Spr.Su0r])
                m.SetSpr(spr, registers);
            m.Map(0, TlbBench.Hi(0x5000_0000, attributes: hi), TlbBench.Lo(0, attributes: lo));
            Assert.That(m.Processor.Mmu.Translate(
                0x5000_0000, AccessKind.Load, out _, out StorageAttributes attributes), Is.EqualTo(TranslationFault.None));
            Assert.That(attributes, Is.EqualTo(expected));
        }
    }

    [TestCase(Spr.Dcwr, StorageAttributes.WriteThrough, true, true)]
    [TestCase(Spr.Sgr, StorageAttributes.Guarded, true, true)]
    [TestCase(Spr.Sler, StorageAttributes.LittleEndian, true, true)]
    [TestCase(Spr.Su0r, StorageAttributes.U0, true, true)]
    [TestCase(Spr.Dccr, StorageAttributes.CacheInhibited, true, false)]
    [TestCase(Spr.Iccr, StorageAttributes.CacheInhibited, false, true)]
    public void A_region_of_real_storage_has_the_attribute_of_its_bit(int spr, StorageAttributes attribute, bool data, bool instructions)
    {
        // A set bit of DCCR and ICCR permits caching; a set bit of the others gives their attribute.
        bool inverted = attribute == StorageAttributes.CacheInhibited;
        using TestMachine m = new();
        foreach (int other in (int[])[Spr.Dcwr, Spr.Sgr, Spr.Sler, Spr.Su0r])
            m.SetSpr(other, 0);
        m.SetSpr(Spr.Dccr, uint.MaxValue);
        m.SetSpr(Spr.Iccr, uint.MaxValue);
        for (int region = 0; region < 32; region++)
        {
            uint bit = 0x8000_0000 >> region;
            m.SetSpr(spr, inverted ? ~bit : bit);
            for (int asked = 0; asked < 32; asked++)
            {
                foreach (AccessKind access in Enum.GetValues<AccessKind>())
                {
                    bool has = asked == region && (access == AccessKind.Fetch ? instructions : data);
                    m.Processor.Mmu.Translate(((uint)asked << 27) | 0x07ff_fffc, access, out _, out StorageAttributes attributes);
                    Assert.That(attributes, Is.EqualTo(has ? attribute : StorageAttributes.None),
                        $"bit {region}, region {asked}, {access}");
                }
            }
        }
    }

    [Test]
    public void After_reset_all_real_storage_is_guarded_uncached_big_endian_and_not_write_through()
    {
        using TestMachine m = new();
        foreach (AccessKind access in Enum.GetValues<AccessKind>())
        {
            m.Processor.Mmu.Translate(TestMachine.DataBase, access, out _, out StorageAttributes attributes);
            Assert.That(attributes, Is.EqualTo(StorageAttributes.Guarded | StorageAttributes.CacheInhibited));
        }
    }
}
