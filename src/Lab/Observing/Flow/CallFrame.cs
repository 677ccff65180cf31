using PpcJit.Lab.Observing.Places;
using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>What a frame of a call stack stands for.</summary>
internal enum FrameKind
{
    /// <summary>The bottom of a task's stack.</summary>
    Task,

    /// <summary>A function.</summary>
    Function,

    /// <summary>An exception: what is above it is its handler.</summary>
    Exception,
}

/// <summary>A frame of a call stack.</summary>
internal sealed class CallFrame
{
    /// <summary>Stands in <see cref="ReturnTo"/> for a frame that was not called.</summary>
    public const uint Nowhere = 1;

    public required FrameKind Kind { get; init; }

    /// <summary>The frame below; null at the bottom.</summary>
    public required CallFrame? Below { get; init; }

    /// <summary>The function; null in other kinds.</summary>
    public CodeFunction? Function { get; init; }

    /// <summary>Which exception.</summary>
    public ExceptionKind Exception { get; init; }

    /// <summary>The effective address to which it returns.</summary>
    public uint ReturnTo { get; init; } = Nowhere;

    /// <summary>The stack pointer when it was entered.</summary>
    public uint Stack { get; init; }

    /// <summary>Of an exception: whether it interrupted a program in problem state.</summary>
    public bool IsFromUser { get; init; }

    /// <summary>Frames below it.</summary>
    public required int Depth { get; init; }

    /// <summary>The count when it was entered.</summary>
    public required ulong Entered { get; init; }

    /// <summary>What a listener keeps with it.</summary>
    public object? Tag { get; set; }

    /// <summary>Gives the same frame on top of another one.</summary>
    public CallFrame On(CallFrame below) => new()
    {
        Kind = Kind, Below = below, Function = Function, Exception = Exception, ReturnTo = ReturnTo, Stack = Stack, IsFromUser = IsFromUser,
            Depth = below.Depth + 1, Entered = Entered,
    };
}

/// <summary>A task with its call stack.</summary>
/// <param name="number">Counts from 0 in the order in which tasks were first seen.</param>
/// <param name="name">For people.</param>
internal sealed class TaskStack(int number, string name)
{
    public int Number => number;

    /// <summary>Its name: the last one, where its kernel gives it another one.</summary>
    public string Name { get; set; } = name;

    /// <summary>Which task it is by its kernel's word; null where only its stack tells.</summary>
    public ulong? Key { get; init; }

    /// <summary>The innermost frame.</summary>
    public required CallFrame Top { get; set; }

    /// <summary>The page of its kernel stack; 0 while it has none.</summary>
    public uint Page { get; set; }

    /// <summary>Another page on which it runs for a while: a deep stack's next one, or an interrupt's stack.</summary>
    public uint OtherPage { get; set; }
}

/// <summary>Is told what happens to the call stacks of a run.</summary>
internal interface IStackListener
{
    /// <summary>A frame was pushed onto the stack of a task.</summary>
    void Entered(TaskStack task, CallFrame frame);

    /// <summary>The innermost frame of a task was left.</summary>
    /// <param name="task">The task.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="count">When: with a call that is the last thing a function does, before what has been executed since.</param>
    void Left(TaskStack task, CallFrame frame, ulong count);

    /// <summary>Another task runs from here on.</summary>
    void Switched(TaskStack task);

    /// <summary>Instructions of the function of the innermost frame have completed.</summary>
    /// <param name="task">The task.</param>
    /// <param name="frame">Its innermost frame.</param>
    /// <param name="instructions">How many; those that were counted while the processor waited are among them.</param>
    /// <param name="waited">How many of them were counted while it waited.</param>
    /// <param name="isUser">Whether they ran in problem state.</param>
    void Spent(TaskStack task, CallFrame frame, ulong instructions, ulong waited, bool isUser);
}
