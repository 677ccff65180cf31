namespace PpcJit.Bench.Hosting;

/// <summary>The repository that a program of <c>bench</c> belongs to.</summary>
internal static class Repository
{
    /// <summary>Finds its folder.</summary>
    /// <param name="project">The program, for the message.</param>
    /// <exception cref="BenchException">There is none around the program.</exception>
    public static string Find(string project)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PpcJit.sln")))
                return folder.FullName;
        }

        throw new BenchException(
            $"the repository is not around this program; start it with 'dotnet run -c Release --project bench/{project}'.");
    }
}
