using System.Numerics;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Devices.OnChip;

/// <summary>
/// The 405's universal interrupt controller (405GP User's Manual, "Interrupt Controller Operations"): 32 inputs, input
/// 0 being the most significant bit of every register.
/// </summary>
/// <remarks>
/// The status register latches: a bit stays set until software writes 1 to it, and a level-sensitive bit cannot be
/// cleared while its input is active. After reset all inputs are active-high, level-sensitive and non-critical, as
/// on-chip devices are: NetBSD programs none of CR, PR and TR.
/// </remarks>
public sealed class Uic : IDcrDevice, INamedRegisters, ISetUpByFirmware
{
    private readonly uint _first;
    private readonly InterruptLine _external;
    private readonly InterruptLine _critical;
    private readonly InterruptLine[] _lines = new InterruptLine[InputCount];
    private uint _levels;
    private uint _status;
    private uint _enable;
    private uint _criticalInputs;
    private uint _polarity = uint.MaxValue;
    private uint _edge;
    private uint _vectorConfiguration;

    /// <summary>Number of inputs of a controller.</summary>
    public const int InputCount = 32;

    /// <summary>Creates a controller in its reset state.</summary>
    /// <param name="first">DCR number of UIC_SR.</param>
    /// <param name="external">Output for non-critical interrupts: to the core, or to an input of the controller that this one stands behind.</param>
    /// <param name="critical">Output for critical interrupts.</param>
    /// <param name="number">Its number on the chip.</param>
    public Uic(uint first, InterruptLine external, InterruptLine critical, int number = 0)
    {
        FirstInput = number * InputCount;
        _first = first;
        _external = external;
        _critical = critical;
        for (int n = 0; n < _lines.Length; n++)
        {
            uint bit = Bit(n);
            _lines[n] = new InterruptLine(level => InputChanged(bit, level));
        }
    }

    /// <summary>
    /// The input of the first controller that its output for non-critical interrupts drives, that for critical ones being the next; null when both
    /// drive the core.
    /// </summary>
    public int? Cascade { get; init; }

    /// <summary>Number of its first input where those of all controllers of the chip are counted on.</summary>
    public int FirstInput { get; }

    /// <summary>Raised when an input becomes active, with its number, counted on over all controllers; for observers.</summary>
    public event Action<int>? InputActivated;

    /// <summary>Raised when an input becomes inactive, with its number, counted on over all controllers; for observers.</summary>
    public event Action<int>? InputDeactivated;

    /// <summary>DCR number of UIC_SR.</summary>
    public uint First => _first;

    /// <summary>Number of DCRs, from SR to VCR.</summary>
    public static uint RegisterCount => 9;

    private uint Active => ~(_levels ^ _polarity);

    /// <summary>The line that drives an input.</summary>
    /// <param name="input">Number of the input, 0 to 31.</param>
    public InterruptLine Input(int input) => _lines[input];

    /// <summary>
    /// Gives a line to an input that is active low: the level at the input is high while the line's is low. Firmware programs the input so,
    /// which is taken for granted until <see cref="ComeOutOfReset"/>.
    /// </summary>
    /// <param name="input">Number of the input, 0 to 31, which nothing else drives.</param>
    public InterruptLine ActiveLowInput(int input)
    {
        _polarity &= ~Bit(input);
        _levels |= Bit(input);
        _lines[input].Restore(true);
        return new InterruptLine(level => _lines[input].Set(!level));
    }

    /// <inheritdoc/>
    public void ComeOutOfReset() => _polarity = uint.MaxValue;

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => 
        ((string[])["SR", "SRS", "ER", "CR", "PR", "TR", "MSR", "VR", "VCR"])
            .Select((name, n) => new DeviceRegister(name, _first + (uint)n));

    /// <inheritdoc/>
    public bool IsChangedByReads => false;

    /// <inheritdoc/>
    public bool IsInterruptController => true;

    /// <inheritdoc/>
    public uint ReadDcr(uint number) => (number - _first) switch
    {
        0 or 1 => _status,
        2 => _enable,
        3 => _criticalInputs,
        4 => _polarity,
        5 => _edge,
        6 => _status & _enable,
        7 => Vector(),
        _ => 0, // VCR is write-only
    };

    /// <inheritdoc/>
    public void WriteDcr(uint number, uint value)
    {
        switch (number - _first)
        {
            case 0: _status &= ~value; break;
            case 1: _status |= value; break;
            case 2: _enable = value; break;
            case 3: _criticalInputs = value; break;
            case 4: _polarity = value; break;
            case 5: _edge = value; break;
            case 8: _vectorConfiguration = value; break;
            default: return; // MSR and VR are read-only
        }

        Update();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_levels);
        writer.Write(_status);
        writer.Write(_enable);
        writer.Write(_criticalInputs);
        writer.Write(_polarity);
        writer.Write(_edge);
        writer.Write(_vectorConfiguration);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _levels = reader.ReadUInt32();
        _status = reader.ReadUInt32();
        _enable = reader.ReadUInt32();
        _criticalInputs = reader.ReadUInt32();
        _polarity = reader.ReadUInt32();
        _edge = reader.ReadUInt32();
        _vectorConfiguration = reader.ReadUInt32();
        for (int n = 0; n < _lines.Length; n++)
            _lines[n].Restore((_levels & Bit(n)) != 0);
        _external.Restore(ExternalPending);
        _critical.Restore(CriticalPending);
    }

    private bool ExternalPending => (_status & _enable & ~_criticalInputs) != 0;

    private bool CriticalPending => (_status & _enable & _criticalInputs) != 0;

    private static uint Bit(int input) => 0x80000000u >> input;

    private void InputChanged(uint bit, bool level)
    {
        uint before = Active;
        _levels = level ? _levels | bit : _levels & ~bit;
        if (InputActivated is { } activated && (Active & ~before & bit) != 0)
            activated(FirstInput + BitOperations.LeadingZeroCount(bit));
        if (InputDeactivated is { } deactivated && (before & ~Active & bit) != 0)
            deactivated(FirstInput + BitOperations.LeadingZeroCount(bit));
        _status |= Active & bit & _edge; // the active edge; the other edge leaves the bit inactive
        Update();
    }

    private void Update()
    {
        _status |= Active & ~_edge;
        _external.Set(ExternalPending);
        _critical.Set(CriticalPending);
    }

    /// <summary>
    /// VR: VCR[VBA] + 512 bytes for each step from the input that VCR[PRO] gives the highest priority; zero without a
    /// critical interrupt.
    /// </summary>
    /// <remarks>
    /// Sources disagree on VCR[PRO]. Figure 10-7 of the 405GP manual gives input 31 the highest priority when it is 1;
    /// the CPC700's manual, whose interrupt controller is the same, and the code of boards say that it is input 0, as
    /// here.
    /// </remarks>
    private uint Vector()
    {
        uint pending = _status & _enable & _criticalInputs;
        if (pending == 0)
            return 0;
        bool input0First = (_vectorConfiguration & 1) != 0;
        int steps = input0First ? BitOperations.LeadingZeroCount(pending) : BitOperations.TrailingZeroCount(pending);
        return (_vectorConfiguration & ~3u) + ((uint)steps * 512);
    }
}
