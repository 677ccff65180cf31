using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PpcJit.Tests.Support;

/// <summary>Speaks gdb's remote protocol with a server on this host, or sends whatever else it is told.</summary>
internal sealed class GdbClient : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly NetworkStream _stream;

    /// <summary>Connects.</summary>
    /// <param name="port">The server's port.</param>
    public GdbClient(string port)
    {
        _client.Connect("127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture));
        _client.NoDelay = true;
        _client.ReceiveTimeout = 100_000;
        _stream = _client.GetStream();
    }

    /// <summary>Whether each reply is acknowledged; not after <c>QStartNoAckMode</c>.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>Sends bytes as they are.</summary>
    public void Raw(string text) => _stream.Write(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends a packet.</summary>
    public void Send(string data) => Raw($"${data}#{data.Sum(character => character) & 0xff:x2}");

    /// <summary>Sends a packet, and gives the reply to it; what is said on the way is left out.</summary>
    public string Ask(string data)
    {
        Send(data);
        return Reply();
    }

    /// <summary>Gives the next reply; <c>closed</c> when the server has closed the connection.</summary>
    public string Reply()
    {
        while (true)
        {
            int next;
            while ((next = _stream.ReadByte()) is not ('$' or < 0))
            {
            }

            if (next < 0)
                return "closed";
            StringBuilder data = new();
            while ((next = _stream.ReadByte()) is not ('#' or < 0))
                data.Append((char)next);
            _stream.ReadByte();
            _stream.ReadByte();
            if (Acknowledges)
                Raw("+");
            if (data.Length < 2 || data[0] != 'O' || data[1] == 'K')
                return data.ToString();
        }
    }

    /// <summary>Gives the next byte; -1 when the server has closed the connection.</summary>
    public int Byte() => _stream.ReadByte();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }
}
