using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Branches, system call and return from interrupt.</content>
public sealed unsafe partial class InterpreterEngine
{
    /// <summary>Continues at a target; false when the debug interrupt of a taken branch came first.</summary>
    private bool BranchTo(uint target, bool link)
    {
        if (_watching && _processor.Debug.BeforeBranch())
            return false;
        if (link)
            _state->Lr = _next;
        _next = target & ~3u;
        return true;
    }

    /// <summary>Decides a conditional branch from BO and BI, CTR counted down where BO asks.</summary>
    /// <param name="i">The instruction.</param>
    /// <param name="counted">The CTR after the instruction.</param>
    private bool Condition(uint i, out uint counted)
    {
        int bo = Field.Bo(i);
        counted = (bo & 4) != 0 ? _state->Ctr : _state->Ctr - 1;
        bool countHolds = (bo & 4) != 0 || (counted != 0) != ((bo & 2) != 0);
        bool conditionHolds = (bo & 16) != 0 || CrBit(Field.Bi(i)) == ((bo & 8) != 0);
        return countHolds && conditionHolds;
    }

    /// <summary>A conditional branch: a branch that is not taken still counts, and still sets LR when LK asks.</summary>
    private bool Branch(uint i, bool taken, uint counted, uint target)
    {
        uint link = _next;
        if (taken && !BranchTo(target, link: false))
            return false;
        _state->Ctr = counted;
        if (Field.Lk(i))
            _state->Lr = link;
        return true;
    }

    /// <summary><c>b[l][a] LI</c></summary>
    internal bool B(uint i) => BranchTo((Field.Aa(i) ? 0 : _state->Pc) + (uint)Field.Li(i), Field.Lk(i));

    /// <summary><c>bc[l][a] BO,BI,BD</c></summary>
    internal bool Bc(uint i)
    {
        bool taken = Condition(i, out uint counted);
        return Branch(i, taken, counted, (Field.Aa(i) ? 0 : _state->Pc) + (uint)Field.Bd(i));
    }

    /// <summary><c>bcctr[l] BO,BI</c>: in the invalid form that counts, the target is the CTR counted down</summary>
    internal bool Bcctr(uint i)
    {
        bool taken = Condition(i, out uint counted);
        return Branch(i, taken, counted, counted);
    }

    /// <summary><c>bclr[l] BO,BI</c></summary>
    internal bool Bclr(uint i)
    {
        bool taken = Condition(i, out uint counted);
        return Branch(i, taken, counted, _state->Lr);
    }

    /// <summary><c>sc</c>: completes, and the exception returns after it.</summary>
    internal bool Sc(uint i)
    {
        Complete();
        _processor.Take(ExceptionKind.SystemCall, _next);
        return false;
    }

    /// <summary><c>rfi</c></summary>
    internal bool Rfi(uint i) => Return(_state->Srr0, _state->Srr1);

    /// <summary><c>rfci</c></summary>
    internal bool Rfci(uint i) => Return(_state->Srr2, _state->Srr3);

    private bool Return(uint address, uint msr)
    {
        if (Refused())
            return false;
        _state->Msr = msr;
        _next = address;
        return true;
    }
}
