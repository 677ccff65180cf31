using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace PpcJit.Mutation.Sources;

/// <summary>A project as the compiler sees it.</summary>
internal sealed class ProjectSources
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Asks MSBuild for the compiler's command line, and does what the compiler would do with it.</summary>
    /// <param name="root">The repository, built.</param>
    /// <param name="project">The project's folder in it.</param>
    public ProjectSources(string root, string project)
    {
        string folder = Path.Combine(root, project);
        CSharpCommandLineArguments arguments = CSharpCommandLineParser.Default.Parse(CompilerArguments(folder), folder, null);
        Own = [.. arguments.SourceFiles
            .Select(file => file.Path)
            .Where(path => !Path.GetRelativePath(folder, path).StartsWith("obj", StringComparison.Ordinal))];
        SyntaxTree[] trees = [.. arguments.SourceFiles.Select(file => Parse(file.Path, arguments.ParseOptions))];
        IEnumerable<MetadataReference> references =
            arguments.MetadataReferences.Select(one => MetadataReference.CreateFromFile(one.Reference));
        CSharpCompilation compilation = CSharpCompilation.Create(
            arguments.CompilationName, trees, references,
                arguments.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Default));

        // Only code that the build generates is wanted of the analyzers.
        Loader loader = new();
        IEnumerable<ISourceGenerator> generators = arguments.ResolveAnalyzerReferences(loader)
            .Where(reference => Path.GetFileName(reference.FullPath!).Contains("Generator", StringComparison.Ordinal))
            .SelectMany(reference => reference.GetGenerators(LanguageNames.CSharp));
        CSharpGeneratorDriver.Create(generators, parseOptions: arguments.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out _);
        Compilation = (CSharpCompilation)complete;
        ParseOptions = arguments.ParseOptions;
    }

    /// <summary>Everything that is compiled.</summary>
    public CSharpCompilation Compilation { get; }

    /// <summary>How text is parsed.</summary>
    public CSharpParseOptions ParseOptions { get; }

    /// <summary>The files that people wrote.</summary>
    public HashSet<string> Own { get; }

    private static string[] CompilerArguments(string folder)
    {
        string text = Command.Run(
            folder, Limit, "dotnet", "msbuild", "-t:Compile", "-getItem:CscCommandLineArgs", "-p:Configuration=Release",
                "-p:BuildProjectReferences=false",
            "-p:DesignTimeBuild=true", "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true",
                "-p:NonExistentFile=/nonexistent/file");
        using JsonDocument json = JsonDocument.Parse(text);
        return [.. json.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!)];
    }

    private static SyntaxTree Parse(string path, CSharpParseOptions options) =>
        CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(path), System.Text.Encoding.UTF8), options, path);

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
            // A generator's folder is searched for what it needs.
        }

        public System.Reflection.Assembly LoadFromPath(string fullPath) => System.Reflection.Assembly.LoadFrom(fullPath);
    }
}
