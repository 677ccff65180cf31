using Microsoft.Diagnostics.Runtime;
using PpcJit.Inspector.Targets;
using PpcJit.Jit;

namespace PpcJit.Inspector.Readings;

/// <summary>A thread that runs managed code.</summary>
/// <param name="Id">The system's number of it.</param>
/// <param name="Name">The name it was given, else the system's.</param>
/// <param name="IsGuest">Whether it runs the guest.</param>
/// <param name="Stack">Methods from the innermost outwards.</param>
internal sealed record ThreadReading(int Id, string Name, bool IsGuest, IReadOnlyList<string> Stack)
{
    private const int MaxFrames = 64;

    private static readonly string GuestMethod = $"{typeof(JitEngine).FullName}.{nameof(JitEngine.Run)}";
    private static readonly Field NameField = new(typeof(Thread), "_name");
    private static readonly Field ManagedId = new(typeof(Thread), "_managedThreadId");

    /// <summary>Reads all threads.</summary>
    /// <remarks>
    /// In the middle of a collection the stack of the guest's thread cannot be walked. PpcJit runs a single guest on
    /// its first thread.
    /// </remarks>
    public static IReadOnlyList<ThreadReading> Of(ClrRuntime runtime, HeapObjects objects, int process)
    {
        Dictionary<int, string> names = [];
        foreach (ClrObject thread in objects[typeof(Thread)])
        {
            if (thread.ReadStringField(NameField.Name) is { Length: > 0 } name)
                names[Fields.Value<int>(thread, ManagedId)] = name;
        }

        List<ThreadReading> threads = [];
        foreach (ClrThread thread in runtime.Threads.Where(thread => thread.OSThreadId != 0))
        {
            int id = (int)thread.OSThreadId;
            string[] stack = [.. thread.EnumerateStackTrace(false, MaxFrames).Select(Text).OfType<string>()];
            threads.Add(new ThreadReading(
                id, names.GetValueOrDefault(thread.ManagedThreadId) ?? ProcFiles.NameOf(process, id), stack.Contains(GuestMethod), stack));
        }

        return threads.Exists(thread => thread.IsGuest)
            ? threads
            : [.. threads.Select(thread => thread with { IsGuest = thread.Id == process })];
    }

    private static string? Text(ClrStackFrame frame) =>
        frame.Method is not { } method ? null
        : method.Name is { } name && method.Type?.Name is { Length: > 0 } type ? $"{type}.{name}"
        : method.Name;
}
