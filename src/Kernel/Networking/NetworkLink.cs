using PpcJit.Kernel.Recording;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Time;

namespace PpcJit.Kernel.Networking;

/// <summary>
/// A cable between an Ethernet interface of the guest and the world. Frames enter through an event at an instruction
/// count, in a live run as in a replayed one, so that both give the same states.
/// </summary>
public abstract class NetworkLink : IDisposable
{
    /// <summary>What a frame takes beside its contents, in bytes, about.</summary>
    private const int FrameOverhead = 64;

    private const int MaxFrameLength = EthernetFrame.MaximumLength + EthernetFrame.VlanTagLength;

    private readonly TimedEvent _input;
    private readonly InputLog<RecordedArrival> _arrivals = new(arrival => FrameOverhead + arrival.Content.Length);
    private ulong _maxSent;
    private readonly EventQueue _events;
    private readonly PcapFile? _capture;

    /// <summary>Plugs the cable in.</summary>
    /// <param name="board">The machine.</param>
    /// <param name="port">Its interface.</param>
    /// <param name="capture">Receives all frames; null for none.</param>
    private protected NetworkLink(Board board, IEthernetPort port, PcapFile? capture)
    {
        _events = board.Events;
        _capture = capture;
        Port = port;
        _input = _events.CreateOutside($"{port.Name} cable", OnInputDue);
        port.Transmitted = OnTransmitted;
        port.IsConnected = true;
    }

    /// <summary>Raised with each frame that passes, also when the guest does again what it did; for observers.</summary>
    public event FramePassed? Passed;

    /// <summary>The interface.</summary>
    public IEthernetPort Port { get; }

    /// <summary>What is at the other end, for people.</summary>
    public abstract string Description { get; }

    /// <summary>Frames that the guest sent.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Frames that entered the guest's side.</summary>
    public ulong Received { get; private set; }

    /// <summary>Frames of the guest that no switch would have passed on: runts, giants, and those with a wrong frame check sequence.</summary>
    public ulong Malformed { get; private set; }

    /// <summary>Bytes that the frames take which are kept, about.</summary>
    internal long KeptBytes => _arrivals.Bytes;

    /// <summary>Gives all frames that entered.</summary>
    internal RecordedPort Record()
    {
        RecordedPort record = new(Port.Address);
        record.Arrivals.AddRange(_arrivals.Kept);
        return record;
    }

    /// <summary>Forgets the frames that entered before a place.</summary>
    internal void Forget(ulong received) => _arrivals.Forget((int)Math.Min(received, (ulong)_arrivals.Count));

    /// <summary>Takes the frames that entered a recorded run.</summary>
    internal void Follow(RecordedPort recorded) => _arrivals.AddRange(recorded.Arrivals);

    /// <summary>Says whether the guest is where no run has been yet; elsewhere nothing new enters, and nothing leaves.</summary>
    internal Func<bool> IsLive { get; set; } = () => true;

    /// <summary>Whether the frames that enter must be kept to let them in again.</summary>
    private protected virtual bool KeepsArrivals => true;

    /// <summary>The number of the frame that enters next, of those that are known.</summary>
    private int Next => (int)Math.Min(Received, (ulong)_arrivals.Count);

    /// <summary>The present count.</summary>
    private protected ulong Now => _events.Now;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// After the machine was put into an earlier or later state: the frames are those that had passed then, and the
    /// next ones enter when they did.
    /// </summary>
    internal void Rewind(ulong sent, ulong received)
    {
        (Sent, Received) = (sent, received);
        AwaitArrival();
    }

    /// <summary>Forgets what happened after the present state, as the run now goes another way.</summary>
    internal void Cut()
    {
        _maxSent = Sent;
        _arrivals.Cut(Next);
    }

    /// <summary>Gives what <see cref="Cut"/> would forget.</summary>
    internal LinkFuture KeepFuture() => new(_maxSent, Next, _arrivals.From(Next)) { Sent = Sent };

    /// <summary>Puts back what <see cref="KeepFuture"/> gave, at or before the place where it did.</summary>
    internal void Reinstate(LinkFuture future)
    {
        _maxSent = future.MaxSent;
        _arrivals.Replace(future.First, future.Arrivals);
        AwaitArrival();
    }

    /// <summary>Makes what was captured the file.</summary>
    /// <returns>What went wrong; null for nothing.</returns>
    internal string? Complete() => _capture?.Complete();

    /// <summary>Gives up what the link holds.</summary>
    /// <param name="disposing">True: not called by a finaliser.</param>
    protected virtual void Dispose(bool disposing) => _capture?.Dispose();

    /// <summary>Lets frames in that are due now.</summary>
    /// <returns>The count at which it is to be called again; <see cref="ulong.MaxValue"/> when <see cref="AwaitInputAt"/> will say.</returns>
    private protected abstract ulong OnInput();

    /// <summary>Looks at a frame that the guest sent, whatever it is like.</summary>
    private protected virtual void OnFrame(ReadOnlySpan<byte> frame)
    {
    }

    /// <summary>Takes a well-formed frame that the guest sent.</summary>
    /// <param name="content">The frame without its frame check sequence.</param>
    private protected abstract void Forward(ReadOnlySpan<byte> content);

    /// <summary>Has <see cref="OnInput"/> called at a count, or sooner if it was to be called sooner anyway.</summary>
    private protected void AwaitInputAt(ulong count)
    {
        if (count < _input.Due)
            _input.ScheduleAt(count);
    }

    /// <summary>Forgets when <see cref="OnInput"/> was to be called.</summary>
    private protected void ForgetInput() => _input.Cancel();

    /// <summary>Puts a frame onto the cable.</summary>
    /// <param name="content">The frame without frame check sequence and, if it is short, without padding.</param>
    private protected void Enter(ReadOnlySpan<byte> content)
    {
        Received++;
        if (KeepsArrivals)
            _arrivals.Add(new RecordedArrival(Now, content.ToArray()));
        _capture?.Write(Now, content);
        LetIn(content);
    }

    private void AwaitArrival()
    {
        if (Received < (ulong)_arrivals.Count && _arrivals[(int)Received].SentBefore <= Sent)
            AwaitInputAt(_arrivals[(int)Received].Count);
    }

    /// <summary>The guest has sent what some frames wait for that may be answers to it.</summary>
    private void LetAnswer()
    {
        for (int n = Next; n < _arrivals.Count && _arrivals[n] is { SentBefore: > 0 } arrival && arrival.SentBefore <= Sent; n++)
        {
            if (arrival.SentBefore == Sent)
                _arrivals[n] = arrival with { Count = Math.Max(arrival.Count, Now + arrival.AnswersAfter) };
        }

        AwaitArrival();
    }

    /// <summary>Whether the next frame that is known comes now; where it waited for the guest, it comes later than it says.</summary>
    private bool ComesNow()
    {
        if (Received >= (ulong)_arrivals.Count)
            return false;
        RecordedArrival next = _arrivals[(int)Received];
        if (next.Count > Now || next.SentBefore > Sent)
            return false;
        if (next.Count < Now && next.SentBefore > 0)
            _arrivals[(int)Received] = next with { Count = Now };
        return true;
    }

    private void OnInputDue()
    {
        while (ComesNow())
            LetIn(_arrivals[(int)Received++].Content.Span);
        AwaitArrival();
        if (!IsLive() || Received < (ulong)_arrivals.Count)
            return;
        ulong again = OnInput();
        if (again != ulong.MaxValue)
            AwaitInputAt(again);
    }

    private void LetIn(ReadOnlySpan<byte> content)
    {
        Passed?.Invoke(content, isSent: false);
        Port.Receive(EthernetFrame.Complete(content));
    }

    private void OnTransmitted(ReadOnlySpan<byte> frame)
    {
        Passed?.Invoke(frame.Length > EthernetFrame.FcsLength ? frame[..^EthernetFrame.FcsLength] : frame, isSent: true);
        ++Sent;
        LetAnswer();
        if (Sent <= _maxSent)
            return;
        _maxSent = Sent;
        OnFrame(frame);
        if (frame.Length is < EthernetFrame.MinimumLength or > MaxFrameLength || !EthernetFrame.HasGoodFcs(frame))
        {
            Malformed++;
            return;
        }

        ReadOnlySpan<byte> content = frame[..^EthernetFrame.FcsLength];
        _capture?.Write(Now, content);
        Forward(content);
    }
}

/// <summary>A frame passes a cable.</summary>
/// <param name="frame">The frame without its frame check sequence, as captures have it.</param>
/// <param name="isSent">Whether the guest sent it.</param>
public delegate void FramePassed(ReadOnlySpan<byte> frame, bool isSent);

/// <summary>What a cable is known to bring after a place.</summary>
/// <param name="MaxSent">Frames that the guest sends.</param>
/// <param name="First">The number of the first frame that enters.</param>
/// <param name="Arrivals">The frames.</param>
internal sealed record LinkFuture(ulong MaxSent, int First, RecordedArrival[] Arrivals)
{
    /// <summary>Frames that the guest had sent before.</summary>
    public ulong Sent { get; init; }
}
