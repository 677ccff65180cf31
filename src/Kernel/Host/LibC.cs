using System.Runtime.InteropServices;
using System.Text;

namespace PpcJit.Kernel.Host;

/// <summary>
/// The calls of the C library for what .NET has nothing for, or hides. Each is declared here and nowhere else.
/// </summary>
internal static unsafe partial class LibC
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    public const int NotPermitted = 1; // EPERM
    public const int NoSuchFile = 2; // ENOENT
    public const int Interrupted = 4; // EINTR
    public const int AccessDenied = 13; // EACCES
    public const int Busy = 16; // EBUSY
    public const int BrokenPipe = 32; // EPIPE

    public const int ReadOnly = 0; // O_RDONLY
    public const int ReadWrite = 2; // O_RDWR
    public const int NoTerminal = 0x100; // O_NOCTTY, as on Linux
    public const int NonBlocking = 0x800; // O_NONBLOCK, as on Linux
    public const int CloseOnExecution = 0x80000; // O_CLOEXEC, as on Linux

    public const short PollIn = 1;
    public const short PollPriority = 2;
    public const short PollOut = 4;
    public const short PollError = 8;
    public const short PollHangUp = 16;

    /// <summary>AT_FDCWD: paths are relative to the current folder.</summary>
    public const int CurrentFolder = -100;

    /// <summary>tcsetattr: after all output has been sent.</summary>
    public const int Drain = 1;

    /// <summary>EAGAIN: somebody made the descriptor non-blocking.</summary>
    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Waits until a descriptor can be used, however long it takes.</summary>
    public static void WaitFor(int descriptor, short events)
    {
        PollRequest request = new() { Descriptor = descriptor, Events = events };
        _ = Poll(&request, 1, -1);
    }

    /// <summary>The one path of what a path leads to, without links in it; null when it leads nowhere.</summary>
    public static string? RealPath(string path)
    {
        byte* resolved = RealPath(path, null);
        if (resolved == null)
            return null;
        string text = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved));
        NativeMemory.Free(resolved);
        return text;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenPseudoTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    public static partial int GrantPseudoTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int UnlockPseudoTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname", SetLastError = true)]
    public static partial byte* NameOfPseudoTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, byte* attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* attributes);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statx(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(string path, byte* status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatInode64(string path, byte* status);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* RealPath(string path, byte* resolved);

    /// <summary>struct pollfd</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
