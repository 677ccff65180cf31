using PpcJit.Lab.Debugging.Gdb;
using PpcJit.Tests.Support;

namespace PpcJit.Inspector.Timelines;

/// <summary>A gdb server in this process, and a client that is connected with it over loopback as gdb is.</summary>
internal sealed class ServedTarget : IDisposable
{
    private readonly GdbListener _listener = GdbListener.Open("--gdb", "0");
    private readonly GdbClient _client;
    private readonly Thread _server;

    /// <summary>Connects.</summary>
    /// <param name="target">What is debugged. Between the answer to one packet and the next packet the caller may look at it too.</param>
    public ServedTarget(GdbTarget target)
    {
        _client = new GdbClient(_listener.Place);
        _server = new Thread(() => Serve(target)) { Name = "gdb server" };
        _server.Start();
        Ask("QStartNoAckMode");
        _client.Acknowledges = false;
    }

    /// <summary>Sends a packet, and gives the reply; what is said on the way is left out.</summary>
    public string Ask(string packet) => _client.Ask(packet);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _server.Join();
        _listener.Dispose();
    }

    private void Serve(GdbTarget target)
    {
        Stream? stream;
        while ((stream = _listener.Take()) is null)
            Thread.Sleep(1);
        using GdbSession session = new(target, stream, stream);
        session.Serve();
        _listener.Release();
    }
}
