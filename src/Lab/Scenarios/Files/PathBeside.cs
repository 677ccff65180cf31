using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>Where a file is that a scenario names: its image, or a recorded run.</summary>
internal static class PathBeside
{
    /// <summary>Gives the path of a file: beside the scenario, if there is one; else as it was written.</summary>
    /// <param name="name">What the file says.</param>
    /// <param name="found">What that means; another path where it names a guest of ours.</param>
    public static string Of(Located<string> name, string found)
    {
        if (found != name.Value)
            return found;
        string beside = Path.Combine(Path.GetDirectoryName(name.Location.File) ?? "", name.Value);
        return File.Exists(beside) ? beside : name.Value;
    }
}
