using PpcJit.Inspector.Outcomes;

namespace PpcJit.Inspector.Targets;

/// <summary>The working copy in which the inspector was built.</summary>
internal static class Repository
{
    /// <summary>Its folder, which has the launcher.</summary>
    /// <exception cref="InspectionException">There is none.</exception>
    public static string Root => Found.Value;

    private static readonly Lazy<string> Found = new(Find);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PpcJit.sln")))
                return folder.FullName;
        }

        throw new InspectionException("the repository is not around this program; start it with 'dotnet run -c Release --project bench/Inspector'.");
    }
}
