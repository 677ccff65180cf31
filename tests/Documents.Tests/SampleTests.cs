using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace PpcJit.Documents.Tests;

/// <summary>
/// Code that the pages show is a program: it is compiled without unsafe code, against what is public, and run from the repository's root. The
/// pages of how-to, whose code goes into the tree, have a test of their own.
/// </summary>
public sealed class SampleTests
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";

    private static IEnumerable<TestCaseData> Samples() =>
        from page in Page.All()
        where !page.Path.StartsWith("docs/how-to/", StringComparison.Ordinal)
        from block in page.Blocks()
        where block.Kind == "csharp"
        select new TestCaseData(block).SetArgDisplayNames(block.ToString());

    [TestCaseSource(nameof(Samples))]
    public void A_sample_is_compiled_and_runs(object sample)
    {
        Block block = (Block)sample;
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Sample of line {block.Line}",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(block.Body)],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Select(assembly => MetadataReference.CreateFromFile(assembly)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream program = new();
        EmitResult result = compilation.Emit(program);
        Assert.That(result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error), Is.Empty, block.ToString());

        program.Position = 0;
        MethodInfo main = AssemblyLoadContext.Default.LoadFromStream(program).EntryPoint!;
        string before = Directory.GetCurrentDirectory();
        TextWriter output = Console.Out;
        using StringWriter printed = new();
        try
        {
            Directory.SetCurrentDirectory(HostTool.RepositoryFile(""));
            Console.SetOut(printed);
            main.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(output);
            Directory.SetCurrentDirectory(before);
        }

        Assert.That(printed.ToString(), Is.Not.Empty, "a sample shows what comes out");
    }

    [Test]
    public void There_are_samples() => Assert.That(Samples(), Is.Not.Empty);
}
