using Microsoft.Win32.SafeHandles;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Host;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>
/// The folder whose files the user network gives out, and nothing beside it: links are followed only to what lies in
/// the folder, and only regular files are opened.
/// </summary>
internal sealed class TftpFolder
{
    private const string Descriptors = "/proc/self/fd/";

    private readonly string _root;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">Its path as the person gave it.</param>
    /// <exception cref="InputException">There is none.</exception>
    public TftpFolder(string path)
    {
        if (!Directory.Exists(path) || LibC.RealPath(Path.GetFullPath(path)) is not { } root)
            throw new InputException($"--net user,tftp={path}: there is no such folder.");
        _root = root.EndsWith('/') ? root : root + "/";
    }

    /// <summary>Opens a file for reading.</summary>
    /// <param name="name">The name that the guest asks for; a slash at its beginning is the folder.</param>
    /// <returns>Null when there is no such regular file in the folder, or it cannot be read.</returns>
    public FileStream? Open(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)
            || LibC.RealPath(_root + name.TrimStart('/')) is not { } path || !IsInside(path))
            return null;

        // A FIFO would block until somebody writes, so nothing is waited for; what was opened is looked at, not what
        // was there before.
        int descriptor = LibC.Open(path, LibC.ReadOnly | LibC.NonBlocking | LibC.CloseOnExecution | LibC.NoTerminal);
        if (descriptor < 0)
            return null;
        SafeFileHandle handle = new(descriptor, ownsHandle: true);
        bool isMoved = OperatingSystem.IsLinux() && !(LibC.RealPath(Descriptors + descriptor) is { } opened && IsInside(opened));
        if (isMoved || FileStatus.KindOfOpen(descriptor) != FileKind.Regular)
        {
            handle.Dispose();
            return null;
        }

        try
        {
            return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            handle.Dispose();
            return null;
        }
    }

    private bool IsInside(string path) => path.StartsWith(_root, StringComparison.Ordinal);
}
