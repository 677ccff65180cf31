using PpcJit.Machine.Memory;

namespace PpcJit.Machine.Cpu;

/// <summary>The exceptions that a processor had taken at some time: <see cref="Processor.KeepHistory"/>.</summary>
public sealed class ExceptionHistory
{
    internal ExceptionHistory(ulong[] counts, ExceptionRecord[] recent, ulong taken, ulong lastCount,
        int withoutProgress, ExceptionRecord firstHere) =>
        (Counts, Recent, Taken, LastCount, WithoutProgress, FirstHere) = (counts, recent, taken, lastCount, withoutProgress, firstHere);

    internal ulong[] Counts { get; }

    internal ExceptionRecord[] Recent { get; }

    internal ulong Taken { get; }

    internal ulong LastCount { get; }

    internal int WithoutProgress { get; }

    internal ExceptionRecord FirstHere { get; }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is of another kind of processor.</exception>
    public static ExceptionHistory Load(StateReader reader, ExceptionHistory alike)
    {
        if (reader.ReadInt32() != alike.Counts.Length || reader.ReadInt32() != alike.Recent.Length)
            throw new InvalidDataException("The exceptions are counted otherwise.");
        ulong[] counts = new ulong[alike.Counts.Length];
        for (int n = 0; n < counts.Length; n++)
            counts[n] = reader.ReadUInt64();
        ExceptionRecord[] recent = new ExceptionRecord[alike.Recent.Length];
        for (int n = 0; n < recent.Length; n++)
            recent[n] = ReadRecord(reader);
        return new ExceptionHistory(counts, recent, reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt32(), ReadRecord(reader));
    }

    /// <summary>Writes all of it.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Counts.Length);
        writer.Write(Recent.Length);
        foreach (ulong count in Counts)
            writer.Write(count);
        foreach (ExceptionRecord record in Recent)
            Write(writer, record);
        writer.Write(Taken);
        writer.Write(LastCount);
        writer.Write(WithoutProgress);
        Write(writer, FirstHere);
    }

    private static ExceptionRecord ReadRecord(StateReader reader)
    {
        ulong count = reader.ReadUInt64();
        ExceptionKind kind = (ExceptionKind)reader.ReadInt32();
        if (!Enum.IsDefined(kind))
            throw new InvalidDataException($"There is no exception {(int)kind}.");
        return new ExceptionRecord(count, kind, reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
    }

    private static void Write(StateWriter writer, in ExceptionRecord record)
    {
        writer.Write(record.Count);
        writer.Write((int)record.Kind);
        foreach (uint value in (ReadOnlySpan<uint>)[record.Pc, record.Msr, record.Esr, record.Dear])
            writer.Write(value);
    }
}
