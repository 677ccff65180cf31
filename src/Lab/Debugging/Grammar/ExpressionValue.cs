namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>Why an expression has no value.</summary>
public enum ExpressionProblem
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>It divides by zero.</summary>
    DivisionByZero,

    /// <summary>It reads memory that is not mapped, or a device that cannot be read without side effects.</summary>
    Unreadable,

    /// <summary>It names a symbol that the guest does not have.</summary>
    NoSymbol,

    /// <summary>It names a member of a structure of which nothing is known.</summary>
    NoMember,

    /// <summary>It asks which lwp runs, who called, or whose stack it is, and that is not known.</summary>
    NotKnown,
}

/// <summary>What an expression is worth.</summary>
/// <param name="Number">The value; with <see cref="ExpressionProblem.Unreadable"/>, the address.</param>
/// <param name="Problem">Why there is none.</param>
public readonly record struct ExpressionValue(ulong Number, ExpressionProblem Problem = ExpressionProblem.None)
{
    /// <summary>Whether there is a value.</summary>
    public bool IsKnown => Problem == ExpressionProblem.None;

    /// <summary>Whether there is a value other than zero.</summary>
    public bool IsTrue => IsKnown && Number != 0;

    /// <summary>Gives the value in hexadecimal, or says why there is none.</summary>
    public override string ToString() => Problem switch
    {
        ExpressionProblem.None => $"0x{Number:x}",
        ExpressionProblem.DivisionByZero => "division by zero",
        ExpressionProblem.NotKnown => "which lwp runs, who called, or whose stack it is, is not known",
        ExpressionProblem.NoMember => "nothing is known of that member",
        ExpressionProblem.Unreadable => $"memory at 0x{Number:x8} cannot be read",
        _ => "there is no such symbol",
    };
}
