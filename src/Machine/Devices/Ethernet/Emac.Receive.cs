using PpcJit.Machine.Time;

namespace PpcJit.Machine.Devices.Ethernet;

/// <content>The receiver: cable, address filter, checks, FIFO, and flow control in both directions.</content>
public sealed partial class Emac
{
    private const int FifoEntry = 16;
    private const int PauseQuantumBits = 512;

    /// <inheritdoc/>
    public bool CanReceive => _cable.Count < CableWelcome;

    /// <inheritdoc/>
    public bool IsListening => (_registers[EmacBits.Mode0] & EmacBits.ReceiverEnable) != 0;

    private int FifoSize => SmallestFifo << (int)((Mode1 >> _model.ReceiveFifoShift) & _model.ReceiveFifoMask);

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> frame)
    {
        FramesArrived++;
        if (CarriesFrames)
            PutOntoCable(frame, new Arrival(FramesArrived, _events.Now));
    }

    /// <inheritdoc/>
    public (Arrival Frame, int Offset)? BeingStored => _receiver.StoringFrom is { } offset ? (_draining, offset) : null;

    /// <inheritdoc/>
    public PortArrivals KeepArrivals() => new([.. _cable.Arrivals], [.. _fifo.Arrivals]);

    /// <inheritdoc/>
    public void Restore(PortArrivals kept)
    {
        _cable.Name(kept.OnCable);
        _fifo.Name(kept.InFifo);
    }

    private void PutOntoCable(ReadOnlySpan<byte> frame, Arrival arrival)
    {
        if (_cable.TryAdd(frame, 0, arrival) && _cable.Count == 1)
            AwaitEnd();
    }

    /// <summary>Schedules the end of the frame that is first on the cable.</summary>
    private void AwaitEnd() =>
        _arrived.ScheduleIn(InstructionsOf(8 * (ulong)(EthernetFrame.PreambleLength + _cable.First.Length + InterPacketGap)));

    private void OnArrived()
    {
        (_, byte[] frame, Arrival arrival) = _cable.Take();
        if (_cable.Count > 0)
            AwaitEnd();
        bool discardsAll = (_registers[EmacBits.Mode0] & EmacBits.WakeUpEnable) != 0;
        if (IsListening && !discardsAll)
            Examine(frame, arrival);
    }

    private void Examine(byte[] bytes, Arrival arrival)
    {
        if (bytes.Length < EthernetFrame.HeaderLength)
        {
            Signal((uint)EmacBits.ShortEvent << EmacBits.ReceiveStatusShift);
            return;
        }

        uint mode = _registers[EmacBits.ReceiveMode];
        ReceivedFrame frame = new(bytes, VlanTag is { } tag ? (int)(tag >> 16) : null, LongestFrame);
        ushort status = frame.Errors();
        bool isPause = status == 0 && frame.IsPause(_filter.Own);
        if (isPause)
        {
            ObeyPause(frame.PauseQuanta);
            status = EmacBits.PausePacket;
        }

        else if (!_filter.Accepts(frame.Destination))
        {
            return;
        }

        _registers[EmacBits.OctetsReceived] += (uint)bytes.Length;
        Signal((uint)status << EmacBits.ReceiveStatusShift);
        if (IsDiscarded(status, mode))
            return;
        _registers[EmacBits.LastSourceHigh] = (uint)(frame.Source.Value >> 32);
        _registers[EmacBits.LastSourceLow] = (uint)frame.Source.Value;
        PutIntoFifo(frame.Contents(mode), status, arrival);
        DrainFifo();
    }

    /// <summary>
    /// Errors, and flow control, for which software has not said in RMR that it wants such frames all the same.
    /// </summary>
    private static bool IsDiscarded(ushort status, uint mode) =>
        ((status & EmacBits.PausePacket) != 0 && (mode & EmacBits.PropagatePause) == 0)
        || ((status & EmacBits.Runt) != 0 && (mode & EmacBits.ReceiveRunts) == 0)
        || ((status & EmacBits.BadFcs) != 0 && (mode & EmacBits.ReceiveBadFcs) == 0)
        || ((status & EmacBits.TooLong) != 0 && (mode & EmacBits.ReceiveOversize) == 0)
        || ((status & EmacBits.InRange) != 0 && (mode & EmacBits.ReceiveInRangeErrors) == 0);

    /// <summary>
    /// What does not fit is lost, and the frame is marked; when there is no room worth the name, all of it is.
    /// </summary>
    private void PutIntoFifo(byte[] contents, ushort status, Arrival arrival)
    {
        int room = FifoSize - _fifo.TotalBytes;
        bool fits = contents.Length <= room;
        if (!fits)
            Signal((uint)EmacBits.Overrun << EmacBits.ReceiveStatusShift);
        if (fits)
            _fifo.TryAdd(contents, status, arrival);
        else if (room >= EthernetFrame.MinimumLength)
            _fifo.TryAdd(contents.AsSpan(0, room), (ushort)(status | EmacBits.Overrun), arrival);
    }

    /// <summary>Gives the MAL what waits, while its channel is active; then lets the water marks speak.</summary>
    private void DrainFifo()
    {
        while (_fifo.Count > 0 && _receiver.IsActive)
        {
            (ushort status, byte[] contents, _draining) = _fifo.Take();
            _receiver.Store(contents, status);
        }

        if (!IsFullDuplex || (Mode1 & EmacBits.IntegratedFlowControl) == 0)
            return;
        uint marks = _registers[EmacBits.WaterMarks];
        int high = (int)((marks >> _model.HighWaterShift) & _model.WaterMask) * FifoEntry;
        int low = (int)((marks >> _model.LowWaterShift) & _model.WaterMask) * FifoEntry;
        bool asks = _askedToPause ? _fifo.TotalBytes >= low && _fifo.Count > 0 : _fifo.TotalBytes > high;
        if (asks == _askedToPause)
            return;
        _askedToPause = asks;
        _sendsPause = true;
        ServeTransmitter();
    }

    private void ObeyPause(int quanta)
    {
        if (!IsFullDuplex || (Mode1 & EmacBits.AllowPause) == 0)
            return;
        if (quanta == 0)
            _pauseEnds.Cancel();
        else
            _pauseEnds.ScheduleIn(InstructionsOf((ulong)quanta * PauseQuantumBits));
        ServeTransmitter();
    }
}
