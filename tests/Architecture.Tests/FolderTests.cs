using System.Text.RegularExpressions;

namespace PpcJit.Architecture.Tests;

/// <summary>Folders are the architecture: dependencies between them point one way.</summary>
public sealed partial class FolderTests
{
    /// <summary>The program's projects, each of which may use those before it.</summary>
    private static readonly string[] Layers = ["Machine", "Jit", "Kernel", "Lab", "Cli"];

    private static readonly (string Folder, string Assembly)[] AllProjects =
    [
        .. Layers.Select(layer => ($"src/{layer}", $"PpcJit.{layer}")),
        ("bench/Common", "PpcJit.Bench.Common"), ("bench/Compare", "PpcJit.Compare"),
        ("bench/Inspector", "PpcJit.Inspector"), ("bench/Mutation", "PpcJit.Mutation"),
        ("bench/Scaling", "PpcJit.Scaling"),
    ];

    [Test]
    public void No_folders_use_each_other_in_a_circle()
    {
        ArrowGraph graph = new(AllProjects.SelectMany(Arrows));
        IReadOnlyList<string> circles = graph.Circles();
        Assert.That(circles, Is.Empty, string.Join("\n\n", circles.Select(circle => $"{circle}:\n{graph.Describe(circle)}")));
    }

    [Test]
    public void A_circle_is_found_with_all_that_belongs_to_it()
    {
        ArrowGraph graph = new([new("A", "B", ""), new("B", "C", ""), new("C", "A", ""), new("C", "D", ""), new("E", "A", ""), new("D", "F", "")]);
        Assert.That(graph.Circles(), Is.EqualTo(["A, B, C"]));
    }

    [Test]
    public void Arrows_are_seen_in_sources_and_in_compiled_code()
    {
        using CompiledAssembly assembly = new("PpcJit.Machine");
        foreach (IEnumerable<Arrow> arrows in (IEnumerable<Arrow>[])[assembly.Arrows(), SourceTree.Arrows([.. SourceTree.Files("src/Machine")])])
        {
            Assert.That(
                arrows.Select(arrow => (arrow.From, arrow.To)),
                Has.Member(("PpcJit.Machine.Boards", "PpcJit.Machine.Cpu")).And.No.Member(("PpcJit.Machine.Cpu", "PpcJit.Machine.Boards")));
        }
    }

    [Test]
    public void A_project_uses_only_those_below_it([Range(0, 4)] int layer)
    {
        using CompiledAssembly assembly = new($"PpcJit.{Layers[layer]}");
        IEnumerable<string> own = assembly.References.Where(name => name.StartsWith("PpcJit.", StringComparison.Ordinal));
        Assert.That(own, Is.SubsetOf(Layers[..layer].Select(name => $"PpcJit.{name}")));
    }

    [TestCase("Machine")]
    [TestCase("Jit")]
    [TestCase("Kernel")]
    public void What_emulates_needs_nothing_but_the_runtime(string layer)
    {
        using CompiledAssembly assembly = new($"PpcJit.{layer}");
        Assert.That(assembly.References.Where(name => !name.StartsWith("PpcJit.", StringComparison.Ordinal)), Has.All.StartsWith("System"));
    }

    [Test]
    public void A_file_s_namespace_is_its_folder()
    {
        string[] wrong = [.. Layers.SelectMany(layer => SourceTree.Files($"src/{layer}")
            .Where(file => file.Namespace.Length > 0 && file.Namespace != $"PpcJit.{layer}.{file.Folder}".TrimEnd('.'))
            .Select(file => $"{file.Path} is in {file.Namespace}"))];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Each_call_of_the_C_library_is_declared_once()
    {
        (string Call, string Path)[] all = [.. AllProjects
            .SelectMany(project => SourceTree.Files(project.Folder))
            .SelectMany(file => CLibraryCall().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, file.Path)))
                .Select(match => (match.Groups["call"].Value, file.Path)))];
        Assert.That(all, Has.Length.GreaterThan(20));
        string[] repeated = [.. all.GroupBy(call => call.Call).Where(places => places.Count() > 1)
            .Select(places => $"{places.Key} in {string.Join(", ", places.Select(place => place.Path))}")];
        Assert.That(repeated, Is.Empty);
    }

    [GeneratedRegex("LibraryImport\\(\"libc\", EntryPoint = \"(?<call>[^\"]+)\"")]
    private static partial Regex CLibraryCall();

    private static IEnumerable<Arrow> Arrows((string Folder, string Assembly) project)
    {
        using CompiledAssembly assembly = new(project.Assembly);
        return [.. SourceTree.Arrows([.. SourceTree.Files(project.Folder)]), .. assembly.Arrows()];
    }
}
