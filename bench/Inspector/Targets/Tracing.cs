using System.Runtime.InteropServices;

namespace PpcJit.Inspector.Targets;

/// <summary>Stops single threads of another process for as long as reading their registers takes.</summary>
/// <remarks>The kernel ties tracing to the thread that asks for it: each call here begins and ends it.</remarks>
internal static unsafe partial class Tracing
{
    private const int NotPermitted = 1;
    private const int NoSuchProcess = 3;
    private const int Interrupted = 4;

    /// <summary>Requests of ptrace.</summary>
    internal const nint ReadRegister = 3, Continue = 7, SingleStep = 9, Detach = 17, Seize = 0x4206, Interrupt = 0x4207;

    private const nint GetRegisters = 0x4204;
    private const nint GeneralRegisters = 1;
    private const int AnyThread = 0x40000000;

    /// <summary>
    /// The number of registers that the kernel gives on x86-64, and which of them is the instruction pointer.
    /// </summary>
    private const int RegisterCount = 27;
    internal const int InstructionPointer = 16;

    /// <summary>The signal by which a step ends.</summary>
    internal const int Trap = 5;

    /// <summary>
    /// A stop by itself, not by a signal that the thread is about to receive, has this above the number of the signal.
    /// </summary>
    private const int StoppedByTracer = 128;

    /// <summary>Reads where a thread is.</summary>
    /// <returns>Its instruction pointer; null when it has ended, or another one's debugger is at it.</returns>
    public static ulong? PositionOf(int thread) => TryLook(thread, out ulong position) == 0 ? position : null;

    /// <summary>Says why a process cannot be traced; null when it can.</summary>
    public static string? WhyNot(int process)
    {
        int error = TryLook(process, out _);
        if (error is 0)
            return null;
        if (error == NoSuchProcess)
            return $"there is no process {process}.";
        if (error != NotPermitted)
            return $"process {process} cannot be looked into: {Marshal.GetPInvokeErrorMessage(error)}.";
        int tracer = ProcFiles.TracerOf(process);
        return tracer != 0
            ? $"process {process} cannot be looked into: process {tracer} traces it already, a debugger or another inspector. End that first."
            : $"process {process} cannot be looked into: ptrace is refused. Start the inspector as the same user or as "
                + "root; where kernel.yama.ptrace_scope is above 0, "
                + "let it start PpcJit itself (inspector run ...); in a container, add the capability SYS_PTRACE.";
    }

    /// <summary>Stops a thread, reads where it is, and lets it go on.</summary>
    /// <returns>0, or the number of the error.</returns>
    private static int TryLook(int thread, out ulong position)
    {
        position = 0;
        if (Trace(Seize, thread, 0, 0) < 0)
            return Marshal.GetLastPInvokeError();
        int status;
        if (Trace(Interrupt, thread, 0, 0) < 0 || (status = WaitForStop(thread)) < 0)
            return NoSuchProcess;
        ulong* registers = stackalloc ulong[RegisterCount];
        nint* vector = stackalloc nint[] { (nint)registers, RegisterCount * sizeof(ulong) };
        int error = Trace(GetRegisters, thread, GeneralRegisters, (nint)vector) < 0 ? Marshal.GetLastPInvokeError() : 0;
        position = registers[InstructionPointer];

        // A signal that came just now is passed on.
        int signal = status >> 16 == StoppedByTracer ? 0 : (status >> 8) & 0xff;
        _ = Trace(Detach, thread, 0, signal);
        return error;
    }

    /// <summary>Waits until a thread stands still.</summary>
    /// <returns>Its status; below 0 when it has ended.</returns>
    internal static int WaitForStop(int thread)
    {
        while (true)
        {
            int result = Wait(thread, out int status, AnyThread);
            if (result == thread)
                return (status & 0xff) == 0x7f ? status : -1;
            if (result < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                return -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    internal static partial nint Trace(nint request, nint thread, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int Wait(int thread, out int status, int options);
}
