using System.Buffers.Binary;

namespace PpcJit.Machine.Devices.Ethernet;

/// <content>The transmitter: one frame at a time, from the MAL's two channels or for flow control.</content>
public sealed partial class Emac
{
    /// <summary>Bytes' time between two frames that no register shortens.</summary>
    private const int InterPacketGap = 12;
    private const int NoChannel = -1;
    private const int PauseFrameContents = EthernetFrame.HeaderLength + 4;

    private static ReadOnlySpan<uint> Requests => [EmacBits.NewPacket0, EmacBits.NewPacket1];

    private static ReadOnlySpan<uint> Errors => [EmacBits.TransmitError0, EmacBits.TransmitError1];

    /// <summary>Begins to send the next frame, if there is one and nothing stands in the way.</summary>
    private void ServeTransmitter()
    {
        if (_outgoing.Length != 0 || (_registers[EmacBits.Mode0] & EmacBits.TransmitterEnable) == 0)
            return;
        if (_sendsPause)
        {
            _sendsPause = false;
            Send(NoChannel, PauseFrame());
            return;
        }

        if (_pauseEnds.Due != ulong.MaxValue)
            return;
        uint requests = _registers[EmacBits.TransmitMode0];
        if ((requests & EmacBits.NewPacketDependent) != 0)
        {
            // Both channels in turn, beginning with the one that TMR0[FC] names
            int channel = (requests & EmacBits.FirstChannel) != 0 ? 1 : 0;
            if (TrySend(channel, EmacBits.NewPacketDependent))
            {
                _registers[EmacBits.TransmitMode0] ^= EmacBits.FirstChannel;
                return;
            }
        }

        int preferred = _channel == 0 ? 1 : 0;
        foreach (int channel in (ReadOnlySpan<int>)[preferred, 1 - preferred])
        {
            if (channel >= _transmitters.Length)
                continue;
            if ((requests & Requests[channel]) == 0 || !TrySend(channel, Requests[channel]))
                continue;
            if ((Mode1 & _model.TransmitRequests[channel]) == 0)
                _registers[EmacBits.TransmitMode0] &= ~Requests[channel]; // single packet mode
            return;
        }
    }

    private bool TrySend(int channel, uint request)
    {
        switch (_transmitters[channel].Fetch(_packet, out ushort control))
        {
            case FetchResult.Packet:
                Send(channel, TransmitFormat.Apply(_packet.WrittenSpan, control, _filter.Own, VlanTag));
                return true;
            case FetchResult.Inactive:
                return false;
            case FetchResult.Failed:
                Signal(Errors[channel]);
                break;
        }

        _registers[EmacBits.TransmitMode0] &= ~request;
        return false;
    }

    private void Send(int channel, byte[] frame)
    {
        _channel = channel;
        _outgoing = frame.Length == 0 ? new byte[1] : frame; // an empty packet still is one
        _sent.ScheduleIn(InstructionsOf(8 * (ulong)(EthernetFrame.PreambleLength + frame.Length + InterPacketGap)));
    }

    private void OnSent()
    {
        byte[] frame = _outgoing;
        _outgoing = [];
        ushort status = EthernetFrame.HasGoodFcs(frame) ? (ushort)0 : EmacBits.SentBadFcs;
        if (LoopsBack)
            PutOntoCable(frame, default);
        else if (!IsFullDuplex && !CarriesFrames)
            status |= EmacBits.LossOfCarrier;
        _registers[EmacBits.OctetsTransmitted] += (uint)frame.Length;
        if (_channel != NoChannel)
        {
            _transmitters[_channel].Complete(status);
            if ((status & EmacBits.LossOfCarrier) != 0)
                Signal(Errors[_channel]);
        }

        if (!LoopsBack && CarriesFrames)
            Transmitted?.Invoke(frame);
        ServeTransmitter();
    }

    /// <summary>
    /// A frame that asks the other end to be silent for the time in PTR, or no longer when the FIFO has room again.
    /// </summary>
    private byte[] PauseFrame()
    {
        Span<byte> contents = stackalloc byte[PauseFrameContents];
        new MacAddress(0x0180c2000001).CopyTo(contents);
        _filter.Own.CopyTo(contents[MacAddress.Length..]);
        BinaryPrimitives.WriteUInt16BigEndian(contents[EthernetFrame.AddressesLength..], EthernetFrame.ControlType);
        contents[EthernetFrame.HeaderLength + 1] = 1; // opcode
        uint quanta = _askedToPause ? _registers[EmacBits.PauseTimer] : 0;
        BinaryPrimitives.WriteUInt16BigEndian(contents[(EthernetFrame.HeaderLength + 2)..], (ushort)quanta);
        return EthernetFrame.Complete(contents);
    }
}
