using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// SDRAM0, the 405's SDRAM controller (405GP User's Manual, "SDRAM Controller"). It comes up as firmware leaves it:
/// enabled, with banks that add up to the board's RAM, since that is where kernels look for the memory size.
/// </summary>
/// <remarks>
/// On a board with a flash for firmware, RAM answers where the enabled banks say, and nowhere while the controller is off: in a bank that is
/// programmed larger than the memory that it selects, the memory repeats, and a bank without memory reads as ones. Where firmware is taken for
/// granted, RAM stays where it is, and repeats only beyond its end. BESR0 and BESR1 have a second register each, which sets the bits that are written
/// to it, for tests (U-Boot's ppc405.h has their names; a read gives the status).
/// </remarks>
public sealed class SdramController : IndirectDcrDevice, ILastResort, ISetUpByFirmware
{
    /// <summary>DCR number of SDRAM0_CFGADDR; CFGDATA is the next one.</summary>
    public const uint AddressDcr = 0x10;

    private const uint SetStatus0 = 0x04;
    private const uint SetStatus1 = 0x0c;
    private const uint Configuration = 0x20;
    private const uint Status = 0x24;
    private const uint FirstBank = 0x40;
    private const uint LastBank = 0x4c;
    private const uint Enabled = 0x80000000;
    private const uint SelfRefresh = 0x40000000;
    private const uint AddressMask = 0xffc00000;
    private readonly RamBanks _ram;
    private readonly bool _isFollowed;

    /// <summary>Creates the controller.</summary>
    /// <param name="banks">
    /// Size of each bank in bytes: a power of two from 4 MB to 256 MB, largest first; at most four.
    /// </param>
    /// <param name="log">Where what is not modelled is reported.</param>
    /// <param name="memory">The RAM; null where nobody accesses it.</param>
    /// <param name="isFollowed">Whether RAM is where the registers say, as on a board with firmware.</param>
    public SdramController(IReadOnlyList<uint> banks, HardwareLog log, PhysicalAddressSpace? memory = null, bool isFollowed = false)
        : base(AddressDcr, CreateRegisters(log))
    {
        _isFollowed = isFollowed;
        _ram = new RamBanks(banks, memory, Programmed);
        uint address = 0;
        for (int n = 0; n < banks.Count; n++)
        {
            Registers[FirstBank + (4 * (uint)n)] = address | SizeField(banks[n]) | 1;
            address += banks[n];
        }
    }

    /// <summary>Takes back what firmware would have programmed: the controller is disabled, without banks, as after a reset.</summary>
    public void ComeOutOfReset()
    {
        Registers[Configuration] = 0;
        for (uint index = FirstBank; index <= LastBank; index += 4)
            Registers[index] = 0;
        if (_isFollowed)
            _ram.Place();
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        base.Load(reader);
        if (_isFollowed)
            _ram.Place();
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
        if (index is SetStatus0 or SetStatus1)
            return Registers[index - SetStatus0];
        if (index != Status)
            return base.ReadRegister(index);
        uint configuration = Registers[Configuration];
        uint modeRegisterSet = configuration & Enabled; // MRSCMP: the start-up sequence is over as soon as the controller is enabled
        return modeRegisterSet | (configuration & SelfRefresh);
    }

    /// <inheritdoc/>
    protected override void WriteRegister(uint index, uint value)
    {
        if (index is SetStatus0 or SetStatus1)
        {
            Registers[index - SetStatus0] |= value;
            return;
        }

        uint before = Registers.Read(index);
        if (!Registers.Write(index, value) || Registers[index] == before)
            return;
        if (_isFollowed)
        {
            _ram.Place();
            return;
        }

        if (index is >= FirstBank and <= LastBank && !IsInPlace(index))
            Registers.ReportUnmodelled(index, $"a changed bank (0x{before:x8} to 0x{Registers[index]:x8}) does not move RAM");
        if (index == Configuration && (before & ~value & Enabled) != 0)
            Registers.ReportUnmodelled(index, "RAM stays readable with the controller disabled");
    }

    private static uint SizeOf(uint register) => RamBanks.Smallest << (int)((register >> 17) & 7);

    private RamBank? Programmed(int bank)
    {
        uint register = Registers[FirstBank + (4 * (uint)bank)];
        bool isOn = (Registers[Configuration] & Enabled) != 0 && (register & 1) != 0;
        return isOn ? new RamBank(register & AddressMask, SizeOf(register)) : null;
    }

    /// <summary>Whether a bank is off, or where the memory is that it selects: what is larger repeats, which is modelled.</summary>
    private bool IsInPlace(uint index)
    {
        int bank = (int)(index - FirstBank) / 4;
        uint register = Registers[index];
        return (register & 1) == 0 || _ram.SizeOf(bank) == 0
            || ((register & AddressMask) == _ram.StartOf(bank) && SizeOf(register) >= _ram.SizeOf(bank));
    }

    private static RegisterFile CreateRegisters(HardwareLog log) => new(
        "SDRAM0",
        log,
        Register.Status(0x00, "BESR0"),
        new Register(SetStatus0, "BESRS0", Writable: 0),
        Register.Status(0x08, "BESR1"),
        new Register(SetStatus1, "BESRS1", Writable: 0),
        Register.ReadOnly(0x10, "BEAR"),
        new Register(Configuration, "CFG", 0x80800000),
        Register.ReadOnly(Status, "STATUS"),
        new Register(0x30, "RTR", 0x05f00000, Writable: 0x3ff80000),
        new Register(0x34, "PMIT", 0x07c00000, Writable: 0xf8000000),
        new Register(FirstBank, "B0CR", Writable: 0xffdee001),
        new Register(0x44, "B1CR", Writable: 0xffdee001),
        new Register(0x48, "B2CR", Writable: 0xffdee001),
        new Register(LastBank, "B3CR", Writable: 0xffdee001),
        new Register(0x80, "TR", 0x00854009),
        new Register(0x94, "ECCCFG", Writable: 0x00f00000),
        Register.Status(0x98, "ECCESR"));

    /// <summary>BnCR[SZ], bits 12:14: 0 means 4 MB, and each step doubles it.</summary>
    private static uint SizeField(uint bytes) => uint.Log2(bytes / RamBanks.Smallest) << 17;
}
