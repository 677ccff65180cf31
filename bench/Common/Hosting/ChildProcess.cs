using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PpcJit.Kernel.Host;

namespace PpcJit.Bench.Hosting;

/// <summary>What running a program cost.</summary>
/// <param name="Output">All that it printed, standard output and standard error.</param>
/// <param name="WallSeconds">Time from its start to its end, or to the text at which it was ended.</param>
/// <param name="CpuSeconds">Processor time of all its threads, user and system.</param>
/// <param name="PeakBytes">Most memory that was resident, of the samples taken every few milliseconds.</param>
/// <param name="End">How it ended.</param>
internal sealed record ProcessFigures(string Output, double WallSeconds, double CpuSeconds, long PeakBytes, ProcessEnd End);

/// <summary>How a program ended.</summary>
internal enum ProcessEnd
{
    /// <summary>By itself with exit code 0.</summary>
    Success,

    /// <summary>By itself with another exit code, or by a signal.</summary>
    Failure,

    /// <summary>It was ended because it had printed what was waited for.</summary>
    AtText,

    /// <summary>It was ended because it took too long.</summary>
    OutOfTime,
}

/// <summary>Runs programs and measures what they cost.</summary>
internal static unsafe class ChildProcess
{
    private const int SampleMilliseconds = 10;
    private const int MaxOutput = 16 << 20;
    private const int ActionsSize = 512;

    /// <summary>Runs a program to its end, to a text it prints, or until the time is over.</summary>
    /// <param name="command">The program, searched on the PATH, and its arguments.</param>
    /// <param name="endAt">The text at which it is ended; null for none.</param>
    /// <param name="limit">Most wall time.</param>
    public static ProcessFigures Run(IReadOnlyList<string> command, string? endAt, TimeSpan limit)
    {
        int* pipe = stackalloc int[2];
        if (ProcessCalls.Pipe(pipe, ProcessCalls.CloseOnExec) != 0)
            throw new BenchException("no pipe could be made for a program's output.");
        long start = Stopwatch.GetTimestamp();
        int child;
        try
        {
            child = Start(command, pipe[1]);
        }
        finally
        {
            _ = LibC.Close(pipe[1]);
        }

        StringBuilder output = new();
        long peak = 0;
        ProcessEnd? forced = Follow(child, pipe[0], output, endAt, start, limit, ref peak);
        TimeSpan wall = Stopwatch.GetElapsedTime(start);
        if (forced is not null)
            _ = ProcessCalls.Signal(child, ProcessCalls.Kill);
        _ = LibC.Close(pipe[0]);
        if (ProcessCalls.Wait(child, out int status, 0, out ProcessCalls.ResourceUsage usage) != child)
            throw new BenchException($"the end of {command[0]} could not be waited for.");
        return new ProcessFigures(output.ToString(), wall.TotalSeconds, usage.User.TotalSeconds + usage.System.TotalSeconds, peak,
            forced ?? (status == 0 ? ProcessEnd.Success : ProcessEnd.Failure));
    }

    private static int Start(IReadOnlyList<string> command, int output)
    {
        byte* actions = stackalloc byte[ActionsSize];
        _ = ProcessCalls.InitActions(actions);
        _ = ProcessCalls.AddOpen(actions, 0, "/dev/null", LibC.ReadOnly, 0);
        _ = ProcessCalls.AddDuplicate(actions, output, 1);
        _ = ProcessCalls.AddDuplicate(actions, output, 2);
        byte** arguments = NativeStrings.Of(command);
        byte** environment = NativeStrings.OfEnvironment();
        try
        {
            int error = ProcessCalls.Spawn(out int child, command[0], actions, null, arguments, environment);
            return error == 0
                ? child
                : throw new BenchException($"{command[0]} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        finally
        {
            NativeStrings.Free(arguments);
            NativeStrings.Free(environment);
            _ = ProcessCalls.DestroyActions(actions);
        }
    }

    /// <summary>Collects output until it ends or the program must be ended.</summary>
    private static ProcessEnd? Follow(int child, int file, StringBuilder output, string? endAt, long start, TimeSpan limit, ref long peak)
    {
        byte* buffer = stackalloc byte[4096];
        int searched = 0;
        while (true)
        {
            LibC.PollRequest request = new() { Descriptor = file, Events = LibC.PollIn };
            int ready = LibC.Poll(&request, 1, SampleMilliseconds);
            peak = Math.Max(peak, PeakOf(child));
            if (ready > 0)
            {
                nint count = LibC.Read(file, buffer, 4096);
                if (count <= 0)
                    return null;
                output.Append(Encoding.Latin1.GetString(buffer, (int)count));
                if (endAt is not null && output.ToString(searched, output.Length - searched).Contains(endAt, StringComparison.Ordinal))
                    return ProcessEnd.AtText;
                searched = Math.Max(0, output.Length - (endAt?.Length ?? 0));
            }

            if (Stopwatch.GetElapsedTime(start) > limit || output.Length > MaxOutput)
                return ProcessEnd.OutOfTime;
        }
    }

    /// <summary>
    /// The high-water mark of the memory that the program has now. wait4 would tell one too, but that counts the
    /// parent's memory, which the child shares for a moment before it becomes the program.
    /// </summary>
    private static long PeakOf(int child)
    {
        const string Key = "VmHWM:";
        try
        {
            foreach (string line in File.ReadLines($"/proc/{child}/status"))
            {
                if (line.StartsWith(Key, StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(Key.Length).Trim(" \tkB"), CultureInfo.InvariantCulture) * 1024;
            }
        }
        catch (IOException)
        {
            // It ended between two looks; the earlier ones stand.
            return 0;
        }

        return 0;
    }
}
