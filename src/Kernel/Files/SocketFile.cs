using System.Net.Sockets;

namespace PpcJit.Kernel.Files;

/// <summary>A Unix socket that listens at a path of the file system, and goes with its owner.</summary>
public sealed class SocketFile : IDisposable
{
    private readonly string _path;

    /// <summary>Begins to listen. A socket that nobody listens at any more is replaced; anything else at the path stays.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="SocketException">Something is there already, or nothing can be there.</exception>
    /// <exception cref="ArgumentException">The path is empty, or too long for a socket.</exception>
    public SocketFile(string path)
    {
        _path = path;
        UnixDomainSocketEndPoint end = new(path);
        Listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // To connect to any other file is refused as well.
            if (FileStatus.Look(path).Kind == FileKind.Socket && IsDead(end))
                File.Delete(path);
            Listener.Bind(end);
            Listener.Listen();
        }
        catch
        {
            Listener.Dispose();
            throw;
        }
    }

    /// <summary>The socket.</summary>
    public Socket Listener { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Listener.Dispose();
        File.Delete(_path);
    }

    private static bool IsDead(UnixDomainSocketEndPoint end)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(end);
            return false;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
