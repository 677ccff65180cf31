using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using PpcJit.Bench;
using PpcJit.Mutation.Sources;

namespace PpcJit.Mutation.Mutants;

/// <summary>A project with mutants in it.</summary>
internal sealed class MutatedProgram
{
    private readonly ProjectSources _sources;

    private MutatedProgram(ProjectSources sources, IReadOnlyList<Mutant> mutants) => (_sources, Mutants) = (sources, mutants);

    /// <summary>The mutants that are in it.</summary>
    public IReadOnlyList<Mutant> Mutants { get; }

    /// <summary>Weaves mutants into a project, without those that do not compile.</summary>
    public static MutatedProgram Create(ProjectSources sources, IEnumerable<Mutant> wanted)
    {
        List<Mutant> mutants = [.. wanted];
        while (true)
        {
            MutatedProgram program = new(sources, mutants);
            HashSet<int> wrong = program.Wrong();
            if (wrong.Count == 0)
                return program;
            mutants.RemoveAll(mutant => wrong.Contains(mutant.Number));
        }
    }

    /// <summary>Writes its assembly.</summary>
    /// <param name="switchText">The text of the class that says which mutant is on.</param>
    /// <param name="path">The file.</param>
    public void Emit(string switchText, string path)
    {
        using FileStream file = File.Create(path);
        EmitResult result = Compile(switchText).Emit(file);
        if (!result.Success)
            throw new BenchException($"the mutated program does not compile: {Errors(result.Diagnostics).First()}");
    }

    private CSharpCompilation Compile(string switchText)
    {
        CSharpCompilation compilation = _sources.Compilation;
        foreach (IGrouping<SyntaxTree, Mutant> file in Mutants.GroupBy(mutant => mutant.Site.SyntaxTree))
            compilation = compilation.ReplaceSyntaxTree(file.Key, MutantWeaver.Weave(file.Key, file, _sources.ParseOptions));
        return compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("#nullable enable\n" + switchText, _sources.ParseOptions));
    }

    /// <summary>Numbers of the mutants for which it does not compile.</summary>
    private HashSet<int> Wrong()
    {
        HashSet<int> wrong = [];
        foreach (Diagnostic error in Errors(Compile(MutantSwitch.ForOne).Emit(Stream.Null).Diagnostics))
        {
            SyntaxNode place = error.Location.SourceTree?.GetRoot().FindNode(error.Location.SourceSpan)
                ?? throw new BenchException($"the mutated program does not compile: {error}");
            int[] own = [.. place.AncestorsAndSelf().SelectMany(Numbers)];

            // What a mutant leaves unassigned is missed elsewhere in the method.
            int[] suspects = own.Length > 0
                ? own[..1]
                : [.. place.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes().SelectMany(Numbers) ?? []];
            if (suspects.Length == 0)
                throw new BenchException($"the mutated program does not compile: {error}");
            wrong.UnionWith(suspects);
        }

        return wrong;
    }

    private static IEnumerable<int> Numbers(SyntaxNode node) =>
        node.GetAnnotations(MutantWeaver.Annotation).Select(annotation => int.Parse(annotation.Data!, CultureInfo.InvariantCulture));

    private static IEnumerable<Diagnostic> Errors(IEnumerable<Diagnostic> all) =>
        all.Where(one => one.Severity == DiagnosticSeverity.Error);
}
