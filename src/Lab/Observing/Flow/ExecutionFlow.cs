using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>
/// Follows where control goes. Only branches, returns from interrupts and exceptions are looked at: between two of them
/// instructions follow each other, and the
/// count says how many, so that every instruction is accounted for exactly at the cost of the branches.
/// </summary>
internal sealed unsafe class ExecutionFlow(ObservedGuest guest) : InstructionObserver(guest)
{
    private const uint BranchConditional = 16, SystemCall = 17, Branch = 18, BranchToRegister = 19;
    private const int Always = 0x14; // BO: neither the CTR nor a condition decides.
    private const uint ToLink = 16, ToCount = 528, ReturnFromInterrupt = 50, ReturnFromCritical = 51;

    private readonly CpuState* _state = guest.State;
    private IFlowListener[] _listeners = [];
    private uint _start;
    private uint _msr;
    private ulong _count;
    private ulong _branchCount;
    private uint _branchMsr;

    /// <summary>Adds somebody who is told. With the first one it begins to follow the run.</summary>
    public void Add(IFlowListener listener)
    {
        if (_listeners.Length == 0)
        {
            Begin();
            Guest.Processor.ExceptionTaken += OnException;
            GoOn();
        }
        else
        {
            Flush();
        }

        _listeners = [.. _listeners, listener];
    }

    /// <summary>Removes somebody, who is told of all up to now. With the last one it follows the run no longer.</summary>
    public void Remove(IFlowListener listener)
    {
        Flush();
        _listeners = [.. _listeners.Where(other => other != listener)];
        if (_listeners.Length > 0)
            return;
        End();
        Guest.Processor.ExceptionTaken -= OnException;
    }

    /// <summary>Tells of the instructions up to now.</summary>
    private void Flush()
    {
        Tell(_state->Pc, _state->InstructionCount);
        GoOn();
    }

    /// <inheritdoc/>
    public override bool Watches(uint address, uint word) => (word >> 26) switch
    {
        BranchConditional or SystemCall or Branch => true,
        BranchToRegister => ((word >> 1) & 0x3ff) is ToLink or ToCount or ReturnFromInterrupt or ReturnFromCritical,
        _ => false,
    };

    /// <inheritdoc/>
    public override bool BeforeInstruction(uint address, uint word)
    {
        (_branchCount, _branchMsr) = (_state->InstructionCount, _state->Msr);
        return true;
    }

    /// <inheritdoc/>
    public override void AfterInstruction(uint address, uint word)
    {
        // What of sc there is to see, its exception has shown.
        uint opcode = word >> 26;
        if (opcode == SystemCall || _state->InstructionCount != _branchCount + 1)
            return;
        uint next = _state->Pc;
        if (opcode == BranchToRegister && ((word >> 1) & 0x3ff) is ReturnFromInterrupt or ReturnFromCritical)
        {
            Transfer(new Transfer(TransferKind.ExceptionReturn, address, next, _branchMsr), address + 4);
            return;
        }

        bool isConditional = opcode != Branch && (Field.Bo(word) & Always) != Always;
        if (next == address + 4)
        {
            Transfer notTaken = new(TransferKind.NotTaken, address, next, _branchMsr, IsConditional: isConditional);
            foreach (IFlowListener listener in _listeners)
                listener.Transferred(notTaken);
            return;
        }

        TransferKind kind = Field.Lk(word) ? TransferKind.Call
            : opcode == BranchToRegister && ((word >> 1) & 0x3ff) == ToLink ? TransferKind.Return
            : TransferKind.Jump;
        Transfer(new Transfer(kind, address, next, _branchMsr, IsConditional: isConditional), address + 4);
    }

    private void OnException(in ExceptionRecord record)
    {
        Guest.Tasks.NoteException(record.Msr);
        Transfer(new Transfer(TransferKind.Exception, record.Pc, _state->Pc, record.Msr, record.Kind), record.Pc);
    }

    private void Transfer(in Transfer transfer, uint end)
    {
        Tell(end, _state->InstructionCount);
        GoOn();
        foreach (IFlowListener listener in _listeners)
            listener.Transferred(transfer);
    }

    private void GoOn() => (_start, _msr, _count) = (_state->Pc, _state->Msr, _state->InstructionCount);

    private void Tell(uint end, ulong count)
    {
        ulong completed = count - _count;
        if (completed == 0)
            return;
        uint words = (end - _start) >> 2;

        // A person may have moved the PC: then nobody knows where the instructions were, and they count where the stretch began.
        if (words > completed)
            words = (uint)Math.Min(completed, 1);
        CodeRun run = new(Guest.Places.Linked(_start, _msr), words, completed - words, (_msr & Msr.Pr) != 0, _count);
        foreach (IFlowListener listener in _listeners)
            listener.Ran(run);
    }
}
