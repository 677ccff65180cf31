using System.Net.Sockets;

namespace PpcJit.Inspector.Soaking;

/// <summary>Types at a guest's console, as fast as the guest takes it.</summary>
internal sealed class Typist : IDisposable
{
    private const int Piece = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private volatile bool _ended;

    /// <summary>Begins; the console may come later.</summary>
    public Typist() => new Thread(Type) { IsBackground = true, Name = "typist" }.Start();

    /// <summary>Where the console is.</summary>
    public string Place { get; } = Path.Combine(Path.GetTempPath(), $"ppcjit-{Environment.ProcessId}-{Guid.NewGuid():n}");

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        File.Delete(Place); // PpcJit was killed and has left it.
    }

    private void Type()
    {
        byte[] keys = new byte[Piece];
        Array.Fill(keys, (byte)'k');
        while (!_ended)
        {
            try
            {
                using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Connect(new UnixDomainSocketEndPoint(Place));
                while (!_ended)
                    socket.Send(keys);
            }
            catch (SocketException)
            {
                // The console is not there yet, or no more.
                Thread.Sleep(Interval);
            }
        }
    }
}
