using PpcJit.Machine.Cpu;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>How control goes elsewhere than to the next instruction, or could have.</summary>
internal enum TransferKind
{
    /// <summary>A branch that is neither of the following.</summary>
    Jump,

    /// <summary>A taken branch that sets LR.</summary>
    Call,

    /// <summary>A taken branch to LR that does not set it.</summary>
    Return,

    /// <summary>An exception was taken.</summary>
    Exception,

    /// <summary>rfi or rfci.</summary>
    ExceptionReturn,

    /// <summary>A branch was not taken.</summary>
    NotTaken,
}

/// <summary>A transfer of control. Addresses are effective.</summary>
/// <param name="Kind">How.</param>
/// <param name="From">The branch; for an exception, where its handler is to return to.</param>
/// <param name="To">Where control is now.</param>
/// <param name="Msr">The MSR before it.</param>
/// <param name="Exception">Which exception.</param>
/// <param name="IsConditional">Whether it is a branch that might have gone the other way.</param>
internal readonly record struct Transfer(TransferKind Kind, uint From, uint To, uint Msr, ExceptionKind Exception = default, bool IsConditional =
    false);

/// <summary>Instructions that completed one after the other.</summary>
/// <param name="Start">Linked address of the first one.</param>
/// <param name="Words">How many; may be 0.</param>
/// <param name="Waited">How many more were counted while the processor waited after the last one (MSR[WE]).</param>
/// <param name="IsUser">Whether they ran in problem state.</param>
/// <param name="First">The count before the first one.</param>
internal readonly record struct CodeRun(uint Start, uint Words, ulong Waited, bool IsUser, ulong First);

/// <summary>Is told where control goes in a run.</summary>
internal interface IFlowListener
{
    /// <summary>Instructions have completed. Called ahead of the transfer that ends them.</summary>
    void Ran(in CodeRun run);

    /// <summary>Control was transferred.</summary>
    void Transferred(in Transfer transfer);
}
