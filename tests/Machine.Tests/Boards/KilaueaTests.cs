using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Devices.OnChip;
using PpcJit.Machine.Devices.Serial;
using static PpcJit.Machine.Tests.Boards.BoardPoker;

namespace PpcJit.Machine.Tests.Boards;

/// <summary>What firmware and kernels look at on the 405EX boards before and while they find their devices.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KilaueaTests : IDisposable
{
    private const uint Flash = 64 << 20, Sdr = 0x0e, Cpr = 0x0c, Sdram = 0x10, Ebc = 0x12;
    private readonly List<string> _reports = [];
    private Board _board = BoardCatalog.Find("kilauea")!.Create(new BoardOptions { MemoryBytes = 256 << 20 });

    public KilaueaTests() => _board.Log.Reported += _reports.Add;

    public void Dispose() => _board.Dispose();

    [TestCase("kilauea", 0x1291147fu, 400_000_000ul, 2)]
    [TestCase("haleakala", 0x1291147bu, 400_000_000ul, 1)]
    [TestCase("obs600", 0x1291147fu, 600_000_000ul, 2)]
    public void The_processor_is_the_boards(string name, uint version, ulong clock, int ports)
    {
        using Board board = Create(name, 128);
        Assert.That((board.Processor.Model.ProcessorVersion, board.Processor.Model.ClockHz), Is.EqualTo((version, clock)));
        Assert.That(board.Ethernet, Has.Count.EqualTo(ports));
        Assert.That((version & 4) != 0, Is.EqualTo(ports == 2), "how U-Boot tells a 405EX from a 405EXr");
        Assert.That(board.Dcr.Ranges.Count(range => range.Name.StartsWith("PCIE", StringComparison.Ordinal)), Is.EqualTo(ports));
    }

    [TestCase(333ul, 166u, 83u)]
    [TestCase(400ul, 200u, 100u)]
    [TestCase(533ul, 177u, 88u)]
    [TestCase(600ul, 200u, 100u)]
    public void The_clocks_are_those_that_UBoot_and_Linux_compute(ulong megahertz, uint plb, uint opb)
    {
        using Board board = BoardCatalog.Find("kilauea")!.Create(new BoardOptions { MemoryBytes = 16 << 20, ClockHz = megahertz * 1_000_000 });
        Assert.That(board.Processor.Model.ClockHz / 1_000_000, Is.EqualTo(megahertz));
        uint divisors = Indexed(board, Cpr, 0x60), feedback = ByCode(divisors >> 24);
        Assert.That(Indexed(board, Cpr, 0x40) >> 24, Is.EqualTo(0x41), "VCO, and feedback by the core");
        uint core = Field(board, 0x80, 24), twice = Field(board, 0xa0, 16);
        ulong vco = 33_333_333ul * feedback * core; // Times the forward divisor, by which all is divided again
        Assert.That(vco / core, Is.EqualTo(board.Processor.Model.ClockHz).Within(20));
        Assert.That(Field(board, 0xa0, 24), Is.EqualTo(2), "PLBDV0 is fixed");
        Assert.That(vco / (2 * twice) / 1_000_000, Is.InRange(plb - 1, plb));
        Assert.That(vco / (2 * twice) / ((Indexed(board, Cpr, 0xc0) >> 24) & 3) / 1_000_000, Is.InRange(opb - 1, opb));
        BoardClocks clocks = board.Clocks!.Value;
        Assert.That(clocks.Plb, Is.EqualTo((uint)(vco / (2 * twice))).Within(20));
        Assert.That((clocks.Opb, clocks.Ebc), Is.EqualTo((clocks.Plb / 2, clocks.Plb / 2)));
    }

    [TestCase(100ul)]
    [TestCase(450ul)]
    [TestCase(0ul)]
    public void Clocks_that_the_chip_does_not_have_are_refused(ulong megahertz) =>
        Assert.That(
            BoardCatalog.Find("kilauea")!.Validate(new BoardOptions { ClockHz = megahertz * 1_000_000 }),
            Does.Contain("333, 400, 533 or 600 MHz"));

    [Test]
    public void Other_divisors_read_back_and_are_said_to_change_nothing()
    {
        SetIndexed(Cpr, 0xc0, 0x01000000);
        Assert.That(Indexed(_board, Cpr, 0xc0), Is.EqualTo(0x01000000));
        Assert.That(_reports, Is.EqualTo(new[] { "CPR0_OPBD0 (0xc0): other divisors do not change the clocks" }));
    }

    [Test]
    public void The_UARTs_run_from_their_external_clock_until_software_divides_the_bus_clock()
    {
        Uart16550[] uarts = [.. _board.DevicesOf<Uart16550>()];
        Assert.That(uarts.Select(uart => uart.ClockHz), Is.EqualTo(new[] { 11_059_200, 11_059_200 }));
        SetIndexed(Sdr, 0x120, 0x12);
        SetIndexed(Sdr, 0x121, 0);
        Assert.That(uarts.Select(uart => uart.ClockHz), Is.EqualTo(new[] { 199_999_999 / 18, 199_999_999 / 256 }).Within(1));
        byte[] saved = Save(_board);
        SetIndexed(Sdr, 0x120, 0x00800000);
        Load(_board, saved);
        Assert.That(uarts[0].ClockHz, Is.EqualTo(199_999_999 / 18).Within(1), "the clock belongs to the state");
    }

    [Test]
    public void A_register_that_is_not_there_is_reported_once_by_name()
    {
        for (int n = 0; n < 2; n++)
            Assert.That(Indexed(_board, Sdr, 0x5555), Is.Zero);
        _board.Memory.TryRead(0xef6c0000, 4, out _);
        _board.Memory.TryWrite(0xef6c0040, 4, 1);
        Assert.That(_reports, Is.EqualTo(new[]
        {
            "read of register 0x5555 of SDR0, which it does not have",
            "USBOTG0 is not modelled: it reads as 0, and writes have no effect",
        }));
    }

    [Test]
    public void Registers_that_firmware_and_kernels_touch_early_exist([Values("kilauea", "haleakala", "obs600")] string name)
    {
        using Board board = Create(name, 128);
        List<string> reports = [];
        board.Log.Reported += reports.Add;
        foreach (uint number in (uint[])
            [0x81, 0x89, 0xa0, 0xa2, 0xa4, 0xb0, 0xb1, 0xb2, 0xc0, 0xd0, 0xe0, 0xc6, 0xd6, 0xe6, 0x180, 0x181, 0x40, 0x56])
            board.Dcr.Read(number);
        foreach (uint index in new uint[] { 0x40, 0x60, 0x80, 0x83, 0x120, 0x121, 0x200, 0x400, 0x405, 0x40c, 0x4000, 0x4100, 0x4101, 0x4300 })
            Indexed(board, Sdr, index);
        foreach (uint index in (uint[])
            [0x1f, 0x20, 0x21, 0x22, 0x26, 0x30, 0x40, 0x4c, 0x50, 0x5f, 0x70, 0x74, 0x78, 0x7a, 0x80, 0x81, 0x85, 0x89, 0x98])
            Indexed(board, Sdram, index);
        for (uint bank = 0; bank < 8; bank++)
            Indexed(board, Ebc, bank);
        Assert.That(reports, Is.Empty);
    }

    /// <summary>As Linux's uic.c finds it: the input of the second controller, and that of the first behind which it stands.</summary>
    [TestCase(1u, 30, false)]
    [TestCase(1u, 31, true)]
    [TestCase(2u, 28, false)]
    [TestCase(2u, 29, true)]
    public unsafe void An_interrupt_of_a_controller_behind_the_first_reaches_the_core(uint controller, int input, bool isCritical)
    {
        uint uic = 0xc0 + (0x10 * controller), bit = 0x80000000u >> 5, cascade = 0x80000000u >> input;
        _board.Dcr.Write(uic + 3, isCritical ? bit : 0);
        _board.Dcr.Write(uic + 2, bit);
        _board.Dcr.Write(0xc3, isCritical ? cascade : 0);
        _board.Dcr.Write(0xc2, cascade);
        _board.InterruptInput((int)(32 * controller) + 5)!.Set(true);
        uint expected = (uint)(isCritical ? InterruptSource.CriticalInput : InterruptSource.External);
        Assert.That(_board.Dcr.Read(0xc6), Is.EqualTo(cascade));
        Assert.That(_board.Processor.State->PendingInterrupts, Is.EqualTo(expected));

        // The first one latches: acknowledging it alone does not help while the other one asks
        _board.Dcr.Write(0xc0, uint.MaxValue);
        Assert.That(_board.Processor.State->PendingInterrupts, Is.EqualTo(expected));
        byte[] saved = Save(_board);
        _board.InterruptInput((int)(32 * controller) + 5)!.Set(false);
        _board.Dcr.Write(uic, uint.MaxValue);
        _board.Dcr.Write(0xc0, uint.MaxValue);
        Assert.That(_board.Processor.State->PendingInterrupts, Is.Zero);
        Load(_board, saved);
        Assert.That(_board.Processor.State->PendingInterrupts, Is.EqualTo(expected));
        _board.Dcr.Write(uic + 2, 0);
        _board.Dcr.Write(0xc0, uint.MaxValue);
        Assert.That(_board.Processor.State->PendingInterrupts, Is.Zero, "the levels in between came back too");
    }

    [Test]
    public void Inputs_are_counted_on_over_all_controllers()
    {
        List<int> activated = [];
        foreach (Uic uic in _board.DevicesOf<Uic>())
            uic.InputActivated += activated.Add;
        foreach (int input in (int[])[3, 35, 67])
            _board.InterruptInput(input)!.Set(true);
        Assert.That(activated, Is.EqualTo(new[] { 3, 35, 67 }));
        Assert.That(_board.InterruptInput(96), Is.Null);
        Assert.That(_board.Interrupts.Single(wired => wired.Device == "MAL0 receive descriptor error").Input, Is.EqualTo(34));
    }

    [Test]
    public void The_banks_of_memory_add_up_and_the_controller_is_initialised([Values(64u, 256u, 1024u)] uint megabytes)
    {
        using Board board = Create("kilauea", megabytes);
        uint sum = 0;
        for (uint index = 0x40; index <= 0x4c; index += 4)
        {
            uint bank = Indexed(board, Sdram, index);
            if ((bank & 1) == 0)
                continue;
            Assert.That((bank & 0xfff80000) << 3, Is.EqualTo(sum << 20), "where U-Boot's get_membase finds it");
            sum += 4u << (int)((bank >> 12) & 0xf);
        }

        Assert.That(sum, Is.EqualTo(megabytes));
        Assert.That(Indexed(board, Sdram, 0x1f), Is.EqualTo(0xa0000000));
    }

    /// <summary>U-Boot's order (44x_spd_ddr2.c): banks, timing, the start, the wait for its end; and calibration, which stops it.</summary>
    [Test]
    public void Memory_answers_where_firmware_has_put_it_once_the_controller_is_on()
    {
        UseFlash();
        _board.ComeOutOfReset();
        Assert.That(Indexed(_board, Sdram, 0x1f) & 0x80000000, Is.Zero, "not initialised");
        Assert.That(_board.Memory.TryRead(0, 4, out _), Is.False);
        SetIndexed(Sdram, 0x40, 0x00006701); // 256 MB at 0
        SetIndexed(Sdram, 0x21, 0x20000000);
        Assert.That(Indexed(_board, Sdram, 0x1f) & 0x80000000, Is.Not.Zero);
        Assert.That(_board.Memory.TryRead(0, 4, out _), Is.False, "initialised, and still off");
        SetIndexed(Sdram, 0x21, 0x28000000);
        Assert.That(_board.Memory.TryWrite(0x0ffffffc, 4, 0x12345678), Is.True);
        SetIndexed(Sdram, 0x21, 0x20000000);
        Assert.That(_board.Memory.TryRead(0x0ffffffc, 4, out _), Is.False, "off");
        SetIndexed(Sdram, 0x40, 0x01006701); // The same at 128 MB
        SetIndexed(Sdram, 0x21, 0x28000000);
        Assert.That(_board.Memory.TryRead(0x17fffffc, 4, out uint moved) ? moved : 0, Is.EqualTo(0x12345678));
        Assert.That(_board.Memory.TryRead(0, 4, out _), Is.False);
        Assert.That(_reports.Where(report => report.Contains("SDRAM0", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Memory_repeats_in_a_bank_that_is_larger_than_it()
    {
        UseFlash(64);
        _board.ComeOutOfReset();
        SetIndexed(Sdram, 0x40, 0x00006701);
        SetIndexed(Sdram, 0x21, 0x28000000);
        _board.Memory.TryWrite(0x1000, 4, 0xcafe);
        Assert.That(_board.Memory.TryRead(0x04001000, 4, out uint value) ? value : 0, Is.EqualTo(0xcafe));
        Assert.That(_board.Memory.TryRead(0x10000000, 4, out _), Is.False);
    }

    [Test]
    public void Without_firmware_memory_stays_and_its_move_is_reported()
    {
        SetIndexed(Sdram, 0x40, 0x01006701);
        SetIndexed(Sdram, 0x21, 0x20000000);
        Assert.That(_board.Memory.TryRead(0, 4, out _), Is.True);
        Assert.That(_reports, Is.EqualTo(new[]
        {
            "SDRAM0_MB0CF (0x40): a changed bank (0x00006001 to 0x01006701) does not move RAM",
            "SDRAM0_MCOPT2 (0x21): RAM stays readable with the controller disabled",
        }));
    }

    /// <summary>What Linux's and U-Boot's drivers of the ports wait for.</summary>
    [Test]
    public void A_PCI_Express_port_comes_out_of_reset_and_finds_no_link([Values(0u, 1u)] uint port)
    {
        uint registers = 0x400 + (0x40 * port);
        foreach (uint step in new uint[] { 0x01010000, 0x01101000, 0x00101000 })
            SetIndexed(Sdr, registers + 4, step);
        Assert.That(Indexed(_board, Sdr, registers + 0xc) & 0x1000, Is.Not.Zero, "PHYSTA, polled for ever");
        Assert.That(Indexed(_board, Sdr, registers + 5) & 0x00100000, Is.Zero, "RCSSTS: the reset is over");
        Assert.That(Indexed(_board, Sdr, registers + 3) & 0x10001000, Is.Zero, "LOOP: no card, no link");
    }

    [Test]
    public void Nothing_of_a_port_answers_until_its_windows_are_programmed()
    {
        foreach (uint address in new uint[] { 0xa0000000, 0xb0000000, 0xef0000a0, 0x90000000 })
            Assert.That(_board.Memory.TryRead(address, 4, out _), Is.False, $"{address:x8}");
        _board.Dcr.Write(0x41, 0xa0000000);
        _board.Dcr.Write(0x42, 0xe0000001);
        _board.Dcr.Write(0x53, 0xef000000);
        _board.Dcr.Write(0x54, 0x00007001);
        _board.Dcr.Write(0x47, 0x90000000);
        _board.Dcr.Write(0x49, 0xf8000003);
        foreach ((uint address, uint expected) in ((uint, uint)[])
            [(0xa0100000u, uint.MaxValue), (0xb0000000u, 0u), (0xef0000a0u, 0u), (0x97fffffcu, uint.MaxValue)])
            Assert.That(_board.Memory.TryRead(address, 4, out uint value) ? value : 1, Is.EqualTo(expected), $"{address:x8}");
        Assert.That(_board.Memory.TryRead(0x98000000, 4, out _), Is.False, "past the window");
        _board.Dcr.Write(0x42, 0xe0000000);
        Assert.That(_board.Memory.TryRead(0xb0000000, 4, out _), Is.False, "no longer valid");
    }

    [Test]
    public void A_ports_own_configuration_has_its_identity_written_beside_it()
    {
        _board.Dcr.Write(0x41, 0xa0000000);
        _board.Dcr.Write(0x42, 0xe0000001);
        _board.Memory.TryWrite(0xb0000200, 2, 0xa0aa); // Little-endian
        _board.Memory.TryWrite(0xb0000202, 2, 0xd0be);
        _board.Memory.TryWrite(0xb0000208, 4, 0x01000406);
        _board.Memory.TryWrite(0xb0000000, 4, 0);
        _board.Memory.TryWrite(0xb0000004, 2, 0x0700);
        Assert.That(Word(0xb0000000), Is.EqualTo(0xa0aad0be), "not written where it is read");
        Assert.That(Word(0xb0000008), Is.EqualTo(0x01000406));
        Assert.That(Word(0xb0000004), Is.EqualTo(0x07000000));
    }

    [Test]
    public void The_status_of_a_root_complex_is_cleared_by_ones()
    {
        _board.Dcr.Write(0x53, 0xef000000);
        _board.Dcr.Write(0x54, 0x00007001);
        _board.Memory.TryWrite(0xef0000b0, 4, 0x00040000);
        Assert.That(Word(0xef0000b0), Is.Zero, "Linux takes the bit for a device that wants to be tried again");
        _board.Memory.TryWrite(0xef0000a0, 4, 0x80800066);
        Assert.That(Word(0xef0000a0), Is.EqualTo(0x80800066));
    }

    /// <summary>Linux and U-Boot look for a chip: command, address, status, data.</summary>
    [Test]
    public void The_NAND_controller_is_ready_and_has_no_chip()
    {
        const uint controller = 0xf8000000;
        _board.Memory.TryWrite(controller + 0x40, 4, 0x01000000);
        _board.Memory.TryWrite(controller + 0x34, 4, 0x80002222);
        _board.Memory.TryWrite(controller, 1, 0x90);
        _board.Memory.TryWrite(controller + 4, 1, 0);
        Assert.That(Word(controller + 0x44) & 0x01000000, Is.Not.Zero);
        Assert.That(_board.Memory.TryRead(controller + 8, 1, out uint identity) ? identity : 0, Is.EqualTo(0xff));
        Assert.That((Word(controller + 0x40), Word(controller + 0x34)), Is.EqualTo((0x01000000u, 0x80002222u)));
        _board.Memory.TryWrite(controller + 0x44, 4, 0);
        Assert.That(Word(controller + 0x44), Is.EqualTo(0x01000000), "the status is the controller's");
    }

    [Test]
    public void The_CPLD_is_a_new_one_and_keeps_its_control_word()
    {
        Assert.That(Word(0xf0000400) >> 16, Is.EqualTo(0xabcd));
        _board.Memory.TryWrite(0xf0000000, 4, 0xff570cc7);
        Assert.That(Word(0xf0000000), Is.EqualTo(0xff570cc7));
        Assert.That(_reports, Is.Empty);
    }

    /// <summary>NetBSD's read_eeprom (obs600_machdep.c): the address, then four bytes at a time.</summary>
    [Test]
    public void The_EEPROM_of_an_OpenBlockS_600_has_its_Ethernet_addresses()
    {
        using Board board = Create("obs600", 128);
        const uint iic = 0xef600400;
        board.Memory.TryWrite(iic + 8, 1, 8);
        board.Memory.TryWrite(iic + 7, 1, 0xc0);
        board.Memory.TryWrite(iic + 5, 1, 0);
        board.Memory.TryWrite(iic + 4, 1, 0xa4);
        board.Memory.TryWrite(iic, 1, 0);
        board.Memory.TryWrite(iic + 6, 1, 0x01);
        List<byte> bytes = [];
        while (bytes.Count < 16)
        {
            board.Memory.TryWrite(iic + 6, 1, 0x33);
            board.Memory.TryRead(iic + 8, 1, out uint status);
            Assert.That(status & 0x25, Is.EqualTo(0x20), "data, no error, nothing pending");
            for (int n = 0; n < 4; n++)
                bytes.Add(board.Memory.TryRead(iic, 1, out uint value) ? (byte)value : (byte)0);
        }

        Assert.That((MacAddress.Read(bytes.ToArray()), MacAddress.Read(bytes.ToArray().AsSpan(8))),
            Is.EqualTo((board.Ethernet[0].Address, board.Ethernet[1].Address)));
    }

    [Test]
    public void The_thermometer_says_25_degrees_again_and_again_and_keeps_its_limits()
    {
        const uint iic = 0xef600400;
        _board.Memory.TryWrite(iic + 4, 1, 0x90);
        foreach (uint value in new uint[] { 3, 0x50, 0x80 })
            _board.Memory.TryWrite(iic, 1, value);
        _board.Memory.TryWrite(iic + 6, 1, 0x21);
        Assert.That(ReadBytes(0, 4), Is.EqualTo(new byte[] { 25, 0, 25, 0 }));
        Assert.That(ReadBytes(3, 2), Is.EqualTo(new byte[] { 0x50, 0x80 }));
        Assert.That(ReadBytes(1, 2), Is.EqualTo(new byte[] { 0, 0 }));

        byte[] ReadBytes(byte pointer, int count)
        {
            _board.Memory.TryWrite(iic, 1, pointer);
            _board.Memory.TryWrite(iic + 6, 1, 0x01);
            _board.Memory.TryWrite(iic + 6, 1, (uint)(((count - 1) << 4) | 3));
            return [.. Enumerable.Range(0, count).Select(_ => _board.Memory.TryRead(iic, 1, out uint value) ? (byte)value : (byte)0)];
        }
    }

    [TestCase(0x40000000u, false)]
    [TestCase(0x20000000u, true)]
    public unsafe void The_machine_check_syndrome_says_which_bus_and_is_cleared_by_ones(uint cause, bool isData)
    {
        const int mcsr = 572;
        Processor core = _board.Processor;
        if (isData)
            core.ReportDataBusError();
        else
            core.TakeFetchBusError();
        Assert.That(core.TryReadSpr(mcsr, out uint syndrome) ? syndrome : 0, Is.EqualTo(0x80000000 | cause));
        byte[] saved = Save(_board);
        Assert.That(core.TryWriteSpr(mcsr, cause), Is.True);
        core.TryReadSpr(mcsr, out syndrome);
        Assert.That(syndrome, Is.EqualTo(0x80000000));
        core.TryWriteSpr(mcsr, 0x80000000);
        core.TryReadSpr(mcsr, out syndrome);
        Assert.That(syndrome, Is.Zero);
        Load(_board, saved);
        core.TryReadSpr(mcsr, out syndrome);
        Assert.That(syndrome, Is.EqualTo(0x80000000 | cause));
        using Board other = Create("walnut");
        Assert.That(other.Processor.TryReadSpr(mcsr, out _), Is.False, "only the 405EX has it");
    }

    private static uint Indexed(Board board, uint dcr, uint index)
    {
        board.Dcr.Write(dcr, index);
        return board.Dcr.Read(dcr + 1);
    }

    private static uint Field(Board board, uint index, int shift) => (Indexed(board, Cpr, index) >> shift) & 7;

    /// <summary>The PLL's code of its feedback divisor, from Linux's table (arch/powerpc/boot/4xx.c).</summary>
    private static uint ByCode(uint code) => code switch { 0xd4 => 10, 0xd3 => 12, 0xb3 => 16, 0xce => 18, _ => 0 };

    private void SetIndexed(uint dcr, uint index, uint value)
    {
        _board.Dcr.Write(dcr, index);
        _board.Dcr.Write(dcr + 1, value);
    }

    private uint Word(uint address) => _board.Memory.TryRead(address, 4, out uint value) ? value : throw new AssertionException($"{address:x8}");

    private void UseFlash(uint megabytes = 256)
    {
        _board.Dispose();
        _board = BoardCatalog.Find("kilauea")!.Create(new BoardOptions { MemoryBytes = megabytes << 20, FlashBytes = Flash });
        _board.Log.Reported += _reports.Add;
    }
}
