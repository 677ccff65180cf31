using PpcJit.Machine.Buses;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// SDRAM0, the 405's SDRAM controller (405GP User's Manual, "SDRAM Controller"). It comes up as firmware leaves it:
/// enabled, with banks that add up to the board's RAM, since that is where kernels look for the memory size.
/// </summary>
public sealed class SdramController : IndirectDcrDevice
{
    /// <summary>DCR number of SDRAM0_CFGADDR; CFGDATA is the next one.</summary>
    public const uint AddressDcr = 0x10;

    private const uint Configuration = 0x20;
    private const uint Status = 0x24;
    private const uint FirstBank = 0x40;
    private const uint LastBank = 0x4c;
    private const uint Enabled = 0x80000000;
    private const uint SelfRefresh = 0x40000000;
    private const uint Megabyte = 1024 * 1024;

    /// <summary>Creates the controller.</summary>
    /// <param name="banks">
    /// Size of each bank in bytes: a power of two from 4 MB to 256 MB, largest first; at most four.
    /// </param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public SdramController(IReadOnlyList<uint> banks, HardwareLog log)
        : base(AddressDcr, CreateRegisters(log))
    {
        uint address = 0;
        for (int n = 0; n < banks.Count; n++)
        {
            Registers[FirstBank + (4 * (uint)n)] = address | SizeField(banks[n]) | 1;
            address += banks[n];
        }
    }

    /// <inheritdoc/>
    protected override uint ReadRegister(uint index)
    {
        if (index != Status)
            return base.ReadRegister(index);
        uint configuration = Registers[Configuration];
        uint modeRegisterSet = configuration & Enabled; // MRSCMP: the start-up sequence is over as soon as the controller is enabled
        return modeRegisterSet | (configuration & SelfRefresh);
    }

    /// <inheritdoc/>
    protected override void WriteRegister(uint index, uint value)
    {
        uint before = Registers.Read(index);
        if (!Registers.Write(index, value) || Registers[index] == before)
            return;
        if (index is >= FirstBank and <= LastBank)
            Registers.ReportUnmodelled(index, $"a changed bank (0x{before:x8} to 0x{Registers[index]:x8}) does not move RAM");
        if (index == Configuration && (value & Enabled) == 0)
            Registers.ReportUnmodelled(index, "RAM stays readable with the controller disabled");
    }

    private static RegisterFile CreateRegisters(HardwareLog log) => new(
        "SDRAM0",
        log,
        Register.Status(0x00, "BESR0"),
        Register.Status(0x08, "BESR1"),
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
    private static uint SizeField(uint bytes) => uint.Log2(bytes / (4 * Megabyte)) << 17;
}
