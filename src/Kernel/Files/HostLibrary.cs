using System.Runtime.InteropServices;
using System.Text;

namespace PpcJit.Kernel.Files;

/// <summary>The calls of the C library that .NET has nothing for: what kind of file a path names, and writing to an open descriptor.</summary>
internal static unsafe partial class HostLibrary
{
    public const int Interrupted = 4; // EINTR
    public const int BrokenPipe = 32; // EPIPE
    public const short PollOut = 4;

    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeAndNumber = 0x101; // STATX_TYPE | STATX_INO
    private const int StatusSize = 256;
    private const int TypeMask = 0xf000;

    /// <summary>EAGAIN: somebody made the descriptor non-blocking.</summary>
    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Looks what a path names, links followed, without opening it: opening a FIFO would wait for its other end.</summary>
    /// <returns>Its kind, and a text that is the same for all its names; the text is empty when nothing is there.</returns>
    public static (FileKind Kind, string Identity) Look(string path)
    {
        Span<byte> status = stackalloc byte[StatusSize];
        status.Clear();
        fixed (byte* start = status)
        {
            if (OperatingSystem.IsLinux())
            {
                // struct statx: mode at 28, inode at 32, device at 136
                if (Statx(CurrentFolder, path, 0, TypeAndNumber, start) != 0)
                    return (FileKind.Missing, "");
                return (KindOf(*(ushort*)(start + 28)), $"{*(ulong*)(start + 136):x}:{*(ulong*)(start + 32):x}");
            }

            // struct stat of macOS: device at 0, mode at 4, inode at 8
            int result = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Stat(path, start) : StatInode64(path, start);
            return result != 0 ? (FileKind.Missing, "") : (KindOf(*(ushort*)(start + 4)), $"{*(uint*)start:x}:{*(ulong*)(start + 8):x}");
        }
    }

    /// <summary>Gives the one name of a folder that has no links in it; null when it does not exist.</summary>
    public static string? RealPath(string folder)
    {
        byte* resolved = RealPath(folder, null);
        if (resolved == null)
            return null;
        string path = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved));
        NativeMemory.Free(resolved);
        return path;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint size);

    /// <summary>Waits until a descriptor takes more.</summary>
    public static void WaitForRoom(int descriptor)
    {
        PollRequest request = new() { Descriptor = descriptor, Events = PollOut };
        _ = Poll(&request, 1, -1);
    }

    private static FileKind KindOf(int mode) => (mode & TypeMask) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0x1000 => FileKind.Pipe,
        0x2000 or 0x6000 => FileKind.Device,
        _ => FileKind.Other,
    };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, byte* status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatInode64(string path, byte* status);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* RealPath(string path, byte* resolved);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
