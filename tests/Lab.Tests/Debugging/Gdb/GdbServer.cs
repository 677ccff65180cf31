using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Gdb;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;

namespace PpcJit.Lab.Tests.Debugging.Gdb;

/// <summary>A gdb server for a guest, which serves clients on a thread of its own until the test ends.</summary>
internal sealed class GdbServer : IDisposable
{
    private readonly GdbListener _listener = GdbListener.Open("--gdb", "0");
    private readonly Thread _thread;
    private volatile bool _stopped;
    private Exception? _fault;

    public GdbServer(DebuggedGuest guest)
    {
        Guest = guest;
        GuestSession session = new(guest.Machine);
        session.Begin(new RunOptions { Symbols = guest.Symbols });
        DebugMonitor monitor = new(new MonitoredRun(guest.Timeline, new DebugNames(guest.Board, guest.Symbols), () => session.PanicAt));
        Target = new GdbTarget(guest.Timeline, guest.Interruptible, monitor, session);
        _thread = new Thread(Serve);
        _thread.Start();
    }

    public DebuggedGuest Guest { get; }

    public GdbTarget Target { get; }

    public string Port => _listener.Place;

    /// <summary>How clients left, in order.</summary>
    public List<GdbEnd> Ends { get; } = [];

    /// <summary>Waits until a number of clients have left.</summary>
    public void AwaitEnds(int count)
    {
        for (int n = 0; n < 6000 && Ends.Count < count; n++)
            Thread.Sleep(10);
        Assert.That(Ends, Has.Count.EqualTo(count));
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _listener.Dispose();
        Assert.That(_fault, Is.Null);
    }

    private void Serve()
    {
        try
        {
            while (!_stopped)
            {
                if (_listener.Take() is not { } stream)
                {
                    Thread.Sleep(5);
                    continue;
                }

                using GdbSession session = new(Target, stream, stream);
                GdbEnd end = session.Serve();
                _listener.Release();
                Ends.Add(end);
            }
        }
        catch (Exception error)
        {
            _fault = error;
        }
    }
}
