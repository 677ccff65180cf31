using PpcJit.Lab.Debugging;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Differential.Cases;

/// <summary>
/// Runs cases on the oracle and on the fast engine and says what differs, from each other or from what the case
/// expects.
/// </summary>
public sealed unsafe class CaseRunner : IDisposable
{
    private readonly DifferentialMachine _oracle = new();
    private readonly DifferentialMachine _candidate = new();

    /// <summary>Runs a case with a new fast engine.</summary>
    /// <param name="run">The case.</param>
    /// <param name="options">Switches of the fast engine; it compiles in the foreground whatever they say.</param>
    /// <param name="createCandidate">Creates the engine under test; null for the fast engine.</param>
    /// <returns>The differences; empty when all is well.</returns>
    public IReadOnlyList<StateDifference> Run(
        TestCase run, JitOptions options, Func<Processor, JitOptions, IEngine>? createCandidate = null)
    {
        // The engine is created for the state that it will run, as it would be at a boot.
        TestCase first = run.Before.Count > 0 ? run.Before[0] : run;
        _candidate.Load(first, DifferentialMachine.Image(first.Memory));
        options = options with { Background = false };
        using InterpreterEngine slow = new(_oracle.Board.Processor);
        using IEngine fast = createCandidate?.Invoke(_candidate.Board.Processor, options)
            ?? new JitEngine(_candidate.Board.Processor, options);
        byte[] image = [];
        IReadOnlyList<MemoryBlock>? imaged = null;
        foreach (TestCase stage in run.Before.Append(run))
        {
            if (!ReferenceEquals(imaged, stage.Memory))
                image = DifferentialMachine.Image(imaged = stage.Memory);
            _oracle.Load(stage, image);
            _candidate.Load(stage, image);
            foreach (ulong point in stage.Points)
            {
                slow.Run(point);
                fast.Run(point);
                if (!StateComparer.AreEqual(_oracle.Board, _candidate.Board))
                    return StateComparer.Compare(_oracle.Board, _candidate.Board);
            }
        }

        return Unexpected(run);
    }

    /// <summary>Finds the first wrong instruction of a case that <see cref="Run"/> found to differ.</summary>
    /// <returns>Null when the engines do not differ when the case is run in one go.</returns>
    public Divergence? Locate(TestCase run, JitOptions options, Func<Processor, JitOptions, IEngine>? createCandidate = null)
    {
        byte[] image = DifferentialMachine.Image(run.Memory);
        _oracle.Load(run, image);
        using MachineSnapshot start = new();
        start.Take(_oracle.Board);
        Func<Processor, JitOptions, IEngine> create = createCandidate ?? ((processor, switches) => new JitEngine(processor, switches));
        void WarmUp(IEngine engine)
        {
            foreach (TestCase stage in run.Before)
            {
                _candidate.Load(stage, DifferentialMachine.Image(stage.Memory));
                foreach (ulong point in stage.Points)
                    engine.Run(point);
            }
        }

        Replay replay = new(new SnapshotStart(start, _oracle.Board, _candidate.Board), _oracle.Board, _candidate.Board, create, options
            with { Background = false }, WarmUp);
        foreach (ulong point in run.Points)
        {
            if (replay.DiffersAt(point))
                return new DivergenceFinder(replay, _oracle.Board, _candidate.Board, null).Find(point);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _oracle.Dispose();
        _candidate.Dispose();
    }

    private List<StateDifference> Unexpected(TestCase run)
    {
        List<StateDifference> differences = [];
        void Check(string name, uint expected, uint actual)
        {
            if (expected != actual)
                differences.Add(new StateDifference($"expected {name}", $"{expected:x8}", $"{actual:x8}"));
        }

        Board board = _oracle.Board;
        CpuState* state = board.Processor.State;
        foreach (RegisterValue register in run.ExpectedRegisters)
            Check(register.Name, register.Value, RegisterNames.Read(board.Processor, register.Name));
        foreach (TlbValue entry in run.ExpectedTlb)
        {
            Check($"TLBHI {entry.Index}", entry.Hi, state->TlbHi[entry.Index]);
            Check($"TLBLO {entry.Index}", entry.Lo, state->TlbLo[entry.Index]);
            Check($"TID {entry.Index}", entry.Tid, state->TlbTid[entry.Index]);
        }

        foreach (MemoryBlock block in run.ExpectedMemory)
        {
            for (uint n = 0; n < block.Words.Length; n++)
            {
                board.Memory.TryRead(block.Address + (4 * n), 4, out uint actual);
                Check($"memory {block.Address + (4 * n):x8}", block.Words[n], actual);
            }
        }

        return differences;
    }
}
