using System.Diagnostics;
using PpcJit.Jit;
using PpcJit.Jit.Settings;
using PpcJit.Lab.Differential.Cases;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>
/// Runs random programs on both engines. Machines and engines are reused: each program is started in many states, so that what it costs to compile is
/// shared, and an engine meets one program after the other, as it does in life.
/// </summary>
public sealed unsafe class FuzzRunner : IDisposable
{
    /// <summary>Programs that an engine runs; then the next setting has its turn.</summary>
    private const ulong ProgramsPerEngine = 64;

    private readonly FuzzOptions _options;
    private readonly DifferentialMachine _oracle = new();
    private readonly DifferentialMachine _candidate = new();
    private readonly InterpreterEngine _slow;
    private IEngine? _fast;

    /// <summary>Creates a run.</summary>
    public FuzzRunner(FuzzOptions options)
    {
        _options = options;
        _slow = new InterpreterEngine(_oracle.Board.Processor);
        Coverage = new FuzzCoverage();
    }

    /// <summary>What the programs exercised.</summary>
    public FuzzCoverage Coverage { get; }

    /// <summary>Called now and then with what has been done so far.</summary>
    public event Action<FuzzResult>? Progressed;

    /// <summary>Runs until the cases or the time are used up, or the engines differ.</summary>
    public FuzzResult Run()
    {
        Stopwatch time = Stopwatch.StartNew();
        ulong cases = 0;
        ulong instructions = 0;
        ulong program = _options.FirstProgram;
        FuzzResult Result(FuzzFailure? failure) => new(cases, program - _options.FirstProgram, instructions, time.Elapsed, failure);
        for (; cases < _options.Cases && (_options.Time is not { } most || time.Elapsed < most) && _options.EndRequested?.Invoke() != true; program++)
        {
            JitOptions setting = _options.Settings[(int)(program / ProgramsPerEngine % (ulong)_options.Settings.Count)];
            if (_fast is null || program % ProgramsPerEngine == 0)
            {
                RetireEngine();
                _fast = Create(setting);
                Progressed?.Invoke(Result(null));
            }

            FuzzProgram generated = FuzzProgram.Generate(_options.Seed, program, _options.Only);
            byte[] image = DifferentialMachine.Image(generated.Memory);
            for (int state = 0; state < _options.StatesPerProgram && cases < _options.Cases; state++)
            {
                TestCase run = generated.NextState();
                cases++;
                IReadOnlyList<StateDifference> differences = RunCase(run, image, traced: state % _options.TraceEvery == 0);
                instructions += _oracle.Board.Processor.State->InstructionCount;
                if (differences.Count > 0)
                    return Result(Confirm(new FuzzFailure(program, state, setting, run, differences, false)));
            }
        }

        return Result(null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        RetireEngine();
        _slow.Dispose();
        _oracle.Dispose();
        _candidate.Dispose();
    }

    private IEngine Create(JitOptions setting) =>
        _options.CreateCandidate?.Invoke(_candidate.Board.Processor, setting) ?? new JitEngine(_candidate.Board.Processor, setting);

    private void RetireEngine()
    {
        if (_fast is JitEngine jit)
            Coverage.Note(jit.Statistics);
        _fast?.Dispose();
        _fast = null;
    }

    private IReadOnlyList<StateDifference> RunCase(TestCase run, byte[] image, bool traced)
    {
        _oracle.Load(run, image);
        _candidate.Load(run, image);
        Processor oracle = _oracle.Board.Processor;
        Processor candidate = _candidate.Board.Processor;
        foreach (ulong point in run.Points)
        {
            if (traced)
                Coverage.Run(oracle, _slow, point);
            else
                _slow.Run(point);
            _fast!.Run(point);
            if (!StateComparer.CoresAreEqual(oracle, candidate))
                return StateComparer.Compare(_oracle.Board, _candidate.Board);
        }

        return StateComparer.AreEqual(_oracle.Board, _candidate.Board) ? [] : StateComparer.Compare(_oracle.Board, _candidate.Board);
    }

    private FuzzFailure Confirm(FuzzFailure failure)
    {
        using CaseRunner runner = new();
        bool Fails(TestCase tried) => runner.Run(tried, failure.Setting, _options.CreateCandidate).Count > 0;
        if (Fails(failure.Case))
            return failure with { IsRepeatable = true };

        // It needs what the engine ran before: the same program from other states, or earlier programs.
        List<TestCase> before = [];
        ulong engineBegan = Math.Max(_options.FirstProgram, failure.Program / ProgramsPerEngine * ProgramsPerEngine);
        for (ulong program = failure.Program; ; program--)
        {
            FuzzProgram generated = FuzzProgram.Generate(_options.Seed, program, _options.Only);
            int states = program == failure.Program ? failure.State : _options.StatesPerProgram;
            before.InsertRange(0, Enumerable.Range(0, states).Select(_ => generated.NextState()));
            TestCase withHistory = failure.Case with { Before = [.. before] };
            if (program == failure.Program && before.Count > 0)
                withHistory = withHistory with { Memory = before[^1].Memory };
            if (Fails(withHistory))
                return failure with { IsRepeatable = true, Case = withHistory };
            if (program == engineBegan)
                return failure;
        }
    }
}
