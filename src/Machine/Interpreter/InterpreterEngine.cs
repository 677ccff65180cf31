using System.Reflection;
using System.Runtime.CompilerServices;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <summary>
/// The reference interpreter: the oracle of everything else. It fetches and decodes each instruction from memory
/// through the architected TLB and keeps nothing between two instructions but the architected state. Each instruction
/// is one method with the name of its <see cref="Op"/>, to be read beside the manual's pseudo-code; it returns whether
/// the instruction completed, and when it did not, an exception has been taken.
/// </summary>
public sealed unsafe partial class InterpreterEngine : IEngine
{
    private readonly Processor _processor;
    private readonly CpuState* _state;
    private readonly ExecutionObservers _observers;
    private readonly Func<uint, bool>?[] _methods = new Func<uint, bool>?[Enum.GetValues<Op>().Length];

    /// <summary>Address of the instruction after the present one, unless it branches.</summary>
    private uint _next;

    /// <summary>Whether debug events must be looked for in the present instruction.</summary>
    private bool _watching;

    /// <summary>Creates the engine for a processor.</summary>
    public InterpreterEngine(Processor processor)
    {
        _processor = processor;
        _state = processor.State;
        _observers = processor.Observers;
    }

    /// <inheritdoc/>
    public string Name => "interpreter";

    /// <inheritdoc/>
    public void Run(ulong until)
    {
        while (_state->InstructionCount < until && _processor.StopReason == StopReason.None)
        {
            if (!_processor.NeedsAttention || _processor.BetweenInstructions(until))
                Step();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Executes the instruction at the PC, or takes the exception that it causes.</summary>
    public void Step()
    {
        uint address = _state->Pc;
        _watching = _processor.Debug.Watching;
        if (_watching && _processor.Debug.BeforeInstruction(address))
            return;
        if (Fetch(address, out uint word))
            Perform(word);
    }

    /// <summary>
    /// Executes an instruction that a caller has fetched from the PC, or takes the exception that it causes. Only for
    /// callers that know that no debug event is watched for.
    /// </summary>
    public void Execute(uint word)
    {
        _watching = false;
        Perform(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Perform(uint word)
    {
        if (!_observers.IsEmpty && _observers.Watches(_state->Pc, word))
            PerformObserved(word);
        else
            PerformAlone(word);
    }

    private void PerformObserved(uint word)
    {
        (uint address, ulong count) = (_state->Pc, _state->InstructionCount);
        if (!_observers.BeforeInstruction(address, word))
            return;
        PerformAlone(word);
        if (_state->InstructionCount != count)
            _observers.AfterInstruction(address, word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PerformAlone(uint word)
    {
        _next = _state->Pc + 4;
        Op op = Decoder.Decode(word);
        Func<uint, bool> method = _methods[(int)op] ?? Bind(op);
        if (method(word))
            Complete();
    }

    private void Complete()
    {
        _state->Pc = _next;
        _state->InstructionCount++;
        if (_watching)
            _processor.Debug.InstructionComplete();
    }

    /// <summary>Finds the method of an instruction by its name, when it is first executed.</summary>
    private Func<uint, bool> Bind(Op op)
    {
        const BindingFlags Methods = BindingFlags.NonPublic | BindingFlags.Instance;
        Func<uint, bool> bound = typeof(InterpreterEngine).GetMethod(op.ToString(), Methods, [typeof(uint)])!.CreateDelegate<Func<uint, bool>>(this);
        _methods[(int)op] = bound;
        return bound;
    }

    private uint Gpr(int number) => _state->Gpr[number];

    /// <summary>A register, where register 0 stands for the value 0.</summary>
    private uint GprOrZero(int number) => number == 0 ? 0 : _state->Gpr[number];

    /// <summary>Sets CR0 from a result compared with zero, and XER[SO].</summary>
    private void SetCr0(uint result) => _state->Cr[0] = CrField.Compare((int)result, 0, _state->XerSo);

    /// <summary>Sets XER[OV], and XER[SO] with it.</summary>
    private void SetOverflow(bool overflow)
    {
        _state->XerOv = overflow ? 1u : 0;
        if (overflow)
            _state->XerSo = CrField.SummaryOverflow;
    }

    /// <summary>
    /// Whether problem state attempts a privileged instruction; then the program exception has been taken.
    /// </summary>
    private bool Refused()
    {
        if ((_state->Msr & Msr.Pr) == 0)
            return false;
        _processor.TakeProgram(Esr.Ppr);
        return true;
    }
}
