using System.Globalization;
using System.Net.Sockets;
using System.Text;
using PpcJit.Lab.Debugging.Gdb;

namespace PpcJit.Inspector.Timelines;

/// <summary>Speaks gdb's remote protocol with a server in this process, over loopback as gdb does.</summary>
internal sealed class PacketClient : IDisposable
{
    private readonly GdbListener _listener = GdbListener.Open("--gdb", "0");
    private readonly TcpClient _client = new();
    private readonly NetworkStream _stream;
    private readonly Thread _server;

    /// <summary>Connects.</summary>
    /// <param name="target">What is debugged. Between the answer to one packet and the next packet the caller may look at it too.</param>
    public PacketClient(GdbTarget target)
    {
        _client.Connect("127.0.0.1", int.Parse(_listener.Place, CultureInfo.InvariantCulture));
        _client.NoDelay = true;
        _stream = _client.GetStream();
        _server = new Thread(() => Serve(target)) { Name = "gdb server" };
        _server.Start();
        Ask("QStartNoAckMode");
    }

    /// <summary>Sends a packet, and gives the reply; what is said on the way is left out.</summary>
    public string Ask(string packet)
    {
        _stream.Write(Encoding.ASCII.GetBytes($"${packet}#{packet.Sum(character => character) & 0xff:x2}"));
        string reply;
        do
            reply = Reply();
        while (reply.Length > 1 && reply[0] == 'O' && reply[1] != 'K');
        return reply;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _server.Join();
        _listener.Dispose();
    }

    private string Reply()
    {
        while (Next() != '$')
        {
        }

        StringBuilder data = new();
        while (Next() is var next && next != '#')
            data.Append((char)next);
        Next();
        Next();
        return data.ToString();
    }

    private int Next() => _stream.ReadByte() is >= 0 and var next ? next : throw new IOException("The gdb server has closed the connection.");

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
