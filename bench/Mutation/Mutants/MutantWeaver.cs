using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace PpcJit.Mutation.Mutants;

/// <summary>Writes mutants into a file, each under a switch, so that one build serves for all.</summary>
internal sealed class MutantWeaver : CSharpSyntaxRewriter
{
    /// <summary>The kind of the annotation that says which mutant a piece of code belongs to.</summary>
    public const string Annotation = "mutant";

    private readonly Dictionary<SyntaxNode, Mutant[]> _mutants;

    private MutantWeaver(IEnumerable<Mutant> mutants) =>
        _mutants = mutants.GroupBy(mutant => mutant.Site).ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Gives a file with mutants.</summary>
    public static SyntaxTree Weave(SyntaxTree tree, IEnumerable<Mutant> mutants, CSharpParseOptions options) =>
        CSharpSyntaxTree.Create(
            (CSharpSyntaxNode)new MutantWeaver(mutants).Visit(tree.GetRoot())!, options, tree.FilePath, System.Text.Encoding.UTF8);

    /// <inheritdoc/>
    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        SyntaxNode? woven = base.Visit(node);
        if (node is null || woven is null || !_mutants.TryGetValue(node, out Mutant[]? mutants))
            return woven;
        SyntaxNode result = woven.WithoutTrivia();
        foreach (Mutant mutant in mutants)
        {
            SyntaxNode changed = mutant.Change(woven.WithoutTrivia());
            result = result is StatementSyntax statement
                ? Block(IfStatement(Switch(mutant), Block((StatementSyntax)changed), ElseClause(Block(statement))))
                : ParenthesizedExpression(ConditionalExpression(
                    Switch(mutant), ParenthesizedExpression((ExpressionSyntax)changed), ParenthesizedExpression((ExpressionSyntax)result)));
            result = result.WithAdditionalAnnotations(
                new SyntaxAnnotation(Annotation, mutant.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        // Operators and names must not run together.
        return result.NormalizeWhitespace().WithTriviaFrom(woven);
    }

    private static InvocationExpressionSyntax Switch(Mutant mutant) => InvocationExpression(
        ParseExpression("global::" + MutantSwitch.TypeName + ".On"),
        ArgumentList(SingletonSeparatedList(Argument(LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(mutant.Number))))));
}
