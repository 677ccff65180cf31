using PpcJit.Machine.Cpu;

namespace PpcJit.Kernel.Sessions;

/// <summary>
/// Recognises a guest whose handlers return and change nothing, so that the same faults come again for ever: a TLB miss
/// handler that enters the wrong page, for example. Instructions complete all the time, so it is no
/// <see cref="StopReason.ExceptionLoop"/>.
/// </summary>
/// <remarks>
/// It is certain when one fault has come again <see cref="Repetitions"/> times with the same PC, MSR, ESR, DEAR and
/// registers, each time after the same number of other faults, and no interrupt came between. A program that polls by
/// instructions that its kernel emulates may do so for a while, but not as often without its timer.
/// </remarks>
/// <param name="processor">The processor whose exceptions are noted.</param>
public sealed unsafe class FaultCycle(Processor processor)
{
    /// <summary>So often the same fault must come again.</summary>
    public const int Repetitions = 1 << 16;

    /// <summary>Most faults of a cycle. After as many without a match, another fault is compared with.</summary>
    private const int MaxLength = 16;

    /// <summary>
    /// Most exceptions that are not looked at between two faults that are compared with: a guest that misses its TLB all the time
    /// pays next to nothing, and who is in a cycle is still there afterwards.
    /// </summary>
    private const int MaxPause = 1024;

    private ExceptionRecord _anchor;
    private ulong _registers;
    private int _sinceAnchor = MaxLength;
    private int _length;
    private int _returns;
    private int _pause;
    private int _left;

    /// <summary>Whether the guest is in a cycle of faults.</summary>
    public bool IsCertain => _returns >= Repetitions;

    /// <summary>Notes an exception, right after it was taken.</summary>
    /// <returns>Whether the guest surely is in a cycle.</returns>
    public bool Note(in ExceptionRecord record)
    {
        if (_left > 0)
        {
            _left--;
            return false;
        }

        if (!record.Kind.IsFault())
        {
            Pause();
            return false;
        }

        if (_sinceAnchor >= MaxLength)
        {
            (_anchor, _registers, _sinceAnchor, _length, _returns) = (record, Registers(), 0, 0, 0);
            return false;
        }

        _sinceAnchor++;
        if (record.Pc != _anchor.Pc || record with { Count = _anchor.Count } != _anchor || Registers() != _registers)
        {
            if (_sinceAnchor == MaxLength)
                Pause();
            return false;
        }

        _pause = 0;
        _returns = _length == _sinceAnchor ? _returns + 1 : 1;
        (_length, _sinceAnchor) = (_sinceAnchor, 0);
        return IsCertain;
    }

    /// <summary>Gives the fault up that was compared with, and waits before the next one is: twice as long as before.</summary>
    private void Pause()
    {
        (_sinceAnchor, _returns) = (MaxLength, 0);
        _left = _pause = Math.Min(Math.Max(_pause * 2, 1), MaxPause);
    }

    private ulong Registers()
    {
        CpuState* state = processor.State;
        ulong hash = state->CrBits | ((ulong)state->Xer << 32);
        for (int n = 0; n < 32; n++)
            hash = Mix(hash, state->Gpr[n]);
        return Mix(Mix(hash, state->Lr), state->Ctr);
    }

    private static ulong Mix(ulong hash, uint value) => ((hash ^ value) * 0x9e3779b97f4a7c15) ^ (hash >> 29);
}
