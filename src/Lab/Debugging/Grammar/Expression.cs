using PpcJit.Lab.Kernels;
namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>
/// A value that is looked up in a guest: numbers, registers, symbols and memory, put together with C's operators. All
/// is unsigned and 32 bits wide; what has to do with <c>icount</c>, or with a number that needs more bits, is 64 bits
/// wide.
/// </summary>
public abstract record Expression
{
    /// <summary>Whether it is 64 bits wide.</summary>
    public abstract bool IsWide { get; }

    /// <summary>The names that must be symbols of the guest, with their places in the text.</summary>
    public IEnumerable<SymbolExpression> Symbols => All<SymbolExpression>();

    /// <summary>The places in memory that it looks at.</summary>
    public IEnumerable<MemoryExpression> Places => All<MemoryExpression>();

    /// <summary>The registers that it looks at.</summary>
    public IEnumerable<RegisterExpression> Registers => All<RegisterExpression>();

    /// <summary>The members of structures that it looks at.</summary>
    public IEnumerable<MemberExpression> Members => All<MemberExpression>();

    /// <summary>Whether it is the same at all times: numbers and addresses of symbols.</summary>
    public virtual bool IsConstant => false;

    /// <summary>Finds the value.</summary>
    public ExpressionValue Evaluate(IExpressionGuest guest)
    {
        ExpressionValue value = Find(guest);
        return IsWide || !value.IsKnown ? value : value with { Number = (uint)value.Number };
    }

    /// <summary>The expressions of which it is made.</summary>
    protected virtual IEnumerable<Expression> Parts => [];

    /// <summary>Finds the value; bits above the width are not cleared yet.</summary>
    protected abstract ExpressionValue Find(IExpressionGuest guest);

    private IEnumerable<T> All<T>()
        where T : Expression => (this is T own ? (IEnumerable<T>)[own] : []).Concat(Parts.SelectMany(part => part.All<T>()));
}

/// <summary>A number.</summary>
public sealed record NumberExpression(ulong Number) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => Number > uint.MaxValue;

    /// <inheritdoc/>
    public override bool IsConstant => true;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) => new(Number);
}

/// <summary>The count of completed instructions.</summary>
public sealed unsafe record CountExpression : Expression
{
    /// <summary>Its name.</summary>
    public const string Name = "icount";

    /// <inheritdoc/>
    public override bool IsWide => true;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) => new(guest.Processor.State->InstructionCount);
}

/// <summary>A register of the core.</summary>
/// <param name="Name">Its name, one of <see cref="RegisterNames"/>.</param>
public sealed record RegisterExpression(string Name) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) => new(RegisterNames.Read(guest.Processor, Name));
}

/// <summary>The address of a symbol.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Position">Characters ahead of the name in the text.</param>
public sealed record SymbolExpression(string Name, int Position) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    public override bool IsConstant => true;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) =>
        guest.TryFindSymbol(Name, out uint address) ? new(address) : new(0, ExpressionProblem.NoSymbol);
}

/// <summary>What memory holds, as the guest would read it.</summary>
/// <param name="Address">The effective address.</param>
/// <param name="Size">Bytes: 1, 2 or 4.</param>
public sealed record MemoryExpression(Expression Address, int Size) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    protected override IEnumerable<Expression> Parts => [Address];

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest)
    {
        ExpressionValue address = Address.Evaluate(guest);
        if (!address.IsKnown)
            return address;
        return guest.TryRead((uint)address.Number, Size, out uint value) ? new(value) : new(address.Number, ExpressionProblem.Unreadable);
    }
}

/// <summary>An operator with one operand.</summary>
/// <param name="Operator"><c>-</c>, <c>~</c> or <c>!</c>.</param>
/// <param name="Operand">The operand.</param>
public sealed record UnaryExpression(char Operator, Expression Operand) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => Operator != '!' && Operand.IsWide;

    /// <inheritdoc/>
    protected override IEnumerable<Expression> Parts => [Operand];

    /// <inheritdoc/>
    public override bool IsConstant => Operand.IsConstant;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest)
    {
        ExpressionValue value = Operand.Evaluate(guest);
        return !value.IsKnown ? value : new(Operator switch
        {
            '-' => 0 - value.Number,
            '~' => ~value.Number,
            _ => value.Number == 0 ? 1u : 0,
        });
    }
}

/// <summary>An operator with two operands.</summary>
/// <param name="Operator">As in C.</param>
/// <param name="Left">The left operand.</param>
/// <param name="Right">The right operand, which <c>&amp;&amp;</c> and <c>||</c> need not look at.</param>
public sealed record BinaryExpression(string Operator, Expression Left, Expression Right) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => Operator switch
    {
        "<" or "<=" or ">" or ">=" or "==" or "!=" or "&&" or "||" => false,
        "<<" or ">>" => Left.IsWide,
        _ => Left.IsWide || Right.IsWide,
    };

    /// <inheritdoc/>
    protected override IEnumerable<Expression> Parts => [Left, Right];

    /// <inheritdoc/>
    public override bool IsConstant => Left.IsConstant && Right.IsConstant;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest)
    {
        ExpressionValue left = Left.Evaluate(guest);
        if (!left.IsKnown)
            return left;
        if (Operator == "&&" && left.Number == 0)
            return new(0);
        if (Operator == "||" && left.Number != 0)
            return new(1);
        ExpressionValue right = Right.Evaluate(guest);
        return !right.IsKnown ? right : Combine(left.Number, right.Number);
    }

    private ExpressionValue Combine(ulong a, ulong b) => Operator switch
    {
        "*" => new(a * b),
        "/" => b == 0 ? new(0, ExpressionProblem.DivisionByZero) : new(a / b),
        "%" => b == 0 ? new(0, ExpressionProblem.DivisionByZero) : new(a % b),
        "+" => new(a + b),
        "-" => new(a - b),
        "<<" => new(b < 64 ? a << (int)b : 0),
        ">>" => new(b < 64 ? a >> (int)b : 0),
        "<" => Truth(a < b),
        "<=" => Truth(a <= b),
        ">" => Truth(a > b),
        ">=" => Truth(a >= b),
        "==" => Truth(a == b),
        "!=" => Truth(a != b),
        "&" => new(a & b),
        "^" => new(a ^ b),
        "|" => new(a | b),
        _ => Truth(b != 0),
    };

    private static ExpressionValue Truth(bool isTrue) => new(isTrue ? 1u : 0);
}

/// <summary>C's <c>a ? b : c</c>.</summary>
public sealed record ChoiceExpression(Expression Condition, Expression WhenTrue, Expression WhenFalse) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => WhenTrue.IsWide || WhenFalse.IsWide;

    /// <inheritdoc/>
    protected override IEnumerable<Expression> Parts => [Condition, WhenTrue, WhenFalse];

    /// <inheritdoc/>
    public override bool IsConstant => Condition.IsConstant && WhenTrue.IsConstant && WhenFalse.IsConstant;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest)
    {
        ExpressionValue condition = Condition.Evaluate(guest);
        return !condition.IsKnown ? condition : (condition.Number != 0 ? WhenTrue : WhenFalse).Evaluate(guest);
    }
}

/// <summary><c>lwp 'NAME'</c>: 1 while the lwp or task of that name runs, else 0.</summary>
/// <param name="Name">The name.</param>
public sealed record TaskExpression(string Name) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) =>
        guest.RunningTask is { } running ? new(running == Name ? 1u : 0) : new(0, ExpressionProblem.NotKnown);
}

/// <summary><c>caller is FUNCTION</c>: 1 where the function that runs returns into that one, else 0.</summary>
/// <param name="Function">The function.</param>
public sealed record CallerExpression(SymbolExpression Function) : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    protected override IEnumerable<Expression> Parts => [Function];

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest)
    {
        if (!guest.TryFindFunction(Function.Name, out uint first, out uint size))
            return new(0, ExpressionProblem.NoSymbol);

        // A call at the very end of a function returns to just after it.
        return guest.Caller is { } caller ? new(caller - 4 - first < size ? 1u : 0) : new(0, ExpressionProblem.NotKnown);
    }
}

/// <summary><c>stack is new</c>: 1 while r1 points into a stack that no lwp had where a search made its first injection, else 0.</summary>
public sealed record NewStackExpression : Expression
{
    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) =>
        guest.IsOnNewStack is { } isNew ? new(isNew ? 1u : 0) : new(0, ExpressionProblem.NotKnown);
}

/// <summary>What the guest's kernel knows of the lwp or task that runs.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
public sealed record KernelExpression(string Name) : Expression
{
    /// <summary>The address of the lwp, that of its u-area or kernel stack, and that behind its end, where the stack begins.</summary>
    public const string Lwp = "$lwp", UArea = "$uarea", UAreaEnd = "$uarea_end";

    /// <summary>All such names.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [Lwp, UArea, UAreaEnd];

    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest) =>
        guest.Kernel is { } kernel && ValueIn(kernel) is { } value ? new(value) : new(0, ExpressionProblem.NotKnown);

    private uint? ValueIn(GuestKernel kernel)
    {
        uint? lwp = kernel.CurrentLwp;
        if (Name == Lwp || lwp is not { } running)
            return lwp;
        return kernel.UAreaOf(running) is not { } area ? null : Name == UArea ? area : area + kernel.Description.UAreaSize;
    }
}
