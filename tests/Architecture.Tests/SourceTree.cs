using System.Text.RegularExpressions;

namespace PpcJit.Architecture.Tests;

/// <summary>The C# files of a project, read as text.</summary>
internal static partial class SourceTree
{
    /// <summary>The folder that everything is in.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Reads the files of a project.</summary>
    /// <param name="project">Its folder, such as <c>src/Machine</c>.</param>
    public static IEnumerable<SourceFile> Files(string project)
    {
        foreach (string relative in Paths(project))
        {
            string text = File.ReadAllText(Path.Combine(Root, project, relative));
            yield return new SourceFile(
                Path.Combine(project, relative),
                (Path.GetDirectoryName(relative) ?? "").Replace(Path.DirectorySeparatorChar, '.'),
                NamespaceLine().Match(text).Groups["name"].Value,
                [.. UsingLine().Matches(text).Select(match => match.Groups["name"].Value)]);
        }
    }

    /// <summary>The paths of the C# files in a folder, from there on, without those that a build made.</summary>
    public static IEnumerable<string> Paths(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Path.Combine(Root, folder), path))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
        .Order(StringComparer.Ordinal);

    /// <summary>Gives an arrow for each using directive that names a namespace of our own.</summary>
    public static IEnumerable<Arrow> Arrows(IReadOnlyCollection<SourceFile> files)
    {
        HashSet<string> own = [.. files.Select(file => file.Namespace)];
        foreach (SourceFile file in files)
        {
            foreach (string used in file.Usings)
            {
                // "using static" and aliases name a type.
                string name = own.Contains(used) ? used : used[..Math.Max(0, used.LastIndexOf('.'))];
                if (own.Contains(name) && name != file.Namespace)
                    yield return new Arrow(file.Namespace, name, $"{file.Path} has 'using {used}'");
            }
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PpcJit.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not lie in a checkout of PpcJit.");
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?(?<name>PpcJit[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}

/// <summary>What matters here of a file.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Folder">Its folder inside of the project, with dots; empty for the project's own.</param>
/// <param name="Namespace">The namespace that it declares; empty for none.</param>
/// <param name="Usings">The names after its using directives, as far as they are ours.</param>
internal sealed record SourceFile(string Path, string Folder, string Namespace, IReadOnlyList<string> Usings);
