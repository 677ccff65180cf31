namespace PpcJit.Lab.Debugging.Grammar;

/// <summary>
/// C's <c>pointer->next->name</c>, where debug information says to what the pointer leads: of a variable by its type (a structure is its own
/// pointer, as the name of a symbol is its address), of what is cast by the cast, and of the lwp or task that runs.
/// </summary>
/// <param name="Pointer">The pointer.</param>
/// <param name="Names">Names of members, each of the structure to which the value before it points.</param>
/// <param name="Position">Characters ahead of it in the text.</param>
public sealed record MemberExpression(Expression Pointer, IReadOnlyList<string> Names, int Position) : Expression
{
    /// <summary>Structures that are the running lwp's or task's.</summary>
    private static readonly string[] Tasks = ["task_struct", "lwp"];

    private IProgramTypes? _types;
    private Expression? _value;

    /// <inheritdoc/>
    public override bool IsWide => false;

    /// <inheritdoc/>
    protected override IEnumerable<Expression> Parts => [_value ?? Pointer];

    /// <summary>Looks the members up.</summary>
    /// <param name="types">The program's types; null where they are not known.</param>
    /// <returns>What is wrong; null when they are there.</returns>
    public string? Bind(IProgramTypes? types)
    {
        if (types is null)
            return "members are known only where the guest has debug information: in its image, in NAME.debug beside it, or by --symbols.";
        (Expression value, StructureMembers? structure, string what) = Begin(types);
        if (structure is null)
        {
            return Pointer is CastExpression ? $"there is no {what} with members in the debug information."
                : $"nothing says to which structure {what} points; '((struct NAME *)VALUE)->MEMBER' does.";
        }

        Expression? found = MemberPath.Follow(value, structure, what.Trim('\''), Names, out string problem);
        (_types, _value) = (types, found);
        return found is null ? problem : null;
    }

    /// <inheritdoc/>
    public bool Equals(MemberExpression? other) => other is not null && Pointer == other.Pointer && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Pointer, string.Join(',', Names));

    /// <inheritdoc/>
    protected override ExpressionValue Find(IExpressionGuest guest)
    {
        if ((_value is null || !ReferenceEquals(_types, guest.Types)) && Bind(guest.Types) is not null)
            return new(0, ExpressionProblem.NoMember);
        return _value!.Evaluate(guest);
    }

    private (Expression Value, StructureMembers? Structure, string What) Begin(IProgramTypes types)
    {
        switch (Pointer)
        {
            case SymbolExpression { Name: var name } symbol:
                StructureMembers? own = types.OfVariable(name, out bool isPointer);
                return (isPointer ? new MemoryExpression(symbol, sizeof(uint)) : symbol, own, GrammarError.Quote(name));
            case MemoryExpression { Size: sizeof(uint), Address: SymbolExpression { Name: var name } } memory:
                StructureMembers? pointed = types.OfVariable(name, out bool leads);
                return (memory, leads ? pointed : null, GrammarError.Quote($"[{name}]"));
            case CastExpression cast:
                return (cast.Pointer, types.Structure(cast.Structure), GrammarError.Quote($"struct {cast.Structure}"));
            case KernelExpression { Name: KernelExpression.Lwp }:
                return (Pointer, Tasks.Select(types.Structure).OfType<StructureMembers>().FirstOrDefault(), KernelExpression.Lwp);
            default:
                return (Pointer, null, "the value");
        }
    }
}
