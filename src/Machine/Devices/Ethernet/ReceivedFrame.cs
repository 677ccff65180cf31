namespace PpcJit.Machine.Devices.Ethernet;

/// <summary>
/// A frame as the receiver sees it: its errors, and which of its bytes software gets (405GP User's Manual, "EMAC
/// Receive Operation").
/// </summary>
/// <param name="frame">The frame from the wire, at least a header long.</param>
/// <param name="vlanProtocol">The type that marks a VLAN tag; null when VLAN support is off.</param>
/// <param name="maximumLength">Bytes of the longest frame without a tag.</param>
internal readonly ref struct ReceivedFrame(ReadOnlySpan<byte> frame, int? vlanProtocol, int maximumLength)
{
    private const int ShortestData = EthernetFrame.MinimumLength - EthernetFrame.HeaderLength - EthernetFrame.FcsLength;
    private const int PauseOpcode = 1;
    private static readonly MacAddress PauseGroup = new(0x0180c2000001);

    private readonly ReadOnlySpan<byte> _frame = frame;
    private readonly int _maximumLength = maximumLength;
    private readonly int _tagLength = vlanProtocol == EthernetFrame.TypeAt(frame) ? EthernetFrame.VlanTagLength : 0;

    /// <summary>To whom it is sent.</summary>
    public MacAddress Destination => MacAddress.Read(_frame);

    /// <summary>Who sent it.</summary>
    public MacAddress Source => MacAddress.Read(_frame[MacAddress.Length..]);

    private int HeaderLength => EthernetFrame.HeaderLength + _tagLength;

    private int MaxFrameLength => _maximumLength + _tagLength;

    /// <summary>The type or length field; of a fragment that ends before it, none.</summary>
    private int TypeOrLength => _frame.Length < HeaderLength ? EthernetFrame.MinimumType : EthernetFrame.TypeAt(_frame, HeaderLength - 2);

    /// <summary>Whether it is a PAUSE frame for this station.</summary>
    public bool IsPause(MacAddress own) =>
        _frame.Length >= EthernetFrame.HeaderLength + 4 && EthernetFrame.TypeAt(_frame) == EthernetFrame.ControlType
        && EthernetFrame.TypeAt(_frame, EthernetFrame.HeaderLength) == PauseOpcode && (Destination == PauseGroup || Destination == own);

    /// <summary>How long a PAUSE frame asks for silence, in units of 512 bit times.</summary>
    public int PauseQuanta => EthernetFrame.TypeAt(_frame, EthernetFrame.HeaderLength + 2);

    /// <summary>Gives the error bits of the receive status.</summary>
    public ushort Errors()
    {
        int errors = 0;
        if (_frame.Length < EthernetFrame.MinimumLength)
            errors |= EmacBits.Runt;
        if (_frame.Length > MaxFrameLength)
            errors |= EmacBits.TooLong;
        if (!EthernetFrame.HasGoodFcs(_frame))
            errors |= EmacBits.BadFcs;
        int length = TypeOrLength;
        if (length is > EthernetFrame.MaximumDataLength and < EthernetFrame.MinimumType)
            errors |= EmacBits.OutOfRange;
        int data = _frame.Length - HeaderLength - EthernetFrame.FcsLength;
        if (length <= EthernetFrame.MaximumDataLength && data != Math.Max(length, ShortestData - _tagLength))
            errors |= EmacBits.InRange;
        return (ushort)errors;
    }

    /// <summary>
    /// Gives the bytes for software: cut at the longest length, and without padding and frame check sequence where it
    /// wants none.
    /// </summary>
    /// <param name="mode">RMR.</param>
    public byte[] Contents(uint mode)
    {
        if (_frame.Length > MaxFrameLength)
            return _frame[..MaxFrameLength].ToArray();
        int end = _frame.Length - EthernetFrame.FcsLength;
        bool isPadded = TypeOrLength < ShortestData - _tagLength && end > HeaderLength + TypeOrLength;
        if ((mode & EmacBits.StripPadding) != 0 && isPadded)
            end = HeaderLength + TypeOrLength;
        ReadOnlySpan<byte> fcs = (mode & EmacBits.StripFcs) != 0 ? [] : _frame[^EthernetFrame.FcsLength..];
        return [.. _frame[..end], .. fcs];
    }
}
