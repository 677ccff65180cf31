using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Files;

/// <summary>Where the image of a case is.</summary>
internal static class CaseImagePath
{
    /// <summary>Gives the path of an image: beside the scenario, if there is one; else as it was written.</summary>
    /// <param name="image">What the file says.</param>
    /// <param name="found">What that means; another path where it names a guest of ours.</param>
    public static string Beside(Located<string> image, string found)
    {
        if (found != image.Value)
            return found;
        string beside = Path.Combine(Path.GetDirectoryName(image.Location.File) ?? "", image.Value);
        return File.Exists(beside) ? beside : image.Value;
    }
}
