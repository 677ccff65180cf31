using System.Runtime.InteropServices;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>The system calls that .NET has nothing for.</summary>
internal static unsafe partial class LibC
{
    public const int ReadOnly = 0; // O_RDONLY
    public const int ReadWrite = 2; // O_RDWR
    public const int NoTerminal = 0x100; // O_NOCTTY
    public const int CloseOnExecution = 0x80000; // O_CLOEXEC
    public const int NonBlocking = 0x800; // O_NONBLOCK
    public const int NotPermitted = 1; // EPERM
    public const int NoSuchFile = 2; // ENOENT
    public const int AccessDenied = 13; // EACCES
    public const int Busy = 16; // EBUSY
    public const short PollIn = 1;
    public const short PollPriority = 2;
    public const short PollOut = 4;
    public const short PollError = 8;
    public const short PollHangUp = 16;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    /// <summary>The path of what a path leads to, links followed; null when it leads nowhere.</summary>
    public static string? ResolvePath(string path)
    {
        byte* resolved = RealPath(path, null);
        string? text = Marshal.PtrToStringUTF8((nint)resolved);
        NativeMemory.Free(resolved);
        return text;
    }

    /// <summary>Whether an open file is a regular one.</summary>
    public static bool IsRegularFile(int descriptor)
    {
        const int EmptyPath = 0x1000; // AT_EMPTY_PATH
        const uint WantsType = 1; // STATX_TYPE
        const int Size = 256, Mode = 28; // struct statx, the same on every Linux
        const ushort TypeMask = 0xf000, Regular = 0x8000; // S_IFMT, S_IFREG
        byte* status = stackalloc byte[Size];
        return Status(descriptor, "", EmptyPath, WantsType, status) == 0 && (*(ushort*)(status + Mode) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, byte* argument);

    [LibraryImport("libc", EntryPoint = "read")]
    public static partial nint Read(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "poll")]
    public static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* RealPath(string path, byte* resolved);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int descriptor, string path, int flags, uint mask, byte* status);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
