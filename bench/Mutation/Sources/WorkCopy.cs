using PpcJit.Bench;

namespace PpcJit.Mutation.Sources;

/// <summary>
/// A copy of the repository's files, in which mutated programs are built, so that the checkout stays as it is.
/// </summary>
internal sealed class WorkCopy : IDisposable
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);

    private readonly bool _isKept;

    /// <summary>Copies all files that git tracks or would track.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="folder">Where to; null for a folder of its own, which goes away at the end.</param>
    /// <exception cref="BenchException">git does not list the files.</exception>
    public WorkCopy(string repository, string? folder)
    {
        _isKept = folder is not null;
        Root = folder is null ? Directory.CreateTempSubdirectory("ppcjit-mutation-").FullName : Path.GetFullPath(folder);
        string list = Command.Run(repository, BuildLimit, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
        foreach (string file in list.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            string source = Path.Combine(repository, file), target = Path.Combine(Root, file);
            if (!File.Exists(source))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target, overwrite: true);
        }
    }

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>Builds a project of the copy.</summary>
    /// <exception cref="BenchException">It does not build.</exception>
    public void Build(string project) =>
        Command.Run(Root, BuildLimit, "dotnet", "build", project, "-c", "Release", "-v", "q", "-nologo");

    /// <summary>The folder with the tests of a project, as built.</summary>
    public string TestFolder(string project) => Path.Combine(Root, "tests", project, "bin", "Release", "net10.0");

    /// <summary>Makes a second folder with the same tests.</summary>
    /// <param name="project">The project of tests.</param>
    /// <param name="name">What tells it from others.</param>
    public string Variant(string project, string name)
    {
        string source = TestFolder(project), variant = Path.Combine(Root, "variants", name, project);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(variant, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        return variant;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isKept)
            Directory.Delete(Root, recursive: true);
    }
}
