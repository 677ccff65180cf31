using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// DMA0, the 405's four DMA channels (405GP User's Manual, "Direct Memory Access Controller"). Memory-to-memory
/// transfers started by software are carried out; no device of these boards asks for peripheral transfers, so a channel
/// set up for one waits for ever, as on hardware. The address decode register (ADR, in U-Boot's ppc405.h) holds what is written to it.
/// </summary>
public sealed class DmaController : IDcrDevice, INamedRegisters
{
    /// <summary>First DCR.</summary>
    public const uint FirstDcr = 0x100;

    /// <summary>Last DCR, inclusive.</summary>
    public const uint LastDcr = 0x126;

    /// <summary>Number of channels.</summary>
    public const int ChannelCount = 4;

    /// <summary>
    /// Instructions that one unit of a transfer lasts: a read and a write on a bus at a third of the CPU clock.
    /// </summary>
    private const uint InstructionsPerUnit = 6;

    private const uint StatusRegister = 0x120;
    private const uint ScatterGatherCommand = 0x123;
    private readonly PhysicalAddressSpace _memory;
    private readonly RegisterFile _registers;
    private readonly InterruptLine[] _interrupts;
    private readonly TimedEvent[] _completions;
    private DmaTransfer? _running;

    /// <summary>Creates the controller in its reset state.</summary>
    /// <param name="events">The machine's time.</param>
    /// <param name="memory">What it reads and writes.</param>
    /// <param name="interrupts">The line of each channel.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    public DmaController(EventQueue events, PhysicalAddressSpace memory, IReadOnlyList<InterruptLine> interrupts, HardwareLog log)
    {
        _memory = memory;
        _interrupts = [.. interrupts];
        _completions = new TimedEvent[ChannelCount];
        List<Register> registers = [];
        for (uint n = 0; n < ChannelCount; n++)
        {
            uint channel = n;
            _completions[n] = events.Create($"DMA channel {n}", () => Complete(channel));
            registers.Add(new Register(Control(n), $"CR{n}"));
            registers.Add(new Register(Count(n), $"CT{n}", Writable: 0xffff));
            registers.Add(new Register(Destination(n), $"DA{n}"));
            registers.Add(new Register(Source(n), $"SA{n}"));
            registers.Add(new Register(Control(n) + 4, $"SG{n}"));
        }

        registers.Add(new Register(StatusRegister, "SR", Writable: 0, WriteOneToClear: 0xfff00000));
        registers.Add(new Register(ScatterGatherCommand, "SGC"));
        registers.Add(new Register(0x124, "ADR"));
        registers.Add(new Register(0x125, "SLP"));
        registers.Add(new Register(0x126, "POL"));
        _registers = new RegisterFile("DMA0", log, [.. registers]);
    }

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <summary>The physical address from which the unit is copied that is being stored; null while none is.</summary>
    public uint? CopiedFrom => _running?.Source;

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => _registers.Read(number);

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        if (!_registers.Write(number, value))
            return;
        if (number == ScatterGatherCommand && value != 0)
            _registers.ReportUnmodelled(number, "scatter/gather transfers are not modelled");
        for (uint n = 0; n < ChannelCount; n++)
        {
            if (number == Control(n))
                ControlWritten(n, value);
        }

        UpdateInterrupts();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        _registers.Save(writer);
        foreach (InterruptLine line in _interrupts)
            writer.Write(line.Level);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _registers.Load(reader);
        foreach (InterruptLine line in _interrupts)
            line.Restore(reader.ReadBoolean());
    }

    private static uint Control(uint channel) => FirstDcr + (8 * channel);

    private static uint Count(uint channel) => Control(channel) + 1;

    private static uint Destination(uint channel) => Control(channel) + 2;

    private static uint Source(uint channel) => Control(channel) + 3;

    private uint Units(uint channel)
    {
        uint count = _registers[Count(channel)];
        return count == 0 ? 65536 : count;
    }

    private void ControlWritten(uint channel, uint value)
    {
        DmaTransfer transfer = new(value, 0, 0, 0);
        _completions[channel].Cancel();
        SetBusy(channel, transfer.IsEnabled && transfer.IsMemoryToMemory);
        if (!transfer.IsEnabled)
            return;
        if (transfer.IsMemoryToMemory)
            _completions[channel].ScheduleIn((ulong)Units(channel) * InstructionsPerUnit);
        else
            _registers.ReportUnmodelled(Control(channel), "no device asks for DMA, so the transfer never starts");
    }

    /// <summary>The whole transfer happens when its time is over; until then software sees the channel busy.</summary>
    private void Complete(uint channel)
    {
        DmaTransfer transfer =
            new(_registers[Control(channel)], _registers[Source(channel)], _registers[Destination(channel)], Units(channel));
        _running = transfer;
        bool succeeded = transfer.Run(_memory);
        _running = null;
        _registers[Source(channel)] = transfer.Source;
        _registers[Destination(channel)] = transfer.Destination;
        _registers[Count(channel)] = transfer.Units & 0xffff;
        _registers[Control(channel)] &= ~DmaTransfer.Enabled;
        SetBusy(channel, false);
        uint terminalCount = 0x80000000u >> (int)channel;
        uint error = 0x00800000u >> (int)channel;
        _registers[StatusRegister] |= succeeded ? terminalCount : error;
        UpdateInterrupts();
    }

    private void SetBusy(uint channel, bool isBusy)
    {
        uint busy = 0x00000800u >> (int)channel;
        if (isBusy)
            _registers[StatusRegister] |= busy;
        else
            _registers[StatusRegister] &= ~busy;
    }

    private void UpdateInterrupts()
    {
        for (uint n = 0; n < ChannelCount; n++)
        {
            uint causes = 0x88800000u >> (int)n; // terminal count, end of transfer, error
            bool isEnabled = (_registers[Control(n)] & DmaTransfer.InterruptEnabled) != 0;
            _interrupts[n].Set(isEnabled && (_registers[StatusRegister] & causes) != 0);
        }
    }
}
