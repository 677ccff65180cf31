using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// SDRAM0 of the 405EX, a controller for DDR2 memory (U-Boot, ppc4xx-sdram.h, has its registers). It comes up as firmware leaves it: initialised,
/// with banks that add up to the board's RAM. There are no delays that could be wrong: whatever values software tries when it calibrates them, memory
/// answers, so that all of them pass.
/// </summary>
/// <remarks>
/// On a board with firmware RAM answers where the enabled banks say, and nowhere while the controller is off (MCOPT2[DCEN]); where firmware is taken
/// for granted, it stays where it is. There is no ECC, and so no error of it.
/// </remarks>
public sealed class Ddr2Controller : IndirectDcrDevice, ILastResort, ISetUpByFirmware
{
    /// <summary>DCR number of SDRAM0_CFGADDR; CFGDATA is the next one.</summary>
    public const uint AddressDcr = 0x10;

    private const uint Status = 0x1f;
    private const uint Options2 = 0x21;
    private const uint FirstBank = 0x40;
    private const uint InitialisationComplete = 0x80000000;
    private const uint InSelfRefresh = 0x40000000;
    private const uint Idle = 0x20000000;
    private const uint EnterSelfRefresh = 0x80000000;
    private const uint Initialise = 0x20000000;
    private const uint Enable = 0x08000000;
    private const uint BankEnable = 1;
    private const int BankSizeShift = 12;
    private const uint BaseMask = 0xfff80000;
    private const int BaseShift = 3;
    private readonly RamBanks _ram;
    private readonly bool _isFollowed;

    /// <summary>Creates the controller.</summary>
    /// <param name="banks">Size of each bank in bytes: a power of two from 4 MB on, largest first; at most four.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    /// <param name="memory">The RAM.</param>
    /// <param name="isFollowed">Whether RAM is where the registers say, as on a board with firmware.</param>
    public Ddr2Controller(IReadOnlyList<uint> banks, HardwareLog log, PhysicalAddressSpace memory, bool isFollowed)
        : base(AddressDcr, CreateRegisters(log))
    {
        _isFollowed = isFollowed;
        _ram = new RamBanks(banks, memory, Programmed);
        for (int n = 0; n < banks.Count; n++)
            Registers[BankIndex(n)] = (_ram.StartOf(n) >> BaseShift) | (uint.Log2(banks[n] / RamBanks.Smallest) << BankSizeShift) | BankEnable;
        Registers[Options2] = Initialise | Enable;
    }

    /// <inheritdoc/>
    public void ComeOutOfReset()
    {
        Registers[Options2] = 0;
        for (int n = 0; n < RamBanks.Count; n++)
            Registers[BankIndex(n)] = 0;
        Place();
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        base.Load(reader);
        Place();
    }

    /// <inheritdoc/>
    public bool TryRead(uint physical, int size, out uint value) => _ram.TryRead(physical, size, out value);

    /// <inheritdoc/>
    public bool TryWrite(uint physical, int size, uint value) => _ram.TryWrite(physical, size, value);

    /// <inheritdoc/>
    public bool TryFetch(uint physical, out uint word) => _ram.TryFetch(physical, out word);

    /// <inheritdoc/>
    protected override uint ReadRegister(uint index)
    {
        if (index != Status)
            return base.ReadRegister(index);
        uint options = Registers[Options2];
        return Idle | ((options & Initialise) != 0 ? InitialisationComplete : 0) | ((options & EnterSelfRefresh) != 0 ? InSelfRefresh : 0);
    }

    /// <inheritdoc/>
    protected override void WriteRegister(uint index, uint value)
    {
        uint before = Registers.Read(index);
        if (!Registers.Write(index, value) || Registers[index] == before)
            return;
        bool isBank = index - FirstBank < 4 * RamBanks.Count;
        if (_isFollowed && (isBank || index == Options2))
            Place();
        else if (isBank && !IsInPlace((int)(index - FirstBank) / 4))
            Registers.ReportUnmodelled(index, $"a changed bank (0x{before:x8} to 0x{Registers[index]:x8}) does not move RAM");
        else if (index == Options2 && (before & ~value & Enable) != 0)
            Registers.ReportUnmodelled(index, "RAM stays readable with the controller disabled");
    }

    private static uint BankIndex(int bank) => FirstBank + (4 * (uint)bank);

    private void Place()
    {
        if (_isFollowed)
            _ram.Place();
    }

    private RamBank? Programmed(int bank)
    {
        uint register = Registers[BankIndex(bank)];
        bool isOn = (Registers[Options2] & Enable) != 0 && (register & BankEnable) != 0;
        return isOn ? new RamBank((register & BaseMask) << BaseShift, RamBanks.Smallest << (int)((register >> BankSizeShift) & 7)) : null;
    }

    /// <summary>Whether a bank is off, or where the memory is that it selects.</summary>
    private bool IsInPlace(int bank) => _ram.SizeOf(bank) == 0 || Programmed(bank) is not { } programmed
        || (programmed.Start == _ram.StartOf(bank) && programmed.Size >= _ram.SizeOf(bank));

    private static RegisterFile CreateRegisters(HardwareLog log)
    {
        List<Register> registers =
        [
            Register.Status(0x00, "BESR"),
            new(0x01, "BESRT", Writable: 0),
            Register.ReadOnly(0x02, "BEARL"),
            Register.ReadOnly(0x03, "BEARH"),
            Register.Status(0x06, "WMIRQ"),
            new(0x07, "WMIRQT", Writable: 0),
            new(0x08, "PLBOPT"),
            new(0x09, "PUABA"),
            Register.ReadOnly(Status, "MCSTAT"),
            new(0x20, "MCOPT1"),
            new(Options2, "MCOPT2"),
            new(0x26, "CODT"),
            new(0x30, "RTR"),
            new(0x34, "PMIT"),
            new(0x70, "RQDC"),
            new(0x74, "RFDC"),
            new(0x78, "RDCC"),
            new(0x7a, "DLCR"),
            new(0x80, "CLKTR"),
            new(0x81, "WRDTR"),
            new(0x85, "SDTR1"),
            new(0x86, "SDTR2"),
            new(0x87, "SDTR3"),
            new(0x88, "MMODE"),
            new(0x89, "MEMODE"),
            Register.Status(0x98, "ECCES"),
            Register.ReadOnly(0xb0, "FCSR"),
            Register.ReadOnly(0xb1, "RTSR"),
        ];
        for (uint n = 0; n < RamBanks.Count; n++)
        {
            registers.Add(new Register(0x22 + n, $"MODT{n}"));
            registers.Add(new Register(BankIndex((int)n), $"MB{n}CF"));
        }

        for (uint n = 0; n < 16; n++)
            registers.Add(new Register(0x50 + n, $"INITPLR{n}"));
        return new RegisterFile("SDRAM0", log, [.. registers]);
    }
}
