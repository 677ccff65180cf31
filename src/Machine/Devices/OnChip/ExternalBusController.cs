using PpcJit.Machine.Buses;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// EBC0, the external bus controller (405GP User's Manual, "External Bus Controller"): up to eight banks with address,
/// size, width and timing. It comes up as firmware leaves it, with the board's banks in place.
/// </summary>
public sealed class ExternalBusController : IndirectDcrDevice
{
    /// <summary>DCR number of EBC0_CFGADDR; CFGDATA is the next one.</summary>
    public const uint AddressDcr = 0x12;

    private const int MaxBanks = 8;
    private const uint AddressMask = 0xfff00000;
    private const uint Megabyte = 1 << 20;
    private const int SizeShift = 17;
    private const uint Width16 = 0x2000;
    private const uint FirstAccessParameter = 0x10;
    private const uint ReadWrite = 3u << 15;
    private readonly int _bankCount;

    /// <summary>Creates the controller.</summary>
    /// <param name="bankCount">How many banks the chip has, at most 8.</param>
    /// <param name="addresses">
    /// Address of each 1 MB bank, a multiple of 1 MB; 0, and none, for one that the board does not use.
    /// </param>
    /// <param name="log">Where what is not modelled is reported.</param>
    /// <param name="wideFlashBytes">Bytes of a flash of 16 bits that has the first bank for itself; null for none.</param>
    public ExternalBusController(int bankCount, IReadOnlyList<uint> addresses, HardwareLog log, uint? wideFlashBytes = null)
        : base(AddressDcr, CreateRegisters(Math.Min(bankCount, MaxBanks), log))
    {
        _bankCount = Math.Min(bankCount, MaxBanks);
        for (int n = 0; n < addresses.Count; n++)
        {
            if (addresses[n] != 0)
                Registers[(uint)n] = addresses[n] | ReadWrite;
        }

        if (wideFlashBytes is { } flash)
        {
            uint size = Math.Max(flash, Megabyte);
            Registers[0] = (0 - size) | (uint.Log2(size / Megabyte) << SizeShift) | ReadWrite | Width16;
        }
    }

    /// <summary>The banks that are in use, as they are programmed.</summary>
    public IReadOnlyList<ExternalBank> Banks =>
    [
        .. Enumerable.Range(0, _bankCount).Select(n => (Number: (uint)n, Register: Registers[(uint)n]))
            .Where(bank => (bank.Register & ReadWrite) != 0)
            .Select(bank => new ExternalBank(bank.Number, bank.Register & AddressMask, Megabyte << (int)((bank.Register >> SizeShift) & 7))),
    ];

    /// <inheritdoc/>
    protected override void WriteRegister(uint index, uint value)
    {
        uint before = Registers.Read(index);
        const uint place = AddressMask | (7u << SizeShift) | ReadWrite;
        if (Registers.Write(index, value) && ((Registers[index] ^ before) & place) != 0 && index < _bankCount)
            Registers.ReportUnmodelled(index, $"a changed bank (0x{before:x8} to 0x{value:x8}) does not move what is connected to it");
    }

    private static RegisterFile CreateRegisters(int bankCount, HardwareLog log)
    {
        List<Register> registers = [];
        for (uint n = 0; n < bankCount; n++)
        {
            registers.Add(new Register(n, $"B{n}CR"));
            registers.Add(new Register(FirstAccessParameter + n, $"B{n}AP", n == 0 ? 0x7f8ffe80u : 0));
        }

        registers.Add(Register.ReadOnly(0x20, "BEAR"));
        registers.Add(Register.Status(0x21, "BESR0"));
        registers.Add(Register.Status(0x22, "BESR1"));
        registers.Add(new Register(0x23, "CFG", 0x80400000));
        return new RegisterFile("EBC0", log, [.. registers]);
    }
}

/// <summary>A bank of the external bus.</summary>
/// <param name="Number">Its number: that of its chip select.</param>
/// <param name="Address">First address.</param>
/// <param name="Size">Bytes, from 1 MB to 128 MB.</param>
public readonly record struct ExternalBank(uint Number, uint Address, uint Size);
