using System.Net;
using System.Net.Sockets;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;

namespace PpcJit.Cli.Debugging;

/// <summary>A serial port on a socket: whoever connects sees the last of what the guest has printed, and what it prints from then on.</summary>
internal sealed class SocketText : IDisposable
{
    private const int MaxKept = 64 << 10;
    private const int SendTimeout = 2000;
    private readonly Socket _listener;
    private readonly SocketFile? _file;
    private readonly Action<ReadOnlySpan<byte>> _typed;
    private readonly Lock _gate = new();
    private readonly List<byte> _kept = [];
    private Socket? _client;

    /// <summary>Begins to listen.</summary>
    /// <param name="option">What messages call it.</param>
    /// <param name="place"><c>tcp:PORT</c>, of loopback, <c>tcp:ADDRESS:PORT</c>, or <c>unix:PATH</c>.</param>
    /// <param name="typed">Takes what the client sends, on another thread.</param>
    /// <exception cref="InputException">It cannot be had.</exception>
    public SocketText(string option, string place, Action<ReadOnlySpan<byte>> typed)
    {
        _typed = typed;
        string name = place[(place.IndexOf(':', StringComparison.Ordinal) + 1)..];
        try
        {
            if (place.StartsWith("unix:", StringComparison.Ordinal))
            {
                _file = new SocketFile(name);
                _listener = _file.Listener;
                Place = place;
            }
            else
            {
                IPEndPoint end = IPEndPoint.Parse(name.Contains(':', StringComparison.Ordinal) ? name : $"127.0.0.1:{name}");
                _listener = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                _listener.Bind(end);
                Place = $"tcp:{_listener.LocalEndPoint}";
                _listener.Listen();
            }
        }
        catch (Exception error) when (error is SocketException or FormatException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            _listener?.Dispose();
            throw new InputException($"{option} {place}: {error.Message.TrimEnd('.')}.");
        }

        new Thread(Serve) { IsBackground = true, Name = "serial port" }.Start();
    }

    /// <summary>Where it listens.</summary>
    public string Place { get; }

    /// <summary>Sends a text.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            _kept.AddRange(text);
            if (_kept.Count > 2 * MaxKept)
                _kept.RemoveRange(0, _kept.Count - MaxKept);
            Send(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
            _client?.Dispose();
        _file?.Dispose();
    }

    private void Send(ReadOnlySpan<byte> text)
    {
        try
        {
            _client?.Send(text);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            _client?.Dispose();
            _client = null;
        }
    }

    private void Serve()
    {
        byte[] buffer = new byte[256];
        while (true)
        {
            try
            {
                Socket client = _listener.Accept();
                client.SendTimeout = SendTimeout;
                lock (_gate)
                {
                    _client = client;
                    Send(_kept.ToArray());
                }

                while (client.Receive(buffer) is > 0 and var count)
                    _typed(buffer.AsSpan(0, count));
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (_listener.SafeHandle.IsClosed)
            {
                return;
            }
            catch (SocketException)
            {
                // This client is gone; another one may come.
            }
        }
    }
}
