using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Places;

/// <summary>Tells tasks apart where nothing is known of the kernel: by the 8 KiB in which the stack is, and in problem state by the PID.</summary>
/// <param name="board">The machine.</param>
public sealed unsafe class StackTasks(Board board) : ITaskNames
{
    private const uint StackMask = ~0x1fffu;
    private const ulong User = 1UL << 32;

    private readonly CpuState* _state = board.Processor.State;
    private readonly Dictionary<ulong, GuestTask> _known = [];
    private GuestTask _last = new(ulong.MaxValue, "");
    private uint? _userStack;
    private uint _userPid;

    /// <inheritdoc/>
    public GuestTask Find(uint msr)
    {
        uint stack = _state->Gpr[1];
        bool isUser = (msr & Msr.Pr) != 0;

        // A handler runs on behalf of the program that it interrupted until it takes a stack of its own.
        uint pid = isUser ? _state->Pid : _userPid;
        ulong key = isUser || stack == _userStack ? User | pid : stack & StackMask;
        if (key == _last.Key)
            return _last;
        if (!_known.TryGetValue(key, out GuestTask? task))
            _known[key] = task = new GuestTask(key, key >= User ? $"pid {pid}" : $"stack 0x{(uint)key:x8}");
        return _last = task;
    }

    /// <inheritdoc/>
    public void NoteException(uint msr)
    {
        if ((msr & Msr.Pr) != 0)
            (_userStack, _userPid) = (_state->Gpr[1], _state->Pid);
    }
}
