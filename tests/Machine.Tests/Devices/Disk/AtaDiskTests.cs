using System.Buffers.Binary;
using System.Text;
using PpcJit.Machine.Devices.Disk;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Devices.Disk;

/// <summary>The disk as drivers use it, from the protocols and commands of ATA/ATAPI-6, and as they should not.</summary>
internal sealed class AtaDiskTests
{
    private const byte Abort = 0x04;
    private const byte NotFound = 0x10;

    [Test]
    public void Out_of_reset_it_shows_what_it_is_and_interrupts_nobody()
    {
        DiskBench bench = new();
        Assert.That(bench.Disk.Read(7), Is.EqualTo(DiskBench.Idle));
        Assert.That(Registers(bench, 1, 2, 3, 4, 5), Is.EqualTo(new byte[] { 1, 1, 1, 0, 0 }), "diagnostic passed, signature of an ATA device");
        Assert.That(bench.Interrupts, Is.Zero);
    }

    [Test]
    public void Identify_describes_it()
    {
        DiskBench bench = new(sectors: 300_000_000);
        bench.Command(0xec);
        Assert.That(bench.Disk.AlternateStatus, Is.EqualTo(DiskBench.Busy));
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Request));
        byte[] data = bench.ReadWords(512);
        Assert.That(bench.Wait(), Is.EqualTo(DiskBench.Idle));
        ushort Word(int n) => BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(2 * n));
        Assert.That(Word(0) & 0x8000, Is.Zero, "an ATA device");
        Assert.That((Word(1), Word(3), Word(6)), Is.EqualTo(((ushort)16383, (ushort)16, (ushort)63)));
        Assert.That(Word(49) & 0x0300, Is.EqualTo(0x0200), "linear addresses, no DMA");
        Assert.That(Word(47) & 0xff, Is.EqualTo(8));
        Assert.That(Word(60) | (Word(61) << 16), Is.EqualTo(0x0fffffff), "what 28 bits reach");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(200)), Is.EqualTo(300_000_000));
        Assert.That(Word(83) & 0xf400, Is.EqualTo(0x7400), "valid, 48 bits, both flushes");
        Assert.That(Word(63) | Word(88), Is.Zero, "no DMA modes");
        byte[] model = data[54..94];
        for (int n = 0; n < model.Length; n += 2)
            (model[n], model[n + 1]) = (model[n + 1], model[n]);
        Assert.That(Encoding.ASCII.GetString(model).TrimEnd(), Is.EqualTo("PpcJit ATA disk"));
        Assert.That(data[510], Is.EqualTo(0xa5));
        Assert.That(data.Sum(one => one) & 0xff, Is.Zero, "the sum that the last word makes");
    }

    [Test]
    public void Sectors_are_read_one_by_one_with_an_interrupt_for_each()
    {
        DiskBench bench = new();
        bench.Command(0x20, sector: 1000, count: 3);
        for (ulong sector = 1000; sector < 1003; sector++)
        {
            Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Request));
            Assert.That(bench.ReadWords(512), Is.EqualTo(MemorySectors.ContentOf(sector)));
        }

        Assert.That(bench.Wait(), Is.EqualTo(DiskBench.Idle));
        Assert.That(bench.Interrupts, Is.EqualTo(3), "none after the last word");
    }

    [Test]
    public void A_block_of_read_multiple_has_as_many_sectors_as_were_set_and_the_last_one_has_the_rest()
    {
        DiskBench bench = new();
        bench.Command(0xc6, count: 4);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        bench.Command(0xc4, sector: 8, count: 6);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Request));
        bench.ReadWords(4 * 512);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Request));
        byte[] rest = bench.ReadWords(2 * 512);
        Assert.That(rest[512..], Is.EqualTo(MemorySectors.ContentOf(13)));
        Assert.That((bench.Wait(), bench.Interrupts), Is.EqualTo((DiskBench.Idle, 3)));
    }

    [TestCase(3, Abort, Description = "no power of two")]
    [TestCase(16, Abort, Description = "more than it can")]
    public void Set_multiple_takes_no_other_number(byte count, byte error)
    {
        DiskBench bench = new();
        bench.Command(0xc6, count: count);
        AssertFails(bench, error);
        bench.Command(0xc6, count: 0);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        bench.Command(0xc4, count: 1);
        AssertFails(bench, Abort);
    }

    [Test]
    public void A_count_of_0_is_256_sectors_and_65536_with_48_bits()
    {
        DiskBench bench = new(sectors: 1_000_000);
        bench.Command(0xc4, sector: 0, count: 0);
        int blocks = 0;
        for (; (bench.Wait() & 8) != 0; blocks++)
            bench.ReadWords(8 * 512);
        Assert.That(blocks, Is.EqualTo(32));
        bench.Extended(0x42, sector: 1_000_000 - 65536, count: 0);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle), "verified up to the last sector");
        bench.Extended(0x42, sector: 1_000_001 - 65536, count: 0);
        AssertFails(bench, NotFound);
    }

    [Test]
    public void What_is_written_is_read_and_the_disk_below_stays()
    {
        DiskBench bench = new();
        byte[][] written = [DiskBench.Pattern(1), DiskBench.Pattern(2)];
        bench.Command(0x30, sector: 77, count: 2);
        Assert.That((bench.Disk.AlternateStatus, bench.Interrupts), Is.EqualTo((DiskBench.Request, 0)), "the first block is asked for at once");
        bench.WriteWords(written[0]);
        Assert.That(bench.Disk.AlternateStatus, Is.EqualTo(DiskBench.Busy));
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Request));
        bench.WriteWords(written[1]);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        Assert.That((bench.Sector(77), bench.Sector(78), bench.Sector(79)), Is.EqualTo((written[0], written[1], MemorySectors.ContentOf(79))));
        Assert.That(bench.Disk.Content.Written.Keys, Is.EqualTo(new ulong[] { 77, 78 }));
        bench.Command(0x20, sector: 78, count: 1);
        bench.WaitForInterrupt();
        Assert.That(bench.ReadWords(512), Is.EqualTo(written[1]));
        foreach (byte flush in new byte[] { 0xe7, 0xea })
        {
            bench.Command(flush);
            Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        }
    }

    [Test]
    public void Addresses_of_48_bits_come_in_two_halves_that_can_be_read_back()
    {
        const ulong Sector = 0x1_2345_6789;
        DiskBench bench = new(sectors: Sector + 10);
        bench.Extended(0x34, Sector, count: 1);
        bench.WriteWords(DiskBench.Pattern(5));
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        Assert.That(bench.Sector(Sector), Is.EqualTo(DiskBench.Pattern(5)));
        Assert.That(Registers(bench, 3, 4, 5), Is.EqualTo(new byte[] { 0x89, 0x67, 0x45 }));
        bench.Disk.WriteControl(0x80);
        Assert.That(Registers(bench, 3, 4, 5), Is.EqualTo(new byte[] { 0x23, 0x01, 0x00 }), "the halves that were written first");
        bench.Disk.Write(2, 1);
        Assert.That(bench.Disk.Read(3), Is.EqualTo(0x89), "writing a register goes back to the later halves");

        bench.Extended(0x24, Sector + 9, count: 2);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Request));
        bench.ReadWords(512);
        AssertFails(bench, NotFound);
        Assert.That(Registers(bench, 3, 4, 5), Is.EqualTo(new byte[] { 0x93, 0x67, 0x45 }), "the sector that is not there");
    }

    [Test]
    public void Cylinder_head_and_sector_count_as_the_driver_says_they_do()
    {
        DiskBench bench = new();
        bench.Command(0x20, sector: 0x000201, count: 1, device: 0x03); // Cylinder 2, head 3, sector 1
        bench.WaitForInterrupt();
        Assert.That(bench.ReadWords(512), Is.EqualTo(MemorySectors.ContentOf((((2 * 16) + 3) * 63) + 0)));
        bench.Command(0x91, count: 10, device: 0x03); // 4 heads, 10 sectors
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        bench.Command(0x20, sector: 0x00020a, count: 1, device: 0x03);
        bench.WaitForInterrupt();
        Assert.That(bench.ReadWords(512), Is.EqualTo(MemorySectors.ContentOf((((2 * 4) + 3) * 10) + 9)));
        foreach ((uint sector, byte head) in new (uint, byte)[] { (0x000200, 0), (0x00020b, 0), (0x000201, 4), (0xffff01, 0) })
        {
            bench.Command(0x20, sector, count: 1, device: head);
            AssertFails(bench, NotFound);
        }

        bench.Command(0x91, count: 0);
        AssertFails(bench, Abort);
    }

    [Test]
    public void A_sector_past_the_end_is_not_found_whatever_is_done_with_it([Values((byte)0x20, (byte)0xc4, (byte)0x30, (byte)0x40)] byte command)
    {
        DiskBench bench = new(sectors: 100);
        bench.Command(command, sector: 100, count: 1);
        AssertFails(bench, NotFound);
        bench.Command(command, sector: 0x0fffffff, count: 1);
        AssertFails(bench, NotFound);
        Assert.That((bench.Source.Reads, bench.Disk.Content.Written.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void A_write_over_the_end_writes_what_fits_and_fails_then()
    {
        DiskBench bench = new(sectors: 100);
        bench.Command(0x30, sector: 99, count: 2);
        bench.WriteWords(DiskBench.Pattern(3));
        AssertFails(bench, NotFound);
        Assert.That(bench.Sector(99), Is.EqualTo(DiskBench.Pattern(3)));
        Assert.That(Registers(bench, 3, 4, 5), Is.EqualTo(new byte[] { 100, 0, 0 }));
        bench.WriteWords(DiskBench.Pattern(4));
        Assert.That(bench.Wait(), Is.EqualTo(DiskBench.Failed), "nobody waits for these words");
    }

    [Test]
    public void Unknown_commands_are_aborted(
        [Values((byte)0x00, (byte)0x08, (byte)0xa0, (byte)0xa1, (byte)0xc8, (byte)0x25, (byte)0xff)] byte command)
    {
        DiskBench bench = new();
        bench.Command(command, count: 1);
        AssertFails(bench, Abort);
        bench.Command(0xe5);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle), "the next command is as good as ever");
        Assert.That(bench.Disk.Read(2), Is.EqualTo(0xff), "it is awake");
    }

    [TestCase(0x03, 0x0c, true, Description = "PIO mode 4")]
    [TestCase(0x03, 0x00, true, Description = "PIO as it is by default")]
    [TestCase(0x03, 0x0d, false, Description = "PIO mode 5")]
    [TestCase(0x03, 0x22, false, Description = "DMA")]
    [TestCase(0x03, 0x45, false, Description = "ultra DMA")]
    [TestCase(0x02, 0, true)]
    [TestCase(0x82, 0, true)]
    [TestCase(0x05, 0, false, Description = "power management")]
    public void Features_that_it_has_are_set(byte feature, byte count, bool isKnown)
    {
        DiskBench bench = new();
        bench.Command(0xef, features: feature, count: count);
        if (isKnown)
            Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        else
            AssertFails(bench, Abort);
    }

    [Test]
    public void A_protected_disk_is_read_and_not_written()
    {
        DiskBench bench = new(isProtected: true);
        bench.Command(0x30, count: 1);
        AssertFails(bench, 0x44);
        bench.WriteWords(DiskBench.Pattern(1));
        bench.Command(0x20, count: 1);
        bench.WaitForInterrupt();
        Assert.That(bench.ReadWords(512), Is.EqualTo(MemorySectors.ContentOf(0)));
    }

    [Test]
    public void Registers_and_commands_that_are_written_while_it_is_busy_have_no_effect_and_are_reported()
    {
        DiskBench bench = new();
        bench.Command(0x20, sector: 5, count: 1);
        bench.Disk.Write(3, 9);
        bench.Disk.Write(7, 0xec);
        Assert.That(bench.Reports, Has.Count.EqualTo(2));
        bench.WaitForInterrupt();
        bench.Disk.Write(7, 0xec);
        Assert.That(bench.ReadWords(512), Is.EqualTo(MemorySectors.ContentOf(5)), "the command goes on");
        Assert.That(bench.Wait(), Is.EqualTo(DiskBench.Idle));
    }

    [Test]
    public void Words_too_many_are_nothing_and_words_too_few_leave_it_waiting()
    {
        DiskBench bench = new();
        Assert.That(bench.Disk.ReadData(), Is.EqualTo(0xffff), "no command");
        bench.Command(0x30, count: 1);
        Assert.That(bench.Disk.ReadData(), Is.EqualTo(0xffff), "it wants to be written");
        bench.WriteWords(DiskBench.Pattern(1)[..510]);
        Assert.That(bench.Wait(), Is.EqualTo(DiskBench.Request));
        bench.WriteWords([.. DiskBench.Pattern(1)[510..], .. DiskBench.Pattern(2)]);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        Assert.That((bench.Sector(0), bench.Sector(1)), Is.EqualTo((DiskBench.Pattern(1), MemorySectors.ContentOf(1))));
    }

    [Test]
    public void Without_interrupts_polling_does_and_the_line_follows_when_they_are_allowed_again()
    {
        DiskBench bench = new();
        bench.Disk.WriteControl(0x02);
        bench.Command(0x20, count: 1);
        Assert.That((bench.Wait(), bench.Line.Level), Is.EqualTo((DiskBench.Request, false)));
        bench.Disk.WriteControl(0);
        Assert.That(bench.Line.Level, Is.True, "it is still pending");
        Assert.That(bench.Disk.AlternateStatus, Is.EqualTo(DiskBench.Request));
        Assert.That(bench.Line.Level, Is.True, "the alternate status takes nothing back");
        bench.Disk.Read(7);
        Assert.That(bench.Line.Level, Is.False);
    }

    [Test]
    public void Drive_1_is_not_there()
    {
        DiskBench bench = new();
        bench.Disk.Write(6, 0x10);
        Assert.That((bench.Disk.Read(7), bench.Disk.AlternateStatus), Is.EqualTo(((byte)0, (byte)0)));
        bench.Disk.Write(7, 0xec);
        Assert.That(bench.Wait(), Is.Zero);
        Assert.That((bench.Interrupts, bench.Disk.ReadData()), Is.EqualTo((0, (ushort)0xffff)));
        bench.Disk.Write(7, 0x90);
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle), "the diagnostic is for both, and selects drive 0");
        Assert.That(Registers(bench, 1, 2, 3, 4, 5, 6), Is.EqualTo(new byte[] { 1, 1, 1, 0, 0, 0xa0 }));
    }

    [Test]
    public void A_software_reset_ends_whatever_goes_on_and_sets_the_settings_back()
    {
        DiskBench bench = new();
        bench.Command(0xc6, count: 2);
        bench.WaitForInterrupt();
        bench.Command(0x30, sector: 3, count: 1);
        bench.WriteWords(DiskBench.Pattern(1)[..100]);
        bench.Disk.WriteControl(0x04);
        Assert.That(bench.Disk.AlternateStatus, Is.EqualTo(DiskBench.Busy));
        bench.Clock.Advance(10_000_000);
        Assert.That(bench.Disk.AlternateStatus, Is.EqualTo(DiskBench.Busy), "as long as the bit is set");
        bench.Disk.WriteControl(0);
        Assert.That(bench.Disk.AlternateStatus, Is.EqualTo(DiskBench.Busy));
        Assert.That((bench.Wait(), bench.Interrupts), Is.EqualTo((DiskBench.Idle, 1)), "a reset interrupts nobody");
        Assert.That(Registers(bench, 1, 2, 3, 4, 5), Is.EqualTo(new byte[] { 1, 1, 1, 0, 0 }));
        Assert.That(bench.Disk.Content.Written, Is.Empty);
        bench.Command(0xc4, count: 8);
        bench.WaitForInterrupt();
        bench.ReadWords(8 * 512);
        Assert.That(bench.Wait(), Is.EqualTo(DiskBench.Idle), "one block of eight");
    }

    [Test]
    public void A_saved_drive_goes_on_in_the_middle_of_a_block()
    {
        DiskBench bench = new();
        bench.Command(0x30, sector: 40, count: 2);
        bench.WriteWords(DiskBench.Pattern(1));
        bench.WaitForInterrupt();
        bench.WriteWords(DiskBench.Pattern(2)[..200]);
        byte[] state = StateOf(bench.Disk);

        DiskBench other = new();
        other.Disk.Content = bench.Disk.Content;
        other.Disk.Load(new StateReader(state));
        Assert.That(StateOf(other.Disk), Is.EqualTo(state));
        other.WriteWords(DiskBench.Pattern(2)[200..]);
        Assert.That(other.WaitForInterrupt(), Is.EqualTo(DiskBench.Idle));
        Assert.That((other.Sector(40), other.Sector(41)), Is.EqualTo((DiskBench.Pattern(1), DiskBench.Pattern(2))));
    }

    [Test]
    public void Contents_are_told_apart_by_what_is_written_and_not_by_the_order()
    {
        DiskContent one = DiskContent.Unwritten.With(1, DiskBench.Pattern(1)).With(2, DiskBench.Pattern(2));
        DiskContent two = DiskContent.Unwritten.With(2, DiskBench.Pattern(9)).With(1, DiskBench.Pattern(1)).With(2, DiskBench.Pattern(2));
        Assert.That(two.Hash, Is.EqualTo(one.Hash));
        Assert.That(two.With(2, DiskBench.Pattern(3)).Hash, Is.Not.EqualTo(one.Hash));
        Assert.That(DiskContent.Unwritten.With(2, DiskBench.Pattern(1)).Hash,
            Is.Not.EqualTo(DiskContent.Unwritten.With(1, DiskBench.Pattern(1)).Hash));
        Assert.That(one.Written[2].ToArray(), Is.EqualTo(DiskBench.Pattern(2)), "the first is as it was");
    }

    private static void AssertFails(DiskBench bench, byte error)
    {
        Assert.That(bench.WaitForInterrupt(), Is.EqualTo(DiskBench.Failed));
        Assert.That(bench.Disk.Read(1), Is.EqualTo(error));
    }

    private static byte[] Registers(DiskBench bench, params ReadOnlySpan<int> registers)
    {
        byte[] values = new byte[registers.Length];
        for (int n = 0; n < values.Length; n++)
            values[n] = bench.Disk.Read(registers[n]);
        return values;
    }

    private static byte[] StateOf(AtaDisk disk)
    {
        StateWriter writer = new();
        disk.Save(writer);
        return writer.Written.ToArray();
    }
}
