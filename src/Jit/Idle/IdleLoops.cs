using PpcJit.Jit.Code;
using PpcJit.Jit.Cold;
using PpcJit.Jit.Decoding;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;
using PpcJit.Machine.Isa;
using PpcJit.Machine.Memory;

namespace PpcJit.Jit.Idle;

/// <summary>
/// Skips loops that do nothing but wait: for an event, for a count to run down, or for the timebase. Now and then it executes two turns one
/// by one from wherever the guest is. If a turn changes nothing but registers, each by the same amount as in the turn before, and
/// <see cref="TurnFollower"/> shows that further ones go the same way, as many as end before the next event are done by arithmetic.
/// </summary>
/// <param name="processor">The processor.</param>
/// <param name="cache">The code pages.</param>
/// <param name="cold">Executes the two turns.</param>
/// <param name="contexts">Selects the pages of the present context.</param>
/// <param name="interpreter">Executes what the cold tier does not.</param>
/// <param name="skipped">Is told how many instructions were skipped.</param>
internal sealed unsafe class IdleLoops(
    Processor processor, CodeCache cache, ColdTier cold, RunContexts contexts, InterpreterEngine interpreter, Action<long> skipped) : IDisposable
{
    /// <summary>Most instructions of a turn: what waits with more than that mostly does something else besides.</summary>
    private const int MaxTurn = 160;

    /// <summary>Instructions to the next event for which a look is not worth while.</summary>
    private const ulong LeastAhead = 1024;

    /// <summary>
    /// Instructions between two looks: few after one that has found something, since it comes back after the interrupt, and twice as many
    /// after each that has not. A look takes a microsecond, as long as some thousand instructions.
    /// </summary>
    private const ulong LeastInterval = 4096, MaxInterval = 1 << 20;

    private readonly CpuState* _state = processor.State;
    private readonly NativeBlock _before = new(CpuState.EngineArea);
    private readonly TurnFollower _follower = new(processor);
    private ulong _interval = LeastInterval;
    private ulong _next;

    /// <summary>Looks at the next opportunity, whatever the count is.</summary>
    public void LookSoon() => _next = _state->InstructionCount;

    /// <summary>Looks, if it is time to, whether the guest waits, and skips what it waits.</summary>
    /// <param name="deadline">The count before which no event is due.</param>
    /// <returns>The count at which to look again; at most the deadline.</returns>
    public ulong Look(ulong deadline)
    {
        if (deadline - _state->InstructionCount < LeastAhead)
            return deadline;

        // The count may have gone back, as for a trial or a look at the past.
        ulong ahead = _next - _state->InstructionCount;
        if (ahead != 0 && ahead <= _interval)
            return Math.Min(deadline, _next);
        contexts.Select();
        bool found = TrySkip(deadline);
        _interval = found ? LeastInterval : Math.Min(2 * _interval, MaxInterval);
        bool isThere = deadline - _state->InstructionCount < LeastAhead;
        _next = _state->InstructionCount + (found && isThere ? 0 : _interval);
        return isThere ? deadline : Math.Min(deadline, _next);
    }

    /// <inheritdoc/>
    public void Dispose() => _before.Dispose();

    private bool TrySkip(ulong deadline)
    {
        uint head = _state->Pc;
        Keep();
        int length = RunTurn(head, follows: false);
        if (length == 0 || !_follower.Begin((CpuState*)_before.Start, length))
            return false;
        Keep();
        if (RunTurn(head, follows: true) != length || !_follower.EndsAsBegun((CpuState*)_before.Start))
            return false;
        ulong turns = Math.Min(_follower.Further, (deadline - _state->InstructionCount) / (ulong)length);
        _follower.Advance((uint)turns);
        _state->InstructionCount += turns * (ulong)length;
        skipped((long)turns * length);
        return turns > 0;
    }

    private void Keep() => Buffer.MemoryCopy(_state, _before.Start, CpuState.EngineArea, CpuState.EngineArea);

    /// <summary>Executes instructions until the guest is at a place again.</summary>
    /// <returns>How many; 0 when it does not come there soon, or may do more on the way than change registers and memory.</returns>
    private int RunTurn(uint head, bool follows)
    {
        for (int n = 1; n <= MaxTurn; n++)
        {
            if (cache.FindKnown(_state->Pc) is not { } page)
                return 0;
            ref DecodedInstruction next = ref page.Code.Decoded[(_state->Pc & 0xfff) >> 2];
            if (!TurnFollower.CanFollow(next.Code) || (follows && !_follower.Follow(next)))
                return 0;
            if (next.Code == Op.Mtmsr && !OnlyEnables(_state->Gpr[next.T]))
                return 0;
            if (next.Code is Op.Mftb or Op.Mtmsr)
                interpreter.Execute(next.Word);
            else if (cold.Run(page.Code, 1, compiles: false) == 0)
                _state->InstructionCount++;
            else
                return 0;
            if (_state->Pc == head)
                return n;
        }

        return 0;
    }

    /// <summary>Whether a value of the MSR changes nothing but which interrupts may come, of which none waits.</summary>
    private bool OnlyEnables(uint msr) => _state->PendingInterrupts == 0 && (_state->Msr & Msr.Pr) == 0
        && ((msr ^ _state->Msr) & Msr.Implemented & ~(Msr.Ee | Msr.Ce)) == 0;
}
