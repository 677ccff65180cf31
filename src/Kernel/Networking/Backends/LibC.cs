using System.Runtime.InteropServices;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>The system calls that .NET has nothing for.</summary>
internal static unsafe partial class LibC
{
    public const int ReadWrite = 2; // O_RDWR
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

    [StructLayout(LayoutKind.Sequential)]
    public struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
