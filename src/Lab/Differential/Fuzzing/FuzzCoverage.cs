using PpcJit.Jit;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>
/// Counts what cases exercise: rows of the instruction table that completed or took an exception, exceptions, and ways
/// of the fast engine.
/// </summary>
public sealed unsafe class FuzzCoverage
{
    private readonly ulong[] _completed = new ulong[Enum.GetValues<Op>().Length];
    private readonly ulong[] _faulted = new ulong[Enum.GetValues<Op>().Length];
    private readonly ulong[] _exceptions = new ulong[Enum.GetValues<ExceptionKind>().Length];
    private readonly SortedDictionary<string, long> _engine = new(StringComparer.Ordinal);

    /// <summary>Rows that no case completed.</summary>
    public IReadOnlyList<InstructionRow> RowsNotCompleted => [.. InstructionTable.Rows.ToArray().Where(row => _completed[(int)row.Op] == 0)];

    /// <summary>Exceptions that no case took.</summary>
    public IReadOnlyList<ExceptionKind> ExceptionsNotTaken => [.. Enum.GetValues<ExceptionKind>().Where(kind => _exceptions[(int)kind] == 0)];

    /// <summary>What decided accesses.</summary>
    public TlbCoverage Tlb { get; } = new();

    /// <summary>Figures of the fast engine, added up over all engines: regions, cold runs, exits by reason.</summary>
    public IReadOnlyDictionary<string, long> EngineFigures => _engine;

    /// <summary>How often instructions of a row completed.</summary>
    public ulong Completed(Op op) => _completed[(int)op];

    /// <summary>How often an exception was taken.</summary>
    public ulong Taken(ExceptionKind kind) => _exceptions[(int)kind];

    /// <summary>Steps the oracle to a count, noting what it executes.</summary>
    public void Run(Processor processor, InterpreterEngine engine, ulong until)
    {
        CpuState* state = processor.State;
        void Note(in ExceptionRecord record) => _exceptions[(int)record.Kind]++;
        processor.ExceptionTaken += Note;
        while (state->InstructionCount < until && processor.StopReason == StopReason.None)
        {
            if (!processor.BetweenInstructions(until))
                continue;
            uint word = OracleTrace.Fetch(processor, state->Pc);
            Op op = Decoder.Decode(word);
            Tlb.Note(processor, word);
            ulong before = state->InstructionCount;
            engine.Step();
            (state->InstructionCount > before || op == Op.Sc ? _completed : _faulted)[(int)op]++;
        }

        processor.ExceptionTaken -= Note;
    }

    /// <summary>Adds what another run exercised.</summary>
    public void Add(FuzzCoverage other)
    {
        for (int n = 0; n < _completed.Length; n++)
        {
            _completed[n] += other._completed[n];
            _faulted[n] += other._faulted[n];
        }

        for (int n = 0; n < _exceptions.Length; n++)
            _exceptions[n] += other._exceptions[n];
        Tlb.Add(other.Tlb);
        foreach ((string name, long value) in other._engine)
            _engine[name] = _engine.GetValueOrDefault(name) + value;
    }

    /// <summary>Adds the figures of an engine.</summary>
    internal void Note(JitStatistics statistics)
    {
        foreach ((string name, long value) in statistics.Figures)
            _engine[name] = _engine.GetValueOrDefault(name) + value;
    }

    /// <summary>Gives the report as lines of text: what was never exercised first, then all counts.</summary>
    public IEnumerable<string> Report()
    {
        yield return $"rows never completed: {List(RowsNotCompleted.Select(row => row.Mnemonic))}";
        yield return $"exceptions never taken: {List(ExceptionsNotTaken.Select(kind => kind.ToString()))}";
        yield return $"TLB rules never used: {List(Tlb.NeverUsed)}";
        foreach (InstructionRow row in InstructionTable.Rows.ToArray())
            yield return $"row        {row.Mnemonic,-10} {_completed[(int)row.Op],12} completed {_faulted[(int)row.Op],10} faulted";
        foreach (ExceptionKind kind in Enum.GetValues<ExceptionKind>())
            yield return $"exception  {kind,-22} {_exceptions[(int)kind],10}";
        foreach ((string rule, ulong count) in Tlb.Counts)
            yield return $"tlb rule   {rule,-36} {count,10}";
        foreach ((string name, long value) in _engine)
            yield return $"engine     {name,-22} {value,10}";
    }

    private static string List(IEnumerable<string> names)
    {
        string all = string.Join(' ', names);
        return all.Length == 0 ? "none" : all;
    }
}
