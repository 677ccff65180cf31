using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace PpcJit.Mutation.Mutants;

/// <summary>Finds all places of a file at which code can be changed a little, and the changes.</summary>
/// <param name="model">What the compiler knows of the file.</param>
internal sealed class MutantFinder(SemanticModel model) : CSharpSyntaxWalker
{
    private static readonly Dictionary<SyntaxKind, (SyntaxKind Other, string Kind)[]> BinaryChanges = new()
    {
        [SyntaxKind.LessThanExpression] =
            [(SyntaxKind.LessThanOrEqualExpression, "bound"), (SyntaxKind.GreaterThanOrEqualExpression, "comparison")],
        [SyntaxKind.LessThanOrEqualExpression] =
            [(SyntaxKind.LessThanExpression, "bound"), (SyntaxKind.GreaterThanExpression, "comparison")],
        [SyntaxKind.GreaterThanExpression] =
            [(SyntaxKind.GreaterThanOrEqualExpression, "bound"), (SyntaxKind.LessThanOrEqualExpression, "comparison")],
        [SyntaxKind.GreaterThanOrEqualExpression] =
            [(SyntaxKind.GreaterThanExpression, "bound"), (SyntaxKind.LessThanExpression, "comparison")],
        [SyntaxKind.EqualsExpression] = [(SyntaxKind.NotEqualsExpression, "comparison")],
        [SyntaxKind.NotEqualsExpression] = [(SyntaxKind.EqualsExpression, "comparison")],
        [SyntaxKind.AddExpression] = [(SyntaxKind.SubtractExpression, "arithmetic")],
        [SyntaxKind.SubtractExpression] = [(SyntaxKind.AddExpression, "arithmetic")],
        [SyntaxKind.MultiplyExpression] = [(SyntaxKind.AddExpression, "arithmetic")],
        [SyntaxKind.DivideExpression] = [(SyntaxKind.MultiplyExpression, "arithmetic")],
        [SyntaxKind.ModuloExpression] = [(SyntaxKind.MultiplyExpression, "arithmetic")],
        [SyntaxKind.BitwiseAndExpression] = [(SyntaxKind.BitwiseOrExpression, "bits")],
        [SyntaxKind.BitwiseOrExpression] = [(SyntaxKind.BitwiseAndExpression, "bits")],
        [SyntaxKind.ExclusiveOrExpression] = [(SyntaxKind.BitwiseOrExpression, "bits")],
        [SyntaxKind.LeftShiftExpression] = [(SyntaxKind.RightShiftExpression, "bits")],
        [SyntaxKind.RightShiftExpression] = [(SyntaxKind.LeftShiftExpression, "bits")],
        [SyntaxKind.UnsignedRightShiftExpression] = [(SyntaxKind.LeftShiftExpression, "bits")],
        [SyntaxKind.LogicalAndExpression] = [(SyntaxKind.LogicalOrExpression, "condition")],
        [SyntaxKind.LogicalOrExpression] = [(SyntaxKind.LogicalAndExpression, "condition")],
    };

    private static readonly Dictionary<SyntaxKind, SyntaxKind> AssignmentChanges = new()
    {
        [SyntaxKind.AddAssignmentExpression] = SyntaxKind.SubtractAssignmentExpression,
        [SyntaxKind.SubtractAssignmentExpression] = SyntaxKind.AddAssignmentExpression,
        [SyntaxKind.OrAssignmentExpression] = SyntaxKind.AndAssignmentExpression,
        [SyntaxKind.AndAssignmentExpression] = SyntaxKind.OrAssignmentExpression,
        [SyntaxKind.ExclusiveOrAssignmentExpression] = SyntaxKind.OrAssignmentExpression,
    };

    private readonly List<Mutant> _found = [];

    /// <summary>Finds the mutants of a file.</summary>
    public static IReadOnlyList<Mutant> Find(SemanticModel model)
    {
        MutantFinder finder = new(model);
        finder.Visit(model.SyntaxTree.GetRoot());
        return finder._found;
    }

    /// <inheritdoc/>
    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        base.VisitBinaryExpression(node);
        if (!CanChange(node) || !BinaryChanges.TryGetValue(node.Kind(), out (SyntaxKind Other, string Kind)[]? changes))
            return;
        if (node.IsKind(SyntaxKind.AddExpression) && model.GetTypeInfo(node).Type?.SpecialType == SpecialType.System_String)
            return;
        foreach ((SyntaxKind other, string kind) in changes)
        {
            Add(node, kind, woven => woven is BinaryExpressionSyntax binary
                ? BinaryExpression(other, Bare(binary.Left), Bare(binary.Right))
                : throw new InvalidOperationException());
        }
    }

    /// <inheritdoc/>
    public override void VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        base.VisitPrefixUnaryExpression(node);
        if (node.Kind() is SyntaxKind.LogicalNotExpression or SyntaxKind.BitwiseNotExpression or SyntaxKind.UnaryMinusExpression && CanChange(node))
            Add(node, node.IsKind(SyntaxKind.LogicalNotExpression)
                ? "condition"
                : "bits", woven => Bare(((PrefixUnaryExpressionSyntax)woven).Operand));
    }

    /// <inheritdoc/>
    public override void VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        base.VisitLiteralExpression(node);
        if (!node.IsKind(SyntaxKind.NumericLiteralExpression) || IsConstant(node.Parent) || !IsInBody(node))
            return;
        ITypeSymbol? type = model.GetTypeInfo(node).ConvertedType;
        if (type is null || type.SpecialType is < SpecialType.System_SByte or > SpecialType.System_UInt64)
            return;

        // Without the cast, a constant that fits a smaller type would no longer be one.
        Add(node, "number", woven => ParenthesizedExpression(CastExpression(
            ParseTypeName(type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)),
            ParenthesizedExpression(BinaryExpression(
                SyntaxKind.AddExpression, (ExpressionSyntax)woven, LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(1)))))));
    }

    /// <inheritdoc/>
    public override void VisitIfStatement(IfStatementSyntax node)
    {
        base.VisitIfStatement(node);
        Negate(node.Condition);
    }

    /// <inheritdoc/>
    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        base.VisitConditionalExpression(node);
        Negate(node.Condition);
    }

    /// <inheritdoc/>
    public override void VisitReturnStatement(ReturnStatementSyntax node)
    {
        base.VisitReturnStatement(node);
        if (node.Expression is { } value && model.GetTypeInfo(value).Type?.SpecialType == SpecialType.System_Boolean)
            Negate(value);
    }

    /// <inheritdoc/>
    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        base.VisitExpressionStatement(node);
        if (Declares(node))
            return;
        Add(node, "statement", _ => EmptyStatement());
        if (node.Expression is AssignmentExpressionSyntax assignment
            && AssignmentChanges.TryGetValue(assignment.Kind(), out SyntaxKind other)
            && model.GetTypeInfo(assignment.Left).Type is { TypeKind: not TypeKind.Delegate, SpecialType: not SpecialType.System_String }
            && model.GetSymbolInfo(assignment.Left).Symbol is not IEventSymbol)
        {
            Add(node, "assignment", woven => ExpressionStatement(AssignmentExpression(
                other,
                ((AssignmentExpressionSyntax)((ExpressionStatementSyntax)woven).Expression).Left.WithoutTrivia(),
                Bare(((AssignmentExpressionSyntax)((ExpressionStatementSyntax)woven).Expression).Right))));
        }
    }

    /// <inheritdoc/>
    public override void VisitAttribute(AttributeSyntax node)
    {
        // Nothing in it runs.
    }

    /// <inheritdoc/>
    public override void VisitInterpolatedStringExpression(InterpolatedStringExpressionSyntax node)
    {
        // What a person reads is no behaviour of the machine.
    }

    /// <inheritdoc/>
    public override void VisitThrowStatement(ThrowStatementSyntax node)
    {
        // It says what cannot be.
    }

    /// <inheritdoc/>
    public override void VisitThrowExpression(ThrowExpressionSyntax node)
    {
        // It says what cannot be.
    }

    /// <summary>A condition without an operator of its own, which has its own changes.</summary>
    private void Negate(ExpressionSyntax condition)
    {
        if (condition is BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or LiteralExpressionSyntax || !CanChange(condition))
            return;
        Add(condition, "condition",
            woven => PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, ParenthesizedExpression(Bare((ExpressionSyntax)woven))));
    }

    private void Add(SyntaxNode site, string kind, Func<SyntaxNode, SyntaxNode> change) =>
        _found.Add(new Mutant(site, kind, IsStaticInitialization(site), change));

    private bool CanChange(ExpressionSyntax node) => IsInBody(node) && !IsConstant(node) && !Declares(node);

    private bool IsConstant(SyntaxNode? node) => node is ExpressionSyntax expression && model.GetConstantValue(expression).HasValue;

    /// <summary>Variables that an expression declares would be declared twice.</summary>
    private static bool Declares(SyntaxNode node) => node.DescendantNodes().Any(part => part is VariableDesignationSyntax);

    /// <summary>Whether a place is neither a pattern, nor a label, nor anything else that has to be a constant.</summary>
    private static bool IsInBody(SyntaxNode node)
    {
        foreach (SyntaxNode outer in node.AncestorsAndSelf())
        {
            switch (outer)
            {
                case PatternSyntax or CaseSwitchLabelSyntax or ParameterSyntax or EnumMemberDeclarationSyntax
                    or BracketedArgumentListSyntax { Parent: VariableDeclaratorSyntax }:
                case FieldDeclarationSyntax field when field.Modifiers.Any(SyntaxKind.ConstKeyword):
                case LocalDeclarationStatementSyntax local when local.IsConst:
                    return false;
                case MemberDeclarationSyntax:
                    return true;
            }
        }

        return false;
    }

    private static bool IsStaticInitialization(SyntaxNode node) => node.FirstAncestorOrSelf<MemberDeclarationSyntax>() switch
    {
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.StaticKeyword),
        PropertyDeclarationSyntax { Initializer: { } initializer } property =>
            property.Modifiers.Any(SyntaxKind.StaticKeyword) && initializer.Span.Contains(node.Span),
        ConstructorDeclarationSyntax constructor => constructor.Modifiers.Any(SyntaxKind.StaticKeyword),
        _ => false,
    };

    private static ExpressionSyntax Bare(ExpressionSyntax node) => node.WithoutTrivia();
}
