using System.Runtime.InteropServices;

namespace PpcJit.Bench.Hosting;

/// <summary>
/// The calls of the C library with which programs are started and waited for. The runtime's own class for processes waits
/// for its children itself and so loses what wait4 tells: the exact processor time of a child that has ended.
/// </summary>
internal static unsafe partial class ProcessCalls
{
    public const int CloseOnExec = 0x80000;
    public const int Kill = 9;

    [StructLayout(LayoutKind.Sequential)]
    public struct Time
    {
        public nint Seconds;
        public nint Microseconds;

        public readonly double TotalSeconds => Seconds + Microseconds * 1e-6;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceUsage
    {
        public Time User;
        public Time System;
        private fixed long _others[14];
    }

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(out int child, string program, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddOpen(void* actions, int file, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int Wait(int child, out int status, int options, out ResourceUsage usage);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);
}
