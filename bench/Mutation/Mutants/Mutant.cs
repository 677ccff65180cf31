using Microsoft.CodeAnalysis;

namespace PpcJit.Mutation.Mutants;

/// <summary>A small change of a program that a test should notice.</summary>
/// <param name="Site">The expression or statement that is changed.</param>
/// <param name="Kind">What kind of change it is.</param>
/// <param name="IsStatic">Whether it runs when a type is first used, so that every test may depend on it.</param>
/// <param name="Change">Makes the changed node of the node, in which other mutants may have been woven already.</param>
internal sealed record Mutant(SyntaxNode Site, string Kind, bool IsStatic, Func<SyntaxNode, SyntaxNode> Change)
{
    /// <summary>Its number among those that are woven into a program.</summary>
    public int Number { get; init; }

    /// <summary>The file.</summary>
    public string Path => Site.SyntaxTree.FilePath;

    /// <summary>The line in it, from 1 on.</summary>
    public int Line => Site.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>The original text and the changed one.</summary>
    public string Text => $"{OneLine(Site)} => {OneLine(Change(Site))}";

    private static string OneLine(SyntaxNode node)
    {
        const int MaxLength = 100;
        string text = string.Join(' ', node.NormalizeWhitespace().ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= MaxLength ? text : text[..MaxLength] + "...";
    }
}
