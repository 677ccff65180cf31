using System.Net.Sockets;
using System.Text;

namespace PpcJit.Kernel.Files;

/// <summary>A Unix socket that listens at a path of the file system, and goes with its owner.</summary>
public sealed class SocketFile : IDisposable
{
    private const int MaxPath = 107;
    private readonly string _path;

    /// <summary>Begins to listen. A socket that nobody listens at any more is replaced; anything else at the path stays.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="IOException">Something is there already, or nothing can be there.</exception>
    /// <exception cref="SocketException">The host refuses it.</exception>
    public SocketFile(string path)
    {
        _path = path;
        if (path.Length == 0 || path.Contains('\0') || Encoding.UTF8.GetByteCount(path) > MaxPath)
            throw new IOException($"The path of a socket has 1 to {MaxPath} bytes.");
        UnixDomainSocketEndPoint end = new(path);
        Listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // To connect to any other file is refused as well.
            FileKind kind = FileStatus.Look(path).Kind;
            if (kind == FileKind.Socket && IsDead(end))
                File.Delete(path);
            else if (kind != FileKind.Missing)
                throw new IOException(kind == FileKind.Socket ? "Somebody listens there already." : "What is there is no socket; it stays.");
            else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
                throw new IOException("Its folder does not exist.");
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
