using PpcJit.Machine.Memory;
using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// A PHY with the registers of IEEE 802.3, clause 22, and the identity of a chip that kernels know. Its partner at the other end of the cable
/// offers all modes of a switch without flow control, those of 1 Gbit/s too.
/// </summary>
public sealed class MiiPhy : IStateful
{
    private const uint Control = 0;
    private const uint Status = 1;
    private const uint Advertisement = 4;
    private const uint LoopBack = 0x4000;
    private const uint Speed100 = 0x2000;
    private const uint NegotiationEnable = 0x1000;
    private const uint PowerDown = 0x0800;
    private const uint Isolate = 0x0400;
    private const uint RestartNegotiation = 0x0200;
    private const uint FullDuplex = 0x0100;
    private const uint SoftReset = 0x8000;
    private const uint StoredControl = 0x7d80;

    // What a PHY for 1 Gbit/s has in addition
    private const uint GigabitControl = 9;
    private const uint GigabitStatus = 10;
    private const uint ExtendedStatus = 15;
    private const uint Speed1000 = 0x0040;
    private const uint ExtendedAbility = 0x0100;
    private const uint StoredGigabitControl = 0xff00;
    private const uint ResetGigabitControl = GigabitModes;
    private const uint GigabitModes = 0x0300;
    private const uint GigabitFull = 0x0200;
    private const uint GigabitAbilities = 0x3000;
    private const uint ReceiversGood = 0x3000;
    private const uint ResetControl = Speed100 | NegotiationEnable | FullDuplex;

    /// <summary>
    /// 100BASE-TX and 10BASE-T, both duplexes, preamble suppression, negotiation ability, extended registers.
    /// </summary>
    private const uint Abilities = 0x7849;
    private const uint NegotiationComplete = 0x0020;
    private const uint LinkStatus = 0x0004;
    private const uint ResetAdvertisement = 0x01e1;
    private const uint PartnerAbility = 0x41e1;
    private const uint AllModes = 0x01e0;
    private const uint HundredModes = 0x0180;
    private const uint FullModes = 0x0140;

    /// <summary>
    /// How long negotiation lasts, in hundredths of a second. A real PHY takes one to three seconds, for which no boot
    /// need wait.
    /// </summary>
    private const uint NegotiationHundredths = 1;

    private readonly EventQueue _events;
    private readonly MiiPhyModel _model;
    private readonly ushort[] _vendor = new ushort[16];
    private uint _control;
    private uint _advertisement;
    private uint _gigabitControl;
    private ulong _negotiatedAt;
    private bool _linkFailed;

    /// <summary>Creates a PHY that begins to negotiate.</summary>
    /// <param name="events">The machine's time.</param>
    /// <param name="model">What chip it is; an LXT971A when null.</param>
    public MiiPhy(EventQueue events, MiiPhyModel? model = null)
    {
        _events = events;
        _model = model ?? MiiPhyModel.Lxt971A;
        Reset();
    }

    /// <summary>Whether a cable with a live other end is plugged in.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Whether there is a link.</summary>
    public bool LinkIsUp => IsConnected && (_control & PowerDown) == 0 && (!Negotiates || (IsNegotiated && (CommonModes | CommonGigabit) != 0));

    /// <summary>Whether frames pass between MAC and cable.</summary>
    public bool CarriesFrames => LinkIsUp && (_control & (Isolate | LoopBack)) == 0;

    /// <summary>Whether what the MAC sends comes back to it instead of leaving.</summary>
    public bool LoopsBack => (_control & (LoopBack | Isolate | PowerDown)) == LoopBack;

    /// <summary>Bits per second on the cable, also while there is no link: the PHY's clock never stops.</summary>
    public uint BitsPerSecond
    {
        get
        {
            if (Negotiates ? CommonGigabit != 0 : _model.IsGigabit && (_control & (Speed1000 | Speed100)) == Speed1000)
                return 1_000_000_000;
            return (Negotiates ? (CommonModes & HundredModes) != 0 : (_control & Speed100) != 0) ? 100_000_000u : 10_000_000u;
        }
    }

    private MiiLink Link => new(BitsPerSecond, LinkIsUp, IsFullDuplex, Negotiates, Negotiates && IsNegotiated);

    private bool Negotiates => (_control & NegotiationEnable) != 0;

    private bool IsNegotiated => IsConnected && _events.Now >= _negotiatedAt;

    private uint CommonModes => _advertisement & PartnerAbility & AllModes;

    /// <summary>The modes of 1 Gbit/s that this side offers; the partner has both.</summary>
    private uint CommonGigabit => _model.IsGigabit ? _gigabitControl & GigabitModes : 0;

    private bool IsFullDuplex => !Negotiates ? (_control & FullDuplex) != 0
        : CommonGigabit != 0 ? (CommonGigabit & GigabitFull) != 0 : IsBestModeFullDuplex(CommonModes);

    /// <summary>Reads a register.</summary>
    /// <param name="register">Its number, 0 to 31.</param>
    public ushort Read(uint register)
    {
        switch (register)
        {
            case Control:
                return (ushort)_control;
            case Status:
                // Link status latches a failure until it has been read (22.2.4.2.13)
                bool isUp = LinkIsUp && !_linkFailed;
                _linkFailed = !LinkIsUp;
                return (ushort)(Abilities | (_model.IsGigabit ? ExtendedAbility : 0)
                    | (Negotiates && IsNegotiated ? NegotiationComplete : 0) | (isUp ? LinkStatus : 0));
            case 2:
                return (ushort)(_model.Identifier >> 16);
            case 3:
                return (ushort)_model.Identifier;
            case Advertisement:
                return (ushort)_advertisement;
            case 5:
                return (ushort)(Negotiates && IsNegotiated ? PartnerAbility : 0);
            case 6:
                return (ushort)(Negotiates && IsNegotiated ? 1 : 0); // the partner negotiates too
            case GigabitControl when _model.IsGigabit:
                return (ushort)_gigabitControl;
            case GigabitStatus when _model.IsGigabit:
                bool isRunning = Negotiates && IsNegotiated && CommonGigabit != 0;
                return (ushort)((Negotiates && IsNegotiated ? GigabitModes << 2 : 0) | (isRunning ? ReceiversGood : 0));
            case ExtendedStatus when _model.IsGigabit:
                return (ushort)GigabitAbilities;
            default:
                return register < 16 ? (ushort)0 : register == _model.StatusRegister ? (ushort)_model.DescribeLink(Link) : _vendor[register - 16];
        }
    }

    /// <summary>Writes a register.</summary>
    /// <param name="register">Its number, 0 to 31.</param>
    /// <param name="value">The 16 bits.</param>
    public void Write(uint register, ushort value)
    {
        if (register == Control)
            WriteControl(value);
        else if (register == Advertisement)
            _advertisement = (value & 0xffe0u) | (ResetAdvertisement & 0x1f);
        else if (register == GigabitControl && _model.IsGigabit)
            _gigabitControl = value & StoredGigabitControl;
        else if (((_model.Stored >> (int)register) & 1) != 0)
            _vendor[register - 16] = value;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_advertisement);
        writer.Write(_negotiatedAt);
        writer.Write(_linkFailed);
        foreach (ushort value in _vendor)
            writer.Write((uint)value);
        if (_model.IsGigabit)
            writer.Write(_gigabitControl);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        _control = reader.ReadUInt32();
        _advertisement = reader.ReadUInt32();
        _negotiatedAt = reader.ReadUInt64();
        _linkFailed = reader.ReadBoolean();
        for (int n = 0; n < _vendor.Length; n++)
            _vendor[n] = (ushort)reader.ReadUInt32();
        if (_model.IsGigabit)
            _gigabitControl = reader.ReadUInt32();
    }

    /// <summary>The order of preference is 100 full, 100 half, 10 full, 10 half (clause 28, annex B).</summary>
    private static bool IsBestModeFullDuplex(uint modes) =>
        ((modes & HundredModes) != 0 ? modes & HundredModes & FullModes : modes & FullModes) != 0;

    private void Reset()
    {
        _control = ResetControl;
        _advertisement = ResetAdvertisement;
        _gigabitControl = _model.IsGigabit ? ResetGigabitControl : 0;
        Array.Clear(_vendor);
        Negotiate();
    }

    private void Negotiate()
    {
        _linkFailed = true;
        _negotiatedAt = _events.Now + (_events.InstructionsPerSecond * NegotiationHundredths / 100);
    }

    private void WriteControl(uint value)
    {
        if ((value & SoftReset) != 0)
        {
            Reset(); // completes at once: the bit reads 0 again
            return;
        }

        uint before = _control;
        _control = value & (_model.IsGigabit ? StoredControl | Speed1000 : StoredControl);
        bool begins = (before & NegotiationEnable) == 0 || (before & PowerDown) != 0 || (value & RestartNegotiation) != 0;
        if (Negotiates && begins)
            Negotiate();
        _linkFailed |= !LinkIsUp;
    }
}
