using PpcJit.Machine.Boards;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.OnChip;


namespace PpcJit.Machine.Tests.Devices.OnChip;

/// <summary>
/// The DCR devices from which software learns clocks and memory sizes, and the bus controllers beside them.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChipControlTests
{
    private readonly List<string> _reports = [];
    private readonly HardwareLog _log = new();

    public ChipControlTests() => _log.Reported += _reports.Add;

    [Test]
    public void Reset_clocks_are_those_that_Linux_computes()
    {
        Clocks405Ep clocks = Clocks405Ep.Compute(33_333_333, Cpc405Ep.ResetPllMode0, Cpc405Ep.ResetPllMode1, Cpc405Ep.ResetUartControl);
        Assert.That(clocks, Is.EqualTo(new Clocks405Ep(333_333_330, 111_111_110, 55_555_555, 55_555_555, 4_761_904, 4_761_904)));
    }

    [Test]
    public void No_PLL_setting_divides_by_zero(
        [Values(0u, uint.MaxValue)] uint mode0, [Values(0u, uint.MaxValue)] uint mode1, [Values(0u, 0x7f7fu)] uint uart) =>
        Assert.That(Clocks405Ep.Compute(33_333_333, mode0, mode1, uart).Uart0, Is.Not.Zero);

    [Test]
    public void UCR_changes_the_UART_clocks_and_PLLMR_only_reads_back()
    {
        Cpc405Ep cpc = new(33_333_333, _log);
        Clocks405Ep changed = default;
        cpc.UartClocksChanged = clocks => changed = clocks;
        Assert.That((cpc.ReadDcr(0xf0), cpc.ReadDcr(0xf4), cpc.ReadDcr(0xf5)), Is.EqualTo((0x00021002u, 0x80a552beu, 0x4646u)));
        cpc.WriteDcr(0xf5, 0x2346);
        Assert.That((changed.Uart0, changed.Uart1), Is.EqualTo((4_761_904u, 9_523_809u)));
        cpc.WriteDcr(0xf0, 0);
        cpc.WriteDcr(0xf0, 1);
        Assert.That(cpc.ReadDcr(0xf0), Is.EqualTo(1));
        Assert.That(_reports, Is.EqualTo(new[] { "CPC0_PLLMR0 (0xf0): a changed PLL mode does not change the CPU clock" }));
    }

    [TestCase(16u, new uint[] { 16 })]
    [TestCase(128u, new uint[] { 128 })]
    [TestCase(96u, new uint[] { 64, 32 })]
    [TestCase(512u, new uint[] { 256, 256 })]
    public void Enabled_SDRAM_banks_add_up_to_the_memory(uint megabytes, uint[] expected)
    {
        SdramController sdram = new(SdramBanks.Split(megabytes << 20, 2)!, _log);
        List<uint> sizes = [];
        uint end = 0;
        for (uint bank = 0; bank < 4; bank++)
        {
            sdram.WriteDcr(0x10, 0x40 + (4 * bank));
            uint value = sdram.ReadDcr(0x11);
            if ((value & 1) == 0)
                continue;
            uint size = 4u << (int)((value >> 17) & 7);
            Assert.That(value & 0xff800000, Is.EqualTo(end), "banks follow each other");
            Assert.That(end % (size << 20), Is.Zero, "and are aligned to their size");
            sizes.Add(size);
            end += size << 20;
        }

        Assert.That(sizes, Is.EqualTo(expected));
    }

    [Test]
    public void A_memory_of_too_many_banks_or_an_odd_size_cannot_be_split()
    {
        Assert.That(SdramBanks.Split(112 << 20, 2), Is.Null);
        Assert.That(SdramBanks.Split((16 << 20) + 4096, 2), Is.Null);
    }

    [Test]
    public void Reprogrammed_SDRAM_banks_read_back_and_are_reported_once()
    {
        SdramController sdram = new([128 << 20], _log);
        sdram.WriteDcr(0x10, 0x40);
        sdram.WriteDcr(0x11, 0x00062001);
        sdram.WriteDcr(0x11, 0x00082001);
        Assert.That(sdram.ReadDcr(0x11), Is.EqualTo(0x00082001));
        Assert.That(_reports, Has.Count.EqualTo(1).And.One.Contains("SDRAM0_B0CR (0x40)"));
    }

    [Test]
    public void The_SDRAM_controller_is_ready_as_soon_as_it_is_enabled()
    {
        SdramController sdram = new([128 << 20], _log);
        sdram.WriteDcr(0x10, 0x24);
        Assert.That(sdram.ReadDcr(0x11) >> 31, Is.EqualTo(1), "SDRAM0_STATUS[MRSCMP]");
    }

    [Test]
    public void Error_registers_are_clear_and_writing_ones_keeps_them_so()
    {
        SdramController sdram = new([128 << 20], _log);
        foreach (uint index in new uint[] { 0x00, 0x08, 0x10, 0x98 })
        {
            sdram.WriteDcr(0x10, index);
            sdram.WriteDcr(0x11, uint.MaxValue);
            Assert.That(sdram.ReadDcr(0x11), Is.Zero);
        }

        (IDcrDevice Device, uint[] Numbers)[] buses =
            [(new PlbArbiter(_log), [0x84, 0x86]), (new PlbToOpbBridge(_log), [0xa0, 0xa2, 0xa4])];
        foreach ((IDcrDevice device, uint[] numbers) in buses)
        {
            foreach (uint number in numbers)
            {
                device.WriteDcr(number, uint.MaxValue);
                Assert.That(device.ReadDcr(number), Is.Zero);
            }
        }

        Assert.That(_reports, Is.Empty);
    }

    [Test]
    public void The_external_bus_controller_shows_the_boards_banks()
    {
        ExternalBusController ebc = new(5, [0xfff00000, 0xf0000000], _log);
        ebc.WriteDcr(0x12, 0);
        Assert.That(ebc.ReadDcr(0x13), Is.EqualTo(0xfff18000), "1 MB, read and write");
        ebc.WriteDcr(0x12, 2);
        Assert.That(ebc.ReadDcr(0x13) & 0x18000, Is.Zero, "a bank that is not used is disabled");
    }

    [Test]
    public void Absurd_indices_and_absent_registers_read_zero_and_are_reported_once_each()
    {
        ExternalBusController ebc = new(5, [0xfff00000], _log);
        foreach (uint index in new uint[] { 5, 0x24, 0x1000, uint.MaxValue, uint.MaxValue })
        {
            ebc.WriteDcr(0x12, index);
            ebc.WriteDcr(0x13, 0xdeadbeef);
            Assert.That(ebc.ReadDcr(0x13), Is.Zero);
            Assert.That(ebc.ReadDcr(0x12), Is.EqualTo(index));
        }

        Assert.That(_reports, Has.Count.EqualTo(8), "a read and a write of each of four");
    }

    [Test]
    public void The_on_chip_memory_answers_where_DSARC_says_while_DSCNTL_enables_it()
    {
        OnChipMemory ocm = new(_log);
        ocm.WriteDcr(0x19, 0);
        ocm.WriteDcr(0x1a, 0xf8000000);
        Assert.That(ocm.TryWrite(0xf8000000, 4, 1), Is.False, "not enabled");
        ocm.WriteDcr(0x1b, 0x80000000);
        Assert.That((ocm.ReadDcr(0x1a), ocm.ReadDcr(0x1b)), Is.EqualTo((0xf8000000u, 0x80000000u)));
        Assert.That(ocm.TryWrite(0xf8000ffc, 4, 0x11223344));
        Assert.That(ocm.TryRead(0xf8000ffd, 2, out uint part) ? part : 0, Is.EqualTo(0x2233));
        Assert.That(ocm.TryRead(0xf8001ffc, 4, out uint again) ? again : 0, Is.EqualTo(0x11223344), "the 4 KB repeat");
        Assert.That(ocm.TryRead(0xfc000ffc, 4, out _), Is.False);
        ocm.WriteDcr(0x1a, 0x30000000);
        Assert.That(ocm.TryRead(0x30000ffc, 4, out uint moved) ? moved : 0, Is.EqualTo(0x11223344));
        Assert.That(_reports, Is.Empty);
    }

    [Test]
    public void Instructions_are_fetched_from_the_on_chip_memory_where_ISARC_says_while_ISCNTL_enables_it()
    {
        OnChipMemory ocm = new(_log);
        ocm.WriteDcr(0x1a, 0xf8000000);
        ocm.WriteDcr(0x1b, 0xc0000000);
        ocm.TryWrite(0xf8000104, 4, 0x60000000);
        ocm.WriteDcr(0x18, 0x40000000);
        Assert.That(ocm.TryFetch(0x40000104, out _), Is.False, "not enabled");
        ocm.WriteDcr(0x19, 0x80000000);
        Assert.That(ocm.TryFetch(0x40000104, out uint word) ? word : 0, Is.EqualTo(0x60000000));
        Assert.That(ocm.TryFetch(0x43fff104, out uint again) ? again : 0, Is.EqualTo(0x60000000), "the 4 KB repeat");
        Assert.That(ocm.TryFetch(0xf8000104, out _), Is.False, "that is the data side's address");
        Assert.That(ocm.TryRead(0x40000104, 4, out _), Is.False, "and this the instructions'");
        Assert.That(_reports, Is.Empty);
    }

    [Test]
    public void RAM_of_a_board_out_of_reset_answers_where_its_banks_say_and_only_while_the_controller_is_on()
    {
        using Board board = OutOfReset(96);
        Assert.That((board.Memory.TryRead(0, 4, out _), board.Memory.TryWrite(0, 4, 1), board.Memory.RamEnd), Is.EqualTo((false, false, 0u)));
        Program(board, 0x40, 0x00080001); // 64 MB at 0
        Program(board, 0x44, 0x04060001); // 32 MB behind them
        Assert.That(board.Memory.TryRead(0, 4, out _), Is.False, "not on yet");
        Program(board, 0x20, 0x80000000);
        Assert.That(board.Memory.RamEnd, Is.EqualTo(96u << 20));
        Assert.That(board.Memory.TryWrite(0x05fffffc, 4, 0x11223344));
        Assert.That(board.Memory.TryRead(0x06000000, 4, out _), Is.False);
        Program(board, 0x44, 0x10060001); // Elsewhere
        Assert.That(board.Memory.RamEnd, Is.EqualTo(64u << 20));
        Assert.That(board.Memory.TryRead(0x11fffffc, 4, out uint moved) ? moved : 0, Is.EqualTo(0x11223344));
        Assert.That(board.Memory.TryRead(0x05fffffc, 4, out _), Is.False);
        byte[] bytes = new byte[8];
        Assert.That(board.Memory.TryCopyOut(0x03fffffc, bytes.AsSpan(0, 4)) && !board.Memory.TryCopyOut(0x03fffffc, bytes));
        Assert.That(board.Memory.TryStore(0x03fffffc, bytes.AsSpan(0, 4)) && !board.Memory.TryStore(0x05fffff0, bytes));
        Program(board, 0x20, 0);
        Assert.That(board.Memory.TryRead(0, 4, out _), Is.False);
    }

    [Test]
    public void A_first_bank_that_is_programmed_too_large_repeats_where_the_second_one_would_be()
    {
        using Board board = OutOfReset(96);
        Program(board, 0x40, 0x000c0001); // 256 MB; there are 64
        Program(board, 0x20, 0x80000000);
        Assert.That(board.Memory.TryWrite(0x100, 4, 0x12345678));
        Assert.That(board.Memory.TryRead((64 << 20) + 0x100, 4, out uint first) ? first : 0, Is.EqualTo(0x12345678), "within the RAM there is");
        Assert.That(board.Memory.TryWrite((192 << 20) + 0x104, 2, 0xabcd));
        Assert.That(board.Memory.TryRead(0x104, 2, out uint stored) ? stored : 0, Is.EqualTo(0xabcd));
        Program(board, 0x40, 0x00080001);
        Program(board, 0x44, 0x04060001);
        Assert.That(board.Memory.TryRead((64 << 20) + 0x100, 4, out uint second) ? second : 1, Is.Zero, "the second bank's own");
    }

    [Test]
    public void Where_RAM_answers_is_part_of_the_state()
    {
        using Board board = OutOfReset(64);
        PpcJit.Machine.Memory.StateWriter off = new();
        board.Save(off);
        Program(board, 0x40, 0x00080001);
        Program(board, 0x20, 0x80000000);
        PpcJit.Machine.Memory.StateWriter on = new();
        board.Save(on);
        board.Load(new PpcJit.Machine.Memory.StateReader(off.Written.ToArray()));
        Assert.That(board.Memory.TryRead(0, 4, out _), Is.False);
        board.Load(new PpcJit.Machine.Memory.StateReader(on.Written.ToArray()));
        Assert.That(board.Memory.TryRead(0, 4, out _));
    }

    [Test]
    public void The_status_of_SDRAM_is_set_through_a_register_beside_it([Values(0u, 8u)] uint status)
    {
        SdramController sdram = new([16 << 20], _log);
        sdram.WriteDcr(0x10, status + 4);
        sdram.WriteDcr(0x11, 0xf0000000);
        Assert.That(sdram.ReadDcr(0x11), Is.EqualTo(0xf0000000));
        sdram.WriteDcr(0x10, status);
        sdram.WriteDcr(0x11, 0x90000000);
        Assert.That((sdram.ReadDcr(0x11), _reports.Count), Is.EqualTo((0x60000000u, 0)), "writing ones clears");
    }

    /// <summary>
    /// The strapping has each divisor less one or two; 405GP at 200 MHz: 33 times 3, times 2; the peripheral bus half of the processor's,
    /// PCI a third.
    /// </summary>
    [TestCase(200_000_000ul, "walnut", null, 0x60b01400u)]
    [TestCase(400_000_000ul, "walnut", null, 0x71381400u)]
    [TestCase(200_000_000ul, "openblocks200", null, 0x60b09400u)]
    public void The_strapping_pins_say_the_clocks_that_the_PLL_mode_says(ulong hz, string name, uint? flash, uint expected)
    {
        using Board board = BoardCatalog.Find(name)!.Create(new BoardOptions { MemoryBytes = 64 << 20, ClockHz = hz, FlashBytes = flash });
        uint mode = board.Dcr.Read(0xb0);
        uint pins = board.Dcr.Read(0xb4);
        Assert.That((pins >> 28 & 3) + 1, Is.EqualTo(mode >> 25 & 15), "feedback");
        Assert.That((pins >> 23 & 3, pins >> 21 & 3, pins >> 19 & 3, pins >> 17 & 3),
            Is.EqualTo((mode >> 17 & 3, mode >> 15 & 3, mode >> 13 & 3, mode >> 11 & 3)), "CPU, OPB, PCI, external bus");
        Assert.That(pins, Is.EqualTo(expected));
    }

    [TestCase(null, 0xfff18000u)]
    [TestCase(512u << 10, 0xfff1a000u)]
    [TestCase(8u << 20, 0xff87a000u)]
    [TestCase(64u << 20, 0xfc0da000u)]
    public void The_first_bank_of_the_external_bus_is_as_large_as_a_flash_that_has_it_alone(uint? flash, uint expected)
    {
        using Board board = BoardCatalog.Find("openblocks266")!.Create(new BoardOptions { MemoryBytes = 64 << 20, FlashBytes = flash });
        board.Dcr.Write(0x12, 0);
        Assert.That(board.Dcr.Read(0x13), Is.EqualTo(expected));
    }

    [Test]
    public void Another_width_of_a_bank_moves_nothing_and_is_not_told()
    {
        ExternalBusController ebc = new(5, [0xfff00000, 0xf0000000], _log);
        ebc.WriteDcr(0x12, 0);
        ebc.WriteDcr(0x13, 0xfff1a000);
        Assert.That(_reports, Is.Empty);
        ebc.WriteDcr(0x13, 0xffe3a000);
        ebc.WriteDcr(0x13, 0xffd1a000);
        Assert.That(_reports, Is.EqualTo(new[]
        {
            "EBC0_B0CR (0x00): a changed bank (0xfff1a000 to 0xffe3a000) does not move what is connected to it",
        }), "once");
    }

    private static Board OutOfReset(uint megabytes)
    {
        Board board = BoardCatalog.Find("ref405ep")!.Create(new BoardOptions { MemoryBytes = megabytes << 20, FlashBytes = 512 << 10 });
        board.ComeOutOfReset();
        return board;
    }

    private static void Program(Board board, uint index, uint value)
    {
        board.Dcr.Write(0x10, index);
        board.Dcr.Write(0x11, value);
    }

    [Test]
    public void The_on_chip_memory_s_content_is_part_of_the_state()
    {
        OnChipMemory ocm = new(_log);
        ocm.WriteDcr(0x1a, 0xf8000000);
        ocm.WriteDcr(0x1b, 0x80000000);
        ocm.TryWrite(0xf8000010, 4, 0x55667788);
        PpcJit.Machine.Memory.StateWriter saved = new();
        ocm.Save(saved);
        OnChipMemory copy = new(_log);
        copy.Load(new PpcJit.Machine.Memory.StateReader(saved.Written.ToArray()));
        Assert.That(copy.TryRead(0xf8000010, 4, out uint value) ? value : 0, Is.EqualTo(0x55667788));
    }

    [Test]
    public void A_bank_that_is_programmed_larger_than_its_memory_repeats_it_beyond_the_end_of_RAM()
    {
        PpcJit.Machine.Boards.Board board = PpcJit.Machine.Boards.Ref405ep.Create(new PpcJit.Machine.Boards.BoardOptions { MemoryBytes = 64 << 20 });
        using (board)
        {
            board.Memory.TryWrite(0x100, 4, 0x12345678);
            Assert.That(board.Memory.TryRead((64 << 20) + 0x100, 4, out _), Is.False, "firmware left a bank of 64 MB");
            board.Dcr.Write(0x10, 0x40);
            board.Dcr.Write(0x11, 0x000c0001); // 256 MB
            Assert.That(board.Memory.TryRead((64 << 20) + 0x100, 4, out uint value) ? value : 0, Is.EqualTo(0x12345678));
            Assert.That(board.Memory.TryWrite((192 << 20) + 0x104, 2, 0xabcd));
            Assert.That(board.Memory.TryRead(0x104, 2, out uint stored) ? stored : 0, Is.EqualTo(0xabcd));
            board.Dcr.Write(0x10, 0x44);
            board.Dcr.Write(0x11, 0x10000001); // A second bank, which has no memory
            Assert.That(board.Memory.TryRead(0x10000000, 4, out uint nothing) ? nothing : 0, Is.EqualTo(uint.MaxValue));
            board.Dcr.Write(0x10, 0x20);
            board.Dcr.Write(0x11, 0);
            Assert.That(board.Memory.TryRead((64 << 20) + 0x100, 4, out _), Is.False, "the controller is disabled");
        }
    }
}
