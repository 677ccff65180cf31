using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Networking;

/// <summary>A cable on which happens what a recording says, and which says so when the guest does something else than it did then.</summary>
internal sealed class ReplayLink : NetworkLink
{
    private readonly RecordedPort _recording;
    private readonly Action<string> _notice;
    private int _next;
    private bool _departed;

    public ReplayLink(Board board, IEthernetPort port, RecordedPort recording, PcapFile? capture, Action<string> notice)
        : base(board, port, capture)
    {
        _recording = recording;
        _notice = notice;
        port.Address = recording.Address;
        board.Loaded += FindPlace;
        FindPlace();
    }

    /// <inheritdoc/>
    public override string Description => "replay";

    /// <summary>They are those of the recording.</summary>
    private protected override bool KeepsArrivals => false;

    private protected override ulong OnInput()
    {
        for (; _next < _recording.Arrivals.Count; _next++)
        {
            RecordedArrival arrival = _recording.Arrivals[_next];
            if (arrival.Count > Now)
                return arrival.Count;
            Enter(arrival.Content.Span);
        }

        return ulong.MaxValue;
    }

    private protected override void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (_departed || !_recording.KnowsDepartures || Now > _recording.LastCount)
            return;
        if (_recording.Departures.TryGetValue(Now, out RecordedDeparture recorded) && recorded == RecordedDeparture.Of(frame))
            return;
        _departed = true;
        _notice($"The replay departs from its recording: at {Now} instructions {Port.Name} sends a frame that it did not send then.");
    }

    private protected override void Forward(ReadOnlySpan<byte> content)
    {
    }

    /// <summary>After the machine was put into another state: the next frame is the one after those that it has seen.</summary>
    private void FindPlace()
    {
        _next = (int)Math.Min(Port.FramesArrived, (ulong)_recording.Arrivals.Count);
        ForgetInput();
        if (_next < _recording.Arrivals.Count)
            AwaitInputAt(_recording.Arrivals[_next].Count);
    }
}
