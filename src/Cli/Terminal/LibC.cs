using System.Runtime.InteropServices;

namespace PpcJit.Cli.Terminal;

/// <summary>The few system calls that .NET's console classes hide or get in the way of.</summary>
internal static unsafe partial class LibC
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;
    public const int Interrupted = 4; // EINTR
    public const int BrokenPipe = 32; // EPIPE
    public const int NoSpace = 28; // ENOSPC
    public const short PollIn = 1;
    public const short PollOut = 4;

    /// <summary>tcsetattr: after all output has been sent.</summary>
    public const int Drain = 1;

    /// <summary>EAGAIN: somebody made the descriptor non-blocking.</summary>
    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, byte* attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* attributes);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    /// <summary>Waits until a descriptor can be used, however long it takes.</summary>
    public static void WaitFor(int descriptor, short events)
    {
        PollRequest request = new() { Descriptor = descriptor, Events = events };
        Poll(&request, 1, -1);
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
