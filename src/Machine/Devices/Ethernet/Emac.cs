using System.Buffers;
using PpcJit.Machine.Buses;
using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>What an EMAC is connected to on its chip and board.</summary>
/// <param name="Mal">What moves its packets.</param>
/// <param name="TransmitChannel">The first of its transmit channels of the MAL.</param>
/// <param name="ReceiveChannel">Its receive channel of the MAL.</param>
/// <param name="Phy">The PHY at its MII.</param>
/// <param name="Management">The management bus that its STACR drives.</param>
/// <param name="Interrupt">Its interrupt line.</param>
public sealed record EmacConnections(
    Mal Mal, int TransmitChannel, int ReceiveChannel, MiiPhy Phy, IManagementBus Management, InterruptLine Interrupt)
{
    /// <summary>Whether what stands between EMAC and PHY lets frames pass at a speed in bits per second; null where nothing does.</summary>
    public Func<uint, bool>? Bridge { get; init; }
}

/// <summary>
/// An Ethernet MAC of the 405 (405GP User's Manual, "Ethernet Media Access Controller") with its cable. A frame takes
/// the time that its bits, preamble and gap last at the speed that the PHY negotiated, in instructions of the machine's
/// clock; the bus behind it is always fast enough. Wake-up by magic packets is not modelled, and there are no
/// collisions: the cable leads to a switch.
/// </summary>
public sealed partial class Emac : WordDevice, IEthernetPort, INamedRegisters
{
    /// <summary>Number of bytes of its window.</summary>
    public const uint WindowSize = 0x100;

    /// <summary>Frames on the cable towards the receiver.</summary>
    private const int CableCapacity = 64;

    /// <summary>Frames beyond which the outside waits; the rest of the room is for frames that are looped back.</summary>
    private const int CableWelcome = 32;
    private const int FifoFrames = 64;

    /// <summary>The first of an EMAC4's registers that match groups by address and mask.</summary>
    private const uint MulticastAddress = 0x30;
    private const int SmallestFifo = 512;

    /// <summary>A management cycle: 64 bits at 2.5 MHz, in tenths of a microsecond.</summary>
    private const uint ManagementTenths = 256;

    private readonly EventQueue _events;
    private readonly EmacConnections _connections;
    private readonly EmacModel _model;
    private readonly RegisterFile _registers;
    private readonly AddressFilter _filter;
    private readonly MalTransmitChannel[] _transmitters;
    private readonly MalReceiveChannel _receiver;
    private readonly TimedEvent _sent;
    private readonly TimedEvent _arrived;
    private readonly TimedEvent _pauseEnds;
    private readonly TimedEvent _managed;
    private readonly FrameQueue _cable = new(CableCapacity);
    private readonly FrameQueue _fifo = new(FifoFrames);
    private readonly ArrayBufferWriter<byte> _packet = new();

    /// <summary>The frame that is being sent; empty when none is.</summary>
    private byte[] _outgoing = [];

    /// <summary>The channel whose packet is or was sent last: 0, 1, or none for a PAUSE frame.</summary>
    private int _channel;
    private bool _sendsPause;
    private bool _askedToPause;

    /// <summary>The frame that the MAL is being given.</summary>
    private Arrival _draining;

    /// <summary>Creates the unit in its reset state.</summary>
    /// <param name="name">Name, as the manual gives it.</param>
    /// <param name="events">The machine's time.</param>
    /// <param name="connections">What it is connected to.</param>
    /// <param name="log">Where what is not modelled is reported.</param>
    /// <param name="model">Which EMAC it is; that of the 405GP when null.</param>
    public Emac(string name, EventQueue events, EmacConnections connections, HardwareLog log, EmacModel? model = null)
    {
        _model = model ?? EmacModel.Emac3;
        Name = name;
        _events = events;
        _connections = connections;
        _transmitters = new MalTransmitChannel[_model.TransmitChannels];
        for (int n = 0; n < _transmitters.Length; n++)
            _transmitters[n] = connections.Mal.Transmitter(connections.TransmitChannel + n);
        _receiver = connections.Mal.Receiver(connections.ReceiveChannel);
        _registers = CreateRegisters(name, _model, log);
        _filter = new AddressFilter(_registers, _model);
        _sent = events.Create($"{name} transmitter", OnSent);
        _arrived = events.Create($"{name} receiver", OnArrived);
        _pauseEnds = events.Create($"{name} pause", ServeTransmitter);
        _managed = events.Create($"{name} management", OnManaged);
        foreach (MalTransmitChannel channel in _transmitters)
            channel.Activated = ServeTransmitter;
        _receiver.Activated = DrainFifo;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MacAddress Address { get; set; }

    /// <inheritdoc/>
    public bool IsConnected
    {
        get => _connections.Phy.IsConnected;
        set => _connections.Phy.IsConnected = value;
    }

    /// <inheritdoc/>
    public FrameHandler? Transmitted { get; set; }

    /// <inheritdoc/>
    public ulong FramesArrived { get; private set; }

    private uint Mode1 => _registers[EmacBits.Mode1];

    private bool IsFullDuplex => (Mode1 & EmacBits.FullDuplex) != 0;

    /// <summary>Whether frames pass between this EMAC and the cable.</summary>
    private bool CarriesFrames => _connections.Phy.CarriesFrames && _connections.Bridge?.Invoke(_connections.Phy.BitsPerSecond) != false;

    private int LongestFrame => _model.IsEmac4 && (Mode1 & EmacBits.JumboFrames) != 0
        ? EthernetFrame.MaximumJumboLength : EthernetFrame.MaximumLength;

    private bool LoopsBack => (Mode1 & EmacBits.InternalLoopBack) != 0 || _connections.Phy.LoopsBack;

    /// <summary>TPID and TCI; null when VLAN support is off.</summary>
    private uint? VlanTag =>
        (Mode1 & EmacBits.VlanEnable) != 0 ? (_registers[EmacBits.VlanProtocol] << 16) | _registers[EmacBits.VlanControl] : null;

    /// <inheritdoc/>
    public IEnumerable<DeviceRegister> NamedRegisters => _registers.NamedRegisters;

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        _registers.Save(writer);
        _cable.Save(writer);
        _fifo.Save(writer);
        writer.Write(_outgoing.Length);
        writer.Write(_outgoing);
        writer.Write(_channel);
        writer.Write(_sendsPause);
        writer.Write(_askedToPause);
        writer.Write(FramesArrived);
        writer.Write(_connections.Interrupt.Level);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        _registers.Load(reader);
        _cable.Load(reader);
        _fifo.Load(reader);
        int length = reader.ReadInt32();
        if ((uint)length > reader.Remaining)
            throw new InvalidDataException($"The saved state has an outgoing frame of {length} bytes.");
        _outgoing = new byte[length];
        reader.ReadBytes(_outgoing);
        _channel = reader.ReadInt32();
        _sendsPause = reader.ReadBoolean();
        _askedToPause = reader.ReadBoolean();
        FramesArrived = reader.ReadUInt64();
        _connections.Interrupt.Restore(reader.ReadBoolean());
    }

    /// <inheritdoc/>
    protected override uint ReadWord(uint offset)
    {
        uint value = _registers.Read(offset);
        if (offset != EmacBits.Mode0)
            return value;
        uint receiver = (value & EmacBits.ReceiverEnable) != 0 ? 0 : EmacBits.ReceiverIdle;
        uint transmitter = _outgoing.Length != 0 ? 0 : EmacBits.TransmitterIdle;
        return value | receiver | transmitter;
    }

    /// <inheritdoc/>
    protected override void WriteWord(uint offset, uint value, uint lanes)
    {
        switch (offset)
        {
            case EmacBits.Mode0 when (value & EmacBits.SoftReset) != 0:
                Reset();
                break;
            case EmacBits.TransmitMode0:
                // Requests are set here and cleared when there is nothing more to send.
                uint requests = _registers[offset] & EmacBits.NewPackets;
                _registers.Write(offset, value, lanes);
                _registers[offset] |= requests;
                break;
            case EmacBits.StationControl:
                _registers.Write(offset, value, lanes);
                BeginManagement(value);
                break;
            default:
                _registers.Write(offset, value, lanes);
                break;
        }

        if (_model.IsEmac4 && offset is >= MulticastAddress and < MulticastAddress + 16 && value != 0)
            _registers.ReportUnmodelled(offset, "groups are received by the hash table alone");
        if (offset == EmacBits.Mode0 && (value & EmacBits.WakeUpEnable) != 0)
            _registers.ReportUnmodelled(offset, "the interface does not wake up by magic packets");
        ServeTransmitter();
        UpdateInterrupt();
    }

    private static RegisterFile CreateRegisters(string name, EmacModel model, HardwareLog log)
    {
        List<Register> registers =
        [
            new(EmacBits.Mode0, "MR0", Writable: 0x1c000000),
            new(EmacBits.Mode1, "MR1"),
            new(EmacBits.TransmitMode0, "TMR0", Writable: model.IsEmac4 ? EmacBits.NewPacket0 | 7 : EmacBits.NewPackets | EmacBits.FirstChannel),
            new(0x0c, "TMR1", 0x380f0000),
            new(EmacBits.ReceiveMode, "RMR"),
            new(EmacBits.InterruptStatus, "ISR", Writable: 0, WriteOneToClear: model.Interrupts),
            new(EmacBits.InterruptEnable, "ISER", Writable: model.Interrupts),
            new(EmacBits.AddressHigh, "IAHR", Writable: 0x0000ffff),
            new(EmacBits.AddressLow, "IALR"),
            new(EmacBits.VlanProtocol, "VTPID", 0x00008808, Writable: 0x0000ffff),
            new(EmacBits.VlanControl, "VTCI", Writable: 0x0000ffff),
            new(EmacBits.PauseTimer, "PTR", 0x0000ffff, Writable: 0x0000ffff),
            Register.ReadOnly(EmacBits.LastSourceHigh, "LSAH"),
            Register.ReadOnly(EmacBits.LastSourceLow, "LSAL"),
            new(0x58, "IPGVR", 0x00000004, Writable: 0x0000003f),
            new(EmacBits.StationControl, "STACR", model.StationIdle, Writable: EmacBits.StationRegisters),
            new(0x60, "TRTR", Writable: model.IsEmac4 ? 0xff000000 : 0xf8000000),
            new(EmacBits.WaterMarks, "RWMR"),
            Register.ReadOnly(EmacBits.OctetsTransmitted, "OCTX"),
            Register.ReadOnly(EmacBits.OctetsReceived, "OCRX"),
        ];
        uint hashes = uint.MaxValue >> (32 - model.HashWidth);
        for (uint n = 0; n < model.HashRegisters; n++)
        {
            registers.Add(new Register(model.IndividualHash + (4 * n), $"IAHT{n + 1}", Writable: hashes));
            registers.Add(new Register(model.GroupHash + (4 * n), $"GAHT{n + 1}", Writable: hashes));
        }

        if (model.IsEmac4)
        {
            registers.Add(new Register(MulticastAddress, "MAHR", Writable: 0x0000ffff));
            registers.Add(new Register(0x34, "MALR"));
            registers.Add(new Register(0x38, "MMAHR", Writable: 0x0000ffff));
            registers.Add(new Register(0x3c, "MMALR"));
            registers.Add(Register.ReadOnly(0x74, "REVID", 0x00000400)); // EMAC4
            registers.Add(new Register(0xc0, "TPC"));
        }

        return new RegisterFile(name, log, [.. registers]);
    }

    /// <summary>MR0[SRST]: completes at once, so that it reads 0 again. What is on the cable is not the EMAC's.</summary>
    private void Reset()
    {
        _registers.Reset();
        _fifo.Clear();
        _outgoing = [];
        _sendsPause = false;
        _askedToPause = false;
        _sent.Cancel();
        _pauseEnds.Cancel();
        _managed.Cancel();
    }

    /// <summary>A write of STACR begins a cycle; an EMAC4 begins one only when OC is written as 1.</summary>
    private void BeginManagement(uint written)
    {
        uint control = _registers[EmacBits.StationControl] & EmacBits.StationRegisters;
        uint operation = control & (_model.StationRead | _model.StationWrite | _model.StationIndirect);
        bool isCommand = operation != 0 && (!_model.IsEmac4 || (written & EmacBits.OperationComplete) != 0);
        _registers[EmacBits.StationControl] = control | (isCommand ? _model.StationBusy : _model.StationIdle);
        if (isCommand)
            _managed.ScheduleIn(Math.Max(1, _events.InstructionsPerSecond * ManagementTenths / 10_000_000));
        else
            _managed.Cancel();
    }

    private void OnManaged()
    {
        uint control = (_registers[EmacBits.StationControl] & ~EmacBits.OperationComplete) | _model.StationIdle;
        uint phy = (control >> EmacBits.PhyAddressShift) & EmacBits.PhyField;
        uint register = control & EmacBits.PhyField;
        bool succeeded = true;
        if ((control & _model.StationIndirect) != 0)
        {
            succeeded = false;
            _registers.ReportUnmodelled(EmacBits.StationControl, "no PHY here has indirect addresses");
        }
        else if ((control & _model.StationRead) != 0)
        {
            succeeded = _connections.Management.TryRead(phy, register, out ushort data);
            control = (control & ushort.MaxValue) | ((uint)data << EmacBits.PhyDataShift);
        }
        else
        {
            _connections.Management.Write(phy, register, (ushort)(control >> EmacBits.PhyDataShift));
        }

        _registers[EmacBits.StationControl] = succeeded ? control : control | EmacBits.PhyError;
        Signal(succeeded ? EmacBits.ManagementSucceeded : EmacBits.ManagementFailed);
    }

    /// <summary>Sets bits of ISR.</summary>
    private void Signal(uint bits)
    {
        _registers[EmacBits.InterruptStatus] |= bits;
        UpdateInterrupt();
    }

    private void UpdateInterrupt() =>
        _connections.Interrupt.Set((_registers[EmacBits.InterruptStatus] & _registers[EmacBits.InterruptEnable]) != 0);

    /// <summary>Instructions that a number of bits last on the cable.</summary>
    private ulong InstructionsOf(ulong bits)
    {
        ulong rate = _connections.Phy.BitsPerSecond;
        return Math.Max(1, ((bits * _events.InstructionsPerSecond) + rate - 1) / rate);
    }
}
