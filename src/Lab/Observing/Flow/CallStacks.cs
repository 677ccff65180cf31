using PpcJit.Lab.Debugging;
using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>
/// Keeps the call stack of each task out of calls, returns and exceptions. Instructions are counted for the function in
/// which they are, whatever became of the
/// stack: what is known of callers may be wrong where a kernel plays tricks with its stacks, the sums never are.
/// </summary>
/// <param name="guest">The guest.</param>
/// <param name="listener">Who is told.</param>
internal sealed unsafe class CallStacks(ObservedGuest guest, IStackListener listener) : IFlowListener
{
    private const int MaxDepth = 512;

    /// <summary>Frames in which the one is looked for to which a return leads.</summary>
    private const int MaxSearch = 64;

    /// <summary>Frames of the guest's own chain that are followed to find whose stack it is.</summary>
    private const int MaxChain = 16;

    /// <summary>Tasks that are told apart; the stacks of further ones are taken for the last one's.</summary>
    private const int MaxTasks = 10_000;
    private const uint StackPage = ~0xfffu;

    /// <summary>Of these one is set where r1 is a stack: the first instructions of handlers use it for something else, with both off.</summary>
    private const uint OnItsStack = Msr.Ee | Msr.Dr;

    private readonly CpuState* _state = guest.State;
    private readonly Dictionary<uint, TaskStack> _byPage = [];
    private readonly List<TaskStack> _tasks = [];
    private TaskStack? _present;
    private bool _programBegan;

    /// <summary>All tasks that were seen.</summary>
    public IReadOnlyList<TaskStack> Tasks => _tasks;

    /// <summary>The task that runs.</summary>
    public TaskStack Present => _present ?? Create(guest.Tasks.Find(_state->Msr), page: 0);

    /// <inheritdoc/>
    public void Ran(in CodeRun run)
    {
        TaskStack task = Present;
        uint address = run.Start;
        uint left = run.Words;
        ulong count = run.First;
        CodeFunction function;
        while (left > 0)
        {
            function = guest.Places.Find(address);
            uint words = Math.Min(left, (function.End - address) >> 2);
            if (words == 0)
                words = left;
            Enter(task, function, count);
            address += words * 4;
            left -= words;
            count += words;
            listener.Spent(task, task.Top, words, 0, run.IsUser);
        }

        if (run.Waited == 0)
            return;

        // The processor waits after the instruction that set MSR[WE]: the time counts for that instruction's function.
        if (task.Top.Function is null)
            Enter(task, guest.Places.Find(run.Start), count);
        listener.Spent(task, task.Top, run.Waited, run.Waited, run.IsUser);
    }

    /// <inheritdoc/>
    public void Transferred(in Transfer transfer)
    {
        switch (transfer.Kind)
        {
            case TransferKind.Call when transfer.To != transfer.From + 4:
                Switch();
                Push(Present, new CallFrame
                {
                    Kind = FrameKind.Function,
                    Below = Present.Top,
                    Function = guest.Places.Find(guest.Places.Linked(transfer.To, transfer.Msr)),
                    ReturnTo = transfer.From + 4,
                    Stack = _state->Gpr[1],
                    Depth = Present.Top.Depth + 1,
                    Entered = _state->InstructionCount,
                });
                break;
            case TransferKind.Return:
                Switch();
                Return(Present, transfer.To);
                break;
            case TransferKind.Exception:
                // A kernel that has just taken another task's stack is interrupted on that one, and returns to it.
                if ((transfer.Msr & Msr.Pr) == 0 && (transfer.Msr & OnItsStack) != 0)
                    Switch();
                if (_programBegan && (transfer.Msr & Msr.Pr) != 0)
                    NameProgram(transfer.Msr);
                Push(Present, new CallFrame
                {
                    Kind = FrameKind.Exception,
                    Below = Present.Top,
                    Exception = transfer.Exception,
                    ReturnTo = transfer.From,
                    Stack = _state->Gpr[1],
                    IsFromUser = (transfer.Msr & Msr.Pr) != 0,
                    Depth = Present.Top.Depth + 1,
                    Entered = _state->InstructionCount,
                });
                break;
            case TransferKind.ExceptionReturn:
                Switch();
                ReturnFromException(Present, transfer.To);
                break;
        }
    }

    /// <summary>Leaves all frames, at the end of the run.</summary>
    public void Finish()
    {
        foreach (TaskStack task in _tasks)
            PopTo(task, null);
    }

    private void Enter(TaskStack task, CodeFunction function, ulong count)
    {
        CallFrame top = task.Top;
        if (top.Function == function && top.Kind == FrameKind.Function)
            return;

        // Somewhere else without a call: a tail call, or a function that goes on in the next one. It returns where the one before it would have.
        uint returnTo = CallFrame.Nowhere;
        if (top.Kind == FrameKind.Function)
        {
            returnTo = top.ReturnTo;
            Pop(task, count);
        }

        Push(task, new CallFrame
        {
            Kind = FrameKind.Function, Below = task.Top, Function = function, ReturnTo = returnTo, Stack = top.Stack, Depth = task.Top.Depth + 1,
                Entered = count,
        });
    }

    private void Return(TaskStack task, uint to)
    {
        CallFrame? frame = task.Top;
        for (int n = 0; n < MaxSearch && frame is { Kind: FrameKind.Function }; n++, frame = frame.Below)
        {
            if (frame.ReturnTo != to)
                continue;
            PopTo(task, frame.Below);
            return;
        }
    }

    private void ReturnFromException(TaskStack task, uint to)
    {
        bool toUser = (_state->Msr & Msr.Pr) != 0;
        CallFrame? frame = task.Top;
        for (int n = 0; n < MaxDepth && frame is not null; n++, frame = frame.Below)
        {
            // A handler may have emulated the instruction, and return to the next one.
            bool isIt = frame.Kind == FrameKind.Exception && frame.IsFromUser == toUser && frame.Stack == _state->Gpr[1]
                && to - frame.ReturnTo is 0 or 4;
            if (!isIt)
                continue;
            PopTo(task, frame.Below);
            return;
        }

        // A program begins, or goes on somewhere else; a kernel that only turns translation on stays in its handler.
        if (!toUser)
            return;
        PopTo(task, null);
        _programBegan = true;
    }

    /// <summary>A program that is executed gives its task its name: the kernel has done so by the program's first exception.</summary>
    private void NameProgram(uint msr)
    {
        _programBegan = false;
        GuestTask running = guest.Tasks.Find(msr);
        if (running.IsOfKernel && running.Key == Present.Key)
            Rename(Present, running);
    }

    private void Rename(TaskStack task, GuestTask running)
    {
        if (task.Name != running.Name && _tasks.All(other => other.Name != running.Name))
            task.Name = running.Name;
    }

    private void Push(TaskStack task, CallFrame frame)
    {
        if (frame.Depth > MaxDepth)
        {
            if (frame.Kind == FrameKind.Function)
                return;

            // Handlers that never return: nothing below is of use any more.
            PopTo(task, null);
            frame = frame.On(task.Top);
        }

        task.Top = frame;
        listener.Entered(task, frame);
    }

    private void Pop(TaskStack task, ulong count)
    {
        CallFrame frame = task.Top;
        listener.Left(task, frame, count);
        task.Top = frame.Below!;
    }

    /// <summary>Leaves frames down to one that stays; null for the bottom.</summary>
    private void PopTo(TaskStack task, CallFrame? stays)
    {
        while (task.Top != stays && task.Top.Kind != FrameKind.Task)
            Pop(task, _state->InstructionCount);
    }

    /// <summary>Finds out whether another task's stack is used now.</summary>
    private void Switch()
    {
        if ((_state->Msr & Msr.Pr) != 0)
            return;
        uint stack = _state->Gpr[1];
        uint page = stack & StackPage;
        TaskStack present = Present;
        if (page == present.Page || page == present.OtherPage || IsInterruptedUser(present, stack))
            return;
        if (present.Page == 0 && !_byPage.ContainsKey(page))
        {
            present.Page = page;
            _byPage[page] = present;
            return;
        }

        TaskStack? owner = Owner(stack, present);
        if (owner == present)
        {
            present.OtherPage = page;
            return;
        }

        GuestTask running = guest.Tasks.Find(_state->Msr);
        if (owner is not null && running.IsOfKernel)
        {
            // The stack of a task that is no more may be another one's now.
            if (owner.Key is { } key && key != running.Key)
                owner = null;
            else
                Rename(owner, running);
        }

        owner ??= _tasks.Count < MaxTasks ? Create(running, page) : present;
        _present = owner;
        listener.Switched(owner);
    }

    private static bool IsInterruptedUser(TaskStack task, uint stack)
    {
        for (CallFrame? frame = task.Top; frame is not null; frame = frame.Below)
        {
            if (frame.Kind == FrameKind.Exception)
                return frame.IsFromUser && frame.Stack == stack;
        }

        return false;
    }

    /// <summary>Follows the guest's own chain of frames up to a page that is known.</summary>
    private TaskStack? Owner(uint stack, TaskStack present)
    {
        uint page = 0;
        for (int n = 0; n < MaxChain; n++)
        {
            if ((stack & StackPage) != page)
            {
                page = stack & StackPage;
                if (page == present.Page)
                    return present;
                if (_byPage.TryGetValue(page, out TaskStack? known))
                    return known;
            }

            if (!GuestMemory.TryRead(guest.Board, stack, 4, out uint next) || next == 0 || next == stack || (next & 3) != 0)
                return null;
            stack = next;
        }

        return null;
    }

    private TaskStack Create(GuestTask of, uint page)
    {
        string name = of.Name;
        // Two small stacks may lie in what names one task.
        if (_tasks.Any(task => task.Name == name))
            name = $"{name} (0x{page:x8})";
        TaskStack task = new(_tasks.Count, name)
        {
            Page = page,
            Key = of.IsOfKernel ? of.Key : null,
            Top = new CallFrame { Kind = FrameKind.Task, Below = null, Depth = 0, Entered = _state->InstructionCount },
        };
        _tasks.Add(task);
        if (page != 0)
            _byPage[page] = task;
        _present ??= task;
        listener.Entered(task, task.Top);
        return task;
    }
}
