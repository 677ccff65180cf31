using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Lab.Debugging.Gdb;

/// <summary>
/// Waits for gdb: on a TCP port, which is one of loopback alone unless an address is given, or on a Unix socket. One
/// client is served at a time; another one is turned away.
/// </summary>
public sealed class GdbListener : IDisposable
{
    private const string UnixPrefix = "unix:";
    private static readonly TimeSpan MaxSend = TimeSpan.FromSeconds(10);
    private readonly Socket _socket;
    private readonly SocketFile? _file;
    private readonly Lock _gate = new();
    private Socket? _client;
    private bool _isServing;

    private GdbListener(Socket socket, string place, SocketFile? file)
    {
        (_socket, Place, _file) = (socket, place, file);
        new Thread(AcceptAll) { IsBackground = true, Name = "gdb listener" }.Start();
    }

    /// <summary>Where it listens: a port, an address and a port, or <c>unix:PATH</c>.</summary>
    public string Place { get; }

    /// <summary>Called by another thread when a client has come.</summary>
    public Action? Connected { get; set; }

    /// <summary>Whether a client waits to be served.</summary>
    public bool HasClient
    {
        get
        {
            lock (_gate)
                return _client is not null;
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="option">What messages call the place: <c>--gdb</c>.</param>
    /// <param name="place"><c>PORT</c>, <c>ADDRESS:PORT</c> or <c>unix:PATH</c>; port 0 is any that is free.</param>
    /// <exception cref="InputException">It is not one of these, or somebody is there already.</exception>
    public static GdbListener Open(string option, string place)
    {
        Socket? socket = null;
        try
        {
            if (place.StartsWith(UnixPrefix, StringComparison.Ordinal))
            {
                SocketFile file = new(place[UnixPrefix.Length..]);
                return new GdbListener(file.Listener, place, file);
            }

            int colon = place.LastIndexOf(':');
            IPAddress address = IPAddress.Loopback;
            bool isAddress = colon < 0 || IPAddress.TryParse(place[..colon].Trim('[', ']'), out address!);
            if (!isAddress || !ushort.TryParse(place[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
                throw new InputException($"{option} {place}: give a port, an address and a port, or unix:PATH.");
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            int chosen = ((IPEndPoint)socket.LocalEndPoint!).Port;
            return new GdbListener(socket, colon < 0 ? $"{chosen}" : $"{place[..colon]}:{chosen}", file: null);
        }
        catch (Exception error) when (error is SocketException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            socket?.Dispose();
            throw new InputException($"{option} {place}: {error.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>Takes the client that has come.</summary>
    /// <returns>Its connection, which the caller owns; null when there is none.</returns>
    public Stream? Take()
    {
        lock (_gate)
        {
            if (_client is not { } client)
                return null;
            (_client, _isServing) = (null, true);
            if (client.ProtocolType == ProtocolType.Tcp)
                client.NoDelay = true;
            client.SendTimeout = (int)MaxSend.TotalMilliseconds;
            return new NetworkStream(client, ownsSocket: true);
        }
    }

    /// <summary>The client that was taken has left: another one may come.</summary>
    public void Release()
    {
        lock (_gate)
            _isServing = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        lock (_gate)
            _client?.Dispose();
        _file?.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "Who takes the client owns it.")]
    private void AcceptAll()
    {
        try
        {
            while (true)
            {
                Socket client = _socket.Accept();
                lock (_gate)
                {
                    if (_isServing || _client is not null)
                    {
                        client.Dispose();
                        continue;
                    }

                    _client = client;
                }

                Connected?.Invoke();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }
}
