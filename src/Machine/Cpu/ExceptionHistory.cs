namespace PpcJit.Machine.Cpu;

/// <summary>The exceptions that a processor had taken at some time: <see cref="Processor.KeepHistory"/>.</summary>
public sealed class ExceptionHistory
{
    internal ExceptionHistory(ulong[] counts, ExceptionRecord[] recent, ulong taken, ulong lastCount, int withoutProgress, ExceptionRecord firstHere) =>
        (Counts, Recent, Taken, LastCount, WithoutProgress, FirstHere) = (counts, recent, taken, lastCount, withoutProgress, firstHere);

    internal ulong[] Counts { get; }

    internal ExceptionRecord[] Recent { get; }

    internal ulong Taken { get; }

    internal ulong LastCount { get; }

    internal int WithoutProgress { get; }

    internal ExceptionRecord FirstHere { get; }
}
