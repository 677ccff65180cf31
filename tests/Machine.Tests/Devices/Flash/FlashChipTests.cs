using PpcJit.Machine.Devices.Flash;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Tests.Devices.Flash;

/// <summary>The AMD command set, from the data sheets of the Am29F040B (bytes) and the S29GL-N family (halfwords, query, write buffer).</summary>
internal sealed class FlashChipTests
{
    private DeviceClock _clock = null!;
    private PhysicalAddressSpace _memory = null!;
    private FlashChip _chip = null!;
    private uint _start;

    private bool IsWide => _chip.Model.Width == 2;

    [TearDown]
    public void Free() => _memory.Dispose();

    [Test]
    public void Autoselect_tells_the_bytewide_chip_s_names_until_it_is_reset()
    {
        Create(512 << 10);
        Unlock(0x90);
        Assert.That(Read(0), Is.EqualTo(0x01));
        Assert.That(Read(1), Is.EqualTo(0xa4));
        Assert.That(Read(0x20002), Is.Zero, "the sector is not protected");
        Assert.That(Read32(0), Is.EqualTo(0x01a40000), "a word is four cycles of the bus");
        Put(0, 0xf0);
        Assert.That(Read(0), Is.EqualTo(0xff));
        Assert.That(Window.IsPlain);
    }

    [Test]
    public void Unlock_addresses_count_by_their_low_eleven_bits_and_nothing_else_unlocks()
    {
        Create(512 << 10);
        Put(0x5555, 0xaa);
        Put(0x2aaa, 0x55);
        Put(0x5555, 0x90);
        Assert.That(Read(0), Is.EqualTo(0x01));
        Put(0, 0xf0);

        Put(0x554, 0xaa);
        Put(0x2aa, 0x55);
        Put(0x555, 0x90);
        Assert.That(Read(0), Is.EqualTo(0xff));
        Unlock(0x90, second: 0x54);
        Assert.That(Read(0), Is.EqualTo(0xff));
    }

    [Test]
    public void Autoselect_of_a_mirrorbit_chip_has_three_device_codes()
    {
        Create(64 << 20);
        Unlock(0x90);
        Assert.That(Read(0), Is.EqualTo(0x0001));
        Assert.That(Read(1), Is.EqualTo(0x227e));
        Assert.That(Read(0x0e), Is.EqualTo(0x2223));
        Assert.That(Read(0x0f), Is.EqualTo(0x2201));
    }

    [Test]
    public void A_query_describes_the_chip()
    {
        Create(64 << 20);
        Put(0x55, 0x98);
        Assert.That(new[] { Read(0x10), Read(0x11), Read(0x12) }, Is.EqualTo("QRY"));
        Assert.That(Read(0x13) | (Read(0x14) << 8), Is.EqualTo(2), "AMD's command set");
        Assert.That(Read(0x27), Is.EqualTo(26), "2^26 bytes");
        Assert.That(Read(0x2a), Is.EqualTo(5), "a write buffer of 32 bytes");
        Assert.That(Read(0x2c), Is.EqualTo(1));
        Assert.That(Read(0x2d) | (Read(0x2e) << 8), Is.EqualTo(511), "512 sectors");
        Assert.That((Read(0x2f) | (Read(0x30) << 8)) * 256, Is.EqualTo(128 << 10));
        uint primary = Read(0x15);
        Assert.That(new[] { Read(primary), Read(primary + 1), Read(primary + 2) }, Is.EqualTo("PRI"));
        Put(0, 0xf0);
        Assert.That(Read(0x10), Is.EqualTo(0xffff));

        Create(512 << 10);
        Put(0x55, 0x98);
        Assert.That(Read(0x10), Is.EqualTo(0xff), "the older chip has no query");
    }

    [TestCase(512u << 10, 0x5au)]
    [TestCase(8u << 20, 0x1234u)]
    public void A_program_is_seen_by_polling_and_then_in_the_array(uint size, uint data)
    {
        Create(size);
        Program(0x100, data);
        uint first = Read(0x100);
        uint second = Read(0x100);
        Assert.That(first & 0x80, Is.EqualTo(~data & 0x80), "DQ7 is the complement of the data");
        Assert.That((first ^ second) & 0x40, Is.EqualTo(0x40), "DQ6 toggles");
        Assert.That(first & 0x20, Is.Zero, "DQ5");
        Assert.That(Window.IsPlain, Is.False);
        Finish();
        Assert.That(Read(0x100), Is.EqualTo(data));
        Assert.That(Read(0x101), Is.EqualTo(IsWide ? 0xffff : 0xff));
        Assert.That(Window.IsPlain);
    }

    [Test]
    public void A_zero_does_not_become_a_one_and_the_attempt_fails_with_DQ5_until_a_reset()
    {
        Create(512 << 10);
        Program(5, 0xf0);
        Finish();
        Program(5, 0x30);
        Finish();
        Assert.That(Read(5), Is.EqualTo(0x30), "ones become zeros");
        Program(5, 0x3f);
        Finish();
        Assert.That(Read(5) & 0x20, Is.EqualTo(0x20));
        Assert.That(Read(5) & 0x80, Is.EqualTo(0x80), "still the complement");
        Unlock(0x90);
        Assert.That(Read(0) & 0x20, Is.EqualTo(0x20), "only a reset is understood");
        Put(0, 0xf0);
        Assert.That(Read(5), Is.EqualTo(0x30));
    }

    [Test]
    public void Sectors_that_are_named_within_the_window_are_erased_together()
    {
        Create(512 << 10);
        foreach (uint address in (ReadOnlySpan<uint>)[0x00010, 0x10010, 0x20010, 0x3fff0])
            ProgramNow(address, 0);
        EraseSetup();
        Put(0x10000, 0x30);
        Assert.That(Read(0x10000) & 0x88, Is.Zero, "DQ7 is 0 while it erases, DQ3 while more may be named");
        Put(0x30000, 0x30);
        _clock.Advance(60_000);
        uint one = Read(0x10000);
        uint other = Read(0x10000);
        Assert.That(one & 0x88, Is.EqualTo(0x08));
        Assert.That((one ^ other) & 0x44, Is.EqualTo(0x44), "DQ6 and DQ2 toggle in a sector that is erased");
        Assert.That((Read(0) ^ Read(0)) & 0x44, Is.EqualTo(0x40), "DQ2 does not elsewhere");
        Put(0x20000, 0x30);
        Finish();
        Assert.That(new[] { Read(0x10), Read(0x10010), Read(0x20010), Read(0x3fff0) }, Is.EqualTo(new uint[] { 0, 0xff, 0, 0xff }));
    }

    [Test]
    public void Anything_else_within_the_window_ends_the_erase_with_nothing_erased()
    {
        Create(512 << 10);
        ProgramNow(0x10, 0);
        EraseSetup();
        Put(0, 0x30);
        Put(0, 0x77);
        Assert.That(Window.IsPlain);
        Finish();
        Assert.That(Read(0x10), Is.Zero);
    }

    [Test]
    public void A_chip_erase_erases_everything()
    {
        Create(512 << 10);
        ProgramNow(0, 0);
        ProgramNow(0x7ffff, 0);
        EraseSetup();
        Put(0x555, 0x10);
        Finish();
        Assert.That(Read(0), Is.EqualTo(0xff));
        Assert.That(Read(0x7ffff), Is.EqualTo(0xff));
    }

    [Test]
    public void A_suspended_erase_lets_other_sectors_be_read_and_programmed_and_goes_on()
    {
        Create(512 << 10);
        ProgramNow(0x10, 0);
        ProgramNow(0x10020, 0x33);
        EraseSetup();
        Put(0, 0x30);
        _clock.Advance(100_000);
        Put(0, 0xb0);
        Assert.That(Read(0x10020), Is.EqualTo(0x33));
        uint one = Read(0x10);
        Assert.That(one & 0xc0, Is.EqualTo(0x80), "DQ7 is 1 and DQ6 stands still");
        Assert.That((Read(0x10) ^ one) & 0x04, Is.EqualTo(0x04), "DQ2 toggles");
        _clock.Advance(1_000_000_000);
        ProgramNow(0x10021, 0x44);
        Assert.That(Read(0x10021), Is.EqualTo(0x44));
        ProgramNow(0x11, 0x55);
        Put(0, 0x30);
        Assert.That(Read(0x10020) & 0x80, Is.Zero, "it erases again");
        Finish();
        Assert.That(new[] { Read(0x10), Read(0x11), Read(0x10020) }, Is.EqualTo(new uint[] { 0xff, 0xff, 0x33 }));
    }

    [Test]
    public void A_write_buffer_programs_a_line_at_once()
    {
        Create(8 << 20);
        BeginBuffer(0x1000, 3);
        for (uint n = 0; n < 3; n++)
            Put(0x1004 + n, 0x1111 * (n + 1));
        Put(0x1000, 0x29);
        Assert.That(Read(0x1006) & 0x80, Is.EqualTo(~0x3333u & 0x80), "polled at the last address");
        Finish();
        Assert.That(new[] { Read(0x1003), Read(0x1004), Read(0x1005), Read(0x1006), Read(0x1007) }, Is.EqualTo(new uint[] {
            0xffff, 0x1111, 0x2222, 0x3333, 0xffff }));
    }

    [Test]
    public void A_write_buffer_that_leaves_its_line_or_is_not_confirmed_is_aborted()
    {
        Create(8 << 20);
        BeginBuffer(0x1000, 2);
        Put(0x1000, 1);
        Put(0x1010, 2);
        Assert.That(Read(0x1000) & 0x02, Is.EqualTo(0x02), "DQ1");
        Put(0, 0xf0);
        Assert.That(Read(0x1000) & 0x02, Is.EqualTo(0x02), "a plain reset is not enough");
        Unlock(0xf0);
        Assert.That(Read(0x1000), Is.EqualTo(0xffff));

        BeginBuffer(0x1000, 1);
        Put(0x1000, 1);
        Put(0x1000, 0x77);
        Assert.That(Read(0x1000) & 0x02, Is.EqualTo(0x02));
        Unlock(0xf0);
        BeginBuffer(0x1000, 17);
        Assert.That(Read(0x1000) & 0x02, Is.EqualTo(0x02), "more than the buffer holds");
    }

    [Test]
    public void The_unlock_bypass_programs_in_two_cycles()
    {
        Create(8 << 20);
        Unlock(0x20);
        Put(0, 0xa0);
        Put(7, 0x7777);
        Finish();
        Put(0, 0xa0);
        Put(8, 0x8888);
        Finish();
        Put(0, 0x90);
        Put(0, 0x00);
        Put(0, 0xa0);
        Put(9, 0x9999);
        Finish();
        Assert.That(new[] { Read(7), Read(8), Read(9) }, Is.EqualTo(new uint[] { 0x7777, 0x8888, 0xffff }));
    }

    [Test]
    public void Protected_sectors_are_neither_programmed_nor_erased()
    {
        Create(8 << 20);
        ProgramNow(0x10, 0x1111);
        Unlock(0xe0);
        Put(0, 0xa0);
        Put(0, 0x00);
        Assert.That(new[] { Read(0), Read(0x8000) }, Is.EqualTo(new uint[] { 0, 1 }), "the first sector's bit is 0: protected");
        Put(0, 0x90);
        Put(0, 0x00);
        ProgramNow(0x10, 0x1000);
        EraseSetup();
        Put(0, 0x30);
        Finish();
        Assert.That(Read(0x10), Is.EqualTo(0x1111));
        Unlock(0x90);
        Assert.That(new[] { Read(2), Read(0x8002) }, Is.EqualTo(new uint[] { 1, 0 }));
        Put(0, 0xf0);

        Create(512 << 10);
        _chip.IsWriteProtected = true;
        ProgramNow(0x10, 0);
        EraseSetup();
        Put(0x555, 0x10);
        Finish();
        Assert.That(Read(0x10), Is.EqualTo(0xff));
        Unlock(0x90);
        Assert.That(Read(0x70002), Is.EqualTo(1));
    }

    [Test]
    public void A_byte_of_a_halfword_chip_is_one_lane_of_its_bus()
    {
        Create(8 << 20);
        ProgramNow(0, 0x1234);
        Assert.That(_memory.TryRead(_start, 1, out uint high) ? high : 0, Is.EqualTo(0x12));
        Unlock(0x90);
        Assert.That(_memory.TryRead(_start + 2, 1, out high) ? high : 0, Is.EqualTo(0x22));
        Assert.That(_memory.TryRead(_start + 3, 1, out uint low) ? low : 0, Is.EqualTo(0x7e));
        _memory.TryWrite(_start + 1, 1, 0xf0);
        Assert.That(Window.IsPlain, "the command is on the low lane");
    }

    [Test]
    public void Its_state_moves_to_another_chip_in_the_middle_of_whatever_it_does([Range(0, 8)] int moment)
    {
        Create(8 << 20);
        Action[] steps =
        [
            () => Unlock(0x90), () => Put(0, 0xf0), EraseSetup, () => Put(0, 0x30), () => _clock.Advance(70_000), () => Put(0, 0xb0),
            () => BeginBuffer(0x8000, 2), () => Put(0x8000, 1), () => Put(0x8001, 2), () => Put(0x8000, 0x29),
        ];
        foreach (Action step in steps.Take(moment + 1))
            step();
        StateWriter saved = new();
        _chip.Save(saved);
        _clock.Events.Save(saved);
        byte[] content = _chip.Content.ToArray();
        ulong now = _clock.Count;
        uint[] expected = GoOn(steps, moment);

        Create(8 << 20);
        _clock.Advance(now);
        StateReader reader = new(saved.Written.ToArray());
        _memory.TryCopyIn(_start, content);
        _chip.Load(reader);
        _clock.Events.Load(reader);
        Assert.That(GoOn(steps, moment), Is.EqualTo(expected));
    }

    private uint[] GoOn(Action[] steps, int moment)
    {
        List<uint> seen = [];
        foreach (Action step in steps.Skip(moment + 1))
        {
            step();
            seen.AddRange([Read(0), Read(0x8000)]);
        }

        return [.. seen];
    }

    private PhysicalWindow Window => _memory.Find(_start)!;

    private void Create(uint size)
    {
        _memory?.Dispose();
        _clock = new DeviceClock(1_000_000_000);
        _memory = new PhysicalAddressSpace(1 << 20, new HardwareLog());
        _chip = new FlashChip(FlashModel.OfSize(size)!, _clock.Events);
        _start = 0 - size;
        _chip.Connect(_memory, "Flash", _start);
    }

    private uint Offset(uint address) => _start + (IsWide ? 2 * address : address);

    private uint Read(uint address)
    {
        Assert.That(_memory.TryRead(Offset(address), IsWide ? 2 : 1, out uint value));
        return value;
    }

    private uint Read32(uint address)
    {
        Assert.That(_memory.TryRead(Offset(address), 4, out uint value));
        return value;
    }

    private void Put(uint address, uint data) => Assert.That(_memory.TryWrite(Offset(address), IsWide ? 2 : 1, data));

    private void Unlock(uint command, uint second = 0x55)
    {
        Put(0x555, 0xaa);
        Put(0x2aa, second);
        Put(0x555, command);
    }

    private void EraseSetup()
    {
        Unlock(0x80);
        Put(0x555, 0xaa);
        Put(0x2aa, 0x55);
    }

    private void Program(uint address, uint data)
    {
        Unlock(0xa0);
        Put(address, data);
    }

    private void ProgramNow(uint address, uint data)
    {
        Program(address, data);
        _clock.Advance(20_000);
    }

    private void BeginBuffer(uint sector, uint count)
    {
        Put(0x555, 0xaa);
        Put(0x2aa, 0x55);
        Put(sector, 0x25);
        Put(sector, count - 1);
    }

    private void Finish() => _clock.Advance(20_000_000_000);
}
