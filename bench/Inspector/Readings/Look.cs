using Microsoft.Diagnostics.Runtime;
using PpcJit.Bench;
using PpcJit.Inspector.Targets;
using PpcJit.Jit;
using PpcJit.Kernel.Sessions;

namespace PpcJit.Inspector.Readings;

/// <summary>A process of PpcJit that stands still while it is looked at, and goes on when this is disposed.</summary>
internal sealed class Look : IDisposable
{
    private const string RuntimeFile = "/libcoreclr.so";

    /// <summary>A process is now and then met in the middle of a collection, when its heap cannot be walked.</summary>
    private const int MaxTries = 20;

    private const int MillisecondsBetweenTries = 20;

    private readonly DataTarget _target;
    private readonly int _process;

    private Look(int process, DataTarget target, ClrRuntime runtime)
    {
        (_process, _target) = (process, target);
        Runtime = runtime;
        Objects = HeapObjects.Collect(runtime.Heap);
    }

    /// <summary>The runtime of the process.</summary>
    public ClrRuntime Runtime { get; }

    /// <summary>The objects that count.</summary>
    public HeapObjects Objects { get; }

    /// <summary>Stops a process.</summary>
    /// <exception cref="BenchException">It cannot be looked into, or is not PpcJit.</exception>
    public static Look At(int process)
    {
        Look look = TryAt(process, out string? whyNot) ?? throw new BenchException(whyNot!);
        if (look.Objects[typeof(JitEngine)].Count > 0)
            return look;
        look.Dispose();
        throw new BenchException(
            $"process {process} ({ProcFiles.NameOf(process, process)}) has no fast engine of PpcJit: it is another "
                + "program, uses the interpreter, or has not begun to run its guest.");
    }

    /// <summary>Stops a process that has only just been started.</summary>
    /// <returns>Null when it has no engine yet, or has ended.</returns>
    public static Look? WhenReady(int process)
    {
        Look? look = TryAt(process, out _);
        if (look is null || look.Objects[typeof(JitEngine)].Count > 0)
            return look;
        look.Dispose();
        return null;
    }

    /// <summary>Reads everything.</summary>
    /// <param name="withCode">Whether machine code and guest code are copied, too.</param>
    public Reading Read(bool withCode)
    {
        IReadOnlyList<NativeMethod> methods = DynamicMethods.In(Runtime);
        return new Reading(
            methods,
            CodeHeapReading.Of(Runtime, methods),
            [.. Objects[typeof(JitEngine)].Select(EngineReading.Of)],
            RegionReading.All(Objects, withCode ? _target.DataReader : null),
            [.. ManagedHeapPart.Of(Runtime.Heap)],
            [.. NativeHeapPart.Of(Runtime)],
            ThreadReading.Of(Runtime, Objects, _process),
            ProcFiles.MemoryOf(_process),
            HeapObjects.Kinds.ToDictionary(kind => kind.FullName!, kind => Objects[kind].Count))
        {
            Inputs = InputsReading.Of(Objects[typeof(GuestMachine)]),
        };
    }

    /// <summary>The method that a host address belongs to, as TYPE.NAME; null when none.</summary>
    public string? MethodAt(ulong address) =>
        Runtime.GetMethodByInstructionPointer(address) is { } method ? $"{method.Type?.Name}.{method.Name}" : null;

    /// <summary>Copies memory; empty when it cannot be read.</summary>
    public byte[] Bytes(ulong address, int size)
    {
        byte[] bytes = new byte[size];
        return _target.DataReader.Read(address, bytes) == size ? bytes : [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runtime.Dispose();
        _target.Dispose();
    }

    private static Look? TryAt(int process, out string? whyNot)
    {
        if (!ProcFiles.Exists(process))
        {
            whyNot = $"there is no process {process}.";
            return null;
        }

        // Which files a process has mapped may be read even where tracing is refused.
        IReadOnlyList<MappedFile> files = ProcFiles.FilesOf(process);
        if (files.Count > 0 && !files.Any(file => file.Path.EndsWith(RuntimeFile, StringComparison.Ordinal)))
        {
            whyNot = $"process {process} ({ProcFiles.NameOf(process, process)}) is not PpcJit: it has no .NET runtime.";
            return null;
        }

        if ((whyNot = Tracing.WhyNot(process)) is not null)
            return null;
        Look? look = TryAttach(process, out whyNot);
        for (int tries = 1; look is null && tries < MaxTries && ProcFiles.Exists(process); tries++)
        {
            Thread.Sleep(MillisecondsBetweenTries);
            look = TryAttach(process, out whyNot);
        }

        return look;
    }

    private static Look? TryAttach(int process, out string? whyNot)
    {
        DataTarget? target = null;
        ClrRuntime? runtime = null;
        try
        {
            target = DataTarget.AttachToProcess(process, suspend: true);
            runtime = target.ClrVersions.FirstOrDefault()?.CreateRuntime();
            if (runtime is { Heap.CanWalkHeap: true })
            {
                whyNot = null;
                return new Look(process, target, runtime);
            }

            whyNot = $"process {process}: the heap of its runtime cannot be walked; it may be in the middle of a collection. Try again.";
        }
        catch (Exception error) when (error is ClrDiagnosticsException or IOException or InvalidDataException
            or InvalidOperationException or ArgumentException)
        {
            whyNot = $"process {process} cannot be looked into: {error.Message.TrimEnd('.')}.";
        }

        runtime?.Dispose();
        target?.Dispose();
        return null;
    }
}
