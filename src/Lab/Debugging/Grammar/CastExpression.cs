namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>C's <c>(struct NAME *)pointer</c>: the same value, of which it is said to what it points.</summary>
/// <param name="Structure">The tag of the structure or union.</param>
/// <param name="Pointer">The value.</param>
public sealed record CastExpression(string Structure, Expression Pointer) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    public override bool IsConstant => Pointer.IsConstant;

    /// <inheritdoc/>
    protected override IEnumerable<Expression> Parts => [Pointer];

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) => Pointer.Evaluate(guest);
}
